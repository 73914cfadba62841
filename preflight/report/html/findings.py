"""The findings: what happened, what it stops, what to ask for, the rules that belong to it, and the packets that prove it."""

from collections.abc import Iterator, Sequence

from preflight.model.happening import happened
from preflight.model.names import SPOKEN, transport
from preflight.model.report import EndpointResult, EvidenceLine, Finding, Report
from preflight.model.vantage import VantageKind
from preflight.report.findings import blockers
from preflight.report.html.markup import (
    NOTHING,
    Html,
    block,
    code,
    element,
    host,
    joined,
    lines,
    text,
)
from preflight.report.html.places import Places, finding_place, linked
from preflight.report.html.sight import Sight
from preflight.report.html.tables import table
from preflight.report.html.tones import chip, of_finding
from preflight.report.mends import Mend, by_name, mend
from preflight.report.searches import LANGUAGES, LOGS, fitting, flow, window
from preflight.report.terms import CONFIDENCE, TRANSLATED
from preflight.report.words import (
    moment,
    packets,
    standing,
    target,
)

PACKETS = 8
"""Packets shown for one finding; every observation stands with its endpoint."""


def findings(shown: Sequence[Sight], where: Places) -> Html:
    """Return an article for each finding."""
    if not shown:
        return NOTHING
    return block(
        "section",
        element("h2", text("What stops the traffic, and what to ask for")),
        *(_article(one, finding_place(number), where) for number, one in enumerate(shown, 1)),
        id="findings",
    )


def _article(sight: Sight, place: str, where: Places) -> Html:
    finding, report = sight.finding, sight.report
    return block(
        "article",
        _head(finding),
        element("p", text(finding.account)) if finding.account else NOTHING,
        _ask_for(finding),
        block("dl", *_facts(sight, where)),
        _rules(finding, mend(finding, report, sight.source)),
        _packets(finding, report),
        _search(finding, report),
        class_=f"card finding {of_finding(finding, report)}",
        id=place,
    )


def _head(finding: Finding) -> Html:
    number = element("span", text(finding.id), class_="number")
    marks = (chip(finding.confidence.value), chip(finding.cause.value))
    return block(
        "header",
        element("h3", number, text(finding.title)),
        element("div", *marks, class_="chips"),
    )


def _ask_for(finding: Finding) -> Html:
    if not finding.ask_for:
        return NOTHING
    asked = element("p", element("b", text("Ask for")), text(finding.ask_for))
    return element("div", asked, class_="ask")


def _facts(sight: Sight, where: Places) -> Iterator[Html]:
    """Yield labels and what belongs to them; a label without anything is left out."""
    finding = sight.finding
    device = finding.search.device if finding.search else ""
    for label, parts in (
        ("How sure", [text(CONFIDENCE[finding.confidence])]),
        ("Where", [text(sight.where)] if sight.where else []),
        ("Typical of", [text(device)] if device else []),
        *((label, [text(said) for said in texts]) for label, texts in blockers(finding)),
        ("Stops", [_stopped(finding, sight.report, where)]),
    ):
        if parts:
            yield element("dt", text(label))
            yield from (element("dd", part) for part in parts)


def _stopped(finding: Finding, report: Report, where: Places) -> Html:
    known = {endpoint.id: endpoint for endpoint in report.endpoints}
    named = [
        _named(known[id_], where) if id_ in known else element("div", code(id_))
        for id_ in finding.endpoints
    ]
    return joined(*named)


def _named(endpoint: EndpointResult, where: Places) -> Html:
    name = linked(host(target(endpoint)), where.endpoints.get(endpoint.id))
    return element("div", name, element("small", text(f" ({standing(endpoint)})")))


def _rules(finding: Finding, purpose: Mend) -> Html:
    if not finding.allow:
        return NOTHING
    heads, rows = _allowed(finding, purpose)
    title = element("h4", text(f"{purpose.label} {purpose.where}"))
    return joined(title, table(heads, rows))


def _allowed(finding: Finding, purpose: Mend) -> tuple[tuple[str, ...], list[tuple[Html, ...]]]:
    """Return the head and the rows of the rules; service tags only where they stand for addresses, and where there are any."""
    rules = by_name(finding.allow)
    is_tagged = purpose.is_network and any(tags for _, tags in rules)
    rows = [
        (
            host(rule.fqdn),
            text(f"{transport(rule.protocol)} {rule.port}"),
            text(SPOKEN[rule.protocol]),
            *([Html(", ".join(map(code, tags)))] if is_tagged else []),
        )
        for rule, tags in rules
    ]
    tagged = ("Azure service tags, by address",) if is_tagged else ()
    return ("Name", "Port", "Protocol", *tagged), rows


def _packets(finding: Finding, report: Report) -> Html:
    shown = packets(finding.evidence, PACKETS)
    if not shown:
        return NOTHING
    is_translated = report.vantage.kind is VantageKind.POD
    remark = element("small", text(f" {TRANSLATED}")) if is_translated else NOTHING
    title = element("h4", text("Packets to look for in the log"), remark)
    return joined(title, observations(shown))


def observations(shown: tuple[EvidenceLine, ...]) -> Html:
    """Return observations as a table, in the order in which they are given."""
    rows = [
        (
            text(moment(line.at)),
            code(line.source or ""),
            code(line.destination or ""),
            text(happened(line)),
            code(line.detail),
        )
        for line in shown
    ]
    return table(("Time (UTC)", "Source", "Destination", "What happened", "Detail"), rows)


def _search(finding: Finding, report: Report) -> Html:
    """Return when and for what to search the log, and the ready queries, folded."""
    search = finding.search
    if search is None:
        return NOTHING
    names = f", for {', '.join(search.names)}" if search.names else ""
    when = element(
        "p",
        element("b", text("Search the log: ")),
        text(f"{window(search)}, {flow(search, whole=True)}{names}"),
    )
    queries = (
        block(
            "details",
            element(
                "summary", text(f"Ready query: {LOGS[query.log]} ({LANGUAGES[query.language]})")
            ),
            element("pre", lines(query.query), class_="copy"),
        )
        for query in fitting(search, report.profile)
    )
    return joined(when, *queries)
