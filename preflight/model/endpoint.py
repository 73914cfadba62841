"""What must be reachable: the catalogue's entries, and the endpoints they become for one profile."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique


@unique
class Environment(StrEnum):
    """Where the cluster runs; `arc` is any other Arc-connected cluster."""

    AKS = "aks"
    EKS = "eks"
    GKE = "gke"
    ARC = "arc"


@unique
class Cloud(StrEnum):
    """Which Azure cloud Defender for Cloud belongs to."""

    PUBLIC = "public"
    USGOV = "usgov"
    CHINA = "china"


@unique
class Protocol(StrEnum):
    """`https` is TLS with HTTP inside, `wss` a WebSocket upgrade over TLS; `tcp` and `udp` are bare."""

    HTTPS = "https"
    HTTP = "http"
    WSS = "wss"
    TCP = "tcp"
    UDP = "udp"


@unique
class Requirement(StrEnum):
    """How much the profile depends on the endpoint; only a blocked `required` one fails a run."""

    REQUIRED = "required"
    CONDITIONAL = "conditional"
    LEGACY = "legacy"
    OPTIONAL = "optional"


@unique
class Trust(StrEnum):
    """Whose certificate authorities vouch for the peer."""

    PUBLIC = "public"
    """The host's own trust store."""
    CLUSTER = "cluster"
    """The cluster's CA: the peer is the cluster's own API server."""


@unique
class SensorPath(StrEnum):
    """Which generation of the Defender sensor uses the endpoint."""

    DEFENDER = "defender"
    """The `*.cloud.defender.*` ingestion of sensors from 0.8.39 and 0.9.44 on."""
    LOG_ANALYTICS = "log-analytics"
    """The workspace's `ods` and `oms` names of older sensors."""


@unique
class Support(StrEnum):
    """How well the catalogue's sources support an entry."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A page on which an entry rests."""

    key: str
    """Short name within the catalogue, as in `aks-egress`."""
    title: str
    url: str | None
    """None where no stable address is known."""
    dated: str
    """The page's date, as the source states it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that changed about an entry, for `endpoints list --since`."""

    on: date
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an open path answers to a plain, unauthenticated request."""

    path: str = "/"
    """The path to request; may hold placeholders until an entry becomes an endpoint."""
    statuses: tuple[tuple[int, int], ...] = ()
    """Inclusive ranges of expected status codes; empty means that any status is the service's own."""
    header: str | None = None
    """A response header (lower case) that the service sends and a middlebox does not."""
    body: str | None = None
    """Text with which the documented answer begins."""
    basis: str | None = None
    """Where the expectation comes from: official-script, official-doc, third-party or inferred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A port and what is spoken on it."""

    number: int
    protocol: Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the catalogue, as documented: placeholders unfilled, every cloud and environment it holds for."""

    id: str
    fqdn: str
    """The rule as documented, wildcards and placeholders included."""
    hosts: tuple[str, ...]
    """Names to probe, possibly with placeholders; empty where the documentation names none behind the wildcard."""
    obtained: str
    """How the names in `hosts` are known, or why there is none."""
    ports: tuple[Port, ...]
    clouds: tuple[Cloud, ...]
    environments: tuple[Environment, ...]
    component: str
    requirement: Requirement
    features: tuple[str, ...]
    """Features of which any one makes the entry required; empty where none does."""
    condition: str
    """When it is needed, in plain words; empty for what is always needed."""
    sensor: SensorPath | None
    informational: bool
    """Listed and, with `--all`, probed, but never more than a remark."""
    purpose: str
    answer: Answer
    issuers: tuple[str, ...]
    """Organisations that issue the service's certificates; empty where unknown."""
    trust: Trust
    service_tags: tuple[str, ...]
    private_zones: tuple[str, ...]
    """Private DNS zones through which the name may resolve to a private address."""
    confidence: Support
    changes: tuple[Change, ...]
    """Newest last; may be empty."""
    notes: str
    sources: tuple[Source, ...]
    file: str
    """Name of the catalogue file it came from, for messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Every entry, and the day to which the knowledge in it reaches."""

    version: date
    entries: tuple[Entry, ...]
    """Sorted by file and position."""
    notices: tuple[tuple[Cloud, str], ...] = ()
    """What must be said whenever a cloud is chosen, such as that the service was retired there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An entry applied to one profile: one host, one port, one protocol."""

    id: str
    """The entry's id; further hosts and protocols of one entry add `/` and what differs."""
    fqdn: str
    host: str
    """The concrete name or address to probe; still with its placeholder where that is unknown."""
    port: int
    protocol: Protocol
    component: str
    requirement: Requirement
    condition: str = ""
    purpose: str = ""
    answer: Answer = Answer()
    issuers: tuple[str, ...] = ()
    trust: Trust = Trust.PUBLIC
    service_tags: tuple[str, ...] = ()
    private_zones: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    skipped: str = ""
    """Why it cannot be probed and how to change that; empty when it can."""
