"""Google Cloud firewalls: the rules of a VPC network, and firewall policies of organisation, folders, network and region.

Give either what is in force on the network, which is the most exact, or its parts:

    gcloud compute networks get-effective-firewalls NETWORK --format=json
    gcloud compute network-firewall-policies get-effective-firewalls --network=NETWORK --region=REGION --format=json

    gcloud compute firewall-rules list --filter=network=NETWORK --format=json
    gcloud compute network-firewall-policies describe POLICY --global --format=json      (also `firewall-policies describe`)
    gcloud compute networks describe NETWORK --format=json                               (the order of rules and policies)

Asked one after the other: policies of the organisation, then of folders, system policies, the rules of the network, its global and its
regional policies; the network may ask for its own rules last. Within each, low priorities first, and among VPC rules of equal priority
what denies; `goto_next` and what no rule matches goes on to the next. In the end everything may leave. Disabled rules are passed over. The
metadata server is always reached.

Names of FQDN rules are exact; Google resolves them itself, and may get other addresses than the node.

Not covered (unknown, the rule named): which tags and service accounts a node has, address groups, regions, threat intelligence, security
profiles; nested folders, whose policies are asked by name.

Sources, read 2026-11: cloud.google.com/firewall/docs, firewall-policies-rule-eval-order and firewall-policies-rule-details.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, unique
from ipaddress import ip_address

from preflight.model.document import Document
from preflight.model.flow import Flow, FlowVerdict, Origin, Reason, Ruling
from preflight.model.report import Engine
from preflight.policies.combining import one_applies, over_addresses
from preflight.policies.first_match import Chain
from preflight.policies.gcp_firewall.rules import policy_rules, vpc_rules
from preflight.policies.layers import through
from preflight.policies.packet import Packet
from preflight.policies.parts import Part, last_segment, roots
from preflight.policies.rule import Action, Default, Rule

METADATA = ip_address("169.254.169.254")
REMEDY = "an egress allow rule with a lower priority number has to stand before it"


@unique
class Layer(IntEnum):
    """Where rules stand, in the order in which they are asked."""

    ORGANISATION = 0
    FOLDER = 1
    SYSTEM = 2
    CLASSIC = 3
    GLOBAL = 4
    REGIONAL = 5
    CLASSIC_LAST = 6


TYPES = {
    "HIERARCHY": Layer.FOLDER,
    "SYSTEM": Layer.SYSTEM,
    "NETWORK": Layer.GLOBAL,
    "NETWORK_REGIONAL": Layer.REGIONAL,
}
"""Types of policies as effective firewalls name them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One firewall policy."""

    name: str
    layer: Layer
    origin: Origin
    rules: tuple[Part, ...]
    networks: tuple[str, ...] | None
    """Those that it is associated with; None where the export does not say."""
    place: int
    """Among policies of its layer, as exported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcFirewalls:
    """The lists of each network, of which one applies."""

    networks: tuple[tuple[Chain, ...], ...]

    def decide(self, flow: Flow) -> Ruling | None:
        """The ruling on a flow; None for what stays between pods."""
        return over_addresses(flow, self._decide)

    def _decide(self, packet: Packet) -> Ruling:
        if packet.destination == METADATA:
            return Ruling(
                engine=Engine.GCP_FIREWALL,
                verdict=FlowVerdict.ALLOWED,
                reason=Reason.DEFAULT_ALLOW,
                explanation="This is the metadata server, which every node reaches whatever the rules say.",
            )
        rulings = [through(chains, packet) for chains in self.networks]
        return one_applies(rulings, "give the firewalls of the node's network alone")


def load(documents: Sequence[Document]) -> VpcFirewalls | None:
    """Every firewall rule and policy among the documents."""
    parts = [part for document in documents for part in roots(document)]
    classic = [rule for part in parts for rule in _classic(part)]
    policies = [policy for part in parts for policy in _policies(part)]
    policies += _loose(parts)
    policies.sort(key=lambda policy: (policy.layer, policy.place, policy.name))
    if not classic and not policies:
        return None
    names = {last_segment(rule.text("network")) for rule in classic}
    names |= {name for policy in policies for name in policy.networks or ()}
    last = {last_segment(part.text("name")) for part in parts if _is_last(part)}
    return VpcFirewalls(
        networks=tuple(_layers(name, classic, policies, last) for name in sorted(names) or [""])
    )


