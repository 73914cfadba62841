"""A difference in plain words, for every format that people read."""

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import assert_never

from preflight.model.report import EndpointResult, EvidenceLine, Finding, Report
from preflight.report.diff import Difference, EndpointChange, FindingChange
from preflight.report.headline import tally
from preflight.report.words import decisive, ended, moment, target

Pair = tuple[EndpointResult | None, EndpointResult]
"""An endpoint before (None where it was not there) and after."""

PASSAGES = 10
"""Endpoints that are followed under one finding; those that changed are all named further down."""


@unique
class Trend(StrEnum):
    """Where things went, the gravest first."""

    WORSE = "worse"
    UNCLEAR = "unclear"
    BETTER = "better"
    OTHER = "other"
    """Something changed, and none of these."""
    SAME = "same"


def trend(difference: Difference) -> Trend:
    """Return where things went from the old report to the new one."""
    if difference.newly_blocked:
        return Trend.WORSE
    if difference.newly_unmeasured or difference.unmeasured:
        return Trend.UNCLEAR
    if difference.closed and not difference.opened:
        return Trend.BETTER
    return Trend.SAME if is_same(difference) else Trend.OTHER


def summary(difference: Difference) -> str:
    """Return what matters most in one sentence or two."""
    closed, opened = len(difference.closed), len(difference.opened)
    match trend(difference):
        case Trend.WORSE:
            return f"Worse: {_counted(len(difference.newly_blocked), 'required endpoint')} newly blocked."
        case Trend.UNCLEAR:
            return f"Unclear: {_lapsed(difference)} could not be measured any more."
        case Trend.BETTER:
            return f"Better: {_counted(closed, 'finding')} closed, none opened."
        case Trend.OTHER if closed:
            return f"Changed: {_counted(closed, 'finding')} closed and {opened} opened; nothing required is newly blocked."
        case Trend.OTHER:
            return "Nothing required is newly blocked."
        case Trend.SAME:
            return "Nothing changed."
        case unexpected:
            assert_never(unexpected)


def _lapsed(difference: Difference) -> str:
    if lost := len(difference.newly_unmeasured):
        return _counted(lost, "required endpoint")
    return f"{_counted(len(difference.unmeasured), 'finding')} of the old report"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def is_same(difference: Difference) -> bool:
    """Say whether the two reports say the same of every endpoint and finding."""
    regrouped = any(change.gained or change.lost for change in difference.stayed)
    parts = (
        difference.opened,
        difference.closed,
        difference.unmeasured,
        difference.changed,
        difference.added,
        difference.removed,
    )
    return not any(parts) and not regrouped


def runs(difference: Difference) -> tuple[tuple[str, str], ...]:
    """Return a label and a line for each of the two runs, and a warning where they are in the wrong order."""
    old, new = difference.old, difference.new
    lines = [
        ("Old", _run(old)),
        ("New", _run(new)),
    ]
    if is_backwards(difference):
        lines.append(
            ("Note", "the new report is older than the old one; what follows reads backwards")
        )
    return tuple(lines)


def is_backwards(difference: Difference) -> bool:
    """Say whether the new report is older than the old one."""
    return difference.new.started_at < difference.old.started_at


def _run(report: Report) -> str:
    return f"{moment(report.started_at)} UTC, {report.verdict.value}; {tally(report)}"


def about_change(change: EndpointChange) -> str:
    """Return how the verdict changed, as in `reachable → blocked at TLS (tls.reset)`."""
    moved = f"; was {target(change.old)}" if target(change.old) != target(change.new) else ""
    needed = (
        f"; {change.old.requirement.value} → {change.new.requirement.value}"
        if change.old.requirement is not change.new.requirement
        else ""
    )
    return f"{state(change.old)} → {state(change.new)}{moved}{needed}"


def state(endpoint: EndpointResult) -> str:
    """Return verdict, place, cause and waiver in a few words."""
    notes = [
        *([endpoint.cause.value] if endpoint.cause else []),
        *(["waived"] if endpoint.waived else []),
    ]
    return f"{ended(endpoint)} ({', '.join(notes)})" if notes else ended(endpoint)


def about_finding(finding: Finding) -> str:
    """Return a finding in one line."""
    return f"{finding.title} ({finding.cause.value}): {', '.join(finding.endpoints)}"


def about_stay(change: FindingChange) -> str:
    """Return a finding that stayed, and how it grew or shrank."""
    parts = [
        *([f"now also {', '.join(change.gained)}"] if change.gained else []),
        *([f"no longer {', '.join(change.lost)}"] if change.lost else []),
    ]
    changes = f"; {'; '.join(parts)}" if parts else ""
    return f"{about_finding(change.new)}{changes}"


CAUTION = "These two runs are not alike; what follows may come from that and not from the network."


@unique
class Fate(StrEnum):
    """What became of a finding."""

    OPENED = "opened"
    CLOSED = "closed"
    UNMEASURED = "not measured any more"
    STAYED = "that stayed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A finding, and what is seen of its endpoints before and after."""

    said: str
    """The finding in one line."""
    pairs: tuple[Pair, ...] = ()
    """Its endpoints before (None where it was not there) and after."""

    @property
    def passages(self) -> tuple[str, ...]:
        """One line per endpoint, with the packets that show it."""
        # Two endpoints may be one host, needed by two components.
        lines = tuple(dict.fromkeys(passage(*pair) for pair in self.pairs))
        more = (f"and {len(lines) - PASSAGES} more",) if len(lines) > PASSAGES else ()
        return (*lines[:PASSAGES], *more)


def followed(difference: Difference) -> tuple[tuple[Fate, tuple[Followed, ...]], ...]:
    """Return the findings by what became of them, in the order in which they matter; a fate that none has is left out."""
    groups = (
        (Fate.OPENED, tuple(_follow(one, difference) for one in difference.opened)),
        (Fate.CLOSED, tuple(_follow(one, difference) for one in difference.closed)),
        (Fate.UNMEASURED, tuple(Followed(said=about_finding(o)) for o in difference.unmeasured)),
        (Fate.STAYED, tuple(Followed(said=about_stay(one)) for one in difference.stayed)),
    )
    return tuple((fate, members) for fate, members in groups if members)


def _follow(finding: Finding, difference: Difference) -> Followed:
    return Followed(said=about_finding(finding), pairs=pairs(finding, difference))


def pairs(finding: Finding, difference: Difference) -> tuple[Pair, ...]:
    """Return the finding's endpoints before and after; those that are gone are left out."""
    before = {endpoint.id: endpoint for endpoint in difference.old.endpoints}
    after = {endpoint.id: endpoint for endpoint in difference.new.endpoints}
    return tuple((before.get(id_), after[id_]) for id_ in finding.endpoints if id_ in after)


def passage(old: EndpointResult | None, new: EndpointResult) -> str:
    """Return how an endpoint fared before and after, each with a packet to find in a log."""
    was = f"{ended(old)}{_seen(old)} → " if old else ""
    return f"{target(new)}: {was}{ended(new)}{_seen(new)}"


def _seen(endpoint: EndpointResult) -> str:
    line = decisive(endpoint)
    return f" ({packet(line)})" if line else ""


def packet(line: EvidenceLine) -> str:
    """Return an observation as one looks for it in a log."""
    return f"{moment(line.at)} UTC, {line.source or '?'} → {line.destination}"
