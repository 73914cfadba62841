"""Which way a check goes: straight, or through the proxy that an HTTP client of this vantage would use."""

from ipaddress import IPv4Address, IPv6Address, ip_network
from typing import assert_never

from preflight.hostname import a_labels, address_of
from preflight.model.endpoint import Protocol
from preflight.model.plan import Direct, Route, ViaProxy
from preflight.model.vantage import Address, Proxy, Vantage

LOOPBACK = "loopback"
"""What `bypasses` names where no token decides: localhost and loopback addresses are never proxied."""


def route(host: str, port: int, protocol: Protocol, vantage: Vantage) -> Route:
    """The way to `host`: the proxy for its protocol, unless there is none or NO_PROXY exempts the host.

    The cluster's own API server is no exception: in-cluster clients obey the same variables, so a NO_PROXY that forgets it
    sends them to the proxy, and the check must show that.
    """
    return ways(host, port, protocol, vantage)[0]


def ways(host: str, port: int, protocol: Protocol, vantage: Vantage) -> tuple[Route, Route | None]:
    """The way to `host`, and the one not taken: None where there is no proxy to choose, or none that leads to this host."""
    proxy = proxy_for(protocol, vantage)
    if proxy is None:
        return Direct(), None
    if is_this_host(host):
        return Direct(), None
    if bypasses(host, port, vantage.no_proxy) is None:
        return ViaProxy(proxy), Direct()
    return Direct(), ViaProxy(proxy)


def is_this_host(host: str) -> bool:
    """Whether the host is localhost or a loopback address, which Go never proxies and which mean another host at the proxy."""
    address = address_of(host)
    return host == "localhost" or (address is not None and plain(address).is_loopback)


def bypasses(host: str, port: int, tokens: tuple[str, ...]) -> str | None:
    """The first token of NO_PROXY that sends `host` past the proxy, as written, or None when none does.

    `host` is canonical: lower case, A-labels, or an address. The meaning of a token is Go's (golang.org/x/net/http/httpproxy,
    `Config.NoProxy`): `*` is everything; `foo.com` that name and all below it; `.foo.com` and `*.foo.com` only what is
    below; an address is itself; a CIDR prefix covers addresses, never names that resolve into it; `:port` behind a
    name or address narrows it to that port. Case and surrounding space do not count. A token that fits none of this is ignored.
    """
    if is_this_host(host):
        return LOOPBACK
    address = address_of(host)
    for token in tokens:
        if _covers(token.strip().lower(), host, address, port):
            return token
    return None


def proxy_for(protocol: Protocol, vantage: Vantage) -> Proxy | None:
    """The proxy that the variables name for the protocol."""
    match protocol:
        case Protocol.HTTPS | Protocol.WSS | Protocol.TCP:
            return vantage.https_proxy
        case Protocol.HTTP:
            return vantage.http_proxy
        case Protocol.UDP:
            # An HTTP proxy carries no datagrams; clients of such services do not look at the variables.
            return None
    assert_never(protocol)


def _covers(pattern: str, host: str, address: Address | None, port: int) -> bool:
    if pattern == "*":
        return True
    if "/" in pattern:
        return address is not None and _in_prefix(address, pattern)
    name, only_port = _split(pattern)
    if not name or only_port not in {"", str(port)}:
        return False
    # A name is never at or below an address, so only an address has to be compared with one.
    literal = address_of(name) if address is not None else None
    if address is not None and literal is not None:
        return plain(literal) == plain(address)
    return _below(name, host)


def _in_prefix(address: Address, pattern: str) -> bool:
    """Whether a prefix in CIDR notation holds the address; a netmask behind the slash is not CIDR."""
    if not pattern.rpartition("/")[2].isdecimal():
        return False
    try:
        return plain(address) in ip_network(pattern, strict=False)
    except ValueError:
        return False


def _below(name: str, host: str) -> bool:
    """Whether `host` is `name` or under it; with a leading dot (or `*.`), only under it."""
    suffix = _ascii(name.removeprefix("*") if name.startswith("*.") else name)
    if suffix.startswith("."):
        return host.endswith(suffix)
    return host == suffix or host.endswith(f".{suffix}")


def _split(pattern: str) -> tuple[str, str]:
    """Name and port of a pattern, port empty where it has none; a bare IPv6 address is all name."""
    if pattern.startswith("["):
        name, bracket, port = pattern[1:].partition("]:")
        return (name, port) if bracket else (pattern, "")
    if pattern.count(":") == 1:
        name, _, port = pattern.partition(":")
        return name, port
    return pattern, ""


def plain(address: Address) -> Address:
    """An IPv4 address that is written as IPv6 (`::ffff:192.0.2.1`) is the same address."""
    match address:
        case IPv6Address(ipv4_mapped=IPv4Address() as mapped):
            return mapped
        case _:
            return address


def _ascii(name: str) -> str:
    """The name in A-labels; as it is where it has no such form, and then no host is like it."""
    bare = name.removeprefix(".")  # the leading dot is kept out: an empty label has no A-label
    try:
        return name[: len(name) - len(bare)] + a_labels(bare)
    except ValueError:
        return name
