"""Findings with where they hold, as a vantage saw them, and whose results stand in detail."""

from preflight.model.fleet import FleetReport
from preflight.model.report import EndpointResult
from preflight.report.fleet.columns import worst_result
from preflight.report.fleet.headline import about_places
from preflight.report.fleet.merged import seen_at
from preflight.report.fleet.sections import holds_at, sources
from preflight.report.html.sight import Sight
from preflight.report.words import about_vantage, moment


def sights(fleet: FleetReport) -> tuple[Sight, ...]:
    """Return every finding with a report of those who saw it, where it holds, and for whom its rules are."""
    return tuple(
        Sight(
            finding=finding,
            report=seen_at(finding, fleet),
            where=holds_at(finding, fleet),
            source=sources(finding, fleet),
        )
        for finding in fleet.findings
    )


def about_request(fleet: FleetReport) -> tuple[str, ...]:
    """Return from where and when it is asked for."""
    return (
        f"Vantages: {about_places(fleet)}",
        f"Measured: {moment(fleet.started_at)} UTC by defender-preflight {fleet.tool_version}",
    )


def seen_from(fleet: FleetReport) -> dict[str, str]:
    """Return for each endpoint the vantage whose result counts."""
    found: dict[str, list[tuple[EndpointResult, str]]] = {}
    for report in fleet.reports:
        place = about_vantage(report.vantage)
        for endpoint in report.endpoints:
            found.setdefault(endpoint.id, []).append((endpoint, place))
    return {id_: _whose(pairs) for id_, pairs in found.items()}


def _whose(pairs: list[tuple[EndpointResult, str]]) -> str:
    worst = worst_result(endpoint for endpoint, _ in pairs)
    return next(place for endpoint, place in pairs if endpoint is worst)
