"""Stateless rule groups of AWS Network Firewall: the first list that a packet meets, which mostly hands it on."""

from collections.abc import Iterator, Sequence

from preflight.policies.addresses import addresses
from preflight.policies.answers import Condition, Doubt, all_of, always, any_of, doubting
from preflight.policies.packet import Packet
from preflight.policies.parts import Part
from preflight.policies.ports import ANY_PORT, Ports, service, transfers_of
from preflight.policies.rule import Action, Rule
from preflight.policies.wording import listed

ACTIONS = {
    "aws:pass": Action.ALLOW,
    "aws:drop": Action.DENY,
    "aws:forward_to_sfe": Action.NEXT,
}
WHY = "It passes without stateful inspection; replies need a stateless rule of their own."


def action_of(words: Sequence[str]) -> Action:
    """What a list of actions comes to; custom actions only publish metrics."""
    return next((ACTIONS[word] for word in words if word in ACTIONS), Action.UNKNOWN)


def stateless(group: Part, name: str) -> Iterator[Rule]:
    """The rules of a group, by priority."""
    held = group.get("RulesSource").get("StatelessRulesAndCustomActions")
    for part in sorted(held.items("StatelessRules"), key=lambda each: each.number("Priority") or 0):
        definition = part.get("RuleDefinition")
        match = definition.get("MatchAttributes")
        action = action_of(definition.texts("Actions"))
        to = tuple(each.text("AddressDefinition") for each in match.items("Destinations"))
        yield Rule(
            action=action,
            owner=name,
            label=f"priority {part.text('Priority')}",
            origin=part.origin,
            destination=_addresses(to, "destination"),
            service=_service(match),
            source=all_of(
                [
                    _addresses(
                        [each.text("AddressDefinition") for each in match.items("Sources")],
                        "source",
                    ),
                    _client_port(match),
                ]
            ),
            to=listed(to) or "any address",
            note=WHY
            if action is Action.ALLOW
            else "Its actions are not known here."
            if action is Action.UNKNOWN
            else "",
        )


def _addresses(written: Sequence[str], end: str) -> Condition:
    if not written:
        return always
    known, unread = addresses(written)
    unreadable = [doubting(Doubt(f"{listed(unread)} is no address"))] if unread else []

    def holds(packet: Packet) -> bool | Doubt:
        if end == "source":
            return known.holds_source(packet.source)
        return known.holds_destination(packet.destination)

    return any_of([holds, *unreadable])


def _service(match: Part) -> Condition:
    protocols = match.texts("Protocols")
    wanted = frozenset().union(*(transfers_of(each) or () for each in protocols))
    spans = [
        (each.number("FromPort"), each.number("ToPort")) for each in match.items("DestinationPorts")
    ]
    ranges = tuple((a, b) for a, b in spans if a is not None and b is not None)
    return service(wanted if protocols else None, Ports(ranges=ranges) if spans else ANY_PORT)


def _client_port(match: Part) -> Condition:
    spans = match.items("SourcePorts")
    if not spans or any(
        (each.number("FromPort") or 0) <= 1024 and each.number("ToPort") == 65_535 for each in spans
    ):
        return always
    return doubting(
        Doubt("it holds for some source ports only, and a client's port is not known beforehand")
    )
