"""Where we look from."""

from dataclasses import dataclass, field
from enum import StrEnum, unique
from ipaddress import IPv4Address, IPv6Address

Address = IPv4Address | IPv6Address


@unique
class VantageKind(StrEnum):
    """What kind of place the check runs in."""

    LOCAL = "local"
    POD = "pod"
    HOST_NETWORK_POD = "host-network-pod"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """An address and port; `str()` gives `ip:port`, with brackets around IPv6."""

    address: Address
    port: int

    def __str__(self) -> str:
        host = f"[{self.address}]" if self.address.version == 6 else str(self.address)
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """User and password for a proxy. They are sent to it and never printed."""

    user: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """An explicit forward proxy; `str()` gives its URL without credentials."""

    scheme: str
    """`http` or `https`: how the proxy itself is spoken to."""
    host: str
    port: int
    credentials: Credentials | None = field(default=None, repr=False)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostsLine:
    """One name of the hosts file (lower case, no trailing dot) and the address it gives."""

    name: str
    address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Vantage:
    """This host's surroundings, read once before anything is sent."""

    kind: VantageKind
    host: str
    node: str | None = None
    namespace: str | None = None
    pod: str | None = None
    addresses: tuple[Address, ...] = ()
    """Own addresses by which packets leave, without loopback."""
    resolvers: tuple[Peer, ...] = ()
    """In the order in which they are asked."""
    hosts: tuple[HostsLine, ...] = ()
    """The hosts file in its order, pod hostAliases included."""
    http_proxy: Proxy | None = None
    https_proxy: Proxy | None = None
    no_proxy: tuple[str, ...] = ()
    """Tokens of NO_PROXY as written, without surrounding space."""
