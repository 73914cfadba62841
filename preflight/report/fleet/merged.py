"""A fleet as one report, for what says the same of either: each endpoint once, with its worst result anywhere."""

from dataclasses import replace

from preflight.codec.compact.decode import UNKNOWN_COMPONENT, UNKNOWN_PORT
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
            replace(_in_full(found), findings=tuple(named.get(id_, ())))
            for id_, found in results.items()
        ),
        findings=fleet.findings,
        notices=(),
        interrupted=any(report.interrupted for report in fleet.reports),
    )


def _in_full(results: list[EndpointResult]) -> EndpointResult:
    """Return the worst result; where only its outcome came home, with what another vantage says of the endpoint itself."""
    chosen = worst_result(results)
    known = next((one for one in results if one.component != UNKNOWN_COMPONENT), chosen)
    if chosen.component != UNKNOWN_COMPONENT:
        return chosen
    has_host = chosen.port != UNKNOWN_PORT
    return replace(
        chosen,
        fqdn=known.fqdn,
        host=chosen.host if has_host else known.host,
        port=chosen.port if has_host else known.port,
        protocol=chosen.protocol if has_host else known.protocol,
        component=known.component,
    )


def named_by(fleet: FleetReport) -> dict[str, list[str]]:
    """Return for each endpoint the fleet's findings that name it."""
    named: dict[str, list[str]] = {}
    for finding in fleet.findings:
        for id_ in finding.endpoints:
            named.setdefault(id_, []).append(finding.id)
    return named


def seen_at(finding: FleetFinding, fleet: FleetReport) -> Report:
    """Return the report of a vantage where the finding holds, one that kept its evidence where there is one."""
    own = [fleet.reports[position] for position in finding.vantages]
    return min(own, key=lambda report: not any(one.evidence for one in report.endpoints))
