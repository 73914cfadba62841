"""Reads what `--policies` names, and what a live cluster holds: Kubernetes objects and exports of clouds, each with the place where it stands."""

from preflight.objects.live import Live, read_live
from preflight.objects.read import read

__all__ = ["Live", "read", "read_live"]
