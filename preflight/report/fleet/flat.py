"""A fleet as one report whose endpoints stand once for each pool and network, so that two fleets can be compared as two reports are.

A thousand nodes are a few rows: a row counts as its worst vantage, so nothing is told to be mended before it is so everywhere. A vantage
that gave no report is a row that could not be measured.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from preflight.model.diagnosis import Verdict
from preflight.model.endpoint import Cloud, Protocol, Requirement
from preflight.model.fleet import KINDS, Failure, FleetFinding, FleetReport, Network, Place
from preflight.model.profile import Profile
from preflight.model.report import EndpointResult, Finding, Report, ReportVantage
from preflight.report.fleet.columns import worst_result
from preflight.report.fleet.headline import about_places, notices
from preflight.report.fleet.places import missing
from preflight.report.fleet.sections import REASONS

NETWORKS = {Network.POD: "pods", Network.HOST: "nodes", Network.LOCAL: "hosts"}
NO_PROFILE = Profile(
    environment=None,
    cloud=Cloud.PUBLIC,
    region=None,
    workspace_id=None,
    components=(),
    catalog_version=date.min,
)
"""Of a fleet from which no report came."""

Rows = dict[tuple[str, str], list[EndpointResult]]
"""Results by endpoint and group of places."""


def flat(fleet: FleetReport) -> Report:
    """Return the report; an endpoint's id names its pool and network, as in `mcr-rest, pods of pool gpu`."""
    groups = [_group(place) for place in fleet.places]
    rows: Rows = {}
    for group, report in zip(groups, fleet.reports, strict=True):
        for endpoint in report.endpoints:
            rows.setdefault((endpoint.id, group), []).append(endpoint)
    findings = tuple(_finding(finding, groups, rows) for finding in fleet.findings)
    return Report(
        tool_version=fleet.tool_version,
        started_at=fleet.started_at,
        duration=fleet.duration,
        profile=fleet.reports[0].profile if fleet.reports else NO_PROFILE,
        vantage=_vantage(fleet),
        endpoints=(*_endpoints(rows, findings), *map(_unheard, fleet.failures)),
        findings=findings,
        notices=notices(fleet),
        interrupted=any(report.interrupted for report in fleet.reports),
    )


def _group(place: Place) -> str:
    pool = f" of pool {place.pool}" if place.pool else ""
    cluster = f" of cluster {place.context}" if place.context else ""
    return f"{NETWORKS[place.network]}{pool}{cluster}"


def _named(id_: str, group: str) -> str:
    return f"{id_}, {group}"


def _endpoints(rows: Rows, findings: tuple[Finding, ...]) -> Iterator[EndpointResult]:
    names: dict[str, list[str]] = {}
    for finding in findings:
        for id_ in finding.endpoints:
            names.setdefault(id_, []).append(finding.id)
    for (id_, group), results in rows.items():
        name = _named(id_, group)
        yield replace(worst_result(results), id=name, findings=tuple(names.get(name, ())))


def _finding(finding: FleetFinding, groups: list[str], rows: Rows) -> Finding:
    """Return the finding with its endpoints in every group where it holds."""
    inside = dict.fromkeys(groups[position] for position in finding.vantages)
    return Finding(
        id=finding.id,
        cause=finding.cause,
        title=finding.title,
        explanation=finding.explanation,
        confidence=finding.confidence,
        endpoints=tuple(
            _named(id_, group)
            for id_ in finding.endpoints
            for group in inside
            if (id_, group) in rows
        ),
        blocked_by=finding.blocked_by,
        allow=finding.allow,
        evidence=finding.evidence,
        search=finding.search,
    )


def _unheard(failure: Failure) -> EndpointResult:
    """Return a row that could not be measured, for everything that the vantage would have told."""
    place = missing(failure)
    detail = f": {failure.detail}" if failure.detail else ""
    return EndpointResult(
        id=f"no report, {place}",
        fqdn=place,
        host=place,
        port=0,
        protocol=Protocol.TCP,
        component="vantage",
        requirement=Requirement.REQUIRED,
        verdict=Verdict.INCONCLUSIVE,
        stage=None,
        cause=None,
        explanation=f"{REASONS[failure.reason]}{detail}",
        dns=None,
        addresses=(),
        tls=None,
        http=None,
        evidence=(),
        findings=(),
    )


def _vantage(fleet: FleetReport) -> ReportVantage:
    """Return a vantage that names how many there were; addresses and names of single ones say nothing of all."""
    resolvers = dict.fromkeys(one for report in fleet.reports for one in report.vantage.resolvers)
    proxies = dict.fromkeys(report.vantage.proxy or "none" for report in fleet.reports)
    return ReportVantage(
        kind=KINDS[Network.LOCAL],
        host=f"vantages: {about_places(fleet)}",
        node=None,
        namespace=None,
        pod=None,
        addresses=(),
        resolvers=tuple(sorted(resolvers)),
        proxy=", ".join(sorted(proxies)) or None,
    )
