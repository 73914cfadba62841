"""What a rule looks at: one check's evidence, the endpoint it answers for, and facts about the whole run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from preflight.model.diagnosis import Diagnosis
from preflight.model.endpoint import Endpoint
from preflight.model.evidence import (
    Attempt,
    Evidence,
    Experiment,
    Handshake,
    Observation,
    Outcome,
)
from preflight.model.plan import ViaProxy
from preflight.model.vantage import Address, Peer, Proxy


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """An HTTP answer's own idea of the time."""

    host: str
    received: datetime
    """When it arrived, by this host's clock."""
    date: str
    """The `Date` header as received."""
    verified: bool
    """Whether it came over a verified TLS connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Facts over all the evidence of a run; what one check cannot know alone."""

    resolver_names: Mapping[Peer, tuple[str, ...]]
    """Each resolver asked, and the names to which it gave any DNS answer over UDP or TCP, sorted; empty when it was silent."""
    answered: Mapping[Peer, Mapping[str, Handshake]]
    """Handshakes that were answered with TLS, by address and port, then by server name (sorted); only without a proxy between, and not
    in small segments."""
    verified: frozenset[Address]
    """Addresses where some name passed verification, without a proxy between."""
    names_of: Mapping[Address, tuple[str, ...]]
    """Names that a resolver said are at the address, sorted: one for each domain, a bounded number."""
    issued: Mapping[str, frozenset[str]]
    """Hosts by the organisation that issued the leaf seen there, in comparable form."""
    dated: tuple[Dated, ...]
    has_ipv4: bool
    """Whether any IPv4 packet left this host, to a host or to a resolver elsewhere."""
    has_ipv6_route: bool
    """Whether a packet to any IPv6 address left this host."""
    has_internet_ipv6: bool
    """Whether a packet to any IPv6 address of the internet left this host, from an address that the internet can answer."""
    has_working_ipv6: bool
    """Whether any IPv6 address answered anything beyond TCP."""

    @property
    def has_resolver(self) -> bool:
        """Whether any resolver answered any question."""
        return any(self.resolver_names.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything that a rule may read."""

    evidence: Evidence
    endpoint: Endpoint
    surroundings: Surroundings

    def works_over(self, version: int) -> bool:
        """Whether an address of this family was asked and answered to the end."""
        return any(
            attempt.address.version == version and attempt.last.outcome is Outcome.OK
            for attempt in self.evidence.attempts
        )

    def control(
        self, experiment: Experiment, address: Address | None = None
    ) -> tuple[Observation, ...]:
        """What an experiment saw that followed this address (or, with None, the lookups); empty when it was not asked."""
        return tuple(
            observation
            for control in self.evidence.controls
            if control.name is experiment and control.address == address
            for observation in control.observations
        )

    @property
    def host(self) -> str:
        """The name or address that was probed."""
        return self.evidence.check.host

    @property
    def proxy(self) -> Proxy | None:
        """The proxy that the route leads through."""
        route = self.evidence.check.route
        return route.proxy if isinstance(route, ViaProxy) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One address and what its part of the evidence means."""

    attempt: Attempt
    diagnosis: Diagnosis


NameRule = Callable[[Case], Diagnosis | None]
"""Judges what the resolvers said."""
AddressRule = Callable[[Attempt, Case], Diagnosis | None]
"""Judges the main line at one address."""
PathRule = Callable[[tuple[Judged, ...], Case], Diagnosis | None]
"""Judges how the addresses differ."""
