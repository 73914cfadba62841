"""Reports from several places → one report, with findings that say where each of them holds."""

from collections.abc import Collection, Iterable
from datetime import datetime

from preflight.diagnosis.vantages.findings import find
from preflight.diagnosis.vantages.gathering import Gathering
from preflight.diagnosis.vantages.shares import shares
from preflight.model.fleet import Failure, FleetReport, Place
from preflight.model.report import Report


def compare(
    gathered: Gathering | Iterable[tuple[Place, Report]],
    failures: Iterable[Failure] = (),
    *,
    tool_version: str,
    started_at: datetime,
    duration: float,
    notices: Iterable[str] = (),
    looked_at: Collection[str | None] = (),
) -> FleetReport:
    """Return the report over all vantages. An iterable is read once, and its reports need not be in memory together.

    `looked_at` names the clusters, as places do, whose network policies were all read when the reports were attributed: what no finding
    blames on a policy is then no policy's doing.
    """
    gathering = gathered if isinstance(gathered, Gathering) else _gather(gathered)
    reports = gathering.reports
    places = [Place.of(report.vantage) for report in reports]
    return FleetReport(
        tool_version=tool_version,
        started_at=started_at,
        duration=duration,
        reports=reports,
        findings=find(shares(reports), reports, places, looked_at),
        failures=tuple(sorted(failures, key=lambda failure: failure.order)),
        notices=(*notices, *_about(gathering)),
    )


def _gather(pairs: Iterable[tuple[Place, Report]]) -> Gathering:
    gathering = Gathering()
    for place, report in pairs:
        gathering.add(place, report)
    return gathering


def _about(gathering: Gathering) -> Iterable[str]:
    if gathering.thinned:
        yield (
            f"{gathering.thinned} of {len(gathering.reports)} vantages are told without their evidence, to keep this report small;"
            " of those that found the same in one pool and network, at least the first has it where there is room."
        )
