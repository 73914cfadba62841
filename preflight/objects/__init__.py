"""Reads what `--policies` names: Kubernetes objects and exports of clouds, each with the file and line where it stands."""

from preflight.objects.read import read

__all__ = ["read"]
