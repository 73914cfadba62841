"""Endpoints and vantage → Plan: one check per host, port and protocol, with the route it takes. Pure."""

from preflight.planning.checks import plan
from preflight.planning.route import bypasses, route

__all__ = ["bypasses", "plan", "route"]
