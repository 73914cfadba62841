"""A described little world: who answers where, and what stands in the way. Pure data; `network` plays it.

A world is written as values, so that one more is one more file in `worlds/`. Addresses come from the documentation ranges
(RFC 5737, RFC 3849): nothing in a report of the demo can be mistaken for a real host.
"""

from dataclasses import dataclass
from enum import StrEnum, unique
from http import HTTPStatus

from preflight.model.profile import Selection
from preflight.model.vantage import Address, Credentials, Peer, Vantage


@unique
class Identity(StrEnum):
    """Whose certificate a server presents; each is a file in `pki/`, and each covers every name of the worlds."""

    MICROSOFT = "microsoft"
    """Issued by an organisation called Microsoft Corporation, as the real services' certificates are."""
    DIGICERT = "digicert"
    """Issued by an organisation called DigiCert Inc."""
    LETS_ENCRYPT = "lets-encrypt"
    """Issued by an organisation called Let's Encrypt."""
    CLUSTER = "cluster"
    """Issued by the cluster's own authority, as its API server's is."""
    FIREWALL = "firewall"
    """Issued by Contoso Firewall, which nobody but its owner trusts."""


@unique
class AtSyn(StrEnum):
    """What a packet filter does with a SYN."""

    DROP = "drop"
    REFUSE = "refuse"
    """RST."""
    PROHIBIT = "prohibit"
    """ICMP host unreachable, administratively prohibited."""


@unique
class AtHello(StrEnum):
    """What a name filter does once it has read the name."""

    DROP = "drop"
    """Silence from then on."""
    RESET = "reset"
    CLOSE = "close"
    """A clean end of stream, without a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What the resolvers say of one name; for a name that they do not know it is NXDOMAIN."""

    name: str
    addresses: tuple[Address, ...] = ()
    """Both families; NODATA for the family that has none."""
    chain: tuple[str, ...] = ()
    """The canonical names to which it leads, in order."""
    rcode: str | None = "NOERROR"
    """None: a question for this name is never answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolver:
    """A nameserver that answers over UDP and TCP."""

    peer: Peer
    names: tuple[Name, ...] = ()
    is_silent: bool = False
    """True: whatever is sent there vanishes."""
    round_trip: float = 0.003
    """Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a web server answers, whatever the path."""

    status: HTTPStatus = HTTPStatus.OK
    headers: tuple[tuple[str, str], ...] = ()
    """Besides Date, Content-Length and Connection."""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One web service by its name, which SNI and the Host header carry."""

    name: str
    page: Page = Page()
    identity: Identity = Identity.MICROSOFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """A web server; several sites may share it. The first answers a handshake for a name that is none of them."""

    sites: tuple[Site, ...]
    port: int = 443
    is_encrypted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """A TCP port that accepts connections and never says anything first."""

    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeServer:
    """NTP over UDP."""

    port: int = 123


Service = Web | Quiet | TimeServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What stands at some addresses. TCP ports without a service refuse, UDP ports stay silent."""

    addresses: tuple[Address, ...]
    services: tuple[Service, ...]
    round_trip: float = 0.015
    """Seconds from the vantage and back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketFilter:
    """A network rule or NSG: judges a TCP packet by address and port, knowing no names."""

    addresses: tuple[Address, ...]
    ports: tuple[int, ...] = ()
    """Empty means all."""
    ending: AtSyn = AtSyn.DROP


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFilter:
    """An application rule: lets the TCP handshake pass, reads SNI or the Host header, and ends what is not allowed."""

    blocked: tuple[str, ...]
    ending: AtHello = AtHello.RESET


@dataclass(frozen=True, slots=True, kw_only=True)
class Interceptor:
    """A TLS inspection: ends TLS itself, with a certificate of its own authority for the right name."""

    names: tuple[str, ...]
    identity: Identity = Identity.FIREWALL
    page: Page | None = None
    """What it answers itself; None hands the request on to the service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """A web filter that answers clear HTTP in the service's place."""

    names: tuple[str, ...]
    page: Page


Middlebox = PacketFilter | NameFilter | Interceptor | Portal


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardProxy:
    """An explicit proxy: CONNECT, and clear HTTP in absolute form. The middleboxes are not in its way."""

    peer: Peer
    refused: tuple[str, ...] = ()
    """Host names that it does not let through."""
    page: Page = Page(status=HTTPStatus.FORBIDDEN)
    """How it says so."""
    credentials: Credentials | None = None
    """What it asks for; None admits everybody."""
    round_trip: float = 0.002


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that a run on the simulated network needs."""

    title: str
    """One line for people."""
    vantage: Vantage
    """Where the run looks from; its resolvers and proxies are to be found below, or stay silent."""
    selection: Selection
    """The profile to check."""
    resolvers: tuple[Resolver, ...]
    hosts: tuple[Host, ...]
    middleboxes: tuple[Middlebox, ...] = ()
    """In the order in which a packet meets them."""
    proxies: tuple[ForwardProxy, ...] = ()
    is_inspection_trusted: bool = False
    """Whether this host's trust store holds the firewall's authority, as on a managed machine."""
