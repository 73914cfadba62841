"""The hosts file, pod hostAliases included: the kubelet writes them there."""

from preflight.hostname import NAME_LIMIT, address_of
from preflight.model.vantage import Address, HostsLine

FILE_LIMIT = 4 * 1024 * 1024
"""Bytes; the longest block lists in use have 150,000 lines of some 25 bytes."""


def parse_hosts(text: str) -> tuple[HostsLine, ...]:
    """One value per name, in the file's order, names in lower case without trailing dot (hosts(5)).

    What follows `#` is a comment; a line without an address or without a name is passed over.
    """
    addresses: dict[str, Address | None] = {}  # block lists repeat one address thousands of times
    found: list[HostsLine] = []
    for line in text.split("\n"):
        first, *names = line.partition("#")[0].split() or ("",)
        if first not in addresses:
            addresses[first] = address_of(first)
        address = addresses[first]
        if address is not None:
            found.extend(_line(name, address) for name in names if len(name) <= NAME_LIMIT)
    return tuple(found)


def _line(name: str, address: Address) -> HostsLine:
    return HostsLine(name=name.lower().removesuffix("."), address=address)
