"""What people see first of several vantages: verdict, endpoints against places, then every finding with where it holds."""

from collections.abc import Iterator

from preflight.model.fleet import FleetReport
from preflight.model.report import Report
from preflight.report.findings import finding_lines
from preflight.report.fleet.columns import Column, cells, columns
from preflight.report.fleet.headline import facts, headline, next_steps
from preflight.report.fleet.matrix import fitting, legend, matrix
from preflight.report.fleet.merged import merged, seen_at
from preflight.report.fleet.sections import LISTED, holds_at, sources, unheard
from preflight.report.layout import Ink, cut, paint, wrap
from preflight.report.style import PLAIN, Style
from preflight.report.table import VERDICT_INKS, labelled, remarks, section, waivers
from preflight.report.terms import TRANSLATED


def render(fleet: FleetReport, style: Style = PLAIN) -> str:
    """Return the report for a terminal, no line wider than the style's width."""
    whole = merged(fleet)
    lines = [
        *_header(fleet, style),
        *(_endpoints(fleet, whole, style) if whole else ()),
        *_findings(fleet, style),
        *_failures(fleet, style),
        *(remarks(whole, style) if whole else ()),
        *(waivers(whole, style) if whole else ()),
        *_next(fleet, whole, style),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _header(fleet: FleetReport, style: Style) -> Iterator[str]:
    title = "Egress preflight of Microsoft Defender for Containers, from several vantages"
    yield from (paint(line, Ink.BOLD, style) for line in wrap(title, style))
    yield ""
    verdict = fleet.verdict.value.upper()
    start = f"{'Verdict':<10} {verdict}: "
    first, *more = wrap(headline(fleet), style, first=start, rest=" " * 11)
    yield first.replace(verdict, paint(verdict, VERDICT_INKS[fleet.verdict], style), 1)
    yield from more
    yield from labelled(facts(fleet), style)


def _endpoints(fleet: FleetReport, whole: Report, style: Style) -> Iterator[str]:
    if not whole.endpoints:
        return
    shown = columns(fleet, most=fitting(style))
    yield from section("ENDPOINTS BY PLACE", style)
    yield from matrix(whole, cells(fleet, shown), shown, style)
    yield ""
    yield from _places(shown, style)
    yield from (paint(line, Ink.DIM, style) for line in wrap(legend(style), style))


def _places(shown: tuple[Column, ...], style: Style) -> Iterator[str]:
    """Yield what stands in each column, from left to right."""
    for number, column in enumerate(shown, start=1):
        count = len(column.vantages)
        text = f"{column.where} ({count} vantage{'' if count == 1 else 's'})"
        for line in wrap(text, style, first=f"Column {number}  "):
            yield paint(line, Ink.DIM, style)


def _findings(fleet: FleetReport, style: Style) -> Iterator[str]:
    if not fleet.findings:
        return
    yield from section("FINDINGS: WHAT STOPS THE TRAFFIC WHERE, AND WHAT TO ASK FOR", style)
    for number, finding in enumerate(fleet.findings):
        if number:
            yield ""
        report = seen_at(finding, fleet)
        where, source = holds_at(finding, fleet), sources(finding, fleet)
        yield from finding_lines(finding, report, style, where=where, source=source)
    if any(finding.evidence for finding in fleet.findings):
        note = f"Sources are as seen there; {TRANSLATED}."
        yield from ("", *(paint(line, Ink.DIM, style) for line in wrap(note, style)))


def _failures(fleet: FleetReport, style: Style) -> Iterator[str]:
    if fleet.failures:
        yield from section("NO REPORT, SO NOTHING IS KNOWN OF THESE", style)
    for reason, detail, places in unheard(fleet.failures):
        yield from wrap(f"{reason}: {detail}" if detail else reason, style)
        yield from (f"  {cut(place, style.width - 2, style)}" for place in places[:LISTED])
        if len(places) > LISTED:
            yield f"  and {len(places) - LISTED} more"


def _next(fleet: FleetReport, whole: Report | None, style: Style) -> Iterator[str]:
    steps = next_steps(fleet, whole)
    if steps:
        yield from section("NEXT", style)
        yield from wrap(steps, style)
