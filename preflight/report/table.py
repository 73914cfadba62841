"""What people see first: verdict, a row per endpoint, then every finding with the rule to open and the packet to look for."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import assert_never

from preflight.model.diagnosis import Verdict
from preflight.model.report import EndpointResult, Report, ReportVerdict
from preflight.report.findings import finding_lines
from preflight.report.hints import applicable
from preflight.report.layout import Ink, cut, paint, wrap
from preflight.report.rows import headers, mark, rows, stages_of
from preflight.report.style import PLAIN, Style
from preflight.report.words import (
    about_profile,
    about_vantage,
    ended,
    headline,
    lasted,
    moment,
    tally,
    target,
)

VERDICT_INKS = {
    ReportVerdict.PASS: Ink.GOOD,
    ReportVerdict.DEGRADED: Ink.WARN,
    ReportVerdict.BLOCKED: Ink.BAD,
    ReportVerdict.INCONCLUSIVE: Ink.WARN,
}

LISTED = 20
"""Endpoints named under one reason; the rows above name all of them."""


def render(report: Report, style: Style = PLAIN) -> str:
    """Return the report for a terminal, no line wider than the style's width."""
    lines = [
        *_header(report, style),
        *_endpoints(report, style),
        *_findings(report, style),
        *_remarks(report, style),
        *_waivers(report, style),
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
    grouped = groupby(zip(report.endpoints, body, strict=True), key=lambda pair: pair[0].component)
    for component, pairs in grouped:
        yield paint(cut(component, style.width, style), Ink.DIM, style)
        yield from (line for _, line in pairs)
    yield ""
    yield from _legend(style)


def _tabulated(endpoints: tuple[EndpointResult, ...], style: Style) -> list[str]:
    """Return the head and a line for each endpoint. The head goes in as a row, for tabulate pads real ones."""
    from tabulate import tabulate  # 40 ms to import, most of it for importlib.metadata

    stages = stages_of(endpoints)
    heads = headers(stages, style)
    sides = ["right" if head.lower() in stages else "left" for head in heads]
    body = [heads, *rows(endpoints, stages, style)]
    return tabulate(body, tablefmt="plain", disable_numparse=True, colalign=sides).split("\n")


def _legend(style: Style) -> list[str]:
    signs = ", ".join(f"{mark(verdict, style)} {verdict.value}" for verdict in Verdict)
    text = f"Times in milliseconds; a sign instead of one is where it stopped, a dot was not run. {signs}."
    plain = text.replace("a dot was", "a dash was") if not style.unicode else text
    return [paint(line, Ink.DIM, style) for line in wrap(plain, style)]


def _findings(report: Report, style: Style) -> Iterator[str]:
    if not report.findings:
        return
    yield from section("FINDINGS: WHAT STOPS THE TRAFFIC, AND WHAT TO OPEN", style)
    for number, finding in enumerate(report.findings):
        if number:
            yield ""
        yield from finding_lines(finding, report, style)


def _remarks(report: Report, style: Style) -> Iterator[str]:
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
            note = f"{target(endpoint)}  ({endpoint.requirement.value}, {endpoint.id})"
            yield "  " + cut(note, style.width - 2, style)
        if len(members) > LISTED:
            yield f"  and {len(members) - LISTED} more"


def _waivers(report: Report, style: Style) -> Iterator[str]:
    waived = [(endpoint, endpoint.waived) for endpoint in report.endpoints if endpoint.waived]
    if waived:
        yield from section("WAIVED: REPORTED, NOT COUNTED", style)
    for endpoint, waiver in waived:
        until = f"until {waiver.until.isoformat()}" if waiver.until else "without an end"
        yield cut(f"{target(endpoint)}  ({endpoint.id}): {ended(endpoint)}", style.width, style)
        yield from wrap(f"{until}: {waiver.reason}", style, first="  ")


def _next(report: Report, style: Style) -> Iterator[str]:
    """Yield what to do now."""
    match report.verdict:
        case ReportVerdict.BLOCKED:
            yield from section("NEXT", style)
            yield from wrap(
                "Give the findings to the people who run the firewall, proxy or DNS server: each names the rule to open and a packet to"
                " look for in the log. Save a report with -o json=FILE before and after: report diff shows what changed.",
                style,
            )
        case ReportVerdict.INCONCLUSIVE:
            yield from section("NEXT", style)
            yield from wrap(
                "What was not measured is not known to be open. Supply what is missing or repair what is named above, and run it again.",
                style,
            )
        case ReportVerdict.PASS | ReportVerdict.DEGRADED:
            yield from _elsewhere(report, style)
        case unexpected:
            assert_never(unexpected)


def _elsewhere(report: Report, style: Style) -> Iterator[str]:
    yield from section("IF THE SENSOR STILL FAILS", style)
    yield from wrap(
        "The network between here and the required endpoints is then not the reason. These known causes look the same:",
        style,
    )
    for hint in applicable(report.profile):
        yield from wrap(f"{hint.title}. {hint.look}", style, first="- ")
        yield from (
            paint(line, Ink.DIM, style) for line in wrap(f"({hint.source})", style, first="  ")
        )
