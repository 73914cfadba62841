"""Rules of Azure Firewall, read from their collections."""

from collections.abc import Iterator

from preflight.model.flow import Reason, Transfer
from preflight.policies.addresses import addresses
from preflight.policies.answers import (
    Answer,
    Condition,
    Doubt,
    all_of,
    always,
    any_of,
    doubting,
)
from preflight.policies.azure_firewall import targets
from preflight.policies.azure_firewall.rule_collections import UNNAMED, Collection
from preflight.policies.azure_prefixes import (
    EVERYTHING,
    Known,
    destination,
    expression,
    is_expression,
    source,
)
from preflight.policies.index import Keys
from preflight.policies.packet import Packet
from preflight.policies.parts import Part, last_segment
from preflight.policies.ports import ports, service, transfers_of
from preflight.policies.rule import Action, Rule
from preflight.policies.wording import listed, quoted

ACTIONS = {"allow": Action.ALLOW, "deny": Action.DENY}
HTTP, HTTPS, MSSQL = "http", "https", "mssql"
DEFAULT_PORTS = {HTTP: 80, HTTPS: 443, MSSQL: 1433}
TAG_PROTOCOLS = ((HTTP, 80), (HTTPS, 443))
"""What a rule with FQDN tags is about where it names no protocols."""
INSPECTED = (
    "It ends TLS at the firewall: the client has to trust the firewall's own authority, and one that pins its service's certificate"
    " fails all the same. To avoid that, a rule without TLS inspection has to stand before it."
)
UNCLEAR_PROTOCOL = Doubt("whether the client speaks plain HTTP on this port is not known")
NETWORK, APPLICATION = 0, 1
"""In the order in which the firewall asks them."""


def rules(collection: Collection, known: Known) -> Iterator[tuple[int, Rule]]:
    """The rules of a collection, each with `NETWORK` or `APPLICATION`."""
    for part in collection.rules:
        kind = part.text("ruleType") or collection.kind
        if kind == "NetworkRule":
            yield NETWORK, _network(part, collection, known)
        elif kind == "ApplicationRule":
            yield from ((APPLICATION, rule) for rule in _application(part, collection, known))
        elif kind != "NatRule":
            doubt = Doubt(f"the rule type {quoted(kind)} is not known here", Reason.UNSUPPORTED)
            yield APPLICATION, _rule(part, collection, destination=doubting(doubt))


def _network(part: Part, collection: Collection, known: Known) -> Rule:
    named = part.texts("destinationFqdns")
    written = part.texts("destinationAddresses")
    members = part.texts("destinationIpGroups")
    more = (
        *targets.network_targets(part),
        *(_group(each, known, "destination") for each in members),
    )
    to = destination(written, known, more=more)
    keys = to.keys
    if named and not written and not members and not any(map(is_expression, named)):
        keys = Keys(names=tuple(name.lower() for name in named))
    numbers = ports(part.texts("destinationPorts"))
    protocols = part.texts("ipProtocols", "protocols")
    return _rule(
        part,
        collection,
        destination=to.condition,
        keys=keys,
        service=any_of(service(transfers_of(each), numbers) for each in protocols),
        source=_source(part, known),
        to=f"{listed((*written, *named, *members))}, {'/'.join(protocols)} {numbers}",
    )


def _application(part: Part, collection: Collection, known: Known) -> Iterator[Rule]:
    """One rule for what is inspected and one for what is not, where a rule is about both."""
    condition, keys = targets.targets(part)
    protocols = _protocols(part)
    is_inspecting = part.flag("terminateTLS") or part.flag("terminateTls")
    tls = [each for each in protocols if each[0] == HTTPS and is_inspecting]
    plain = [each for each in protocols if each not in tls]
    for chosen in filter(None, (tls, plain)):
        inspects = chosen is tls and collection.action.lower() == "allow"
        yield _rule(
            part,
            collection,
            destination=all_of([condition, *_addresses(part)]),
            keys=keys,
            service=any_of(_speaks(word, port) for word, port in chosen),
            source=_source(part, known),
            to=f"{targets.shown(part)}, {', '.join(f'{word}:{port}' for word, port in protocols)}",
            reason=Reason.INSPECTED if inspects else None,
            note=INSPECTED if inspects else "",
        )


def _rule(
    part: Part,
    collection: Collection,
    *,
    destination: Condition,
    service: Condition = always,
    source: Condition = always,
    keys: Keys | None = None,
    to: str = "",
    reason: Reason | None = None,
    note: str = "",
) -> Rule:
    action = ACTIONS.get(collection.action.lower(), Action.UNKNOWN)
    is_named = collection.policy != UNNAMED or not collection.group
    path = (
        collection.group if is_named else "",
        collection.name,
        part.text("name") or "unnamed rule",
    )
    return Rule(
        action=action,
        owner=collection.policy if is_named else collection.group,
        label="/".join(filter(None, path)),
        origin=part.origin,
        destination=destination,
        service=service,
        source=all_of([source, _order(collection)]),
        keys=keys,
        to=to,
        reason=reason,
        note=note if action is not Action.UNKNOWN else "Its action is neither Allow nor Deny.",
    )


def _order(collection: Collection) -> Condition:
    if collection.priority is not None and collection.group_priority is not None:
        return always
    return doubting(Doubt("the priority of its collection or group cannot be read"))


def _protocols(part: Part) -> list[tuple[str, int]]:
    """Protocols in lower case with their ports, as `{protocolType, port}`."""
    found = []
    for each in part.items("protocols"):
        word = each.text("protocolType").lower()
        found.append((word, each.number("port") or DEFAULT_PORTS.get(word, 0)))
    if not found and part.texts("fqdnTags"):
        return list(TAG_PROTOCOLS)
    return found


def _speaks(word: str, port: int) -> Condition:
    """Whether the client speaks the protocol on the port: TLS on 443 and HTTP on 80; on another port HTTP cannot be told."""

    def holds(packet: Packet) -> Answer:
        if packet.transfer is not Transfer.TCP or packet.port != port:
            return False
        expected = {80: HTTP, 443: HTTPS, 1433: MSSQL}.get(port)
        if expected is None and word == HTTP:
            return UNCLEAR_PROTOCOL
        return word == (expected or HTTPS)

    return holds


def _source(part: Part, known: Known) -> Condition:
    written, members = part.texts("sourceAddresses"), part.texts("sourceIpGroups")
    return source(written, more=[_group(each, known, "source") for each in members])


def _group(identifier: str, known: Known, end: str) -> Condition:
    """Whether an IP group holds one end of the packet."""
    written = known.ip_groups.get(identifier.lower())
    if is_expression(identifier):
        return doubting(expression(identifier))
    if written is None:
        name = quoted(last_segment(identifier))
        return doubting(Doubt(f"the addresses of the IP group {name} are not in the input"))
    read = addresses(written)[0]
    if end == "source":
        return lambda packet: read.holds_source(packet.source)
    return lambda packet: read.holds_destination(packet.destination)


def _addresses(part: Part) -> list[Condition]:
    """Destination addresses in an application rule, which narrow it in a way that is not documented well enough to be judged."""
    written = part.texts("destinationAddresses")
    if not written or any(text.lower() in EVERYTHING for text in written):
        return []
    why = "it names destination addresses beside names, which is not evaluated here"
    return [doubting(Doubt(why, Reason.UNSUPPORTED))]
