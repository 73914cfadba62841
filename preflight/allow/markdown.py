"""Markdown for a ticket: what to open, from where, why, and the evidence, for people who never saw Kubernetes."""

from collections.abc import Iterator, Sequence

from preflight.allow.destinations import addresses_of
from preflight.allow.markup import code, prose, row
from preflight.allow.names import is_address
from preflight.allow.words import at_port, fqdns, heading, listed, printable
from preflight.model.happening import happened
from preflight.model.report import BlockedBy, Engine, EvidenceLine, Finding
from preflight.model.request import Inspection, Rendered, Request, Rule

PACKETS = 3
"""Lines of evidence shown for one finding."""
ADDRESSES = 4
"""Addresses shown for one name."""
GAP = "SOURCE_CIDR"


def render(request: Request) -> Rendered:
    """The ticket; empty where nothing is asked for."""
    if not request.rules:
        return Rendered(text="")
    blocks = [
        *_head(request),
        *_rules(request),
        *_notes(request),
        *_evidence(request),
        *_pages(request),
        *_afterwards(request),
    ]
    return Rendered(text="\n".join(blocks) + "\n", remarks=tuple(_gap(request)))


def _gap(request: Request) -> Iterator[str]:
    if not request.source:
        yield f"The source is not known: replace {GAP}, or give --source CIDR."


def _head(request: Request) -> Iterator[str]:
    number = len(request.rules)
    yield f"# Firewall request: outbound access for Microsoft Defender for Containers ({number} rule{'' if number == 1 else 's'})"
    yield ""
    first, *others = heading(request)
    yield from (prose(first), "")
    yield from (f"- {prose(line)}" for line in others)
    yield "- Direction: outbound, stateful (answers come back on the same connection)"
    yield f"- Source: {', '.join(map(code, request.source)) or f'{code(GAP)} (to be filled in: the subnets of the nodes)'}"


def _rules(request: Request) -> Iterator[str]:
    has_tags = any(rule.service_tags for rule in request.rules)
    heads = ("Destination", "Port", "TLS inspection", "Needed", "For", "Known addresses")
    yield from ("", "## What to allow", "")
    yield from row(*heads, *(["Azure service tags"] if has_tags else []), head=True)
    for rule in request.rules:
        tags = [", ".join(map(code, rule.service_tags))] if has_tags else []
        yield from row(*_cells(rule), *tags)


def _cells(rule: Rule) -> tuple[str, ...]:
    inspection = {
        Inspection.BYPASS: "**bypass**",
        Inspection.UNSTATED: "nothing documented",
        Inspection.NOT_TLS: "no TLS",
    }[rule.inspection]
    purposes = "; ".join(rule.purposes)
    components = ", ".join(rule.components)
    upgrade = "; upgrade to WebSocket" if rule.is_websocket else ""
    number = "" if is_address(rule.fqdn) else _some([str(a) for a in addresses_of(rule)])
    return (
        code(rule.fqdn),
        prose(at_port(rule)),
        inspection,
        rule.requirement.value,
        prose(f"{purposes} ({components}{upgrade})" if purposes else f"{components}{upgrade}"),
        number,
    )


def _some(addresses: Sequence[str]) -> str:
    shown = ", ".join(map(code, addresses[:ADDRESSES]))
    rest = len(addresses) - ADDRESSES
    return f"{shown} and {rest} more" if rest > 0 else shown


def _notes(request: Request) -> Iterator[str]:
    notes = list(request.remarks)
    wild = [rule for rule in request.rules if rule.suffix]
    if wild:
        notes.append(
            f"A wildcard is the vendor's own: any number of labels before the name, the name itself not included ({listed(fqdns(wild))})."
        )
    covered = [name for rule in request.rules for name in rule.covers]
    if covered:
        notes.append(f"Not listed, because a wildcard above covers it: {listed(covered, 8)}.")
    if any(rule.inspection is Inspection.BYPASS for rule in request.rules):
        notes.append(
            "Bypass: the device must not end TLS for these, because the client does not accept its certificates."
        )
    if any(rule.addresses for rule in request.rules):
        notes.append(
            "Addresses are those seen or given on one day; the services change theirs without notice, so prefer the names."
        )
    if notes:
        yield from ("", "## To know", "")
        yield from (f"- {prose(note)}" for note in notes)


def _evidence(request: Request) -> Iterator[str]:
    findings = request.occasion.findings if request.occasion else ()
    if findings:
        yield from ("", "## What was seen")
    for finding in findings:
        yield from ("", f"### {prose(finding.id)}: {prose(finding.title)}", "")
        yield from (prose(finding.account), "")
        yield f"- Cause: {code(finding.cause.value)}, {finding.confidence.value}"
        names = fqdns([rule for rule in request.rules if finding.id in rule.findings])
        yield from (f"- Blocked by {_whose(by)}" for by in finding.blocked_by if _is_known(by))
        if finding.ask_for:
            yield f"- **Ask for:** {prose(finding.ask_for)}"
        yield f"- Concerns: {', '.join(map(code, names))}"
        yield from _packets(finding)


def _is_known(by: BlockedBy) -> bool:
    return not by.is_suspected and (by.engine is not Engine.UNKNOWN or by.name is not None)


def _whose(by: BlockedBy) -> str:
    """Whose rule it is, as in `azure-firewall`, `hub/fw`, rule `deny-all` (firewall.json), confirmed."""
    engine = "" if by.engine is Engine.UNKNOWN else code(by.engine.value)
    rule = ""
    if by.rule:
        rule = prose(by.rule) if by.is_by_default else f"rule {code(by.rule)}"
    where = f" ({prose(by.source)})" if by.source else ""
    sure = f", {by.confidence.value}" if by.confidence else ""
    return ", ".join(filter(None, (engine, code(by.name or ""), rule))) + where + sure


def _packets(finding: Finding) -> Iterator[str]:
    sent = [line for line in finding.evidence if line.source and not line.is_control]
    lines = [line for line in sent if line.outcome != "ok"][:PACKETS] or sent[-1:]
    if not lines:
        return
    yield from ("", "To look for in the log:", "")
    yield from row("Time (UTC)", "Source", "Destination", "What happened", head=True)
    cells = [
        (_moment(line), code(line.source or ""), code(line.destination or ""), _what(line))
        for line in lines
    ]
    for packet in dict.fromkeys(cells):  # A and AAAA may look alike
        yield from row(*packet)


def _moment(line: EvidenceLine) -> str:
    return line.at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def _what(line: EvidenceLine) -> str:
    return prose(happened(line))


def _pages(request: Request) -> Iterator[str]:
    pages = dict.fromkeys(page for rule in request.rules for page in rule.sources)
    if pages:
        yield from ("", "## Where the vendor says so", "")
        yield from (f"- {_link(page)}" for page in pages)


def _link(page: str) -> str:
    """A link only where the address is a plain one; anything else is shown as it is."""
    is_plain = page.startswith("https://") and printable(page) == page
    return f"<{page}>" if is_plain and not set(page) & set("<> \"'`|") else code(page)


def _afterwards(request: Request) -> Iterator[str]:
    before = "the report before" if request.occasion else "a report from before"
    yield from ("", "## When it is done", "")
    yield (
        f"Run `defender-preflight check` again from the same place; `defender-preflight report diff` shows against {before} "
        "which findings closed."
    )
