"""A report over several vantages → the reports that ask, with the findings and the numbers of the whole."""

from dataclasses import replace

from preflight.allow.words import printable
from preflight.codec.compact.decode import UNKNOWN_COMPONENT
from preflight.model.fleet import FleetFinding, FleetReport
from preflight.model.report import Report


def told(fleet: FleetReport) -> tuple[Report, ...]:
    """Each vantage's report with the fleet's findings that hold there, for `of_reports`.

    Endpoints of which only the outcome came home are left out: no rule can be made of them, and of the same finding another vantage
    tells what it asks for.
    """
    return tuple(
        replace(
            report,
            endpoints=tuple(end for end in report.endpoints if end.component != UNKNOWN_COMPONENT),
            findings=tuple(each for each in fleet.findings if position in each.vantages),
        )
        for position, report in enumerate(fleet.reports)
    )


def undelivered(fleet: FleetReport) -> tuple[str, ...]:
    """A sentence for each finding of which no vantage told what it asks for."""
    return tuple(
        f"{printable(each.id)} ({each.cause.value}) came home without what to ask for, so nothing is asked for it."
        for each in fleet.findings
        if not each.allow and not _is_known(each, fleet)
    )


def _is_known(finding: FleetFinding, fleet: FleetReport) -> bool:
    """Whether any vantage where it holds tells more than how its endpoints ended."""
    return any(
        end.component != UNKNOWN_COMPONENT
        for position in finding.vantages
        for end in fleet.reports[position].endpoints
        if end.id in finding.endpoints
    )
