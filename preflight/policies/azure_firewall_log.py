"""Azure Firewall's own log: what it did to the last connection to the same host and port, and by which rule.

    Log Analytics: AZFWApplicationRule or AZFWNetworkRule, exported as JSON
    a storage account or event hub: AzureFirewallApplicationRule and …NetworkRule, as JSON lines (properties.msg)

A log holds what happened, not what is allowed: it speaks of a flow only when it has an entry for the host (or one of its addresses), the
port and the protocol; the latest one counts. An entry about another source than the flow's says what happened to that one, so the
answer is unknown then. DNS proxy entries, and those without a destination, are passed over.

Sources: learn.microsoft.com, Azure Firewall, diagnostic logs and structured logs, 2026; the forms of `msg` are those of the published samples.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from preflight.hostname import address_of
from preflight.model.document import Document
from preflight.model.flow import Flow, FlowVerdict, Origin, Reason, Ruling, Transfer
from preflight.model.report import Engine
from preflight.model.vantage import Address
from preflight.policies.packet import Packet, packets
from preflight.policies.parts import Part
from preflight.policies.wildcards import canonical
from preflight.policies.wording import quoted

CATEGORIES = frozenset({"AzureFirewallApplicationRule", "AzureFirewallNetworkRule"})
TABLES = frozenset({"AZFWApplicationRule", "AZFWNetworkRule"})
LONGEST = 4_000
"""Characters of one message that are read; URLs are the longest part."""
REQUEST = re.compile(
    r"(?P<protocol>[A-Za-z]{2,6})\b[^.]{0,20}? request from (?P<source>[0-9A-Fa-f.:]+):\d+ to (?P<host>[^\s]{1,260}):(?P<port>\d{1,5})\."
)
FIELD = re.compile(
    r"(Action|Policy|Rule Collection Group|Rule Collection|Rule): ?(.*?)(?=\. |\.*$)"
)
TRANSFERS = {"UDP": Transfer.UDP, "ICMP": Transfer.ICMP}
"""All others that the firewall logs go over TCP: HTTP, HTTPS, MSSQL and TCP itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One connection that the firewall decided about."""

    at: str
    """When, as the log writes it: RFC 3339, which sorts by time."""
    source: Address | None
    host: str
    """A name in lower case, or an address as text."""
    port: int
    transfer: Transfer
    is_denied: bool
    policy: str
    rule: str
    """Collections and rule by name; empty where none matched."""
    origin: Origin

    def is_about(self, packet: Packet) -> bool:
        """Whether the packet is for the same host, port and protocol."""
        hosts = {packet.host, str(packet.destination)}
        return (self.port, self.transfer) == (packet.port, packet.transfer) and self.host in hosts


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Every entry, the latest first."""

    entries: tuple[Entry, ...]

    def decide(self, flow: Flow) -> Ruling | None:
        """What the latest entry about the flow says; None where there is none."""
        asked = packets(flow)
        about = [entry for entry in self.entries if any(map(entry.is_about, asked))]
        source = flow.source.address
        own = next((each for each in about if source is None or each.source == source), None)
        entry = own or next(iter(about), None)
        return _ruling(entry, is_own=own is not None) if entry else None


def load(documents: Sequence[Document]) -> Log | None:
    """Every entry of such a log among the documents."""
    found = [entry for document in documents for entry in _entries(document)]
    latest = sorted(found, key=lambda entry: entry.at, reverse=True)
    return Log(entries=tuple(latest)) if latest else None


def _ruling(entry: Entry, *, is_own: bool) -> Ruling:
    did = "denied" if entry.is_denied else "allowed"
    why = f"by {quoted(entry.rule)}" if entry.rule else "because no rule matched"
    said = f"The firewall's log says at {quoted(entry.at, 40)} that it {did} {quoted(entry.host)} {entry.transfer}/{entry.port} {why}"
    if not is_own:
        said += f", from another source ({entry.source}): whether that goes for this one as well cannot be told"
    if entry.is_denied:
        reason = Reason.EXPLICIT_DENY if entry.rule else Reason.DEFAULT_DENY
        verdict = FlowVerdict.DENIED
    else:
        verdict, reason = FlowVerdict.ALLOWED, Reason.EXPLICIT_ALLOW
    return Ruling(
        engine=Engine.AZURE_FIREWALL,
        verdict=verdict if is_own else FlowVerdict.UNKNOWN,
        reason=reason if is_own else Reason.NEEDS_LIVE_DATA,
        name=entry.policy or None,
        rule=entry.rule or None,
        origin=entry.origin,
        explanation=f"{said}.",
    )


def _entries(document: Document) -> Iterator[Entry]:
    whole = Part(document, "", document.body)
    if whole.text("category", "Category") in CATEGORIES:
        found = _of_message(whole)
    elif whole.text("Type", "$table") in TABLES or _is_row(whole):
        found = _of_row(whole)
    else:
        found = None
    if found is not None:
        yield found


def _is_row(whole: Part) -> bool:
    """Whether it has what a row of the structured logs has, where the table is not named."""
    return all(key in whole for key in ("SourceIp", "DestinationPort", "Action", "RuleCollection"))


def _of_message(whole: Part) -> Entry | None:
    message = whole.get("properties").text("msg")[:LONGEST]
    request = REQUEST.match(message)
    if request is None:
        return None
    fields = {key: value.strip(" .") for key, value in FIELD.findall(message[request.end() :])}
    return _entry(
        whole,
        at=whole.text("time", "Time"),
        source=request["source"],
        host=request["host"],
        port=request["port"],
        protocol=request["protocol"],
        action=fields.get("Action", ""),
        policy=fields.get("Policy", ""),
        rule=(
            fields.get("Rule Collection Group"),
            fields.get("Rule Collection"),
            fields.get("Rule"),
        ),
    )


def _of_row(whole: Part) -> Entry | None:
    return _entry(
        whole,
        at=whole.text("TimeGenerated"),
        source=whole.text("SourceIp"),
        host=whole.text("Fqdn", "DestinationIp"),
        port=whole.text("DestinationPort"),
        protocol=whole.text("Protocol"),
        action=whole.text("Action"),
        policy=whole.text("Policy"),
        rule=(whole.text("RuleCollectionGroup"), whole.text("RuleCollection"), whole.text("Rule")),
    )


def _entry(
    whole: Part,
    *,
    at: str,
    source: str,
    host: str,
    port: str,
    protocol: str,
    action: str,
    policy: str,
    rule: tuple[str | None, ...],
) -> Entry | None:
    if (
        action.lower() not in {"allow", "deny"}
        or not host
        or not port.isascii()
        or not port.isdigit()
    ):
        return None
    *_, last = rule
    return Entry(
        at=at,
        source=address_of(source),
        host=canonical(host),
        port=int(port),
        transfer=TRANSFERS.get(protocol.upper(), Transfer.TCP),
        is_denied=action.lower() == "deny",
        policy=policy,
        rule="/".join(filter(None, rule)) if last else "",
        origin=whole.origin,
    )
