"""What changed from one look to the next while somebody edits the firewall: a line each, with the time of the packet that shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from preflight.model.diagnosis import Verdict
from preflight.model.endpoint import Requirement
from preflight.model.report import EndpointResult, Report
from preflight.report.diff import diff
from preflight.report.diff.words import about_change, state
from preflight.report.layout import fit, paint
from preflight.report.rows import INKS, mark
from preflight.report.style import Style
from preflight.report.words import decisive, moment, standing, target

AWAITED = frozenset({Verdict.BLOCKED, Verdict.INCONCLUSIVE})
"""Verdicts that another look may better; what is skipped was not looked at, and will not be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """An endpoint of which something else is said than before."""

    at: datetime
    """When the decisive packet was sent."""
    endpoint: EndpointResult
    said: str
    """As in `blocked at TLS (tls.reset) → reachable`."""


def awaited(report: Report) -> tuple[EndpointResult, ...]:
    """Return the required endpoints that are not open yet and may become so; waived ones do not count."""
    return tuple(
        endpoint
        for endpoint in report.endpoints
        if endpoint.requirement is Requirement.REQUIRED
        and endpoint.waived is None
        and endpoint.verdict in AWAITED
    )


def transitions(old: Report, new: Report) -> tuple[Transition, ...]:
    """Return what changed, in the order in which it was seen."""
    found = (
        Transition(at=_seen(one.new, new), endpoint=one.new, said=about_change(one))
        for one in diff(old, new).changed
    )
    return tuple(sorted(found, key=lambda one: one.at))


def _seen(endpoint: EndpointResult, report: Report) -> datetime:
    line = decisive(endpoint)
    return line.at if line else report.started_at


def beginning(report: Report, style: Style) -> list[str]:
    """Return the lines before the second look: what is waited for."""
    waiting = awaited(report)
    if not waiting:
        return []
    first = f"{moment(_end(report))} UTC  {_waiting(len(waiting))}. Ctrl-C ends with the report of the last look."
    return [first, *(f"  {_line(one, state(one), style)}" for one in waiting)]


def _end(report: Report) -> datetime:
    return report.started_at + timedelta(seconds=report.duration)


def moved(found: Iterable[Transition], style: Style) -> list[str]:
    """Return a line for each transition."""
    return [f"{moment(one.at)} UTC  {_line(one.endpoint, one.said, style)}" for one in found]


def _line(endpoint: EndpointResult, said: str, style: Style) -> str:
    sign = paint(mark(endpoint.verdict, style), INKS[endpoint.verdict], style)
    return f"{sign} {fit(f'{target(endpoint)} ({standing(endpoint)}): {said}', style)}"


def remaining(report: Report, looks: int, pause: float) -> str:
    """Return how many are waited for, and when the next look is."""
    return f"Look {looks}: {_waiting(len(awaited(report)))}; the next look begins in {pause:.0f} s"


def _waiting(number: int) -> str:
    are = "required endpoint is" if number == 1 else "required endpoints are"
    return f"{number} {are} not open yet"


def ending(looks: int, report: Report) -> str:
    """Return the line after the last of several looks."""
    return f"{moment(_end(report))} UTC  Look {looks}: nothing required is waited for any more."


def notes(looks: int, since: datetime, found: Iterable[Transition]) -> tuple[str, ...]:
    """Return the remarks by which a report tells of the looks before it."""
    first = f"Watched since {moment(since)} UTC; this is look {looks}."
    seen = (
        f"{moment(one.at)} UTC: {target(one.endpoint)} ({one.endpoint.id}): {one.said}"
        for one in found
    )
    return (first, *seen)
