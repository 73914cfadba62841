"""Several vantages as text: endpoints against places, then findings with where they hold.

One file per format, each with `render(fleet, style) -> str`. To add one: write the file, add its loader and its line to `FLEET_FORMATS`.
`columns` puts vantages together that ended alike, `merged` gives what a single report's renderers can show.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from preflight.errors import UsageError
from preflight.report.style import PLAIN, Style

if TYPE_CHECKING:
    from preflight.model.fleet import FleetReport  # not needed before there is one

__all__ = ["FLEET_FORMATS", "FleetRenderer", "render_fleet"]

FleetRenderer = Callable[["FleetReport", Style], str]


def _table() -> FleetRenderer:
    from preflight.report.fleet.table import render

    return render


def _json() -> FleetRenderer:
    from preflight.report.fleet.json import render

    return render


def _junit() -> FleetRenderer:
    from preflight.report.fleet.junit import render

    return render


def _markdown() -> FleetRenderer:
    from preflight.report.fleet.markdown import render

    return render


def _csv() -> FleetRenderer:
    from preflight.report.fleet.csv import render

    return render


def _html() -> FleetRenderer:
    from preflight.report.fleet.html import render

    return render


FLEET_FORMATS: dict[str, Callable[[], FleetRenderer]] = {
    "table": _table,
    "json": _json,
    "junit": _junit,
    "markdown": _markdown,
    "csv": _csv,
    "html": _html,
}


def render_fleet(fleet: "FleetReport", format_name: str, style: Style = PLAIN) -> str:
    """Return the report over several vantages in the format of that name; the text ends with a line end.

    Raises:
        UsageError: there is none of that name for several vantages.
    """
    if format_name not in FLEET_FORMATS:
        known = ", ".join(FLEET_FORMATS)
        raise UsageError(
            f"{format_name} shows one vantage; for several there are {known}, and json holds each vantage's report in `reports`"
        )
    return FLEET_FORMATS[format_name]()(fleet, style)
