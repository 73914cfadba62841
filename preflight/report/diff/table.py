"""The difference for a terminal."""

from collections.abc import Iterator

from preflight.model.report import EndpointResult
from preflight.report.diff import Difference
from preflight.report.diff.words import (
    CAUTION,
    about_change,
    about_finding,
    about_stay,
    runs,
    state,
    summary,
)
from preflight.report.layout import Ink, paint, wrap
from preflight.report.style import PLAIN, Style
from preflight.report.words import target


def render(difference: Difference, style: Style = PLAIN) -> str:
    """Return the difference, no line wider than the style's width."""
    lines = [*_head(difference, style)]
    for title, ink, texts in (
        ("FINDINGS OPENED", Ink.BAD, [about_finding(one) for one in difference.opened]),
        ("FINDINGS CLOSED", Ink.GOOD, [about_finding(one) for one in difference.closed]),
        (
            "FINDINGS NOT MEASURED ANY MORE",
            Ink.WARN,
            [about_finding(one) for one in difference.unmeasured],
        ),
        ("FINDINGS THAT STAYED", Ink.WARN, [about_stay(one) for one in difference.stayed]),
        (
            "ENDPOINTS THAT CHANGED",
            Ink.BOLD,
            [f"{_name(one.new)}: {about_change(one)}" for one in difference.changed],
        ),
        ("ENDPOINTS ADDED", Ink.BOLD, [f"{_name(one)}: {state(one)}" for one in difference.added]),
        (
            "ENDPOINTS REMOVED",
            Ink.BOLD,
            [f"{_name(one)}: {state(one)}" for one in difference.removed],
        ),
    ):
        lines += _section(title, ink, texts, style)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _head(difference: Difference, style: Style) -> Iterator[str]:
    yield from (paint(line, Ink.BOLD, style) for line in wrap(summary(difference), style))
    yield ""
    for label, text in runs(difference):
        yield from wrap(text, style, first=f"{label:<5}")
    if difference.context:
        yield ""
        yield from wrap(CAUTION, style)
    for change in difference.context:
        yield from wrap(f"{change.what}: {change.old} → {change.new}", style, first="  ")


def _section(title: str, ink: Ink, texts: list[str], style: Style) -> Iterator[str]:
    if texts:
        yield from ("", paint(title, ink, style), "")
    for text in texts:
        yield from wrap(text, style, first="  ", rest="    ")


def _name(endpoint: EndpointResult) -> str:
    return f"{target(endpoint)} ({endpoint.requirement.value}, {endpoint.id})"
