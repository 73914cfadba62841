"""Rules of Google Cloud's firewalls, read: those of a VPC network, and those of firewall policies."""

from collections.abc import Iterator, Sequence

from preflight.policies.addresses import Network, addresses
from preflight.policies.answers import Condition, Doubt, all_of, always, any_of, doubting
from preflight.policies.index import Keys
from preflight.policies.parts import Part, last_segment
from preflight.policies.ports import ports, service, transfers_of
from preflight.policies.rule import Action, Rule
from preflight.policies.wildcards import canonical
from preflight.policies.wording import listed, quoted

USUAL = 1000
"""Priority of a VPC rule that names none."""
ACTIONS = {"allow": Action.ALLOW, "deny": Action.DENY, "goto_next": Action.NEXT}
INSPECTION = "apply_security_profile_group"
NO_NAME = Doubt("the name that the client asks for is not known")
LISTS = {
    "destAddressGroups": "the address group",
    "destThreatIntelligences": "the threat intelligence list",
    "destRegionCodes": "the region",
}
"""What a rule names and the export does not hold."""
TARGETS = {
    "targetTags": "carries the tag",
    "targetServiceAccounts": "runs as the service account",
    "targetSecureTags": "carries the secure tag",
}
NETWORK_TYPES = ("destNetworkType", "destNetworkContext", "destNetworkScope")


def is_egress(part: Part) -> bool:
    """Whether a rule is in force, and for what leaves."""
    return part.text("direction").upper() == "EGRESS" and not part.flag("disabled")


def vpc_rules(parts: Sequence[Part], network: str) -> list[Rule]:
    """The rules of a VPC network: low priorities first, and at equal ones what denies."""
    found = [pair for part in parts if is_egress(part) for pair in _vpc_rule(part, network)]
    found.sort(key=lambda pair: (pair[0], pair[1].action is not Action.DENY, pair[1].label))
    return [rule for _, rule in found]


def policy_rules(parts: Sequence[Part], policy: str, network: str) -> list[Rule]:
    """The rules of a firewall policy, low priorities first."""
    ordered = sorted(parts, key=lambda part: part.number("priority") or 0)
    return [_policy_rule(part, policy, network) for part in ordered if is_egress(part)]


def _vpc_rule(part: Part, network: str) -> Iterator[tuple[int, Rule]]:
    priority = part.number("priority")
    number = USUAL if priority is None else priority
    to = part.texts("destinationRanges") or ("0.0.0.0/0",)
    condition, networks = _ranges(to)
    for key, action in (("denied", Action.DENY), ("allowed", Action.ALLOW)):
        if part.items(key):
            yield (
                number,
                Rule(
                    action=action,
                    owner=network or "VPC firewall rules",
                    label=f"{number} {part.text('name')}",
                    origin=part.origin,
                    destination=condition,
                    service=_service(part.items(key), "IPProtocol"),
                    source=all_of([_sources(part.texts("sourceRanges")), *_targets(part, network)]),
                    keys=Keys(networks=networks) if networks else None,
                    to=f"{listed(to)}, {_shown(part.items(key), 'IPProtocol')}",
                ),
            )


def _policy_rule(part: Part, policy: str, network: str) -> Rule:
    match = part.get("match")
    word = part.text("action").lower()
    action = ACTIONS.get(word, Action.UNKNOWN)
    condition, keys = _destination(match)
    priority = part.number("priority")
    named = part.text("ruleName", "description")
    written = match.texts("destIpRanges", "destFqdns", *LISTS)
    return Rule(
        action=action,
        owner=policy,
        label=f"{priority} {named}".strip(),
        origin=part.origin,
        destination=condition,
        service=_service(match.items("layer4Configs"), "ipProtocol"),
        source=all_of(
            [_sources(match.texts("srcIpRanges")), *_targets(part, network), *_order(priority)]
        ),
        keys=keys,
        to=f"{listed(written) or 'any destination'}, {_shown(match.items('layer4Configs'), 'ipProtocol')}",
        note=_note(word) if action is Action.UNKNOWN else "",
    )


