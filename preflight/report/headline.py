"""The report in one sentence, and its counts."""

from collections import Counter
from typing import assert_never

from preflight.model.diagnosis import Verdict
from preflight.model.endpoint import Requirement
from preflight.model.report import EndpointResult, Report, ReportVerdict

REASONS = 2
"""Reasons that the headline names."""


def headline(report: Report) -> str:
    """Return what the verdict means, in one or two sentences."""
    interrupted = " The run was interrupted: this is what was known until then."
    return f"{_meaning(report)}{interrupted if report.interrupted else ''}"


def _meaning(report: Report) -> str:
    required = [e for e in report.endpoints if e.requirement is Requirement.REQUIRED]
    counted = [endpoint for endpoint in required if endpoint.waived is None]
    whole = (
        "required endpoint that is not waived"
        if len(counted) < len(required)
        else "required endpoint"
    )
    match report.verdict:
        case ReportVerdict.PASS:
            return f"Every {whole} can be reached from here."
        case ReportVerdict.DEGRADED:
            return f"Every {whole} can be reached from here, but {_impaired(report)}."
        case ReportVerdict.BLOCKED:
            return f"{_share(counted, {Verdict.BLOCKED})} cannot be reached from here{_nothing(report)}."
        case ReportVerdict.INCONCLUSIVE if not report.endpoints:
            return "There was no endpoint to probe."
        case ReportVerdict.INCONCLUSIVE:
            return f"Nothing required is blocked for certain{_unmeasured(counted)}."
        case unexpected:
            assert_never(unexpected)


def _nothing(report: Report) -> str:
    """Return words for a run without anything reachable; empty where something was, or where there is nothing to add."""
    counts = report.counts
    is_dark = not counts.reachable and not counts.degraded and counts.blocked > 1
    return "; nothing was proven to be reachable" if is_dark else ""


def _share(required: list[EndpointResult], verdicts: set[Verdict]) -> str:
    stated = sum(endpoint.verdict in verdicts for endpoint in required)
    return f"{stated} of {len(required)} required endpoint{'' if len(required) == 1 else 's'}"


def _impaired(report: Report) -> str:
    """Return what keeps a run from passing although everything required was reached."""
    seen = Counter(
        (endpoint.requirement is Requirement.REQUIRED, endpoint.verdict)
        for endpoint in report.endpoints
        if endpoint.waived is None
    )
    partly = seen[True, Verdict.DEGRADED]
    others = seen[False, Verdict.DEGRADED]
    blocked = seen[False, Verdict.BLOCKED]
    parts = (
        f"{partly} of them only with faults" if partly else "",
        f"{others} that {_is(others)} not required only with faults" if others else "",
        f"{blocked} that {_is(blocked)} not required {_is(blocked)} blocked" if blocked else "",
    )
    return " and ".join(filter(None, parts))


def _unmeasured(required: list[EndpointResult]) -> str:
    """Return how many required endpoints were not measured and, shortly, why; empty where all were."""
    open_ends = [e for e in required if e.verdict in {Verdict.INCONCLUSIVE, Verdict.SKIPPED}]
    if not open_ends:
        return ""
    number = len(open_ends)
    share = _share(required, {Verdict.INCONCLUSIVE, Verdict.SKIPPED})
    return f", but {share} {'was' if number == 1 else 'were'} not measured: {_reasons(open_ends)}"


def _reasons(open_ends: list[EndpointResult]) -> str:
    """Return what is missing for skipped endpoints, and where the reasons for the others are found."""
    missing = list(
        dict.fromkeys(
            endpoint.explanation.rstrip(".")
            for endpoint in open_ends
            if endpoint.verdict is Verdict.SKIPPED
        )
    )
    findings = list(dict.fromkeys(id_ for endpoint in open_ends for id_ in endpoint.findings))
    is_elsewhere = len(missing) > REASONS or any(
        endpoint.verdict is Verdict.INCONCLUSIVE and not endpoint.findings for endpoint in open_ends
    )
    parts = [
        *missing[:REASONS],
        *([f"see {' and '.join(findings)}"] if findings else []),
        *(["the reasons stand below"] if is_elsewhere else []),
    ]
    return "; ".join(parts)


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def tally(report: Report) -> str:
    """Return the counts, leaving out what is none, as in `15 in all: 12 reachable, 3 blocked (1 waived)`."""
    counts = report.counts
    named = {verdict: getattr(counts, verdict.value) for verdict in Verdict}
    parts = ", ".join(f"{number} {verdict.value}" for verdict, number in named.items() if number)
    waived = sum(endpoint.waived is not None for endpoint in report.endpoints)
    text = f"{counts.total} in all: {parts}" if parts else "none"
    return f"{text} ({waived} waived)" if waived else text
