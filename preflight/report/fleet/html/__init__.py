"""Several vantages as one self-contained file: the page of one vantage, with endpoints against places and where each finding holds.

It gives the same promises as `report.html`, whose parts it is made of. `request.ReadyText` is the place for rules in a device's format.
"""

from collections.abc import Sequence

from preflight.model.fleet import FleetReport
from preflight.model.report import Report
from preflight.report.advice import elsewhere
from preflight.report.fleet.headline import facts, headline, next_steps
from preflight.report.fleet.html.failures import failures
from preflight.report.fleet.html.matrix import matrix
from preflight.report.fleet.html.reading import PLACES
from preflight.report.fleet.html.sights import about_request, seen_from, sights
from preflight.report.fleet.merged import merged
from preflight.report.html.evidence import evidence
from preflight.report.html.findings import findings
from preflight.report.html.markup import NOTHING, Html, block, element, text
from preflight.report.html.page import Ways, contents, foot, page
from preflight.report.html.places import places
from preflight.report.html.reading import reading
from preflight.report.html.remarks import advised, unjudged, waivers
from preflight.report.html.request import ReadyText, names, written
from preflight.report.html.rules import rules
from preflight.report.html.summary import NAME, figures, head, run
from preflight.report.style import PLAIN, Style


def render(fleet: FleetReport, style: Style = PLAIN, *, ready: Sequence[ReadyText] = ()) -> str:  # noqa: ARG001 - every renderer has the same shape
    """Return the report as one HTML file; `ready` are rules in devices' own formats, shown beside the ticket."""
    whole = merged(fleet)
    parts = _parts(fleet, whole, ready)
    return page(
        f"Defender for Containers egress preflight, several vantages: {fleet.verdict.value}",
        head(fleet.verdict, headline(fleet), f"{NAME}, from several vantages"),
        _about(fleet, whole),
        contents([way for way in parts if way[1]]),
        block("main", *(part for _, _, part in parts)),
        foot(fleet.started_at, fleet.tool_version),
    )


def _parts(fleet: FleetReport, whole: Report | None, ready: Sequence[ReadyText]) -> Ways:
    """Return the parts in their order; those without a place are not in the contents."""
    unheard = ("Without a report", "failures", failures(fleet.failures))
    steps = next_steps(fleet, whole)
    if whole is None:
        return (
            unheard,
            ("Next", "", _next(steps)),
            ("How to read", "reading", reading((), PLACES)),
        )
    where, shown = places(whole), sights(fleet)
    request = written(about_request(fleet), shown)
    intro = "" if fleet.failures else elsewhere(whole)
    return (
        ("Findings", "findings", findings(shown, where)),
        ("Rule request", "request", rules(request, names(whole), ready)),
        unheard,
        ("Endpoints", "endpoints", matrix(fleet, whole, where)),
        ("Not judged", "", unjudged(whole)),
        ("Waived", "", waivers(whole)),
        ("Next", "", advised(steps, intro, whole.profile)),
        ("Details", "evidence", evidence(whole, seen_from(fleet))),
        ("How to read", "reading", reading(whole.endpoints, PLACES)),
    )


def _next(steps: str) -> Html:
    return block("section", element("h2", text("Next")), element("p", text(steps)))


def _about(fleet: FleetReport, whole: Report | None) -> Html:
    """Return how many endpoints ended how, by their worst vantage, and the facts about the run."""
    if whole is None or not whole.endpoints:
        return run(NOTHING, facts(fleet))
    remark = ", each by its worst vantage" if len(fleet.reports) > 1 else ""
    return run(figures(fleet.counts, whole.endpoints, remark), facts(fleet)[1:])
