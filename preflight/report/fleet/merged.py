"""A fleet as one report, for what says the same of either: each endpoint once, with its worst result anywhere."""

from dataclasses import replace

from preflight.model.fleet import FleetFinding, FleetReport
from preflight.model.report import EndpointResult, Report
from preflight.report.fleet.columns import worst_result


def merged(fleet: FleetReport) -> Report | None:
    """Return the report; None where no vantage gave one. Its findings are the fleet's, and its vantage is that of the first."""
    if not fleet.reports:
        return None
    first = fleet.reports[0]
    results: dict[str, list[EndpointResult]] = {}
    for report in fleet.reports:
        for endpoint in report.endpoints:
            results.setdefault(endpoint.id, []).append(endpoint)
    named = named_by(fleet)
    return replace(
        first,
        tool_version=fleet.tool_version,
        started_at=fleet.started_at,
        duration=fleet.duration,
        endpoints=tuple(
            replace(worst_result(found), findings=tuple(named.get(id_, ())))
            for id_, found in results.items()
        ),
        findings=fleet.findings,
        notices=(),
        interrupted=any(report.interrupted for report in fleet.reports),
    )


def named_by(fleet: FleetReport) -> dict[str, list[str]]:
    """Return for each endpoint the fleet's findings that name it."""
    named: dict[str, list[str]] = {}
    for finding in fleet.findings:
        for id_ in finding.endpoints:
            named.setdefault(id_, []).append(finding.id)
    return named


def seen_at(finding: FleetFinding, fleet: FleetReport) -> Report | None:
    """Return the report of a vantage where the finding holds, one that kept its evidence where there is one."""
    own = [fleet.reports[position] for position in finding.vantages]
    return min(
        own, key=lambda report: not any(one.evidence for one in report.endpoints), default=None
    )
