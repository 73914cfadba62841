"""What the text formats share: where a finding holds and for whom its rules are, and the vantages that gave no report."""

from collections.abc import Iterator, Sequence

from preflight.model.fleet import Failure, FailureReason, FleetFinding, FleetReport
from preflight.report.fleet.places import missing

ADDRESSES = 4
"""Source addresses that are named before the rest is only counted."""
LISTED = 10
"""Places that are named under one reason before the rest is only counted, or folded."""

REASONS = {
    FailureReason.FORBIDDEN: "rights are missing",
    FailureReason.ADMISSION: "the pod was denied by admission",
    FailureReason.UNSCHEDULABLE: "the pod could not be scheduled",
    FailureReason.IMAGE_PULL: "the image could not be pulled",
    FailureReason.SANDBOX: "the node could not set the pod up",
    FailureReason.NOT_STARTED: "the pod did not start in time",
    FailureReason.CRASHED: "the pod ended without a report",
    FailureReason.OUT_OF_MEMORY: "the pod ran out of memory",
    FailureReason.TIMEOUT: "the pod took longer than it may",
    FailureReason.POD_LOST: "the pod was deleted, evicted, or lost with its node",
    FailureReason.UNREADABLE: "neither log nor termination message could be read",
    FailureReason.CLUSTER: "the API server failed or could not be reached",
    FailureReason.INTERRUPTED: "stopped before it was there",
}
"""Why a vantage gave no report, in words."""


def holds_at(finding: FleetFinding, fleet: FleetReport) -> str:
    """Return where the finding holds, as in `pods, not nodes; 3 of 6 vantages`; empty where there is only one vantage."""
    if len(fleet.reports) < 2:
        return ""
    share = f"{len(finding.vantages)} of {len(fleet.reports)} vantages"
    words = finding.scope.words
    if share in words:
        return words
    return f"{words}; {share}" if words else share


def sources(finding: FleetFinding, fleet: FleetReport) -> str:
    """Return the own addresses of the vantages where the finding holds."""
    found = dict.fromkeys(
        str(address)
        for position in finding.vantages
        for address in fleet.reports[position].vantage.addresses
    )
    shown = list(found)[:ADDRESSES]
    more = len(found) - len(shown)
    return f"{', '.join(shown)} and {more} more" if more else ", ".join(shown)


def unheard(failures: Sequence[Failure]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield why, the cluster's own words, and the places, those of one reason and words together."""
    groups: dict[tuple[FailureReason, str], list[str]] = {}
    for failure in failures:
        groups.setdefault((failure.reason, failure.detail), []).append(missing(failure))
    for (reason, detail), places in groups.items():
        yield REASONS[reason], detail, tuple(places)
