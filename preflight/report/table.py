"""What people see first: verdict, a row per endpoint, then every finding with the rule to open and the packet to look for."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from preflight.model.diagnosis import Verdict
from preflight.model.endpoint import Requirement
from preflight.model.plan import Stage
from preflight.model.report import EndpointResult, Report, ReportVerdict
from preflight.model.vantage import VantageKind
from preflight.report.advice import elsewhere, next_steps
from preflight.report.findings import finding_lines
from preflight.report.headline import headline, tally
from preflight.report.hints import applicable
from preflight.report.layout import Ink, cut, paint, wrap
from preflight.report.rows import headers, mark, rows, stages_of
from preflight.report.searches import fitting
from preflight.report.style import PLAIN, Style
from preflight.report.terms import NEEDED, TRANSLATED
from preflight.report.words import (
    about_profile,
    about_vantage,
    component_of,
    ended,
    lasted,
    moment,
    standing,
    target,
)

VERDICT_INKS = {
    ReportVerdict.PASS: Ink.GOOD,
    ReportVerdict.DEGRADED: Ink.WARN,
    ReportVerdict.BLOCKED: Ink.BAD,
    ReportVerdict.INCONCLUSIVE: Ink.WARN,
}

LISTED = 10
"""Endpoints named under one reason; the rows above name all of them."""


def render(report: Report, style: Style = PLAIN) -> str:
    """Return the report for a terminal, no line wider than the style's width."""
    lines = [
        *_header(report, style),
        *_endpoints(report, style),
        *_findings(report, style),
        *remarks(report, style),
        *waivers(report, style),
        *_next(report, style),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def section(title: str, style: Style) -> list[str]:
    """Return the head of a part of the report, with an empty line on either side."""
    return ["", paint(title, Ink.BOLD, style), ""]


def labelled(pairs: Iterable[tuple[str, str]], style: Style) -> Iterator[str]:
    """Yield one wrapped line for each label and text; both are escaped here."""
    for label, text in pairs:
        yield from wrap(text, style, first=f"{label:<10} ")


def _header(report: Report, style: Style) -> Iterator[str]:
    yield paint("Egress preflight of Microsoft Defender for Containers", Ink.BOLD, style)
    yield ""
    verdict = report.verdict.value.upper()
    first, *more = wrap(
        headline(report), style, first=f"{'Verdict':<10} {verdict}: ", rest=" " * 11
    )
    yield first.replace(verdict, paint(verdict, VERDICT_INKS[report.verdict], style), 1)
    yield from more
    vantage = report.vantage
    yield from labelled(
        [
            ("Endpoints", tally(report)),
            ("Profile", about_profile(report.profile)),
            ("Seen from", about_vantage(vantage)),
            ("Resolver", ", ".join(vantage.resolvers) or "none"),
            ("Proxy", vantage.proxy or "none"),
            ("Run", _run(report)),
            *(("Note", notice) for notice in report.notices),
        ],
        style,
    )


def _run(report: Report) -> str:
    return f"{moment(report.started_at)} UTC, {lasted(report.duration)}, defender-preflight {report.tool_version}"


def _endpoints(report: Report, style: Style) -> Iterator[str]:
    """Yield the table, each component's rows under its name."""
    if not report.endpoints:
        return
    head, *body = _tabulated(report.endpoints, style)
    yield from section("ENDPOINTS", style)
    yield head
    grouped = groupby(
        zip(report.endpoints, body, strict=True), key=lambda pair: component_of(pair[0])
    )
    for component, pairs in grouped:
        yield paint(cut(component, style.width, style), Ink.DIM, style)
        yield from (line for _, line in pairs)
    yield ""
    yield from _legend(report, style)


def _tabulated(endpoints: tuple[EndpointResult, ...], style: Style) -> list[str]:
    """Return the head and a line for each endpoint. The head goes in as a row, for tabulate pads real ones."""
    from tabulate import tabulate  # 40 ms to import, most of it for importlib.metadata

    stages = stages_of(endpoints)
    heads = headers(stages, style)
    sides = ["right" if head.lower() in stages else "left" for head in heads]
    body = [heads, *rows(endpoints, stages, style)]
    return tabulate(body, tablefmt="plain", disable_numparse=True, colalign=sides).split("\n")


def _legend(report: Report, style: Style) -> list[str]:
    """Return what signs and words mean, of those that occur."""
    signs = ", ".join(f"{mark(verdict, style)} {verdict.value}" for verdict in Verdict)
    dot = "dot" if style.unicode else "dash"
    stages = f"Times in milliseconds; a sign in place of one: it stopped there; a {dot}: not run, or not needed. {signs}."
    if Stage.PROXY in stages_of(report.endpoints):
        stages += " PROXY is everything up to the proxy's answer."
    needed = {endpoint.requirement for endpoint in report.endpoints}
    words = ", ".join(f"{one.value} ({NEEDED[one]})" for one in Requirement if one in needed)
    lines = [*wrap(stages, style), *wrap(f"Needed: {words}.", style)]
    return [paint(line, Ink.DIM, style) for line in lines]


def _findings(report: Report, style: Style) -> Iterator[str]:
    if not report.findings:
        return
    yield from section("FINDINGS: WHAT STOPS THE TRAFFIC, AND WHAT TO ASK FOR", style)
    for number, finding in enumerate(report.findings):
        if number:
            yield ""
        yield from finding_lines(finding, report, style)
    notes = list(_about_logs(report))
    yield from [""] if notes else []
    yield from (paint(line, Ink.DIM, style) for note in notes for line in wrap(note, style))


def _about_logs(report: Report) -> Iterator[str]:
    """Yield what holds for every log that the findings speak of."""
    sent = [line for one in report.findings for line in one.evidence if line.destination]
    if sent and report.vantage.kind is VantageKind.POD:
        yield f"Sources are as seen here; {TRANSLATED}."
    if any(one.search and fitting(one.search, report.profile) for one in report.findings):
        yield "Ready queries for these logs: -o markdown, now or with report show FILE."


def remarks(report: Report, style: Style) -> Iterator[str]:
    """Yield what no finding says: what was not measured, not probed, or stopped without a cause."""
    open_ends = [
        endpoint for endpoint in report.endpoints if not endpoint.findings and not endpoint.waived
    ]
    for title, verdicts in (
        ("STOPPED, WITHOUT A KNOWN CAUSE", {Verdict.BLOCKED, Verdict.DEGRADED}),
        ("NOT MEASURED", {Verdict.INCONCLUSIVE}),
        ("NOT PROBED", {Verdict.SKIPPED}),
    ):
        chosen = [endpoint for endpoint in open_ends if endpoint.verdict in verdicts]
        if chosen:
            yield from section(title, style)
            yield from _by_reason(chosen, style)


def _by_reason(endpoints: list[EndpointResult], style: Style) -> Iterator[str]:
    """Yield each explanation once, and under it the endpoints that it holds for."""
    reasons: dict[str, list[EndpointResult]] = {}
    for endpoint in endpoints:
        reasons.setdefault(endpoint.explanation, []).append(endpoint)
    for reason, members in reasons.items():
        yield from wrap(reason, style)
        for endpoint in members[:LISTED]:
            yield "  " + cut(f"{target(endpoint)}  ({standing(endpoint)})", style.width - 2, style)
        if len(members) > LISTED:
            yield f"  and {len(members) - LISTED} more"


def waivers(report: Report, style: Style) -> Iterator[str]:
    """Yield what is waived, and why."""
    waived = [(endpoint, endpoint.waived) for endpoint in report.endpoints if endpoint.waived]
    if waived:
        yield from section("WAIVED: REPORTED, NOT COUNTED", style)
    for endpoint, waiver in waived:
        until = f"until {waiver.until.isoformat()}" if waiver.until else "without an end"
        yield cut(f"{target(endpoint)}  ({endpoint.id}): {ended(endpoint)}", style.width, style)
        yield from wrap(f"{until}: {waiver.reason}", style, first="  ")


def _next(report: Report, style: Style) -> Iterator[str]:
    """Yield what to do now, and where else to look when the network is not what is wrong."""
    steps, intro = next_steps(report), elsewhere(report)
    if steps:
        yield from section("NEXT", style)
        yield from wrap(steps, style)
    if intro:
        yield from section("IF THE SENSOR STILL FAILS", style)
        yield from wrap(intro, style)
    for hint in applicable(report.profile) if intro else ():
        yield from wrap(f"{hint.title}. {hint.look}", style, first="- ")
        yield from (
            paint(line, Ink.DIM, style) for line in wrap(f"({hint.source})", style, first="  ")
        )
