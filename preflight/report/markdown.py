"""Markdown for tickets (CommonMark with GitHub's tables): the findings first, for they are what somebody else must act on."""

from collections.abc import Iterator

from preflight.model.diagnosis import Verdict
from preflight.model.report import EndpointResult, Finding, Report
from preflight.report.hints import applicable
from preflight.report.markup import code, prose, row
from preflight.report.style import PLAIN, Style
from preflight.report.words import (
    CONFIDENCE,
    SPOKEN,
    about_profile,
    about_vantage,
    ended,
    happened,
    headline,
    lasted,
    moment,
    own_addresses,
    packets,
    tally,
    target,
    transport,
)

PACKETS = 5
"""Packets shown for one finding."""


def render(report: Report, style: Style = PLAIN) -> str:  # noqa: ARG001 - every renderer has the same shape
    """Return the report as Markdown in which nothing untrusted is markup."""
    blocks = [
        *_head(report),
        *_findings(report),
        *_endpoints(report),
        *_others(report),
        *_hints(report),
    ]
    return "\n".join(blocks) + "\n"


def _head(report: Report) -> Iterator[str]:
    yield f"# Defender for Containers egress preflight: {report.verdict.value}"
    yield ""
    yield f"**{prose(headline(report))}**"
    yield ""
    vantage = report.vantage
    for label, text in (
        ("Endpoints", tally(report)),
        ("Profile", about_profile(report.profile)),
        ("Seen from", about_vantage(vantage)),
        ("Resolver", ", ".join(vantage.resolvers) or "none"),
        ("Proxy", vantage.proxy or "none"),
        (
            "Run",
            f"{moment(report.started_at)} UTC, {lasted(report.duration)}, defender-preflight {report.tool_version}",
        ),
        *(("Note", notice) for notice in report.notices),
    ):
        yield f"- {label}: {prose(text)}"


def _findings(report: Report) -> Iterator[str]:
    if report.findings:
        yield from ("", "## Findings")
    for finding in report.findings:
        yield from (
            "",
            f"### {prose(finding.id)}: {prose(finding.title)}",
            "",
            prose(finding.explanation),
            "",
        )
        yield f"- Cause: {code(finding.cause.value)}, {CONFIDENCE[finding.confidence]}"
        yield from _stops(finding, report)
        yield from _blockers(finding)
        yield from _rules(finding, report)
        yield from _packets(finding)


def _stops(finding: Finding, report: Report) -> Iterator[str]:
    known = {endpoint.id: endpoint for endpoint in report.endpoints}
    yield "- Stops:"
    for id_ in finding.endpoints:
        endpoint = known.get(id_)
        yield f"  - {_named(endpoint)}" if endpoint else f"  - {code(id_)}"


def _named(endpoint: EndpointResult) -> str:
    waived = ", waived" if endpoint.waived else ""
    return f"{code(target(endpoint))} ({endpoint.requirement.value}{waived}, {code(endpoint.id)})"


def _blockers(finding: Finding) -> Iterator[str]:
    for blocker in finding.blocked_by:
        parts = [code(part) for part in (blocker.name, blocker.rule, blocker.source) if part]
        if parts:
            yield f"- Blocked by {blocker.engine.value}: {', '.join(parts)}"


def _rules(finding: Finding, report: Report) -> Iterator[str]:
    if not finding.allow:
        return
    yield from ("", f"Rules to open, outbound from {prose(own_addresses(report.vantage))}:", "")
    yield from row("To", "Port", "Protocol", "Service tag", head=True)
    for rule in finding.allow:
        port = f"{transport(rule.protocol)} {rule.port}"
        yield from row(code(rule.fqdn), port, SPOKEN[rule.protocol], code(rule.service_tag or ""))


def _packets(finding: Finding) -> Iterator[str]:
    lines = packets(finding.evidence, PACKETS)
    if not lines:
        return
    yield from ("", "Packets to look for in the log:", "")
    yield from row("Time (UTC)", "Source", "Destination", "What happened", "Detail", head=True)
    for line in lines:
        flow = (code(line.source or ""), code(line.destination or ""))
        yield from row(moment(line.at), *flow, prose(happened(line)), code(line.detail))


def _endpoints(report: Report) -> Iterator[str]:
    if not report.endpoints:
        return
    yield from ("", "## Endpoints", "")
    yield from row(
        "Verdict", "Endpoint", "Id", "Component", "Needed", "Cause", "Findings", head=True
    )
    for endpoint in report.endpoints:
        yield from row(
            ended(endpoint),
            code(target(endpoint)),
            code(endpoint.id),
            prose(endpoint.component),
            endpoint.requirement.value,
            code(endpoint.cause.value if endpoint.cause else ""),
            "waived" if endpoint.waived else prose(" ".join(endpoint.findings)),
        )


def _others(report: Report) -> Iterator[str]:
    """Yield the reasons that no finding gives, and the waivers."""
    rest = [
        e
        for e in report.endpoints
        if e.verdict is not Verdict.REACHABLE and not e.findings and not e.waived
    ]
    if rest:
        yield from ("", "## Not judged, and why", "")
        yield from (f"- {_named(endpoint)}: {prose(endpoint.explanation)}" for endpoint in rest)
    waived = [(endpoint, endpoint.waived) for endpoint in report.endpoints if endpoint.waived]
    if waived:
        yield from ("", "## Waived: reported, not counted", "")
    for endpoint, waiver in waived:
        until = f"until {waiver.until.isoformat()}" if waiver.until else "without an end"
        yield f"- {_named(endpoint)}, {ended(endpoint)}, {until}: {prose(waiver.reason)}"


def _hints(report: Report) -> Iterator[str]:
    if report.verdict not in {"pass", "degraded"}:
        return
    yield from ("", "## If the sensor still fails", "")
    yield "The network between here and the required endpoints is then not the reason. These known causes look the same:"
    yield ""
    for hint in applicable(report.profile):
        yield f"- **{prose(hint.title)}.** {prose(hint.look)} ({prose(hint.source)})"
