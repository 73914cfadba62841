"""The source for devices whose rules hold one address family."""

from preflight.model.request import Request


def ipv4(request: Request) -> tuple[str, ...]:
    """The IPv4 sources; empty where none is known, which leaves the gap."""
    return tuple(cidr for cidr in request.source if ":" not in cidr)


def about_ipv6(request: Request, why: str) -> tuple[str, ...]:
    """A sentence for the IPv6 sources that are left out; empty where there are none."""
    left = [cidr for cidr in request.source if ":" in cidr]
    return (f"The source {', '.join(left)} is left out: {why}.",) if left else ()
