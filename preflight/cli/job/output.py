"""The formats in which several vantages are shown, and where they go."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from preflight.cli.output import Output, write_each

if TYPE_CHECKING:
    from preflight.model.fleet import FleetReport
    from preflight.report import Style

FLEET_FORMATS = ("table", "json")


def write_fleet(report: "FleetReport", outputs: Iterable[Output]) -> None:
    """Write the report in every format to its place; UsageError when one could not be written to."""
    write_each(outputs, lambda name, style: _rendered(report, name, style))


def _rendered(report: "FleetReport", name: str, style: "Style") -> str:
    from preflight.codec.fleet import encode_fleet
    from preflight.report.escape import printable

    if name == "json":
        return encode_fleet(report, one_line=style.one_line) + "\n"
    lines = [f"{report.verdict}: {len(report.reports)} places, {len(report.failures)} failures"]
    lines += [
        f"{finding.cause}: {finding.title} ({finding.scope.words})" for finding in report.findings
    ]
    lines += [f"{one.node}/{one.network}: {one.reason}: {one.detail}" for one in report.failures]
    return "\n".join(printable(line) for line in (*lines, *report.notices)) + "\n"
