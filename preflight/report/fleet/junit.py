"""JUnit XML of several vantages: a suite for each set of vantages that ended alike, and one for those that gave no report."""

# Writing only: what is parsed nowhere cannot attack a parser.
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from preflight.model.fleet import FleetReport
from preflight.model.report import Report
from preflight.report.escape import printable
from preflight.report.fleet.columns import Column, outcomes
from preflight.report.fleet.places import missing
from preflight.report.fleet.sections import REASONS
from preflight.report.junit import add_suite
from preflight.report.style import PLAIN, Style
from preflight.report.words import moment

SUMS = ("tests", "failures", "errors", "skipped")


def render(fleet: FleetReport, style: Style = PLAIN) -> str:  # noqa: ARG001 - every renderer has the same shape
    """Return the report as JUnit XML; an endpoint that stops at ten vantages alike is one failure, and names them."""
    root = Element("testsuites")
    for column in outcomes(fleet):
        _column(root, fleet, column)
    if fleet.failures:
        _failures(root, fleet)
    sums = {name: sum(int(suite.get(name, "0")) for suite in root) for name in SUMS}
    root.set("name", "defender-preflight")
    for name, number in sums.items():
        root.set(name, str(number))
    root.set("time", f"{fleet.duration:.3f}")
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _column(root: Element, fleet: FleetReport, column: Column) -> None:
    suite = add_suite(root, _speaker(fleet, column), where=column.where)
    suite.set("name", printable(column.where))


def _speaker(fleet: FleetReport, column: Column) -> Report:
    """Return the report that stands for all that ended alike: one with its evidence, where there is one."""
    reports = [fleet.reports[position] for position in column.vantages]
    return min(reports, key=lambda report: not any(one.evidence for one in report.endpoints))


def _failures(root: Element, fleet: FleetReport) -> None:
    """A vantage without a report is an error: nothing is known of it."""
    number = str(len(fleet.failures))
    suite = SubElement(root, "testsuite", name="vantages without a report", time="0.000")
    for name, value in zip(SUMS, (number, "0", number, "0"), strict=True):
        suite.set(name, value)
    suite.set("timestamp", moment(fleet.started_at).replace(" ", "T"))
    for failure in fleet.failures:
        case = SubElement(
            suite, "testcase", classname="vantage", name=printable(missing(failure)), time="0.000"
        )
        reason = REASONS[failure.reason]
        error = SubElement(case, "error", message=reason, type=failure.reason.value)
        error.text = printable(failure.detail)