def _layers(
    network: str, classic: Sequence[Part], policies: Sequence[Policy], last: set[str]
) -> tuple[Chain, ...]:
    """The lists of one network, and in the end the rule that lets everything out."""
    mine = [rule for rule in classic if last_segment(rule.text("network")) == network]
    origin = mine[0].origin if mine else policies[0].origin if policies else Origin()
    is_last = network in last or (not network and bool(last))
    lists: list[tuple[Layer, Chain]] = []
    if mine:
        layer = Layer.CLASSIC_LAST if is_last else Layer.CLASSIC
        name = network or "VPC firewall rules"
        lists.append((layer, _chain(name, mine[0].origin, vpc_rules(mine, network))))
    for policy in policies:
        if policy.networks is None or network in policy.networks:
            rules = policy_rules(policy.rules, policy.name, network)
            lists.append((policy.layer, _chain(policy.name, policy.origin, rules)))
    lists.sort(key=lambda pair: pair[0])
    implied = Default(
        action=Action.ALLOW,
        sentence="No rule matches {target}, and the implied egress rule allows the rest.",
    )
    end = Chain(
        engine=Engine.GCP_FIREWALL,
        name=network,
        origin=origin,
        rules=(),
        default=implied,
    )
    return (*(chain for _, chain in lists), end)


def _chain(name: str, origin: Origin, rules: Sequence[Rule]) -> Chain:
    return Chain(
        engine=Engine.GCP_FIREWALL,
        name=name,
        origin=origin,
        rules=rules,
        default=Default(action=Action.NEXT, sentence="No rule matches."),
        remedy=REMEDY,
    )


def _classic(part: Part) -> Iterator[Part]:
    """VPC rules by themselves, or among the effective firewalls."""
    for each in (part, *part.items("firewalls")):
        if "direction" in each and ("allowed" in each or "denied" in each):
            yield each


def _policies(part: Part) -> Iterator[Policy]:
    for place, each in enumerate(part.items("firewallPolicys")):
        yield _policy(each, TYPES.get(each.text("type"), Layer.FOLDER), place)
    rules = part.items("rules")
    if rules and "firewallPolicys" not in part and any("match" in rule for rule in rules):
        yield _policy(part, _layer(part), 0)


def _loose(parts: Sequence[Part]) -> Iterator[Policy]:
    """Rules of a policy that were exported by themselves: one policy for each file, taken for a global one."""
    found: defaultdict[str, list[Part]] = defaultdict(list)
    for part in parts:
        if "match" in part and "direction" in part and "action" in part:
            found[part.document.origin.file or ""].append(part)
    for rules in found.values():
        yield Policy(
            name="firewall policy",
            layer=Layer.GLOBAL,
            origin=rules[0].origin,
            rules=tuple(rules),
            networks=None,
            place=0,
        )


def _layer(part: Part) -> Layer:
    parent = part.text("parent")
    if parent.startswith("organizations/"):
        return Layer.ORGANISATION
    if parent.startswith("folders/"):
        return Layer.FOLDER
    return Layer.REGIONAL if part.text("region") else Layer.GLOBAL


def _policy(part: Part, layer: Layer, place: int) -> Policy:
    targets = [each.text("attachmentTarget") for each in part.items("associations")]
    networks = tuple(last_segment(each) for each in targets if "/networks/" in each)
    return Policy(
        name=part.text("shortName", "displayName", "name") or "firewall policy",
        layer=layer,
        origin=part.origin,
        rules=part.items("rules"),
        networks=networks or None,
        place=place,
    )


def _is_last(part: Part) -> bool:
    return part.text("networkFirewallPolicyEnforcementOrder") == "BEFORE_CLASSIC_FIREWALL"
