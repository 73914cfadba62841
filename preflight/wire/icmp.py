"""What an ICMP message says, in the words of its RFC."""

from preflight.wire.network import Icmp

TIME_EXCEEDED = {4: (11, 0), 6: (3, 0)}
"""Type and code by IP version: hops used up in transit (RFC 792, RFC 4443 §3.3)."""
UNREACHABLE = {4: 3, 6: 1}
PORT = {4: 3, 6: 4}
"""Type of every destination unreachable, and its code for a port."""
REASONS = {
    (4, 0): "network unreachable",
    (4, 1): "host unreachable",
    (4, 2): "protocol unreachable",
    (4, 3): "port unreachable",
    (4, 9): "network administratively prohibited",
    (4, 10): "host administratively prohibited",
    (4, 13): "administratively prohibited",
    (6, 0): "no route",
    (6, 1): "administratively prohibited",
    (6, 3): "address unreachable",
    (6, 4): "port unreachable",
    (6, 5): "source address failed policy",
    (6, 6): "reject route",
}
"""Codes by IP version (RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1, RFC 4443 §3.1)."""


def words(told: Icmp, *, version: int) -> str:
    """Its name for people, as in `administratively prohibited (ICMP type 3 code 13)`."""
    name = f"ICMP type {told.type} code {told.code}"
    if is_time_exceeded(told, version=version):
        return f"hops used up ({name})"
    reason = REASONS.get((version, told.code)) if told.type == UNREACHABLE[version] else None
    return f"{reason} ({name})" if reason else name


def is_time_exceeded(told: Icmp, *, version: int) -> bool:
    """Whether a router used up the packet's last hop."""
    return (told.type, told.code) == TIME_EXCEEDED[version]


def is_unreachable(told: Icmp, *, version: int) -> bool:
    """Whether the packet was rejected, or could go no farther."""
    return told.type == UNREACHABLE[version]


def is_port_unreachable(told: Icmp, *, version: int) -> bool:
    """Whether nobody listens on that port."""
    return (told.type, told.code) == (UNREACHABLE[version], PORT[version])
