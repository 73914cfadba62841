"""One self-contained file for people without the tool: for a browser, a phone, a printer, or a screen reader.

It holds no script and refers to nothing outside itself, and its Content Security Policy forbids both. A tone only repeats what a
word or a sign says. `request.ReadyText` is the place for rules in a device's own format: this room does not make them.
`report.fleet.html` makes the same page of several vantages, from the same parts.
"""

from collections.abc import Sequence

from preflight.model.report import Report
from preflight.report.headline import headline
from preflight.report.html.evidence import evidence
from preflight.report.html.findings import findings
from preflight.report.html.markup import block
from preflight.report.html.matrix import matrix
from preflight.report.html.page import contents, foot, page
from preflight.report.html.places import places
from preflight.report.html.reading import reading
from preflight.report.html.remarks import advice, unjudged, waivers
from preflight.report.html.request import ReadyText, names, ticket
from preflight.report.html.rules import rules
from preflight.report.html.sight import sights
from preflight.report.html.summary import about, head
from preflight.report.style import PLAIN, Style

__all__ = ["ReadyText", "render"]


def render(report: Report, style: Style = PLAIN, *, ready: Sequence[ReadyText] = ()) -> str:  # noqa: ARG001 - every renderer has the same shape
    """Return the report as one HTML file; `ready` are rules in devices' own formats, shown beside the ticket."""
    where = places(report)
    found = findings(sights(report), where)
    request = rules(ticket(report), names(report), ready)
    endpoints, details = matrix(report, where), evidence(report)
    told = reading(report.endpoints)
    ways = (
        ("Findings", "findings", found),
        ("Rule request", "request", request),
        ("Endpoints", "endpoints", endpoints),
        ("Details", "evidence", details),
        ("How to read", "reading", told),
    )
    remarks = (unjudged(report), waivers(report), advice(report))
    return page(
        f"Defender for Containers egress preflight: {report.verdict.value}",
        head(report.verdict, headline(report)),
        about(report),
        contents(ways),
        block("main", found, request, endpoints, *remarks, details, told),
        foot(report.started_at, report.tool_version),
    )
