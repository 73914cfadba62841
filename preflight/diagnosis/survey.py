"""All the evidence of a run → the facts that no single check can know."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from preflight.addresses import is_local, is_local_ipv6, is_nowhere
from preflight.diagnosis.case import Dated, Surroundings
from preflight.diagnosis.lookups import SENT, is_answer
from preflight.diagnosis.names import domain, organization_key
from preflight.model.endpoint import Protocol
from preflight.model.evidence import (
    Attempt,
    Connect,
    Datagram,
    Evidence,
    Exchange,
    Experiment,
    Handshake,
    Lookup,
    Observation,
    Outcome,
)
from preflight.model.plan import Direct
from preflight.model.vantage import Address, Peer

DOMAINS_LIMIT = 5
"""Unrelated names kept of one address: two already show that it is shared."""
TLS_ANSWERS = frozenset(
    {
        Outcome.OK,
        Outcome.ALERT,
        Outcome.UNTRUSTED,
        Outcome.EXPIRED,
        Outcome.NOT_YET_VALID,
        Outcome.NAME_MISMATCH,
        Outcome.VERSION,
    }
)
"""Ends of a handshake that only a peer speaking TLS can bring about."""
NOTHING_LEFT = frozenset({Outcome.UNREACHABLE, Outcome.LOCAL, Outcome.UNKNOWN})
"""Ends of a step at which, without an own port, no packet left this host."""


def survey(evidence: Sequence[Evidence]) -> Surroundings:
    """What the run as a whole shows; over no evidence, that nothing is known."""
    everything = [step for each in evidence for step in each.observations]
    direct = [
        step
        for each in evidence
        if isinstance(each.check.route, Direct)
        for step in _on_its_way(each)
    ]
    in_full = [
        step for each in evidence if isinstance(each.check.route, Direct) for step in _in_full(each)
    ]
    sixth = [step for step in direct if _is_ipv6(step)]
    return Surroundings(
        resolver_names=_resolver_names(everything),
        answered=_answered(in_full),
        verified=_verified(direct),
        names_of=_names_of(
            lookup
            for each in evidence
            if isinstance(each.check.route, Direct)
            for lookup in each.lookups
        ),
        issued=_issued(direct),
        dated=tuple(found for each in evidence for found in _dated(each)),
        has_ipv4=any(_is_ipv4(step) and _has_left(step) for step in everything),
        has_ipv6_route=any(_has_left(step) for step in sixth),
        has_internet_ipv6=any(_has_left_for_internet(step) for step in sixth),
        has_working_ipv6=any(
            step.outcome is Outcome.OK and not isinstance(step, Connect) for step in sixth
        ),
    )


def _in_full(evidence: Evidence) -> Iterable[Observation]:
    """All but what small segments met: that a name is answered in them says nothing of others in segments of full size."""
    small = {
        id(step)
        for control in evidence.controls
        if control.name is Experiment.SMALL_SEGMENTS
        for step in control.observations
    }
    return (step for step in _on_its_way(evidence) if id(step) not in small)


def _on_its_way(evidence: Evidence) -> Iterable[Observation]:
    """All but what was met on the way not taken: behind a proxy, every name is at the proxy's address."""
    other = {
        id(step)
        for control in evidence.controls
        if control.name is Experiment.OTHER_ROUTE
        for step in control.observations
    }
    return (step for step in evidence.observations if id(step) not in other)


def _resolver_names(steps: Iterable[Observation]) -> Mapping[Peer, tuple[str, ...]]:
    names: defaultdict[Peer, set[str]] = defaultdict(set)
    for step in steps:
        if isinstance(step, Lookup) and step.transport in SENT and step.destination is not None:
            names[step.destination].update((step.name,) if is_answer(step) else ())
    return {resolver: tuple(sorted(answered)) for resolver, answered in names.items()}


def _answered(steps: Iterable[Observation]) -> Mapping[Peer, Mapping[str, Handshake]]:
    answers: defaultdict[Peer, dict[str, Handshake]] = defaultdict(dict)
    for step in steps:
        if (
            isinstance(step, Handshake)
            and step.destination is not None
            and step.outcome in TLS_ANSWERS
        ):
            answers[step.destination].setdefault(step.server_name or "", step)
    return {peer: dict(sorted(by_name.items())) for peer, by_name in answers.items()}


def _verified(steps: Iterable[Observation]) -> frozenset[Address]:
    return frozenset(
        step.destination.address
        for step in steps
        if isinstance(step, Handshake)
        and step.verified
        and not step.ignores_dates
        and step.outcome is Outcome.OK
        and step.destination is not None
    )


def _names_of(lookups: Iterable[Lookup]) -> Mapping[Address, tuple[str, ...]]:
    by_domain: defaultdict[Address, dict[str, str]] = defaultdict(dict)
    for step in lookups:
        if step.transport in SENT:
            for address in step.addresses:
                by_domain[address].setdefault(domain(step.name), step.name)
    return {
        address: tuple(sorted(names.values())[:DOMAINS_LIMIT])
        for address, names in by_domain.items()
    }


def _issued(steps: Iterable[Observation]) -> Mapping[str, frozenset[str]]:
    hosts: defaultdict[str, set[str]] = defaultdict(set)
    for step in steps:
        if isinstance(step, Handshake) and step.server_name is not None:
            for leaf in step.certificates[:1]:
                hosts[organization_key(leaf.issuer_organization or leaf.issuer)].add(
                    step.server_name
                )
    return {organization: frozenset(names) for organization, names in hosts.items()}


def _dated(evidence: Evidence) -> Iterable[Dated]:
    for attempt in evidence.attempts:
        last = attempt.last
        date = (
            next((value for name, value in last.headers if name == "date"), "")
            if isinstance(last, Exchange)
            else ""
        )
        if date:
            yield Dated(
                host=evidence.check.host,
                received=last.at + timedelta(seconds=last.elapsed),
                date=date,
                verified=_is_verified(attempt, evidence),
            )


def _is_verified(attempt: Attempt, evidence: Evidence) -> bool:
    """Whether the answer came over the service's own TLS; clear HTTP through a TLS proxy did not."""
    is_tls = evidence.check.protocol is not Protocol.HTTP
    return is_tls and any(
        isinstance(step, Handshake) and step.verified and not step.ignores_dates
        for step in attempt.steps
    )


def _is_ipv4(step: Observation) -> bool:
    """Whether it is about an IPv4 address beyond this host; a resolver on the node itself needs no way out."""
    to = step.destination
    return to is not None and to.address.version == 4 and not is_nowhere(to.address)


def _is_ipv6(step: Observation) -> bool:
    is_path = isinstance(step, Connect | Handshake | Exchange | Datagram)
    return is_path and step.destination is not None and step.destination.address.version == 6


def _has_left(step: Observation) -> bool:
    return step.outcome not in NOTHING_LEFT or step.source is not None


def _has_left_for_internet(step: Observation) -> bool:
    """Whether an answer may come back; from a local address, one does where the network translates it."""
    if step.destination is None or is_local(step.destination.address) or not _has_left(step):
        return False
    is_translated = step.outcome is Outcome.OK
    return is_translated or step.source is None or not is_local_ipv6(step.source.address)
