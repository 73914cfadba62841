"""Markdown for tickets (CommonMark with GitHub's tables): the findings first, for they are what somebody else must act on."""

from collections.abc import Iterator

from preflight.model.diagnosis import Verdict
from preflight.model.happening import happened
from preflight.model.names import SPOKEN, transport
from preflight.model.report import EndpointResult, Finding, Report
from preflight.model.vantage import VantageKind
from preflight.report.about import facts
from preflight.report.advice import elsewhere, next_steps
from preflight.report.findings import blockers
from preflight.report.headline import headline, tally
from preflight.report.hints import applicable
from preflight.report.markup import code, fenced, prose, row
from preflight.report.mends import by_name, mend
from preflight.report.searches import FENCES, LANGUAGES, LOGS, fitting, flow, window
from preflight.report.style import PLAIN, Style
from preflight.report.terms import CONFIDENCE, TRANSLATED
from preflight.report.words import (
    component_of,
    ended,
    moment,
    packets,
    standing,
    target,
)

PACKETS = 5
"""Packets shown for one finding."""


def render(report: Report, style: Style = PLAIN) -> str:  # noqa: ARG001 - every renderer has the same shape
    """Return the report as Markdown in which nothing untrusted is markup."""
    blocks = [
        *_head(report),
        *_findings(report),
        *_endpoints(report),
        *others(report),
        *_next(report),
    ]
    return "\n".join(blocks) + "\n"


def _head(report: Report) -> Iterator[str]:
    yield f"# Defender for Containers egress preflight: {report.verdict.value}"
    yield ""
    yield f"**{prose(headline(report))}**"
    yield ""
    for label, text in facts(report):
        yield f"- {label}: {prose(text)}"


def _findings(report: Report) -> Iterator[str]:
    if report.findings:
        yield from ("", "## Findings")
    for finding in report.findings:
        yield from finding_blocks(finding, report)


def finding_blocks(
    finding: Finding, report: Report, *, where: str = "", source: str = ""
) -> Iterator[str]:
    """Yield the finding; of several vantages also where it holds, and for whom its rules are to be opened."""
    yield from ("", f"### {prose(finding.id)}: {prose(finding.title)}", "")
    yield from (prose(finding.account), "")
    if finding.ask_for:
        yield f"- **Ask for:** {prose(finding.ask_for)}"
    yield f"- Cause: {code(finding.cause.value)}, {CONFIDENCE[finding.confidence]}"
    if where:
        yield f"- Where: {prose(where)}"
    if finding.search and finding.search.device:
        yield f"- Typical of {prose(finding.search.device)}"
    for label, texts in blockers(finding):
        yield from (f"- {label} {prose(text)}" for text in texts)
    yield from _stops(finding, report)
    yield from _rules(finding, report, source)
    yield from _packets(finding, report)
    yield from _search(finding, report)


def _stops(finding: Finding, report: Report) -> Iterator[str]:
    known = {endpoint.id: endpoint for endpoint in report.endpoints}
    yield "- Stops:"
    for id_ in finding.endpoints:
        endpoint = known.get(id_)
        yield f"  - {_named(endpoint)}" if endpoint else f"  - {code(id_)}"


def _named(endpoint: EndpointResult) -> str:
    return f"{code(target(endpoint))} ({prose(standing(endpoint))})"


def _rules(finding: Finding, report: Report, source: str) -> Iterator[str]:
    if not finding.allow:
        return
    purpose, rules = mend(finding, report, source), by_name(finding.allow)
    is_tagged = purpose.is_network and any(tags for _, tags in rules)
    heads = ("Name", "Port", "Protocol", *(["Azure service tags, by address"] if is_tagged else []))
    yield from ("", f"**{purpose.label}** {prose(purpose.where)}:", "")
    yield from row(*heads, head=True)
    for rule, tags in rules:
        cells = (code(rule.fqdn), f"{transport(rule.protocol)} {rule.port}", SPOKEN[rule.protocol])
        yield from row(*cells, *([", ".join(map(code, tags))] if is_tagged else []))


def _packets(finding: Finding, report: Report) -> Iterator[str]:
    lines = packets(finding.evidence, PACKETS)
    if not lines:
        return
    remark = f" ({TRANSLATED})" if report.vantage.kind is VantageKind.POD else ""
    yield from ("", f"**Look for** in the log{remark}:", "")
    yield from row("Time (UTC)", "Source", "Destination", "What happened", "Detail", head=True)
    for line in lines:
        flow = (code(line.source or ""), code(line.destination or ""))
        yield from row(moment(line.at), *flow, prose(happened(line)), code(line.detail))


def _search(finding: Finding, report: Report) -> Iterator[str]:
    """Yield when and for what to search the log, and the ready queries, folded."""
    search = finding.search
    if search is None:
        return
    names = f" ({', '.join(map(code, search.names))})" if search.names else ""
    yield from (
        "",
        f"**Search the log:** {window(search)}, {prose(flow(search, whole=True))}{names}.",
    )
    queries = fitting(search, report.profile)
    if not queries:
        return
    logs = "; ".join(LOGS[query.log] for query in queries)
    yield from ("", "<details>", f"<summary>Ready queries: {logs}</summary>")
    for query in queries:
        yield from ("", f"{LOGS[query.log]} ({LANGUAGES[query.language]}):", "")
        yield from fenced(query.query, FENCES[query.language])
    yield from ("", "</details>")


def _endpoints(report: Report) -> Iterator[str]:
    """Yield the table of all endpoints, folded: a ticket is about the few that stopped."""
    if not report.endpoints:
        return
    yield from ("", "## Endpoints", "")
    yield from ("<details>", f"<summary>{prose(tally(report))}</summary>", "")
    yield from row(
        "Verdict", "Endpoint", "Id", "Component", "Needed", "Cause", "Findings", head=True
    )
    for endpoint in report.endpoints:
        yield from row(
            ended(endpoint),
            code(target(endpoint)),
            code(endpoint.id),
            prose(component_of(endpoint)),
            endpoint.requirement.value,
            code(endpoint.cause.value if endpoint.cause else ""),
            "waived" if endpoint.waived else prose(" ".join(endpoint.findings)),
        )
    yield from ("", "</details>")


def others(report: Report) -> Iterator[str]:
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


def _next(report: Report) -> Iterator[str]:
    steps, intro = next_steps(report), elsewhere(report)
    if steps:
        yield from ("", "## Next", "", prose(steps))
    if intro:
        yield from ("", "## If the sensor still fails", "", prose(intro), "")
    for hint in applicable(report.profile) if intro else ():
        yield f"- **{prose(hint.title)}.** {prose(hint.look)} ({prose(hint.source)})"
