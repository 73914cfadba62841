"""Hosts as people write them, brought to the one form in which they are asked for and compared.

Errors are ValueError with the reason alone: what was written may hold a password, so only the caller decides to repeat it.
"""

import re
from ipaddress import IPv6Address, ip_address

from preflight.model.vantage import Address

NAME_LIMIT = 253
"""Characters of a name without its trailing dot (RFC 1035 section 2.3.4: 255 octets on the wire)."""

# Compiled where they are first used, and kept by `re`: most runs need none of them.
_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_PORT = r"[0-9]{1,5}"


def address_of(text: str) -> Address | None:
    """The address that `text` is, or None when it is none; a scope (`%eth0`) is kept."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def canonical_host(text: str) -> str:
    """An address in its shortest form, or a lower-case name of A-labels without trailing dot.

    Names beyond ASCII are encoded as IDNA 2003 (RFC 3490) does; underscores pass, since DNS allows them (RFC 2181
    section 11). Raises ValueError for anything that cannot be asked for.
    """
    if "*" in text:
        raise ValueError("a wildcard cannot be asked for; name a concrete host")
    address = address_of(text)
    if address is not None:
        if "%" in text:
            raise ValueError("an address with a scope is not reachable beyond its own link")
        return str(address)
    return _canonical_name(text)


def split_port(text: str) -> tuple[str, int | None]:
    """The host and the port of `host`, `host:port`, `[ipv6]` or `[ipv6]:port`; the host is not looked at otherwise."""
    if text.startswith("["):
        inside, bracket, rest = text[1:].partition("]")
        if not bracket or not isinstance(address_of(inside), IPv6Address):
            raise ValueError("brackets are for an IPv6 address, as in [2001:db8::1]:443")
        if not rest:
            return inside, None
        if not rest.startswith(":"):
            raise ValueError("only :PORT may follow the closing bracket")
        return inside, _port(rest[1:])
    if text.count(":") > 1:
        raise ValueError("an IPv6 address goes into brackets, as in [2001:db8::1]:443")
    host, colon, port = text.partition(":")
    return host, _port(port) if colon else None


def a_labels(name: str) -> str:
    """The name with every label in ASCII; what is ASCII already is returned as it is. ValueError when there is no such form."""
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError("the name cannot be written in A-labels (IDNA)") from error


def _port(text: str) -> int:
    if not re.fullmatch(_PORT, text) or not 1 <= int(text) <= 65_535:
        raise ValueError("the port is not a number from 1 to 65535")
    return int(text)


def _canonical_name(text: str) -> str:
    # Bounded before it is encoded: the codec's work grows with the square of the length.
    if len(text) > NAME_LIMIT + 1:
        raise ValueError("the name is longer than 253 characters")
    name = a_labels(text.removesuffix(".").lower()).lower()
    labels = name.split(".")
    if len(name) > NAME_LIMIT or not all(re.fullmatch(_LABEL, label) for label in labels):
        raise ValueError("that is no host name")
    if labels[-1].isdigit():
        raise ValueError("that is neither an address nor a host name")
    return name
