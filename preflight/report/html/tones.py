"""Which of the page's tones goes with what. A tone only repeats what a word or a sign beside it says."""

from preflight.model.diagnosis import Verdict
from preflight.model.report import EndpointResult, Finding, Report, ReportVerdict
from preflight.report.html.markup import Html, element, sign, text
from preflight.report.rows import mark
from preflight.report.style import PLAIN

VERDICTS = {
    Verdict.REACHABLE: "good",
    Verdict.DEGRADED: "warn",
    Verdict.BLOCKED: "bad",
    Verdict.INCONCLUSIVE: "open",
    Verdict.SKIPPED: "idle",
}

REPORTS = {
    ReportVerdict.PASS: "good",
    ReportVerdict.DEGRADED: "warn",
    ReportVerdict.BLOCKED: "bad",
    ReportVerdict.INCONCLUSIVE: "open",
}

GRAVEST_FIRST = (Verdict.BLOCKED, Verdict.DEGRADED, Verdict.INCONCLUSIVE)


def of_finding(finding: Finding, report: Report) -> str:
    """Return the tone of the gravest verdict among what the finding stops."""
    found = {one.verdict for one in report.endpoints if one.id in finding.endpoints}
    return next((VERDICTS[verdict] for verdict in GRAVEST_FIRST if verdict in found), "idle")


def signed(endpoint: EndpointResult, said: str = "") -> Html:
    """Return the verdict's sign, read out as the verdict or as `said`."""
    return sign(mark(endpoint.verdict, PLAIN), said or endpoint.verdict.value)


def chip(said: str, tone: str = "") -> Html:
    """Return a few words on a ground of their own."""
    return element("span", text(said), class_=f"chip {tone}".rstrip())
