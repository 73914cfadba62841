"""Route 53 Resolver DNS Firewall: which names the VPC's resolver answers at all.

Give the rules of every group, their associations, and each domain list saved under its own id:

    aws route53resolver list-firewall-rules --firewall-rule-group-id rslvr-frg-…
    aws route53resolver list-firewall-rule-group-associations --vpc-id vpc-…
    aws route53resolver list-firewall-domains --firewall-domain-list-id rslvr-fdl-… > rslvr-fdl-….json

Groups are asked by the priority of their association, rules by their own, and the first that matches decides; what none matches is
answered. A block looks like a name that does not exist, or that leads elsewhere, to whoever asks. Where a rule inspects redirection, as
it does by default, every name of a CNAME chain is judged too, and those are not known here.

A single list without an id belongs to the single list that the rules name. Of several VPCs one applies.

Not covered: AWS's managed domain lists and DNS Firewall Advanced (unknown, the rule named), the fail-open setting, names asked of another
resolver than the VPC's.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from preflight.model.document import Document
from preflight.model.flow import Flow, Reason, Ruling, Transfer
from preflight.model.report import Engine
from preflight.policies.answers import Condition, Doubt, doubting
from preflight.policies.aws_prefixes import members
from preflight.policies.combining import one_applies
from preflight.policies.first_match import Chain
from preflight.policies.index import Keys
from preflight.policies.names import starred
from preflight.policies.packet import Packet, packets
from preflight.policies.parts import Part, roots
from preflight.policies.rule import Action, Default, Rule
from preflight.policies.wording import listed, quoted, shown

DNS_PORT = 53
ACTIONS = {"ALLOW": Action.ALLOW, "ALERT": Action.ALLOW, "BLOCK": Action.DENY}
LIST_ID = r"rslvr-fdl-[0-9a-z]+"
LOOKED_UP = {"", "A", "AAAA", "1", "28"}
"""Query types that a client's connection needs."""
REDIRECTION = "Every name of a CNAME chain is judged as well: an alias outside the lists that are allowed is blocked."

Lists = Mapping[str, tuple[str, ...]]
"""Domains by the list's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsFirewall:
    """The rules of each VPC, of which one applies."""

    chains: tuple[Chain, ...]

    def decide(self, flow: Flow) -> Ruling | None:
        """The ruling on looking the host up; None where there is no name."""
        asked = packets(flow)
        if not asked or asked[0].host is None:
            return None
        query = replace(asked[0], destination=None, port=DNS_PORT, transfer=Transfer.UDP)
        rulings = [chain.decide(query) for chain in self.chains]
        return one_applies(rulings, "give the associations of the node's VPC alone")


def load(documents: Sequence[Document]) -> DnsFirewall | None:
    """Every DNS Firewall rule among the documents."""
    rules = list(members(documents, "FirewallRules", "FirewallRuleGroupId"))
    rules = [part for part in rules if "Action" in part]
    if not rules:
        return None
    lists = _lists(documents, rules)
    orders = _orders(documents, rules)
    return DnsFirewall(chains=tuple(_chain(order, rules, lists) for order in orders))


def _orders(documents: Sequence[Document], rules: Sequence[Part]) -> list[dict[str, int]]:
    """Priorities by group for each VPC; without associations each group is by itself."""
    vpcs: dict[str, dict[str, int]] = {}
    key = "FirewallRuleGroupAssociations"
    for part in members(documents, key, "MutationProtection"):
        vpc, group = part.text("VpcId"), part.text("FirewallRuleGroupId")
        vpcs.setdefault(vpc, {})[group] = part.number("Priority") or 0
    named = {part.text("FirewallRuleGroupId") for part in rules}
    known = [vpcs[vpc] for vpc in sorted(vpcs) if named & vpcs[vpc].keys()]
    return known or [{group: 0} for group in sorted(named)]


def _chain(order: Mapping[str, int], rules: Sequence[Part], lists: Lists) -> Chain:
    mine = [part for part in rules if part.text("FirewallRuleGroupId") in order]
    mine.sort(
        key=lambda part: (
            order[part.text("FirewallRuleGroupId")],
            part.number("Priority") or 0,
        )
    )
    missing = sorted(order.keys() - {part.text("FirewallRuleGroupId") for part in mine})
    read = [_rule(part, lists) for part in mine]
    if missing:
        read.insert(0, _missing(mine[0], missing))
    return Chain(
        engine=Engine.DNS,
        name=min(order, key=lambda group: order[group]),
        origin=mine[0].origin,
        rules=read,
        default=Default(
            action=Action.ALLOW,
            sentence="No DNS Firewall rule matches {target}, and the name is looked up.",
        ),
        remedy="an ALLOW rule with the name has to stand before it",
        needs_address=False,
    )


def _missing(part: Part, groups: Sequence[str]) -> Rule:
    return Rule(
        action=Action.UNKNOWN,
        owner=groups[0],
        label="all its rules",
        origin=part.origin,
        destination=doubting(Doubt("the rules of this group are not in the input")),
    )


def _rule(part: Part, lists: Lists) -> Rule:
    word = part.text("Action")
    action = ACTIONS.get(word, Action.UNKNOWN)
    identifier = part.text("FirewallDomainListId")
    names = lists.get(identifier)
    condition, keys = _names(identifier, names, part)
    if part.text("Qtype").upper() not in LOOKED_UP:
        condition, keys = (lambda _packet: False), None
    answer = part.text("BlockResponse") or "NODATA"
    blocks = f"The resolver answers {shown(answer)} instead, which looks like a wrong name."
    is_trusting = part.text("FirewallDomainRedirectionAction").startswith("TRUST")
    return Rule(
        action=action,
        owner=part.text("FirewallRuleGroupId"),
        label=f"{part.text('Priority')} {part.text('Name')}".strip(),
        origin=part.origin,
        destination=condition,
        keys=keys,
        to=listed(names) if names else quoted(identifier),
        reason=Reason.DNS_RULE_REFUSES_NAME if action is Action.DENY else None,
        note=blocks if action is Action.DENY else "" if is_trusting else REDIRECTION,
    )


def _names(
    identifier: str, names: tuple[str, ...] | None, part: Part
) -> tuple[Condition, Keys | None]:
    if "DnsThreatProtection" in part:
        return doubting(
            Doubt("DNS Firewall Advanced is not evaluated here", Reason.UNSUPPORTED)
        ), None
    if names is None:
        doubt = Doubt(f"the domains of the list {quoted(identifier)} are not in the input")
        return doubting(doubt), None
    listed_names = starred(names)

    def holds(packet: Packet) -> bool:
        return listed_names.holds(packet.host or "")

    keys = Keys(names=(*listed_names.exact, *listed_names.below))
    return holds, None if listed_names.is_every else keys


def _lists(documents: Sequence[Document], rules: Sequence[Part]) -> Lists:
    """Domain lists by id: one that the file's name or the document itself holds, or the only one that there is."""
    found: dict[str, tuple[str, ...]] = {}
    nameless: list[tuple[str, ...]] = []
    for document in documents:
        for part in roots(document):
            if "Domains" not in part:
                continue
            named = re.search(LIST_ID, document.origin.file or "")
            identifier = part.text("FirewallDomainListId") or (named[0] if named else "")
            if identifier:
                found[identifier] = part.texts("Domains")
            else:
                nameless.append(part.texts("Domains"))
    wanted = {part.text("FirewallDomainListId") for part in rules} - found.keys() - {""}
    if len(nameless) == len(wanted) == 1:
        found[wanted.pop()] = nameless[0]
    return found
