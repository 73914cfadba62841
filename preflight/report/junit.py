"""JUnit XML for pipelines: a test case per endpoint; blocked is a failure, inconclusive an error, skipped and waived are skipped.

That holds for endpoints that are not required, too, although their failure does not fail the run: a list of test cases shows what
was found, and the exit code says whether it matters. `--waive` takes a case out.
A degraded endpoint passes, with its explanation in `system-out`. There is no official schema; elements and attributes are those
that Jenkins (xunit-plugin, junit-10.xsd) and GitLab read.
"""

from collections.abc import Iterator
from typing import assert_never

# Writing only: what is parsed nowhere cannot attack a parser.
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from preflight.model.diagnosis import Verdict
from preflight.model.happening import happened
from preflight.model.report import EndpointResult, EvidenceLine, Report
from preflight.report.escape import printable
from preflight.report.findings import blockers
from preflight.report.headline import headline
from preflight.report.style import PLAIN, Style
from preflight.report.words import (
    about_profile,
    about_vantage,
    ended,
    moment,
    target,
)


def render(report: Report, style: Style = PLAIN) -> str:  # noqa: ARG001 - every renderer has the same shape
    """Return the report as JUnit XML; characters that XML 1.0 forbids are written as backslash escapes."""
    root = Element("testsuites", _totals(report))
    add_suite(root, report)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def add_suite(root: Element, report: Report, where: str = "") -> Element:
    """Return the suite of a report, added to the root; `where` names the vantages that it stands for, if it is not its own alone."""
    suite = SubElement(root, "testsuite", _suite(report))
    _properties(suite, report, where)
    for endpoint in report.endpoints:
        _case(suite, endpoint, report, where)
    return suite


def _totals(report: Report) -> dict[str, str]:
    outcomes = [_outcome(endpoint) for endpoint in report.endpoints]
    return {
        "name": "defender-preflight",
        "tests": str(len(outcomes)),
        "failures": str(outcomes.count("failure")),
        "errors": str(outcomes.count("error")),
        "skipped": str(outcomes.count("skipped")),
        "time": f"{report.duration:.3f}",
    }


def _suite(report: Report) -> dict[str, str]:
    return _totals(report) | {
        "hostname": printable(report.vantage.host),
        "timestamp": moment(report.started_at).replace(" ", "T"),
    }


def _properties(suite: Element, report: Report, where: str) -> None:
    properties = SubElement(suite, "properties")
    for name, value in (
        ("verdict", report.verdict.value),
        ("summary", headline(report)),
        ("profile", about_profile(report.profile)),
        ("vantage", about_vantage(report.vantage)),
        ("resolvers", ", ".join(report.vantage.resolvers)),
        ("proxy", report.vantage.proxy or "none"),
        ("version", report.tool_version),
        *([("vantages", where)] if where else []),
        *(("notice", notice) for notice in report.notices),
    ):
        SubElement(properties, "property", name=name, value=printable(value))


def _case(suite: Element, endpoint: EndpointResult, report: Report, where: str) -> None:
    """Add a case; its class names the vantages too, for readers that take two cases of one name for one."""
    case = SubElement(
        suite,
        "testcase",
        classname=printable(f"{where}: {endpoint.component}" if where else endpoint.component),
        name=printable(f"{endpoint.id} {target(endpoint)}"),
        time=f"{_elapsed(endpoint):.3f}",
    )
    if outcome := _outcome(endpoint):
        verdict = SubElement(case, outcome, message=printable(_message(endpoint)))
        if outcome != "skipped":
            verdict.set("type", endpoint.cause.value if endpoint.cause else endpoint.verdict.value)
            verdict.text = "\n".join(map(printable, _account(endpoint, report)))
    lines = [printable(endpoint.explanation), *(_text(line) for line in endpoint.evidence)]
    SubElement(case, "system-out").text = "\n".join(line for line in lines if line)


def _account(endpoint: EndpointResult, report: Report) -> Iterator[str]:
    """Yield what was seen, whose rule it is, and what to ask for."""
    yield endpoint.explanation
    for finding in report.findings:
        if finding.id in endpoint.findings:
            for label, texts in blockers(finding):
                yield from (f"{label}: {text}" for text in texts)
            if finding.ask_for:
                yield f"Ask for: {finding.ask_for}"


def _outcome(endpoint: EndpointResult) -> str:
    """Return the element for what did not pass; empty for what did."""
    if endpoint.waived:
        return "skipped"
    match endpoint.verdict:
        case Verdict.BLOCKED:
            return "failure"
        case Verdict.INCONCLUSIVE:
            return "error"
        case Verdict.SKIPPED:
            return "skipped"
        case Verdict.REACHABLE | Verdict.DEGRADED:
            return ""
        case unexpected:
            assert_never(unexpected)


def _message(endpoint: EndpointResult) -> str:
    if endpoint.waived:
        until = f" until {endpoint.waived.until.isoformat()}" if endpoint.waived.until else ""
        return f"waived{until}: {endpoint.waived.reason} ({ended(endpoint)})"
    return f"{endpoint.requirement.value}, {ended(endpoint)}: {endpoint.explanation}"


def _elapsed(endpoint: EndpointResult) -> float:
    return sum(line.elapsed for line in endpoint.evidence)


def _text(line: EvidenceLine) -> str:
    flow = f"{line.source or '-'} -> {line.destination or '-'}"
    detail = f"; {line.detail}" if line.detail else ""
    return printable(f"{moment(line.at)} UTC {flow} {happened(line)}{detail}")
