"""A finding with the report of those who saw it: what both pages, of one vantage and of several, show of it."""

from dataclasses import dataclass

from preflight.model.report import Finding, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One finding as it is shown."""

    finding: Finding
    report: Report
    """Of a vantage where it holds: its endpoints, profile and own addresses."""
    where: str = ""
    """Of several vantages, where it holds; empty where there is only one."""
    source: str = ""
    """For whom its rules are; empty for the report's own vantage."""


def sights(report: Report) -> tuple[Sight, ...]:
    """Return the findings of one vantage."""
    return tuple(Sight(finding=finding, report=report) for finding in report.findings)
