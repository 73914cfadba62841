"""Whole report in, text out. Renderers decide nothing: no verdict, no file, no terminal, no clock.

One file per format, each with `render(report, style) -> str`. To add one: write the file, add its loader and its line to `FORMATS`.
`fleet` has the same for reports over several vantages.
Everything that a network, a certificate or a saved file said is escaped for the format it goes to, whatever was done before.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from preflight.report.style import PLAIN, Renderer, Style

if TYPE_CHECKING:
    from preflight.model.fleet import FleetReport  # not needed before there is one
    from preflight.model.report import Report

__all__ = ["FORMATS", "PLAIN", "Renderer", "Style", "render"]

# A loader imports its renderer when that is wanted: tabulate, csv and xml each cost a run's start some milliseconds.


def _table() -> Renderer:
    from preflight.report.table import render

    return render


def _json() -> Renderer:
    from preflight.report.json import render

    return render


def _junit() -> Renderer:
    from preflight.report.junit import render

    return render


def _markdown() -> Renderer:
    from preflight.report.markdown import render

    return render


def _csv() -> Renderer:
    from preflight.report.csv import render

    return render


def _html() -> Renderer:
    from preflight.report.html import render

    return render


FORMATS: dict[str, Callable[[], Renderer]] = {
    "table": _table,
    "json": _json,
    "junit": _junit,
    "markdown": _markdown,
    "csv": _csv,
    "html": _html,
}


def render(report: "Report | FleetReport", format_name: str, style: Style = PLAIN) -> str:
    """Return the report, of one vantage or of several, in the format of that name; the text ends with a line end.

    Raises:
        UsageError: there is none of that name for several vantages.
    """
    from preflight.model.fleet import FleetReport  # not needed before there is one

    if isinstance(report, FleetReport):
        from preflight.report.fleet import render_fleet

        return render_fleet(report, format_name, style)
    return FORMATS[format_name]()(report, style)
