"""Own addresses."""

from ipaddress import ip_address

from preflight.model.vantage import Address

AIMS = ("192.0.2.1", "2001:db8::1")
"""Documentation addresses (RFC 5737, RFC 3849), routed as any public one is and owned by nobody."""
DISCARD_PORT = 9
"""Any port would do: nothing is sent."""


def leaving_addresses(aims: tuple[str, ...] = AIMS) -> tuple[Address, ...]:
    """The own addresses by which packets leave towards `aims`, one per family at most, without loopback.

    Connecting a UDP socket sends nothing: it makes the kernel choose the route and with it the source address.
    """
    found = (_source_towards(ip_address(aim)) for aim in aims)
    return tuple(address for address in found if address is not None and not address.is_loopback)


def _source_towards(aim: Address) -> Address | None:
    """The source address towards `aim`; None without a route or without the family."""
    # Only here: what shows help or a usage error needs no sockets.
    import socket

    family = socket.AF_INET6 if aim.version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as unsent:
            unsent.connect((str(aim), DISCARD_PORT))
            return ip_address(unsent.getsockname()[0])
    except OSError:
        return None
