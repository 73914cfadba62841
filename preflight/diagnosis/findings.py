"""Diagnoses → findings: one per cause and scope, so that ten endpoints behind one rule are one finding."""

from collections.abc import Mapping, Sequence

from preflight.diagnosis.egress import closed
from preflight.diagnosis.lines import experiments, line
from preflight.diagnosis.manual import pages
from preflight.diagnosis.quote import plain
from preflight.diagnosis.remedy import allow, blockers
from preflight.diagnosis.rows import Row
from preflight.diagnosis.search import search
from preflight.diagnosis.severity import rank
from preflight.diagnosis.wording import counted, listed
from preflight.model.diagnosis import Cause, Confidence
from preflight.model.endpoint import Requirement
from preflight.model.evidence import Experiment, Observation
from preflight.model.report import ASK_FOR, EvidenceLine, Finding

EVIDENCE_LIMIT = 8
"""Observations shown with a finding: what decided, not everything; the rows have the rest."""
CAUSES = tuple(Cause)
CONFIDENCES = (Confidence.POSSIBLE, Confidence.LIKELY, Confidence.CONFIRMED)


def find(rows: Sequence[Row]) -> tuple[Finding, ...]:
    """The findings, most severe first, numbered in that order."""
    groups: dict[tuple[Cause, str], list[Row]] = {}
    for row in rows:
        if row.diagnosis.cause is not None:
            groups.setdefault((row.diagnosis.cause, row.diagnosis.scope), []).append(row)
    ranked = sorted(
        groups.items(), key=lambda group: (*_severity(group[1]), CAUSES.index(group[0][0]))
    )
    members = [(cause, sorted(group, key=_rank)) for (cause, _), group in ranked]
    extents = closed(members, rows)
    made_by = experiments(row.case.evidence for row in rows if row.case)
    return tuple(
        _finding(f"F{number}", cause, group, extents.get(cause, ""), made_by)
        for number, (cause, group) in enumerate(members, start=1)
    )


def _severity(group: Sequence[Row]) -> tuple[int, int]:
    return min(map(_rank, group)), -len(group)


def _rank(row: Row) -> int:
    """0 is what fails a run; a waived endpoint comes after every other."""
    counts = row.endpoint.requirement is Requirement.REQUIRED and row.waived is None
    return rank(row.diagnosis.verdict, counts=counts)


def _finding(
    id_: str, cause: Cause, group: Sequence[Row], extent: str, made_by: Mapping[int, Experiment]
) -> Finding:
    return Finding(
        id=id_,
        cause=cause,
        title=_title(cause, group, extent),
        explanation=_explanation(cause, group),
        confidence=max((row.diagnosis.confidence for row in group), key=CONFIDENCES.index),
        endpoints=tuple(row.endpoint.id for row in group),
        blocked_by=blockers(group),
        allow=allow(cause, group),
        evidence=_evidence(group, made_by),
        search=search(cause, group),
    )


def _title(cause: Cause, group: Sequence[Row], extent: str) -> str:
    title = pages()[cause].title
    if extent:
        return f"{extent}: {title}, whatever the host"
    return f"{title[0].upper()}{title[1:]}: {_subject(cause, group)}"


def _subject(cause: Cause, group: Sequence[Row]) -> str:
    """What the title is about: the hosts, or what stands before all of them."""
    chief = group[0].diagnosis
    if cause is Cause.DNS_RESOLVER_UNREACHABLE:
        peers = [str(step.destination) for step in chief.observations if step.destination]
        return listed(list(dict.fromkeys(peers)))
    if cause is Cause.PROXY_UNREACHABLE:
        return plain(chief.scope)
    return listed(list(dict.fromkeys(row.endpoint.host for row in group)))


def _explanation(cause: Cause, group: Sequence[Row]) -> str:
    """What was seen, of whom else it holds, what it means, and what to ask for; the packet to look for is in the evidence."""
    page, chief = pages()[cause], group[0].diagnosis
    others = list(
        dict.fromkeys(
            row.endpoint.host for row in group[1:] if row.endpoint.host != group[0].endpoint.host
        )
    )
    return " ".join(
        filter(
            None,
            (
                chief.explanation,
                f"The same holds for {counted(len(others), 'more host')}: {listed(others)}."
                if others
                else "",
                page.means,
                f"{ASK_FOR}{page.ask_for}" if page.ask_for else "",
            ),
        )
    )


def _evidence(group: Sequence[Row], made_by: Mapping[int, Experiment]) -> tuple[EvidenceLine, ...]:
    """What decided for each endpoint, then the rest of what the first rests on, in order of time."""
    first = group[0].diagnosis.observations
    chosen = [
        *(row.diagnosis.observations[-1] for row in group if row.diagnosis.observations),
        *reversed(first),
    ]
    distinct: list[Observation] = []
    for observation in chosen:
        if len(distinct) < EVIDENCE_LIMIT and not any(observation is kept for kept in distinct):
            distinct.append(observation)
    return tuple(
        line(step, made_by.get(id(step))) for step in sorted(distinct, key=lambda step: step.at)
    )
