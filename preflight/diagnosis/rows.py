"""One endpoint's evidence and diagnosis → its row of the report."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from preflight.diagnosis.case import Case, Judged
from preflight.diagnosis.lines import experiments, line
from preflight.diagnosis.lookups import found, is_answer
from preflight.diagnosis.quote import plain
from preflight.diagnosis.steps import handshake_of, leaf_of
from preflight.diagnosis.wording import spans
from preflight.model.diagnosis import Diagnosis
from preflight.model.endpoint import Endpoint
from preflight.model.evidence import (
    Attempt,
    Evidence,
    Exchange,
    Experiment,
    Hop,
    Lookup,
    Observation,
    Outcome,
    Transport,
)
from preflight.model.plan import Direct, Stage
from preflight.model.report import (
    AddressResult,
    DnsResult,
    EndpointResult,
    EvidenceLine,
    HttpResult,
    Timings,
    TlsResult,
    Waived,
)
from preflight.model.vantage import Peer

EVIDENCE_LIMIT = 200
"""Observations that one row keeps: far above what a check makes, and a bound all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An endpoint with everything that was found out about it, before the report is written."""

    endpoint: Endpoint
    case: Case | None
    """None where nothing was measured."""
    diagnosis: Diagnosis
    judged: tuple[Judged, ...] = ()
    waived: Waived | None = None
    remark: str = ""
    """A sentence about its waiver."""


def result(row: Row, findings: tuple[str, ...]) -> EndpointResult:
    """The row as the report has it; `findings` are the ids of those that name it."""
    endpoint, case = row.endpoint, row.case
    attempt = _decisive(row)
    return EndpointResult(
        id=endpoint.id,
        fqdn=endpoint.fqdn,
        host=endpoint.host,
        port=endpoint.port,
        protocol=endpoint.protocol,
        component=endpoint.component,
        requirement=endpoint.requirement,
        verdict=row.diagnosis.verdict,
        stage=row.diagnosis.stage,
        cause=row.diagnosis.cause,
        explanation=" ".join(filter(None, (row.diagnosis.explanation, row.remark))),
        dns=_dns(case.evidence) if case else None,
        addresses=tuple(_address(each) for each in row.judged),
        tls=_tls(attempt, case) if attempt and case else None,
        http=_http(attempt) if attempt else None,
        evidence=_evidence(case.evidence) if case else (),
        findings=findings,
        waived=row.waived,
    )


def _decisive(row: Row) -> Attempt | None:
    """The attempt that the diagnosis rests on, else the first."""
    attempts = [each.attempt for each in row.judged]
    chosen = row.diagnosis.observations[-1:]
    resting = (
        attempt
        for attempt in attempts
        for step in attempt.steps
        if any(step is last for last in chosen)
    )
    return next(resting, attempts[0] if attempts else None)


def _dns(evidence: Evidence) -> DnsResult | None:
    """What the host's own name led to; None where nothing was asked about it."""
    lookups = [lookup for lookup in evidence.lookups if lookup.transport is not Transport.LITERAL]
    if not lookups or not isinstance(evidence.check.route, Direct):
        return None
    heard = [
        lookup for lookup in lookups if is_answer(lookup) or lookup.transport is Transport.HOSTS
    ]
    last = next(
        (lookup for lookup in reversed(heard) if lookup.addresses), heard[-1] if heard else None
    )
    begin = min(lookup.at for lookup in lookups)
    return DnsResult(
        resolver=_resolver(last) if last else None,
        rcode=plain(last.rcode) if last and last.rcode else None,
        canonical_name=plain(last.chain[-1]) if last and last.chain else None,
        addresses=found(evidence),
        elapsed=max((lookup.at - begin).total_seconds() + lookup.elapsed for lookup in lookups),
    )


def _resolver(lookup: Lookup) -> str | None:
    if lookup.transport is Transport.HOSTS:
        return "hosts file"
    return str(lookup.destination) if lookup.destination else None


def _address(judged: Judged) -> AddressResult:
    return AddressResult(
        address=judged.attempt.address,
        verdict=judged.diagnosis.verdict,
        stage=judged.diagnosis.stage,
        cause=judged.diagnosis.cause,
        timings=_timings(judged.attempt),
    )


def _timings(attempt: Attempt) -> Timings:
    """Seconds of the steps with the service itself that came to an end; the connection to a proxy is none of them."""
    return Timings(
        tcp=_elapsed(attempt, Stage.TCP),
        tls=_elapsed(attempt, Stage.TLS),
        http=_elapsed(attempt, Stage.HTTP),
    )


def _elapsed(attempt: Attempt, stage: Stage) -> float | None:
    ended = (
        step.elapsed
        for step in attempt.steps
        if step.stage is stage and step.outcome is not Outcome.DROPPED
    )
    return next(ended, None)


def _tls(attempt: Attempt, case: Case) -> TlsResult | None:
    shaken, leaf = handshake_of(attempt, case), leaf_of(attempt, case)
    if shaken is None:
        return None
    judgement = (
        {Outcome.OK: True, Outcome.UNTRUSTED: False}.get(shaken.outcome)
        if shaken.verified
        else None
    )
    return TlsResult(
        version=plain(shaken.version) if shaken.version else None,
        cipher=plain(shaken.cipher) if shaken.cipher else None,
        subject=plain(leaf.subject) if leaf else None,
        issuer=plain(leaf.issuer) if leaf else None,
        not_before=leaf.not_before if leaf else None,
        not_after=leaf.not_after if leaf else None,
        trusted=judgement,
    )


def _http(attempt: Attempt) -> HttpResult | None:
    last = attempt.last
    if not isinstance(last, Exchange) or last.status is None:
        return None
    server = next((value for name, value in last.headers if name == "server"), None)
    return HttpResult(
        method=plain(last.method),
        path=plain(last.path),
        status=last.status,
        server=plain(server) if server is not None else None,
    )


def _evidence(evidence: Evidence) -> tuple[EvidenceLine, ...]:
    made_by = experiments((evidence,))
    return tuple(
        _line(step, made_by.get(id(step)), alike)
        for step, alike in _folded(evidence.observations)[:EVIDENCE_LIMIT]
    )


def _line(step: Observation, experiment: Experiment | None, alike: list[int]) -> EvidenceLine:
    made = line(step, experiment)
    return replace(made, detail=f"{made.detail}, likewise {spans(alike)}") if alike else made


def _folded(steps: Iterable[Observation]) -> list[tuple[Observation, list[int]]]:
    """Each observation, and the times to live of those that it stands for: packets of one trace that nobody answered."""
    kept: list[tuple[Observation, list[int]]] = []
    silent: dict[tuple[Transport, Peer | None], list[int]] = {}
    for step in steps:
        alike: list[int] = []
        if isinstance(step, Hop) and step.outcome is Outcome.DROPPED:
            key = (step.transport, step.destination)
            if key in silent:
                silent[key].append(step.ttl)
                continue
            silent[key] = alike
        kept.append((step, alike))
    return kept
