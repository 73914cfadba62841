"""The rule request as plain text: what a ticket for the people who run the firewall, proxy or DNS server needs, and nothing else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from preflight.model.happening import happened
from preflight.model.names import transport
from preflight.model.report import EvidenceLine, Report
from preflight.report.escape import printable
from preflight.report.findings import blockers
from preflight.report.html.sight import Sight, sights
from preflight.report.mends import by_name, mend, rule_text
from preflight.report.words import about_vantage, moment, packets

PACKETS = 1
"""Packets named for each finding: one is enough to find the rule that took it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyText:
    """Rules in some device's own format, made elsewhere, to be shown beside the ticket."""

    title: str
    """What it is for, such as `Azure Firewall policy (Bicep)`."""
    text: str
    """As it is to be pasted; may have several lines."""
    remarks: tuple[str, ...] = ()
    """What the format cannot say, and what to know before it is applied; a sentence each."""


def ticket(report: Report) -> str:
    """Return what one vantage has to ask for; empty where there is nothing."""
    measured = (
        f"Measured: {moment(report.started_at)} UTC by defender-preflight {report.tool_version}"
    )
    return written((f"From: {about_vantage(report.vantage)}", measured), sights(report))


def written(head: Sequence[str], shown: Sequence[Sight]) -> str:
    """Return what to ask for, finding by finding, with a packet of each; empty where there is nothing to ask for."""
    asked = [one for one in shown if one.finding.ask_for or one.finding.allow]
    if not asked:
        return ""
    parts = [line for sight in asked for line in ("", *_asked(sight))]
    lines = ("Request: egress for Microsoft Defender for Containers", *head, *parts)
    return "\n".join(map(printable, lines))


def _asked(sight: Sight) -> Iterator[str]:
    finding = sight.finding
    yield f"{finding.id}. {finding.title} ({finding.cause.value}, {finding.confidence.value})"
    if sight.where:
        yield f"  Where: {sight.where}"
    for label, texts in blockers(finding):
        yield from (f"  {label}: {text}" for text in texts)
    if finding.ask_for:
        yield f"  Ask for: {finding.ask_for}"
    if finding.allow:
        purpose = mend(finding, sight.report, sight.source)
        yield f"  {purpose.label} {purpose.where}:"
        for rule, tags in by_name(finding.allow):
            yield f"    {rule_text(rule, tags if purpose.is_network else ())}"
    for line in packets(finding.evidence, PACKETS):
        yield from _packet(line)


def _packet(line: EvidenceLine) -> Iterator[str]:
    yield f"  Packet: {moment(line.at)} UTC, {line.source or '?'} -> {line.destination}"
    yield f"    {happened(line)}"


def names(report: Report) -> str:
    """Return every rule of the findings once, as name, protocol and port; empty where there is none."""
    rules = by_name([rule for finding in report.findings for rule in finding.allow])
    found = (f"{printable(r.fqdn)} {transport(r.protocol)} {r.port}" for r, _ in rules)
    return "\n".join(dict.fromkeys(found))
