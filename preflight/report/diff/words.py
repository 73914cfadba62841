"""A difference in plain words, for every format that people read."""

from preflight.model.report import EndpointResult, Finding
from preflight.report.diff import Difference, EndpointChange, FindingChange
from preflight.report.words import ended, moment, target


def summary(difference: Difference) -> str:
    """Return what matters most in one sentence or two."""
    if blocked := len(difference.newly_blocked):
        return f"Worse: {_counted(blocked, 'required endpoint')} newly blocked."
    if lost := len(difference.newly_unmeasured):
        return f"Unclear: {_counted(lost, 'required endpoint')} could not be measured any more."
    if difference.unmeasured:
        lapsed = _counted(len(difference.unmeasured), "finding")
        return f"Unclear: {lapsed} of the old report could not be measured any more."
    if difference.closed and not difference.opened:
        return f"Better: {_counted(len(difference.closed), 'finding')} closed, none opened."
    if is_same(difference):
        return "Nothing changed."
    return "Nothing required is newly blocked."


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
        ("Old", f"{moment(old.started_at)} UTC, {old.verdict.value}"),
        ("New", f"{moment(new.started_at)} UTC, {new.verdict.value}"),
    ]
    if new.started_at < old.started_at:
        lines.append(
            ("Note", "the new report is older than the old one; what follows reads backwards")
        )
    return tuple(lines)


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
