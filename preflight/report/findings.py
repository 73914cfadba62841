"""A finding on paper: what happened, what it stops, the rule to open, and the packet to look for."""

from collections.abc import Iterator

from preflight.model.report import Allow, BlockedBy, Engine, EvidenceLine, Finding, Report
from preflight.model.vantage import VantageKind
from preflight.report.layout import Ink, fit, paint, wrap
from preflight.report.style import Style
from preflight.report.words import (
    CONFIDENCE,
    SPOKEN,
    happened,
    moment,
    own_addresses,
    packets,
    target,
    transport,
)

LISTED = 20
"""Endpoints and rules named in one finding."""
PACKETS = 3
"""Packets shown for one finding: enough to find them in a log."""
INDENT = " " * 4
LABEL = 11
"""Columns of a label, the space after it included."""


def finding_lines(finding: Finding, report: Report, style: Style) -> Iterator[str]:
    """Yield the finding's lines."""
    head = f"{fit(finding.id, style)}  "
    first, *more = wrap(finding.title, style, first=head)
    yield from (paint(line, Ink.BOLD, style) for line in (first, *more))
    yield from wrap(finding.explanation, style, first=INDENT)
    yield from _labelled(
        "Cause", [f"{finding.cause.value}, {CONFIDENCE[finding.confidence]}"], style
    )
    yield from _labelled("Stops", _stops(finding, report), style)
    yield from _labelled(
        "Blocked by", [_whose(rule) for rule in finding.blocked_by if _is_known(rule)], style
    )
    yield from _labelled("Open", _rules(finding, report), style)
    yield from _labelled("Look for", _packets(finding, report), style)


def _labelled(label: str, texts: list[str], style: Style) -> Iterator[str]:
    """Yield the label before the first text and nothing before the others; nothing at all without texts."""
    for number, text in enumerate(texts):
        yield from wrap(text, style, first=f"{INDENT}{'' if number else label:<{LABEL}}")


def _stops(finding: Finding, report: Report) -> list[str]:
    known = {endpoint.id: endpoint for endpoint in report.endpoints}
    texts = []
    for id_ in finding.endpoints[:LISTED]:
        endpoint = known.get(id_)
        waived = ", waived" if endpoint and endpoint.waived else ""
        texts.append(
            f"{target(endpoint)} ({endpoint.requirement.value}, {id_}{waived})" if endpoint else id_
        )
    return texts + _more(len(finding.endpoints))


def _rules(finding: Finding, report: Report) -> list[str]:
    if not finding.allow:
        return []
    source = f"outbound from {own_addresses(report.vantage)} to"
    return [
        source,
        *(rule_text(rule) for rule in finding.allow[:LISTED]),
        *_more(len(finding.allow)),
    ]


def rule_text(rule: Allow) -> str:
    """Return the rule to open, as in `*.example.com, TCP 443 (HTTPS), service tag AzureMonitor`."""
    spoken = f" ({SPOKEN[rule.protocol]})" if SPOKEN[rule.protocol] else ""
    tag = f", service tag {rule.service_tag}" if rule.service_tag else ""
    return f"{rule.fqdn}, {transport(rule.protocol)} {rule.port}{spoken}{tag}"


def _more(total: int) -> list[str]:
    return [f"and {total - LISTED} more; -o json names all"] if total > LISTED else []


def _is_known(rule: BlockedBy) -> bool:
    return rule.engine is not Engine.UNKNOWN or rule.name is not None


def _whose(rule: BlockedBy) -> str:
    parts = [
        rule.engine.value,
        rule.name,
        rule.rule and f"rule {rule.rule}",
        rule.source and f"({rule.source})",
    ]
    return " ".join(part for part in parts if part)


def _packets(finding: Finding, report: Report) -> list[str]:
    lines = packets(finding.evidence, PACKETS)
    texts = [text for line in lines for text in _packet(line)]
    if texts and report.vantage.kind is VantageKind.POD:
        texts.append(
            "(beyond the cluster the source is often the node's address, or a NAT gateway's)"
        )
    return texts


def _packet(line: EvidenceLine) -> list[str]:
    flow = f"{line.source or '?'} → {line.destination}"
    detail = f"; {line.detail}" if line.detail else ""
    return [f"{moment(line.at)} UTC, {flow}", f"{happened(line)}{detail}"]
