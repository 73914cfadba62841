"""Several vantages for tickets: the findings first, with where each holds, then endpoints against places."""

from collections.abc import Iterator

from preflight.model.fleet import FleetReport
from preflight.model.report import EndpointResult, Report
from preflight.report.fleet.columns import Cell, Column, cells, columns
from preflight.report.fleet.headline import facts, headline, next_steps, tally
from preflight.report.fleet.merged import merged, seen_at
from preflight.report.fleet.sections import holds_at, sources, unheard
from preflight.report.markdown import finding_blocks, others
from preflight.report.markup import code, prose, row
from preflight.report.style import PLAIN, Style
from preflight.report.words import component_of, ended, target


def render(fleet: FleetReport, style: Style = PLAIN) -> str:  # noqa: ARG001 - every renderer has the same shape
    """Return the report as Markdown in which nothing untrusted is markup."""
    whole = merged(fleet)
    blocks = [
        *_head(fleet),
        *_findings(fleet),
        *_failures(fleet),
        *(_endpoints(fleet, whole) if whole else ()),
        *(others(whole) if whole else ()),
        *_next(fleet, whole),
    ]
    return "\n".join(blocks) + "\n"


def _head(fleet: FleetReport) -> Iterator[str]:
    yield f"# Defender for Containers egress preflight, several vantages: {fleet.verdict.value}"
    yield from ("", f"**{prose(headline(fleet))}**", "")
    for label, text in facts(fleet):
        yield f"- {label}: {prose(text)}"


def _findings(fleet: FleetReport) -> Iterator[str]:
    if fleet.findings:
        yield from ("", "## Findings")
    for finding in fleet.findings:
        report = seen_at(finding, fleet)
        where, source = holds_at(finding, fleet), sources(finding, fleet)
        yield from finding_blocks(finding, report, where=where, source=source)


def _failures(fleet: FleetReport) -> Iterator[str]:
    if fleet.failures:
        yield from ("", "## No report, so nothing is known of these", "")
    for reason, detail, places in unheard(fleet.failures):
        yield f"- {prose(reason)}{': ' + code(detail) if detail else ''}"
        yield from (f"  - {code(place)}" for place in places)


def _endpoints(fleet: FleetReport, whole: Report) -> Iterator[str]:
    """Yield the matrix, folded, and what stands in each column."""
    if not whole.endpoints:
        return
    shown = columns(fleet)
    found = cells(fleet, shown)
    yield from ("", "## Endpoints by place", "")
    yield from ("<details>", f"<summary>{prose(tally(fleet))}</summary>", "")
    names = [f"{number}: {prose(' '.join(one.heads))}" for number, one in enumerate(shown, 1)]
    yield from row("Endpoint", *names, "Id", "Component", "Needed", "Findings", head=True)
    for endpoint in whole.endpoints:
        yield from row(
            code(target(endpoint)),
            *map(_cell, found[endpoint.id]),
            code(endpoint.id),
            prose(component_of(endpoint)),
            endpoint.requirement.value,
            _see(endpoint),
        )
    yield ""
    yield from map(_column, range(1, len(shown) + 1), shown)
    yield from ("", "</details>")


def _cell(cell: Cell | None) -> str:
    """Return how it ended, the cause, and of several unlike vantages at how many."""
    if cell is None:
        return "not asked"
    cause = f" {code(cell.result.cause.value)}" if cell.result.cause else ""
    share = "" if cell.alike == cell.asked else f" ({cell.alike} of {cell.asked})"
    return f"{ended(cell.result)}{cause}{share}"


def _see(endpoint: EndpointResult) -> str:
    return "waived" if endpoint.waived else prose(" ".join(endpoint.findings))


def _column(number: int, column: Column) -> str:
    count = len(column.vantages)
    return f"- {number}: {prose(column.where)} ({count} vantage{'' if count == 1 else 's'})"


def _next(fleet: FleetReport, whole: Report | None) -> Iterator[str]:
    steps = next_steps(fleet, whole)
    if steps:
        yield from ("", "## Next", "", prose(steps))
