"""Diagnoses → findings: one per cause and scope, so that ten endpoints behind one rule are one finding."""

from collections.abc import Sequence

from preflight.diagnosis.lines import line
from preflight.diagnosis.manual import pages
from preflight.diagnosis.quote import plain
from preflight.diagnosis.remedy import allow, blockers
from preflight.diagnosis.rows import Row
from preflight.diagnosis.wording import counted, listed
from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.endpoint import Requirement
from preflight.model.evidence import Observation
from preflight.model.report import ASK_FOR, EvidenceLine, Finding

EVIDENCE_LIMIT = 8
"""Observations shown with a finding: what decided, not everything; the rows have the rest."""
CAUSES = tuple(Cause)
CONFIDENCES = (Confidence.POSSIBLE, Confidence.LIKELY, Confidence.CONFIRMED)
NO_EGRESS = frozenset(
    {
        Cause.TCP_DROPPED,
        Cause.TCP_REFUSED,
        Cause.TCP_UNREACHABLE,
        Cause.TLS_RESET,
        Cause.TLS_DROPPED,
        Cause.TLS_CLOSED,
    }
)
"""Causes that, when every endpoint has them, say that nothing leaves from here at all."""


def find(rows: Sequence[Row]) -> tuple[Finding, ...]:
    """The findings, most severe first, numbered in that order."""
    groups: dict[tuple[Cause, str], list[Row]] = {}
    for row in rows:
        if row.diagnosis.cause is not None:
            groups.setdefault((row.diagnosis.cause, row.diagnosis.scope), []).append(row)
    ranked = sorted(
        groups.items(), key=lambda group: (*_severity(group[1]), CAUSES.index(group[0][0]))
    )
    probed = sum(1 for row in rows if row.case is not None)
    return tuple(
        _finding(
            f"F{number}", cause, sorted(group, key=_rank), is_everything=len(group) == probed > 1
        )
        for number, ((cause, _), group) in enumerate(ranked, start=1)
    )


def _severity(group: Sequence[Row]) -> tuple[int, int]:
    return min(map(_rank, group)), -len(group)


def _rank(row: Row) -> int:
    """0 is what fails a run; a waived endpoint comes after every other."""
    counts = row.endpoint.requirement is Requirement.REQUIRED and row.waived is None
    match row.diagnosis.verdict:
        case Verdict.BLOCKED:
            return 0 if counts else 2
        case Verdict.INCONCLUSIVE:
            return 1 if counts else 3
        case _:
            return 3 if counts else 4


def _finding(id_: str, cause: Cause, group: Sequence[Row], *, is_everything: bool) -> Finding:
    return Finding(
        id=id_,
        cause=cause,
        title=_title(cause, group, is_everything=is_everything),
        explanation=_explanation(cause, group),
        confidence=max((row.diagnosis.confidence for row in group), key=CONFIDENCES.index),
        endpoints=tuple(row.endpoint.id for row in group),
        blocked_by=blockers(group),
        allow=allow(cause, group),
        evidence=_evidence(group),
    )


def _title(cause: Cause, group: Sequence[Row], *, is_everything: bool) -> str:
    title = pages()[cause].title
    if is_everything and cause in NO_EGRESS:
        return f"No egress from here: {title}, whatever the host"
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


def _evidence(group: Sequence[Row]) -> tuple[EvidenceLine, ...]:
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
    return tuple(map(line, sorted(distinct, key=lambda step: step.at)))
