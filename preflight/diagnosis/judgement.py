"""Everything that was seen in a run → the rows and findings of its report."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from preflight.diagnosis.case import Case, Surroundings
from preflight.diagnosis.conclude import inconclusive
from preflight.diagnosis.diagnose import diagnose
from preflight.diagnosis.findings import find
from preflight.diagnosis.rows import Row, result
from preflight.diagnosis.survey import survey
from preflight.diagnosis.waivers import waiver_for
from preflight.model.diagnosis import Confidence, Diagnosis, Verdict
from preflight.model.endpoint import Endpoint
from preflight.model.evidence import Evidence
from preflight.model.plan import Plan
from preflight.model.profile import Waiver
from preflight.model.report import EndpointResult, Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The part of a report that the evidence decides."""

    endpoints: tuple[EndpointResult, ...]
    """One for each endpoint of the plan, in its order."""
    findings: tuple[Finding, ...]
    """Most severe first."""


def judge(
    plan: Plan, evidence: Sequence[Evidence], waivers: Sequence[Waiver], today: date
) -> Judgement:
    """Judge every endpoint of the plan; one without evidence is inconclusive, never lost."""
    surroundings = survey(evidence)
    by_id = {id_: each for each in evidence for id_ in each.check.ids}
    rows = [
        _waived(_row(endpoint, by_id.get(endpoint.id), surroundings), waivers, today)
        for endpoint in plan.endpoints
    ]
    findings = find(rows)
    named = _by_endpoint(findings)
    return Judgement(
        endpoints=tuple(result(row, tuple(named[row.endpoint.id])) for row in rows),
        findings=findings,
    )


def _row(endpoint: Endpoint, evidence: Evidence | None, surroundings: Surroundings) -> Row:
    if endpoint.skipped:
        return Row(endpoint=endpoint, case=None, diagnosis=_skipped(endpoint))
    if evidence is None:
        return Row(endpoint=endpoint, case=None, diagnosis=inconclusive(None, "Not measured."))
    case = Case(evidence=evidence, endpoint=endpoint, surroundings=surroundings)
    diagnosis, judged = diagnose(case)
    return Row(endpoint=endpoint, case=case, diagnosis=diagnosis, judged=judged)


def _skipped(endpoint: Endpoint) -> Diagnosis:
    return Diagnosis(
        verdict=Verdict.SKIPPED,
        stage=None,
        cause=None,
        confidence=Confidence.CONFIRMED,
        explanation=endpoint.skipped,
        observations=(),
    )


def _waived(row: Row, waivers: Sequence[Waiver], today: date) -> Row:
    """The row with the waiver that holds for it; one that nothing needs is said to be so."""
    waived, remark = waiver_for(row.endpoint.id, waivers, today)
    if waived is not None and row.diagnosis.verdict is Verdict.REACHABLE:
        remark = "It is waived, which is not needed."
    return replace(row, waived=waived, remark=remark)


def _by_endpoint(findings: Sequence[Finding]) -> defaultdict[str, list[str]]:
    """The ids of the findings that name each endpoint."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    for finding in findings:
        for id_ in finding.endpoints:
            named[id_].append(finding.id)
    return named
