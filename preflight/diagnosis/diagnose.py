"""One check's evidence → what it means, for the host and for each of its addresses."""

from dataclasses import replace

from preflight.diagnosis.case import Case, Judged
from preflight.diagnosis.lookups import found
from preflight.diagnosis.other_way import on_ways, over_other_way
from preflight.diagnosis.quote import plain
from preflight.diagnosis.rules import ADDRESS_RULES, NAME_RULES, PATH_RULES
from preflight.diagnosis.steps import is_finished
from preflight.diagnosis.verdicts import WORKING
from preflight.model.diagnosis import Confidence, Diagnosis, Verdict
from preflight.model.evidence import Attempt, Evidence, Incomplete


def diagnose(case: Case) -> tuple[Diagnosis, tuple[Judged, ...]]:
    """The host's diagnosis, and one for each address tried. What the other way shows is told, and decides nothing."""
    whole, judged = _main(case)
    another = over_other_way(case)
    other = _main(another)[0] if another is not None else None
    return replace(whole, explanation=whole.explanation + on_ways(whole, other, case)), judged


def _main(case: Case) -> tuple[Diagnosis, tuple[Judged, ...]]:
    judged = tuple(
        Judged(attempt=attempt, diagnosis=_at_address(attempt, case))
        for attempt in case.evidence.attempts
    )
    named = next((said for rule in NAME_RULES if (said := rule(case)) is not None), None)
    whole = named or next(said for rule in PATH_RULES if (said := rule(judged, case)) is not None)
    return _as_far_as_measured(whole, case.evidence, case), judged


def _at_address(attempt: Attempt, case: Case) -> Diagnosis:
    return next(said for rule in ADDRESS_RULES if (said := rule(attempt, case)) is not None)


def _as_far_as_measured(whole: Diagnosis, evidence: Evidence, case: Case) -> Diagnosis:
    """What was cut short proves only what it already proves; the rest is not measured."""
    if evidence.incomplete is None or whole.verdict in WORKING or _is_proven(whole, evidence, case):
        return whole
    return replace(
        whole,
        verdict=Verdict.INCONCLUSIVE,
        cause=None,
        confidence=Confidence.POSSIBLE,
        explanation=_why(evidence),
        scope="",
    )


def _is_proven(whole: Diagnosis, evidence: Evidence, case: Case) -> bool:
    """Whether a block is proven although the check was cut short: every address was tried to its end, or an answer said no."""
    if whole.verdict is not Verdict.BLOCKED:
        return False
    if not evidence.attempts:
        return whole.confidence is Confidence.CONFIRMED
    tried = {attempt.address for attempt in evidence.attempts if is_finished(attempt, case)}
    return tried >= set(found(evidence))


def _why(evidence: Evidence) -> str:
    if evidence.incomplete is Incomplete.DEADLINE:
        return (
            "Not measured to the end: the run's deadline came first; --deadline gives it more time."
        )
    if evidence.incomplete is Incomplete.INTERRUPTED:
        return "Not measured to the end: the run was interrupted."
    error = plain(evidence.error) or "unknown"
    return f"Not measured: the probe ended with an internal error ({error}); please report it."
