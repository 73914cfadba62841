"""Endpoints against places: a sign in each cell, and where there is room the stage where it stopped."""

from collections.abc import Sequence
from itertools import groupby

from preflight.model.fleet import FleetReport
from preflight.model.report import EndpointResult, Report
from preflight.report.fleet.columns import Cell, Cells, Column, cells, columns
from preflight.report.html.markup import NOTHING, Html, block, element, sign, text
from preflight.report.html.matrix import ended, named, see
from preflight.report.html.places import Places
from preflight.report.html.tables import table
from preflight.report.html.tones import VERDICTS, signed
from preflight.report.words import component_of

CAPTION = (
    "The verdict is that of the worst place. A cell has the sign of its worst vantage, the stage where it stopped, and 3/50 where only 3"
    " of its 50 vantages ended so. A dot: not asked there."
)


def matrix(fleet: FleetReport, whole: Report, where: Places) -> Html:
    """Return a row for each endpoint, a column for each group of places, and below them what the columns are."""
    if not whole.endpoints:
        return NOTHING
    shown = columns(fleet)
    found = cells(fleet, shown)
    bodies = [
        _body(component, tuple(members), found, where)
        for component, members in groupby(whole.endpoints, key=component_of)
    ]
    grid = block("table", element("caption", text(CAPTION)), _head(shown), *bodies, class_="matrix")
    return block(
        "section",
        element("h2", text("Endpoints by place")),
        block("div", grid, class_="wide"),
        _key(shown),
        id="endpoints",
    )


def _head(shown: Sequence[Column]) -> Html:
    return block(
        "thead",
        block(
            "tr",
            element("th", element("span", text("Verdict"), class_="word"), scope="col"),
            element("th", text("Endpoint"), scope="col"),
            *(_place(number, column) for number, column in enumerate(shown, 1)),
            element("th", text("See"), scope="col"),
        ),
    )


def _place(number: int, column: Column) -> Html:
    """Return a column's head: its number, and where there is room what it stands for."""
    lines = (element("span", _breakable(f" {line}"), class_="word") for line in column.heads)
    return element("th", element("b", text(str(number))), *lines, scope="col", class_="stage place")


def _breakable(line: str) -> Html:
    """Return the words, broken before a letter is: `pods+nodes` is wider than a column."""
    return Html(text(line).replace("+", "+<wbr>"))


def _body(component: str, members: tuple[EndpointResult, ...], found: Cells, where: Places) -> Html:
    width = str(len(found[members[0].id]) + 3)
    title = element("th", text(component), scope="rowgroup", colspan=width)
    rows = (
        block(
            "tr",
            ended(endpoint),
            named(endpoint, where),
            *map(_cell, found[endpoint.id]),
            see(endpoint, where),
        )
        for endpoint in members
    )
    return block("tbody", element("tr", title), *rows)


def _cell(cell: Cell | None) -> Html:
    if cell is None:
        return element("td", sign("·", "not asked"), class_="stage")
    result = cell.result
    stopped = " stopped" if result.stage else ""
    stage = (
        element("span", text(f" {result.stage.value}"), class_="at") if result.stage else NOTHING
    )
    share = (
        NOTHING
        if cell.alike == cell.asked
        else element("small", text(f" {cell.alike}/{cell.asked}"))
    )
    tone = f"stage{stopped} {VERDICTS[result.verdict]}"
    return element("td", signed(result), stage, share, class_=tone)


def _key(shown: Sequence[Column]) -> Html:
    """Return what stands in each column, from left to right."""
    rows = [
        (text(str(number)), text(column.where), text(str(len(column.vantages))))
        for number, column in enumerate(shown, 1)
    ]
    return table(("Column", "Where", "Vantages"), rows)
