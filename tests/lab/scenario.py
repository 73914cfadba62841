"""A scenario is data: what stands in the network, how the command is called, and what it must say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique

from tests.lab.addresses import DNSMASQ

TIMEOUT = 2.0
"""Seconds; one step's budget of every run, unless a scenario says otherwise."""


@unique
class Kind(StrEnum):
    """What a wrong answer would be."""

    BLOCKED = "blocked"
    """Something is in the way: the cause must be named."""
    NEAR_MISS = "near miss"
    """Looks like a cause and is none, or another one."""
    HEALTHY = "healthy"
    """Nothing is in the way: any finding is a false alarm."""
    HOSTILE = "hostile"
    """A peer that means harm: no hang, no traceback, no false word."""


@unique
class Place(StrEnum):
    """The namespaces, in their order on the way."""

    CLIENT = "client"
    FIREWALL = "firewall"
    ROUTER = "router"
    INTERNET = "internet"


@unique
class Shown(StrEnum):
    """The certificate that a server shows."""

    GOOD = "good"
    """For its name, by an intermediate of the authority that issues for the services, and sent with it."""
    BRIEF = "brief"
    """The same, valid for some weeks around now."""
    STRANGER = "stranger"
    """For its name, by an authority that nobody trusts, of an organisation that nobody knows."""
    OTHER_NAME = "other name"
    """By the right authority, for another name."""
    EXPIRED = "expired"
    INCOMPLETE = "incomplete"
    """By an intermediate that is not sent along."""
    HUGE = "huge"
    """With a chain of many certificates: the server's flight is several segments long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """A site of nginx, at the internet's end."""

    host: str
    addresses: tuple[str, ...]
    shows: Shown | None = Shown.GOOD
    """None for HTTP in clear."""
    port: int = 443
    protocols: str = "TLSv1.2 TLSv1.3"
    answer: str = 'return 200 "ok";'
    """nginx's directives that answer every request."""
    directives: str = ""
    """Further directives of nginx for this site."""
    has_record: bool = True
    """Whether dnsmasq knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A server of our own, for what no real program does."""

    behaviour: str
    """A key of `tests.lab.actors.BEHAVIOURS`."""
    address: str
    port: int = 443
    over: str = "tcp"
    """Or `udp`."""
    place: Place = Place.INTERNET
    host: str = ""
    """The name that leads there and that its certificate is for; empty for one that has no record."""
    answers: tuple[str, ...] = ()
    """Addresses that a nameserver gives for every name."""
    issues: bool = False
    """Whether it issues certificates by itself, for whatever name it is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must be said of one host."""

    verdict: str
    stage: str | None = None
    cause: str | None = None
    says: tuple[str, ...] = ()
    """Pieces of text that the endpoint's own explanation or its findings' must contain."""


OPEN = Expected(verdict="reachable")


def open_path(*says: str) -> Expected:
    """Reachable, with these words."""
    return Expected(verdict="reachable", says=says)


def blocked(cause: str, *says: str, stage: str | None = None) -> Expected:
    """Blocked at the stage that the cause's code names."""
    return Expected(verdict="blocked", stage=stage or _stage(cause), cause=cause, says=says)


def degraded(cause: str, *says: str, stage: str | None = None) -> Expected:
    """Works, with a reserve."""
    return Expected(verdict="degraded", stage=stage or _stage(cause), cause=cause, says=says)


def unjudged(cause: str, *says: str, stage: str | None = None) -> Expected:
    """Not judged for want of something that everything needs."""
    return Expected(verdict="inconclusive", stage=stage or _stage(cause), cause=cause, says=says)


def unexplained(stage: str, *says: str) -> Expected:
    """Ended at this stage in a way that fits no cause."""
    return Expected(verdict="inconclusive", stage=stage, says=says)


def _stage(cause: str) -> str | None:
    """The stage that the cause's code names; a path or a host is none."""
    name = cause.partition(".")[0]
    return None if name in {"path", "host"} else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One situation."""

    name: str
    kind: Kind
    expect: Mapping[str, Expected]
    """By `host` or `host:port`, as typed behind --only-endpoint, unless it is a profile."""
    code: int
    """Exit code."""
    findings: int | None = None
    """How many findings there must be; None where the number is not the point."""
    web: tuple[Web, ...] = ()
    actors: tuple[Actor, ...] = ()
    records: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names that dnsmasq knows besides the sites' own."""
    dnsmasq: tuple[str, ...] = ()
    """Further options of dnsmasq."""
    unbound: str = ""
    """Lines of unbound's configuration; empty for no unbound."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """Zone files by the name by which unbound's configuration knows them."""
    resolvers: tuple[str, ...] = (DNSMASQ,)
    """What the client's resolv.conf names."""
    hosts_file: str = ""
    """Lines of the client's /etc/hosts."""
    nft: str = ""
    """Rules of the firewall's forward chain, in nftables' words."""
    nat: str = ""
    """Rules of the firewall's prerouting chain."""
    tables: str = ""
    """Whole tables of the firewall, in nftables' words."""
    iptables: tuple[str, ...] = ()
    """Rules of the firewall's FORWARD chain in iptables' words, for what nftables cannot say, such as text within packets."""
    squid: str = ""
    """Access rules of squid at `PROXY`; empty for no proxy."""
    interceptor: str = ""
    """Organisation of the authority with which mitmproxy signs; empty for no mitmproxy."""
    intercepted: str = "tcp dport 443"
    """What the firewall leads to mitmproxy, in nftables' words; empty where mitmproxy is the explicit proxy at `PROXY`."""
    is_interceptor_trusted: bool = False
    commands: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)
    """Shell commands by place, last of all."""
    round_trip: float = 0.0
    """Seconds that the link between firewall and router adds."""
    has_ipv6: bool = False
    arguments: tuple[str, ...] = ()
    is_profile: bool = False
    """Whether the arguments say what is probed; what is expected is then said of some of it."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables of the command."""
    clock: str = ""
    """How far the client's clock is off, in faketime's words, such as `+400d`."""
    timeout: float = TIMEOUT

    @property
    def hosts(self) -> tuple[str, ...]:
        """What something is expected of."""
        return tuple(self.expect)

    @property
    def is_recorded(self) -> bool:
        """Whether what a run saw can be kept: a whole profile is large, and `tests.scenarios` has some."""
        return not self.is_profile

    @property
    def limit(self) -> float:
        """Seconds within which a run must have ended: two step budgets and a half second; each step's own with a hostile peer."""
        return (4 if self.kind is Kind.HOSTILE else 2) * self.timeout + 0.5
