"""The difference for a ticket."""

from collections.abc import Iterator

from preflight.model.report import EndpointResult
from preflight.report.diff import Difference
from preflight.report.diff.words import (
    CAUTION,
    Followed,
    about_change,
    followed,
    runs,
    state,
    summary,
)
from preflight.report.markup import code, prose
from preflight.report.style import PLAIN, Style
from preflight.report.words import target


def render(difference: Difference, style: Style = PLAIN) -> str:  # noqa: ARG001 - every renderer has the same shape
    """Return the difference as Markdown in which nothing untrusted is markup."""
    lines = [*_head(difference)]
    for fate, members in followed(difference):
        lines += ["", f"## Findings {fate.value}", ""]
        lines += [line for one in members for line in _follow(one)]
    for title, items in (
        (
            "Endpoints that changed",
            [f"{_name(one.new)}: {prose(about_change(one))}" for one in difference.changed],
        ),
        ("Endpoints added", [f"{_name(one)}: {prose(state(one))}" for one in difference.added]),
        ("Endpoints removed", [f"{_name(one)}: {prose(state(one))}" for one in difference.removed]),
    ):
        lines += ["", f"## {title}", "", *(f"- {item}" for item in items)] if items else []
    return "\n".join(lines) + "\n"


def _follow(one: Followed) -> Iterator[str]:
    yield f"- {prose(one.said)}"
    yield from (f"  - {prose(line)}" for line in one.passages)


def _head(difference: Difference) -> Iterator[str]:
    yield from (
        "# What changed between two preflight reports",
        "",
        f"**{prose(summary(difference))}**",
        "",
    )
    for label, text in runs(difference):
        yield f"- {label}: {prose(text)}"
    if difference.context:
        yield from ("", f"**{CAUTION}**", "")
    for change in difference.context:
        yield f"- {change.what}: {prose(change.old)} → {prose(change.new)}"


def _name(endpoint: EndpointResult) -> str:
    return f"{code(target(endpoint))} ({endpoint.requirement.value}, {code(endpoint.id)})"
