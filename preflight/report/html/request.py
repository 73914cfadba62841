"""The rule request as plain text: what a ticket for the people who run the firewall, proxy or DNS server needs, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass

from preflight.model.report import EvidenceLine, Finding, Report
from preflight.report.escape import printable
from preflight.report.mends import by_name, mend, rule_text
from preflight.report.words import about_vantage, happened, moment, packets, transport

PACKETS = 1
"""Packets named for each finding: one is enough to find the rule that took it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyText:
    """Rules in some device's own format, made elsewhere, to be shown beside the ticket."""

    title: str
    """What it is for, such as `Azure Firewall policy (Bicep)`."""
    text: str
    """As it is to be pasted; may have several lines."""


def ticket(report: Report) -> str:
    """Return what to ask for, finding by finding, with a packet of each; empty where there is nothing to ask for."""
    asked = [one for one in report.findings if one.ask_for or one.allow]
    if not asked:
        return ""
    head = (
        "Request: egress for Microsoft Defender for Containers",
        f"From: {about_vantage(report.vantage)}",
        f"Measured: {moment(report.started_at)} UTC by defender-preflight {report.tool_version}",
    )
    parts = [line for finding in asked for line in ("", *_asked(finding, report))]
    return "\n".join(printable(line) for line in (*head, *parts))


def _asked(finding: Finding, report: Report) -> Iterator[str]:
    yield f"{finding.id}. {finding.title} ({finding.cause.value}, {finding.confidence.value})"
    if finding.ask_for:
        yield f"  Ask for: {finding.ask_for}"
    if finding.allow:
        purpose = mend(finding, report)
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
