"""Endpoints against places, for a terminal: a sign in each cell, and the stage where it stopped as far as there is room."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from preflight.model.diagnosis import Verdict
from preflight.model.report import EndpointResult, Report
from preflight.report.fleet.columns import MOST, Cell, Cells, Column
from preflight.report.layout import Ink, columns, cut, cut_host, paint
from preflight.report.rows import INKS, WIDE, mark
from preflight.report.style import Style
from preflight.report.words import component_of, target

HOST = 30
"""Columns that a host gets at least, where places leave them."""
NARROWEST = 6
"""Columns of a place at least."""
WIDEST = 14
STAGED = 7
"""Columns of a place from which the stage has room beside the sign, as in `✗ proxy`."""
GAP = 2
BESIDE = 32
"""Columns for signs, hosts and what a line ends with, at least."""


def fitting(style: Style) -> int:
    """Return how many places fit side by side."""
    return min(MOST, max(1, (style.width - BESIDE) // (NARROWEST + GAP)))


Line = tuple[str, ...]


def matrix(whole: Report, cells: Cells, shown: Sequence[Column], style: Style) -> Iterator[str]:
    """Yield the heads, then each component's endpoints under its name."""
    around = [
        _around(endpoint, cells[endpoint.id], len(shown), style) for endpoint in whole.endpoints
    ]
    heads = _heads(shown, style)
    widths = [
        max(columns(cell) for cell in column)
        for column in zip(*([line[0], *line[2:]] for line in heads), *around, strict=True)
    ]
    room = style.width - sum(widths) - GAP * len(widths)
    widths.insert(1, max(columns("ENDPOINT"), *_hosts(whole, room, style)))
    yield from (_line(head, widths) for head in heads)
    pairs = zip(whole.endpoints, around, strict=True)
    for component, members in groupby(pairs, key=lambda pair: component_of(pair[0])):
        yield paint(cut(component, style.width, style), Ink.DIM, style)
        for endpoint, line in members:
            host = cut_host(target(endpoint), room, style)
            given = cells[endpoint.id]
            yield _line(_painted((line[0], host, *line[1:]), endpoint, given, style), widths)


def _hosts(whole: Report, room: int, style: Style) -> list[int]:
    return [columns(cut_host(target(endpoint), room, style)) for endpoint in whole.endpoints]


def _heads(shown: Sequence[Column], style: Style) -> list[Line]:
    """Return the lines of the head, the last with what the other columns are."""
    width = _width(len(shown), style)
    depth = max((len(column.heads) for column in shown), default=1)
    lines = [
        ("", "", *(cut(_head(column, level), width, style) for column in shown))
        for level in range(depth)
    ]
    is_wide = style.width >= WIDE
    tails = [("", "")] * (depth - 1) + [("NEEDED", "SEE")]
    starts = [("", "")] * (depth - 1) + [("", "ENDPOINT")]
    return [
        (*start, *line[2:], *(tail if is_wide else tail[1:]))
        for start, line, tail in zip(starts, lines, tails, strict=True)
    ]


def _head(column: Column, level: int) -> str:
    return column.heads[level] if level < len(column.heads) else ""


def _width(number: int, style: Style) -> int:
    """Return how wide a place's column may be."""
    beside = HOST + (24 if style.width >= WIDE else 10)
    return min(max((style.width - beside) // max(number, 1) - GAP, NARROWEST), WIDEST)


def _around(
    endpoint: EndpointResult, given: Sequence[Cell | None], number: int, style: Style
) -> Line:
    """Return every cell of a line but the endpoint's own."""
    width = _width(number, style)
    see = "waived" if endpoint.waived else cut(" ".join(endpoint.findings), 9, style)
    needed = (endpoint.requirement.value,) if style.width >= WIDE else ()
    places = (cut(_said(cell, width, style), width, style) for cell in given)
    return (mark(endpoint.verdict, style), *places, *needed, see)


def _said(cell: Cell | None, width: int, style: Style) -> str:
    """Return the sign, where it stopped, and of several unlike ones how many; nothing where it was not asked."""
    if cell is None:
        return ""
    sign = mark(cell.result.verdict, style)
    share = "" if cell.alike == cell.asked else f" {cell.alike}/{cell.asked}"
    stage = f" {cell.result.stage.value}" if cell.result.stage and width >= STAGED else ""
    whole = f"{sign}{stage}{share}"
    return whole if columns(whole) <= width else f"{sign}{share or stage}"


def _painted(
    line: Line, endpoint: EndpointResult, given: Sequence[Cell | None], style: Style
) -> Line:
    """Colour the signs."""
    inks = [
        INKS[endpoint.verdict],
        None,
        *(INKS[cell.result.verdict] if cell else None for cell in given),
    ]
    inks += [None] * (len(line) - len(inks))
    return tuple(
        paint(text, ink, style) if ink else text for text, ink in zip(line, inks, strict=True)
    )


def _line(cells: Line, widths: Sequence[int]) -> str:
    return (
        (" " * GAP)
        .join(
            cell + " " * (width - _plain(cell)) for cell, width in zip(cells, widths, strict=True)
        )
        .rstrip()
    )


def _plain(cell: str) -> int:
    """Return the columns of a cell, the codes of its colour left out."""
    if cell.startswith("\x1b["):
        cell = cell[cell.index("m") + 1 : cell.rindex("\x1b")]
    return columns(cell)


def legend(style: Style) -> str:
    """Return what the signs mean."""
    signs = ", ".join(f"{mark(verdict, style)} {verdict.value}" for verdict in Verdict)
    return (
        f"{signs}; empty: not asked there. Beside a sign stands the stage where it stopped; 3/50: so at 3 of that column's 50"
        " vantages, better at the others. The first sign is the worst."
    )
