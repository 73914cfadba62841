"""The difference for a terminal."""

from collections.abc import Iterator

from preflight.model.report import EndpointResult
from preflight.report.diff import Difference
from preflight.report.diff.words import (
    CAUTION,
    Fate,
    Followed,
    about_change,
    followed,
    runs,
    state,
    summary,
)
from preflight.report.layout import Ink, paint, wrap
from preflight.report.style import PLAIN, Style
from preflight.report.words import target

INKS = {
    Fate.OPENED: Ink.BAD,
    Fate.CLOSED: Ink.GOOD,
    Fate.UNMEASURED: Ink.WARN,
    Fate.STAYED: Ink.WARN,
}


def render(difference: Difference, style: Style = PLAIN) -> str:
    """Return the difference, no line wider than the style's width."""
    lines = [*_head(difference, style)]
    for fate, members in followed(difference):
        lines += ["", paint(f"FINDINGS {fate.value.upper()}", INKS[fate], style), ""]
        lines += [line for one in members for line in _follow(one, style)]
    for title, texts in (
        (
            "ENDPOINTS THAT CHANGED",
            [f"{_name(one.new)}: {about_change(one)}" for one in difference.changed],
        ),
        ("ENDPOINTS ADDED", [f"{_name(one)}: {state(one)}" for one in difference.added]),
        ("ENDPOINTS REMOVED", [f"{_name(one)}: {state(one)}" for one in difference.removed]),
    ):
        lines += _section(title, texts, style)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _follow(one: Followed, style: Style) -> Iterator[str]:
    yield from wrap(one.said, style, first="  ", rest="    ")
    for line in one.passages:
        yield from wrap(line, style, first="    - ", rest="      ")


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


def _section(title: str, texts: list[str], style: Style) -> Iterator[str]:
    if texts:
        yield from ("", paint(title, Ink.BOLD, style), "")
    for text in texts:
        yield from wrap(text, style, first="  ", rest="    ")


def _name(endpoint: EndpointResult) -> str:
    return f"{target(endpoint)} ({endpoint.requirement.value}, {endpoint.id})"
