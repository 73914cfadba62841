"""The exit code that a report stands for."""

from typing import TYPE_CHECKING

from preflight.errors import ExitCode

if TYPE_CHECKING:
    from preflight.model.report import Report


def exit_code(report: "Report") -> ExitCode:
    """0 for pass and degraded, 1 for blocked, 3 for inconclusive, 130 when the run was stopped."""
    from preflight.model.report import ReportVerdict  # not needed before there is a report

    if report.interrupted:
        return ExitCode.INTERRUPTED
    match report.verdict:
        case ReportVerdict.PASS | ReportVerdict.DEGRADED:
            return ExitCode.OK
        case ReportVerdict.BLOCKED:
            return ExitCode.BLOCKED
        case ReportVerdict.INCONCLUSIVE:
            return ExitCode.INCONCLUSIVE
