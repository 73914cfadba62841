"""One row per endpoint and vantage, and one per vantage without a report: RFC 4180, UTF-8, CRLF line ends."""

import csv
import io
from collections.abc import Iterator

from preflight.model.fleet import Failure, FleetReport, Place
from preflight.report import csv as single
from preflight.report.fleet.sections import REASONS
from preflight.report.style import PLAIN, Style

PLACE = ("context", "pool", "node", "network")
COLUMNS = (*PLACE, *single.COLUMNS)
"""Where it was seen from, then what a single report has; `findings` are the fleet's."""
FINDINGS = single.COLUMNS.index("findings")
EXPLAINED = {name: single.COLUMNS.index(name) for name in ("verdict", "explanation")}


def render(fleet: FleetReport, style: Style = PLAIN) -> str:  # noqa: ARG001 - every renderer has the same shape
    """Return the report as CSV with a head row; cells that a spreadsheet would evaluate get a leading apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([single.cell(value) for value in row] for row in _rows(fleet))
    return text.getvalue()


def _rows(fleet: FleetReport) -> Iterator[tuple[object, ...]]:
    named = _named(fleet)
    for position, (place, report) in enumerate(zip(fleet.places, fleet.reports, strict=True)):
        for endpoint in report.endpoints:
            values = list(single.row(endpoint))
            values[FINDINGS] = " ".join(named.get((position, endpoint.id), ()))
            yield (*_place(place), *values)
    for failure in fleet.failures:
        yield (*_missing(failure), *_unknown(failure))


def _place(place: Place) -> tuple[str | None, ...]:
    return (place.context, place.pool, place.node, place.network.value)


def _missing(failure: Failure) -> tuple[str | None, ...]:
    network = failure.network.value if failure.network else None
    return (failure.context, failure.pool, failure.node, network)


def _unknown(failure: Failure) -> tuple[object, ...]:
    """Return a row that names no endpoint: every one is unknown there."""
    values: list[object] = [None] * len(single.COLUMNS)
    values[EXPLAINED["verdict"]] = "inconclusive"
    reason = REASONS[failure.reason]
    detail = f": {failure.detail}" if failure.detail else ""
    values[EXPLAINED["explanation"]] = f"no report: {reason}{detail}"
    return tuple(values)


def _named(fleet: FleetReport) -> dict[tuple[int, str], list[str]]:
    """Return for each endpoint at each vantage the fleet's findings that hold there."""
    named: dict[tuple[int, str], list[str]] = {}
    for finding in fleet.findings:
        for position in finding.vantages:
            for id_ in finding.endpoints:
                named.setdefault((position, id_), []).append(finding.id)
    return named
