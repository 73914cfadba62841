"""The exit code that a report stands for."""

from typing import TYPE_CHECKING

from preflight.errors import ExitCode

if TYPE_CHECKING:
    from preflight.model.report import Report, ReportVerdict


def exit_code(report: "Report") -> ExitCode:
    """0 for pass and degraded, 1 for blocked, 3 for inconclusive, 130 when the run was stopped."""
    if report.interrupted:
        return ExitCode.INTERRUPTED
    return of_verdict(report.verdict)


def of_verdict(verdict: "ReportVerdict") -> ExitCode:
    """What a verdict stands for, of one vantage or of several."""
    from preflight.model.report import ReportVerdict  # not needed before there is a report

    match verdict:
        case ReportVerdict.PASS | ReportVerdict.DEGRADED:
            return ExitCode.OK
        case ReportVerdict.BLOCKED:
            return ExitCode.BLOCKED
        case ReportVerdict.INCONCLUSIVE:
            return ExitCode.INCONCLUSIVE
