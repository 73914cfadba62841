"""One self-contained file for people without the tool: for a browser, a phone, a printer, or a screen reader.

It holds no script and refers to nothing outside itself, and its Content Security Policy forbids both. A tone only repeats what a
word or a sign says. `request.ReadyText` is the place for rules in a device's own format: this room does not make them.
"""

from collections.abc import Sequence

from preflight.model.report import Report
from preflight.report.html.evidence import evidence
from preflight.report.html.findings import findings
from preflight.report.html.markup import NOTHING, Html, block, element, text
from preflight.report.html.matrix import matrix
from preflight.report.html.page import page
from preflight.report.html.places import places
from preflight.report.html.reading import reading
from preflight.report.html.remarks import advice, unjudged, waivers
from preflight.report.html.request import ReadyText
from preflight.report.html.rules import rules
from preflight.report.html.summary import about, head
from preflight.report.style import PLAIN, Style
from preflight.report.words import moment

__all__ = ["ReadyText", "render"]


def render(report: Report, style: Style = PLAIN, *, ready: Sequence[ReadyText] = ()) -> str:  # noqa: ARG001 - every renderer has the same shape
    """Return the report as one HTML file; `ready` are rules in devices' own formats, shown beside the ticket."""
    where = places(report)
    parts = {
        "Findings": findings(report, where),
        "Rule request": rules(report, ready),
        "Endpoints": matrix(report, where),
        "Not judged": unjudged(report),
        "Waived": waivers(report),
        "Next": advice(report),
        "Details": evidence(report, where),
        "How to read": reading(report),
    }
    return page(
        f"Defender for Containers egress preflight: {report.verdict.value}",
        head(report),
        about(report),
        _contents(parts),
        block("main", *parts.values()),
        _foot(report),
    )


def _contents(parts: dict[str, Html]) -> Html:
    """Return a way to each part that has a place of its own."""
    places = {
        "Findings": "findings",
        "Rule request": "request",
        "Endpoints": "endpoints",
        "Details": "evidence",
        "How to read": "reading",
    }
    ways = [
        element("li", element("a", text(name), href=f"#{place}"))
        for name, place in places.items()
        if parts[name] != NOTHING
    ]
    return block("nav", block("ul", *ways), aria_label="Contents")


def _foot(report: Report) -> Html:
    said = f"Measured {moment(report.started_at)} UTC by defender-preflight {report.tool_version}. This file loads nothing and runs nothing."
    return block("footer", element("p", text(said), class_="soft"))
