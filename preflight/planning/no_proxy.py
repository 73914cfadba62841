"""NO_PROXY as the common client libraries read it: the same tokens exempt other hosts for each of them.

    token              Go      curl    urllib  requests  httpx
    foo.com            below   below   below   below     below    (all: the name itself and all below it)
    .foo.com           only    below   below   below     only     (only: what is below, not the name itself)
    *.foo.com          only    -       -       -         -
    foo.com:443        port    -       -       -         -        (443 is not written in a URL that has it by default)
    foo.com:8443       port    -       port    port      port     (only with that port)
    10.0.0.0/8         yes     yes     -       IPv4      -        (addresses alone: no name is looked up for it)
    *                  yes     alone   alone   alone     yes      (alone: not beside other tokens)
    a.com b.com        -       first   -       -         -        (a blank ends curl's list; until mid-2024 it was a comma there)
    https://foo.com    -       -       -       -         itself

Read 2026-11 in golang/net: http/httpproxy/proxy.go; curl/curl: lib/noproxy.c (7.86 and later); python/cpython:
Lib/urllib/request.py, `proxy_bypass_environment`; psf/requests: src/requests/utils.py, `should_bypass_proxies` (2.34; before, any end of
the name matched, without a dot); encode/httpx: httpx/_utils.py, `get_environment_proxies` (0.28).
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_network

from preflight.hostname import address_of
from preflight.model.endpoint import Protocol
from preflight.model.plan import Exemption, Runtime
from preflight.model.vantage import Address
from preflight.planning.route import bypasses

DEFAULT_PORTS = {Protocol.HTTP: 80, Protocol.HTTPS: 443, Protocol.WSS: 443}
"""Ports that clients leave out of the URL."""

SCHEME_PORTS = {"http": 80, "https": 443}
LONGEST_PORT = 5
"""Digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a client is about to ask for."""

    host: str
    """Canonical: lower case, A-labels, or an address."""
    port: int
    scheme: str
    is_port_written: bool
    """Whether the port stands in the URL: not where it is the scheme's own."""

    @property
    def address(self) -> Address | None:
        """The host, where it is an address."""
        return address_of(self.host)

    @property
    def bracketed(self) -> str:
        """The host as it stands in a URL."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def authority(self) -> str:
        """Host and port as they stand in a URL."""
        return f"{self.bracketed}:{self.port}" if self.is_port_written else self.bracketed


Reading = Callable[[Asked, tuple[str, ...]], str | None]
"""The first token that sends the host past the proxy, as written; None when none does. Tokens have no space around them."""


def exemptions(
    host: str, port: int, protocol: Protocol, tokens: tuple[str, ...]
) -> tuple[Exemption, ...]:
    """What every runtime makes of the tokens for one host, Go's reading first; empty without tokens."""
    if not tokens:
        return ()
    asked = Asked(
        host=host,
        port=port,
        scheme="http" if protocol is Protocol.HTTP else "https",
        is_port_written=DEFAULT_PORTS.get(protocol) != port,
    )
    return tuple(
        Exemption(runtime=runtime, token=read(asked, tokens)) for runtime, read in READINGS.items()
    )


def by_go(asked: Asked, tokens: tuple[str, ...]) -> str | None:
    """As the check itself goes."""
    return bypasses(asked.host, asked.port, tokens)


def by_curl(asked: Asked, tokens: tuple[str, ...]) -> str | None:
    """Suffixes of whole labels, dots at either end aside; addresses and prefixes for addresses; no ports, no wildcards."""
    if tokens == ("*",):
        return "*"
    for token in tokens:
        pattern, *more = token.split(None, 1)
        if _matches_in_curl(asked, pattern.lower()):
            return token
        if more:
            return None  # the list goes on after commas alone
    return None


def by_urllib(asked: Asked, tokens: tuple[str, ...]) -> str | None:
    """Suffixes of whole labels, with or without the port where the URL has one; an address is text like any other."""
    return _in_urllib(asked.bracketed, asked.authority, tokens)


def by_requests(asked: Asked, tokens: tuple[str, ...]) -> str | None:
    """As urllib, and IPv4 prefixes as well; an IPv6 address has no brackets here, and blanks inside the list do not count."""
    joined = [(token, token.replace(" ", "")) for token in tokens]
    if isinstance(asked.address, IPv4Address):
        found = next((t for t, p in joined if p == asked.host or _holds(p, asked.address)), None)
    else:
        with_port = f"{asked.host}:{asked.port}" if asked.is_port_written else asked.host
        found = next((t for t, p in joined if _ends(asked.host, with_port, p)), None)
    return found or _in_urllib(asked.host, asked.host, tokens)


def by_httpx(asked: Asked, tokens: tuple[str, ...]) -> str | None:
    """Suffixes of whole labels, what is below a leading dot, and URLs; an address is itself, a prefix only its first address."""
    return "*" if "*" in tokens else next((t for t in tokens if _matches_in_httpx(asked, t)), None)


READINGS: dict[Runtime, Reading] = {
    Runtime.GO: by_go,
    Runtime.CURL: by_curl,
    Runtime.URLLIB: by_urllib,
    Runtime.REQUESTS: by_requests,
    Runtime.HTTPX: by_httpx,
}


def _matches_in_curl(asked: Asked, pattern: str) -> bool:
    if asked.address is not None:
        literal = address_of(pattern)
        return literal == asked.address if literal else _holds(pattern, asked.address)
    bare = pattern.removesuffix(".").removeprefix(".")
    return bool(bare) and _is_below(asked.host, bare)


def _in_urllib(host: str, authority: str, tokens: tuple[str, ...]) -> str | None:
    if tokens == ("*",):
        return "*"
    return next((token for token in tokens if _ends(host, authority, token.lower())), None)


def _ends(host: str, authority: str, pattern: str) -> bool:
    bare = pattern.lstrip(".")
    return bool(bare) and (_is_below(host, bare) or _is_below(authority, bare))


def _matches_in_httpx(asked: Asked, token: str) -> bool:
    scheme, separator, rest = token.lower().partition("://")
    if separator:
        name, port = _split(rest)
        is_any = not port or int(port) == SCHEME_PORTS.get(
            scheme
        )  # the scheme's own is no condition
        is_open = is_any or (asked.is_port_written and int(port) == asked.port)
        return scheme in {asked.scheme, "all"} and asked.host == name and is_open
    first = scheme.partition("/")[0]
    literal = address_of(first)
    if literal is not None:
        return literal == asked.address
    name, port = _split(first)
    if port and not (asked.is_port_written and int(port) == asked.port):
        return False
    if name == "localhost":
        return asked.host == name
    return asked.host.endswith(name) if name.startswith(".") else _is_below(asked.host, name)


def _split(text: str) -> tuple[str, str]:
    """Name and port; all of it the name where no number follows a colon."""
    name, _, port = text.partition(":")
    return (name, port) if _is_number(port) else (text, "")


def _is_number(text: str) -> bool:
    """Whether the text is a port or the length of a prefix; what has more digits is neither."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_PORT


def _is_below(host: str, name: str) -> bool:
    return host == name or host.endswith(f".{name}")


def _holds(prefix: str, address: Address) -> bool:
    """Whether a prefix in CIDR notation holds the address; no prefix of length zero is one (curl, requests)."""
    length = prefix.rpartition("/")[2]
    if "/" not in prefix or not _is_number(length) or not int(length):
        return False
    try:
        return address in ip_network(prefix, strict=False)
    except ValueError:
        return False
