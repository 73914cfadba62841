"""The allow rules that somebody else has to make: the value of `rules request`, before any firewall's own words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique

from preflight.model.endpoint import Protocol, Requirement
from preflight.model.flow import Labels, Transfer
from preflight.model.profile import Profile
from preflight.model.report import Finding
from preflight.model.vantage import Address

WILDCARD = "*"
"""Stands once in the first label of a documented name: for that label and, by the vendor's pages, for more labels before it."""


@unique
class Inspection(StrEnum):
    """Whether a device on the way may end TLS itself."""

    BYPASS = "bypass"
    """It must not: documented by the vendor, or seen to fail."""
    UNSTATED = "unstated"
    """Nothing is documented; where it happens, the client has to trust the device's authority."""
    NOT_TLS = "not-tls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One name (or address) on one port that has to be opened, and everything it is for."""

    fqdn: str
    """As documented, lower case; at most one wildcard, in the first label. Or an address, where no name is known."""
    port: int
    protocol: Protocol
    """`https`, `http`, `tcp` or `udp`; a WebSocket over TLS is `https` with `is_websocket`."""
    requirement: Requirement
    """The strongest of what it is for."""
    hosts: tuple[str, ...] = ()
    """Names known to be used behind a wildcard; empty for a plain name."""
    depth: int | None = None
    """How many labels the names in use have in the wildcard's place, the largest number; None where no name is known."""
    addresses: tuple[Address, ...] = ()
    """What the name led to when a report was made, or what was given."""
    service_tags: tuple[str, ...] = ()
    """Azure service tags that cover its addresses, all of them together."""
    purposes: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    """The first one is the one under which it is listed."""
    sources: tuple[str, ...] = ()
    """The page on which each of its entries rests most, as a URL."""
    inspection: Inspection = Inspection.UNSTATED
    is_websocket: bool = False
    covers: tuple[str, ...] = ()
    """Names that were asked for on this port too, and need no rule of their own beside this one."""
    findings: tuple[str, ...] = ()
    """Ids of the report's findings that ask for it; empty without a report."""

    @property
    def transfer(self) -> Transfer:
        """TCP or UDP."""
        return Transfer.UDP if self.protocol is Protocol.UDP else Transfer.TCP

    @property
    def is_wildcard(self) -> bool:
        """Whether it stands for more than one name."""
        return WILDCARD in self.fqdn

    @property
    def suffix(self) -> str | None:
        """The name behind a wildcard that is a whole label, as in `*.example.com`; None for any other."""
        return self.fqdn[2:] if self.fqdn.startswith("*.") else None

    @property
    def names(self) -> tuple[str, ...]:
        """The concrete names: itself, or what is known behind the wildcard."""
        return self.hosts if self.is_wildcard else (self.fqdn,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pods:
    """The pods that a policy inside the cluster is for."""

    namespace: str
    labels: Labels
    components: tuple[str, ...] = ()
    """The components that run in them; empty where the user named the pods, who then decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """The report that the request rests on."""

    started_at: datetime
    place: str
    """Where it was seen from; holds names that the host gave itself."""
    findings: tuple[Finding, ...]
    """Those that ask for a rule of this request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The minimal set of allow rules, and what to know of it."""

    name: str
    """Prefix of every object's name: lower-case letters, digits and hyphens, at most 24."""
    rules: tuple[Rule, ...]
    """Sorted by protocol, port and name; no rule covers another."""
    source: tuple[str, ...]
    """CIDRs from which the traffic comes; empty where they are not known, and then every format has a named gap in their place."""
    pods: Pods
    profile: Profile
    occasion: Occasion | None = None
    remarks: tuple[str, ...] = ()
    """What could not become a rule, and why; one sentence each, printable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A request in one firewall's own words."""

    text: str
    """Ends with a line end; empty when there is nothing to ask for."""
    remarks: tuple[str, ...] = ()
    """What the format cannot say, and what to know before it is applied; one sentence each, printable."""