def _note(word: str) -> str:
    if word == INSPECTION:
        return "It hands the connection to a security profile, whose verdict is not in the input."
    return f"Its action {quoted(word)} is not known here."


def _order(priority: int | None) -> list[Condition]:
    return [] if priority is not None else [doubting(Doubt("its priority cannot be read"))]


def _destination(match: Part) -> tuple[Condition, Keys | None]:
    """Any of ranges, names and lists, within the network type; every destination without any of them."""
    ranges, names = match.texts("destIpRanges"), match.texts("destFqdns")
    condition, networks = _ranges(ranges)
    lists = [
        doubting(Doubt(f"what {word} {quoted(each)} holds is not in the input"))
        for key, word in LISTS.items()
        for each in match.texts(key)
    ]
    alternatives = [
        *([condition] if ranges else []),
        *([_names(names)] if names else []),
        *lists,
    ]
    kinds = [_network_type(each) for key in NETWORK_TYPES for each in match.texts(key)]
    if not alternatives:
        return all_of(kinds), None
    is_indexed = not lists and (networks or not ranges)
    keys = Keys(networks=networks, names=tuple(map(canonical, names))) if is_indexed else None
    return all_of([any_of(alternatives), *kinds]), keys


def _ranges(written: Sequence[str]) -> tuple[Condition, tuple[Network, ...]]:
    """Whether the ranges hold the destination, and as prefixes where all of them are some."""
    known, unread = addresses(written)
    more = [doubting(Doubt(f"{quoted(each)} is no range")) for each in unread]
    condition = any_of([lambda packet: known.holds_destination(packet.destination), *more])
    return condition, () if unread else known.networks


def _names(written: Sequence[str]) -> Condition:
    """Names as Google resolves them itself; there are no wildcards."""
    exact = frozenset(map(canonical, written))
    return lambda packet: NO_NAME if packet.host is None else packet.host in exact


def _network_type(word: str) -> Condition:
    if word.upper() == "INTERNET":
        return lambda packet: packet.is_public
    if word.upper() in {"NON_INTERNET", "NON-INTERNET"}:
        return lambda packet: not packet.is_public
    return doubting(
        Doubt(f"whether the destination is of the network type {quoted(word)} is not in the input")
    )


def _sources(written: Sequence[str]) -> Condition:
    if not written:
        return always
    known, unread = addresses(written)
    more = [doubting(Doubt(f"{quoted(each)} is no range")) for each in unread]
    return any_of([lambda packet: known.holds_source(packet.source), *more])


def _targets(part: Part, network: str) -> list[Condition]:
    """Whether the rule is for the node at all: tags and accounts are not in the input, the network may be."""
    named = [
        Doubt(
            f"whether the node {word} {listed(part.texts(key) or _tags(part, key))} is not in the input"
        )
        for key, word in TARGETS.items()
        if part.items(key)
    ]
    conditions = [any_of([doubting(each) for each in named])] if named else []
    resources = part.texts("targetResources")
    if resources:
        conditions.append(_resources({last_segment(each) for each in resources}, network))
    return conditions


def _tags(part: Part, key: str) -> tuple[str, ...]:
    return tuple(each.text("name") for each in part.items(key))


def _resources(networks: set[str], network: str) -> Condition:
    if network:
        is_mine = network in networks
        return lambda _packet: is_mine
    return doubting(
        Doubt(
            f"whether the node stands in the network {listed(tuple(sorted(networks)))} is not in the input"
        )
    )


def _service(parts: Sequence[Part], key: str) -> Condition:
    """Protocols with their ports; a protocol without ports means all of them."""
    if not parts:
        return always
    return any_of(
        service(transfers_of(each.text(key)), ports(each.texts("ports") or ("*",)))
        for each in parts
    )


def _shown(parts: Sequence[Part], key: str) -> str:
    shown = [" ".join((each.text(key), ",".join(each.texts("ports")))).strip() for each in parts]
    return " or ".join(shown[:4]) or "any protocol"
