"""Report and explanations → the report whose findings name the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from preflight.attribution.ways import denies_so, speaks_too_late
from preflight.attribution.words import UNCONCERNED, contradicted, denied_but_open, named, unseen
from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.flow import Explanation, FlowVerdict, Reason, Ruling
from preflight.model.report import (
    ASK_FOR,
    BlockedBy,
    EndpointResult,
    Engine,
    Finding,
    Report,
)

ORDER = (Confidence.CONFIRMED, Confidence.LIKELY, Confidence.POSSIBLE)
STOPPED = frozenset({Verdict.BLOCKED, Verdict.INCONCLUSIVE, Verdict.DEGRADED})
PASSED = frozenset({Verdict.REACHABLE, Verdict.DEGRADED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Blame:
    """A rule, and how sure it is that it is the one."""

    ruling: Ruling
    confidence: Confidence


def attribute(report: Report, explained: Mapping[str, Explanation]) -> Report:
    """The report with the rules named in its findings, and with what rules and measurement do not agree on.

    `explained` holds what the rules say by endpoint id; endpoints that are not in it stay as they are.
    """
    rows = {row.id: row for row in report.endpoints}
    findings = tuple(_attributed(each, rows, explained) for each in report.findings)
    remarks = denied_but_open(
        [
            (row, explained[row.id].blocked_by[0])
            for row in report.endpoints
            if row.id in explained and _got_through(row) and explained[row.id].blocked_by
        ]
    )
    concerned = any(each.path for each in explained.values())
    foreign = () if concerned or not explained else (UNCONCERNED,)
    return replace(report, findings=findings, notices=(*report.notices, *foreign, *remarks))


def _got_through(row: EndpointResult) -> bool:
    """Whether nothing of it was stopped: where some addresses were, the rule may be about those."""
    return row.verdict is Verdict.REACHABLE or (
        row.verdict is Verdict.DEGRADED and all(each.verdict in PASSED for each in row.addresses)
    )


def _attributed(
    finding: Finding,
    rows: Mapping[str, EndpointResult],
    explained: Mapping[str, Explanation],
) -> Finding:
    asked = [
        (rows[id_], explained[id_])
        for id_ in finding.endpoints
        if id_ in explained and id_ in rows and rows[id_].verdict in STOPPED
    ]
    if not asked:
        return finding
    blamed = _distinct([blame for _, said in asked for blame in blames(said, finding.cause)])
    words = named(blamed[0].ruling, blamed[0].confidence) if blamed else unanimous(finding, asked)
    return replace(
        finding,
        blocked_by=tuple(_blocked_by(blame) for blame in blamed) + _known(finding, blamed),
        explanation=_inserted(finding, words),
    )


def blames(said: Explanation, cause: Cause) -> tuple[Blame, ...]:
    """The rules that deny, or that may; those whose engine denies as was seen come first."""
    found = [
        Blame(ruling=ruling, confidence=_confidence(ruling, cause))
        for ruling in (*said.blocked_by, *_inspecting(said, cause), *_undecided(said, cause))
    ]
    return tuple(sorted(found, key=lambda blame: ORDER.index(blame.confidence)))


def _confidence(ruling: Ruling, cause: Cause) -> Confidence:
    if ruling.verdict is FlowVerdict.UNKNOWN or speaks_too_late(ruling.engine, cause):
        return Confidence.POSSIBLE
    return Confidence.CONFIRMED if denies_so(ruling.engine, cause) else Confidence.LIKELY


def _inspecting(said: Explanation, cause: Cause) -> tuple[Ruling, ...]:
    """Rules that allow and end TLS themselves, where that is what was seen."""
    if cause is not Cause.TLS_INTERCEPTED:
        return ()
    return tuple(ruling for ruling in said.path if ruling.reason is Reason.INSPECTED)


def _undecided(said: Explanation, cause: Cause) -> tuple[Ruling, ...]:
    """Rules that nobody can decide from the input, where their engine denies as was seen and no rule surely denies."""
    if said.verdict is not FlowVerdict.UNKNOWN:
        return ()
    return tuple(
        _denying(ruling)
        for ruling in said.path
        if ruling.verdict is FlowVerdict.UNKNOWN and denies_so(ruling.engine, cause)
    )


def _denying(unknown: Ruling) -> Ruling:
    """The same with the rule named that denies where the one in doubt, which would allow, does not match."""
    denial = unknown.otherwise
    if denial is None:
        return unknown
    return replace(
        unknown, name=denial.name, rule=denial.rule or unseen(denial), origin=denial.origin
    )


def _distinct(found: Sequence[Blame]) -> list[Blame]:
    """Each rule once, with the confidence at which it is surest; the surest first."""
    by_rule: dict[tuple[Engine, str | None, str | None], Blame] = {}
    for blame in sorted(found, key=lambda each: ORDER.index(each.confidence)):
        ruling = blame.ruling
        by_rule.setdefault((ruling.engine, ruling.name, ruling.rule), blame)
    return list(by_rule.values())


def unanimous(finding: Finding, asked: Sequence[tuple[EndpointResult, Explanation]]) -> str:
    """What it means that no rule denies what was measured to be stopped; empty where some could not tell, or none is about the source."""
    allowed = all(said.verdict is FlowVerdict.ALLOWED and said.path for _, said in asked)
    if not allowed or finding.cause.value.startswith("path."):
        return ""
    engines = tuple(
        dict.fromkeys(
            ruling.engine
            for _, said in asked
            for ruling in said.path
            if ruling.reason is not Reason.NOT_SELECTED
        )
    )
    return contradicted(engines) if engines else ""


def _known(finding: Finding, blamed: Sequence[Blame]) -> tuple[BlockedBy, ...]:
    """What the evidence alone had named already, unless a rule of the same engine now stands for it, or it was nothing."""
    engines = {blame.ruling.engine for blame in blamed}
    return tuple(
        by
        for by in finding.blocked_by
        if by.engine not in engines and not (blamed and by.engine is Engine.UNKNOWN)
    )


def _blocked_by(blame: Blame) -> BlockedBy:
    ruling = blame.ruling
    return BlockedBy(
        engine=ruling.engine,
        name=ruling.name,
        rule=ruling.rule or unseen(ruling),
        source=str(ruling.origin) if ruling.origin else None,
        confidence=blame.confidence,
    )


def _inserted(finding: Finding, words: str) -> str:
    """The explanation with one sentence more, before what to ask for."""
    if not words:
        return finding.explanation
    account = " ".join(filter(None, (finding.account, words)))
    return f"{account} {ASK_FOR}{finding.ask_for}" if finding.ask_for else account
