"""Reports → who shares what: one share per cause and scope, with the vantages where it holds and those where the same is open.

An endpoint is the same everywhere by its id, which is that of the documented rule; the host behind it may differ by cluster.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from preflight.diagnosis.verdicts import WORKING
from preflight.model.diagnosis import Cause
from preflight.model.plan import Stage
from preflight.model.report import EndpointResult, Engine, Finding, Report

LATER: Mapping[str, frozenset[Stage]] = {
    "dns": frozenset({Stage.TCP, Stage.TLS, Stage.HTTP}),
    "tcp": frozenset({Stage.TLS, Stage.HTTP}),
}
"""Causes by the word that they begin with, and where one stops who got past them."""

Vantages = frozenset[int]
"""Positions of reports."""
Culprits = tuple[tuple[Engine, str], ...]
"""What tells two findings of one cause apart: a proxy, the maker of a device. A resolver's address is none: each network has its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Endpoints that stop by one cause at the same vantages."""

    cause: Cause
    endpoints: tuple[str, ...]
    """Ids, in the order of the reports."""
    stopped: Vantages
    """Where all of them stop so."""
    open: Vantages
    """Where all of them work, and not impaired by this cause, or get farther; what is in neither was not measured, or stops otherwise."""
    farther: Vantages = frozenset()
    """Those of `open` where one of them stops later on: what stops it here lets it through there."""
    others: Vantages = frozenset()
    """Where all of them stop so too, in a part of its own."""


def shares(reports: Sequence[Report]) -> tuple[Share, ...]:
    """Every cause seen, in no particular order but always the same."""
    stopped: dict[tuple[str, Cause, Culprits], set[int]] = {}
    working: dict[str, dict[int, Cause | None]] = {}
    ended: dict[str, dict[int, Stage]] = {}
    for position, report in enumerate(reports):
        by_id = {finding.id: finding for finding in report.findings}
        for endpoint in report.endpoints:
            if endpoint.verdict in WORKING:
                working.setdefault(endpoint.id, {})[position] = endpoint.cause
            elif endpoint.stage is not None:
                ended.setdefault(endpoint.id, {})[position] = endpoint.stage
            if endpoint.cause is not None:
                key = (endpoint.id, endpoint.cause, _culprits(endpoint, by_id))
                stopped.setdefault(key, set()).add(position)
    return tuple(_joined(_with_nobody_named(stopped), working, ended))


def _with_nobody_named(
    stopped: Mapping[tuple[str, Cause, Culprits], set[int]],
) -> Mapping[tuple[str, Cause, Culprits], set[int]]:
    """The same with results that name nobody beside those that name somebody, where that is one and the same.

    A result that came home without its evidence names nobody.
    """
    named: dict[tuple[str, Cause], list[Culprits]] = {}
    for id_, cause, culprits in stopped:
        if culprits:
            named.setdefault((id_, cause), []).append(culprits)
    taken: dict[tuple[str, Cause, Culprits], set[int]] = {}
    for (id_, cause, culprits), where in stopped.items():
        known = named.get((id_, cause), [])
        own = known[0] if not culprits and len(known) == 1 else culprits
        taken.setdefault((id_, cause, own), set()).update(where)
    return taken


def _joined(
    stopped: Mapping[tuple[str, Cause, Culprits], set[int]],
    working: Mapping[str, Mapping[int, Cause | None]],
    ended: Mapping[str, Mapping[int, Stage]],
) -> Iterator[Share]:
    groups: dict[tuple[Cause, Culprits, Vantages, Vantages, Vantages], list[str]] = {}
    for (id_, cause, culprits), found in stopped.items():
        where = frozenset(found)
        open_at = frozenset(
            position
            for position, impaired in working.get(id_, {}).items()
            if impaired is not cause and position not in where
        )
        later = LATER.get(cause.value.partition(".")[0], frozenset())
        farther = frozenset(at for at, stage in ended.get(id_, {}).items() if stage in later)
        key = (cause, culprits, where, open_at | farther, farther)
        groups.setdefault(key, []).append(id_)
    for (cause, _, where, open_at, farther), ids in groups.items():
        yield Share(cause=cause, endpoints=tuple(ids), stopped=where, open=open_at, farther=farther)


def finding_of(endpoint: EndpointResult, by_id: Mapping[str, Finding]) -> Finding | None:
    """The report's own finding of the endpoint's cause; None where nothing but the result came home."""
    named = (by_id[id_] for id_ in endpoint.findings if id_ in by_id)
    return next((one for one in named if one.cause is endpoint.cause), None)


def _culprits(endpoint: EndpointResult, by_id: Mapping[str, Finding]) -> Culprits:
    finding = finding_of(endpoint, by_id)
    named = {
        (rule.engine, rule.name)
        for rule in (finding.blocked_by if finding else ())
        if rule.name is not None and rule.engine is not Engine.DNS
    }
    return tuple(sorted(named))
