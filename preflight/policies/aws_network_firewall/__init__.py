"""AWS Network Firewall: stateless rules, and stateful ones as domain lists, standard rules or Suricata text.

Give every rule group, and the firewall policy, which says in what order they are asked and what happens to the rest:

    aws network-firewall describe-rule-group --type STATEFUL --rule-group-name NAME
    aws network-firewall describe-firewall-policy --firewall-policy-name NAME

The stateless rules come first, by the groups' and the rules' priorities, and mostly hand on to the stateful ones. By default these are
asked by action: every pass before every drop before every reject, and what none matches passes. In strict order they are asked by the
groups' priorities and as they stand, and the policy says what happens to the rest. An allow list drops the names that it does not hold, of
its own protocols. A rule about names sees the ClientHello or the request, not the first packet: what drops that one (a `drop tcp` without
`flow:established`, or the default action drop_strict) closes the way before any name is sent, and a pass that matches it passes all of
the connection, unless it says `flow:not_established`.

Without the policy, the groups' own order option is used and everything is handed to the stateful rules. TLS is taken to be spoken on every
TCP port but 80. `$HOME_NET`, where nobody sets it, is taken to hold the source: it is the firewall's own VPC.

Not covered (unknown, the rule named): Suricata keywords other than tls.sni, http.host, content with nocase, startswith, endswith and
dotprefix, flow, and app-layer-protocol; managed rule groups and IP set references that are not given; TLS inspection; the firewall's logs.

Sources, read 2026-11: docs.aws.amazon.com/network-firewall, stateful-rule-groups-domain-names, suricata-rule-evaluation-order,
stateless-rule-groups-5-tuple.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from preflight.model.document import Document
from preflight.model.flow import FlowVerdict, Origin, Ruling, Transfer
from preflight.model.report import Engine
from preflight.policies.answers import Doubt, doubting
from preflight.policies.aws_network_firewall.stateful import Stateful, stateful, variables_of
from preflight.policies.aws_network_firewall.stateless import action_of, stateless
from preflight.policies.combining import SEVERITY, Alternatives
from preflight.policies.first_match import Chain
from preflight.policies.layers import through
from preflight.policies.packet import Packet
from preflight.policies.parts import Part, last_segment, roots
from preflight.policies.rule import Action, Default, Rule
from preflight.policies.wording import shown

ADVICE = "give the policy of the firewall that the route leads to"
STRICT = "STRICT_ORDER"
REMEDY = (
    "the name has to be added to an allow list, or a pass rule has to stand before what drops it"
)


UNKNOWN_DEFAULT = Default(
    action=Action.UNKNOWN,
    sentence="No stateful rule matches {target}, and what happens to the rest stands in the firewall policy, which is not in the input.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """A rule group as exported."""

    name: str
    arn: str
    part: Part
    """What stands under `RuleGroup`."""

    @property
    def is_stateless(self) -> bool:
        """Whether it is asked before the stateful ones."""
        return "StatelessRulesAndCustomActions" in self.part.get("RulesSource")

    @property
    def is_strict(self) -> bool:
        """Whether its own options ask for strict order."""
        return self.part.get("StatefulRuleOptions").text("RuleOrder") == STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Firewall:
    """One policy with its groups."""

    stateless: Chain
    first_packet: Chain
    """The stateful rules that can match before any name is sent."""
    request: Chain
    """All stateful rules."""
    passing: frozenset[tuple[str, str]]
    """Group and label of the rules that pass the whole connection with its first packet."""

    def decide(self, packet: Packet) -> Ruling:
        """The first packet and the request with the name both have to pass."""
        whole = through((self.stateless, self.request), packet)
        if packet.transfer is not Transfer.TCP:
            return whole
        first = through((self.stateless, self.first_packet), packet)
        if first.verdict is FlowVerdict.ALLOWED and (first.name, first.rule) in self.passing:
            return first
        return first if SEVERITY[first.verdict] < SEVERITY[whole.verdict] else whole


def load(documents: Sequence[Document]) -> Alternatives | None:
    """Every rule group and firewall policy among the documents."""
    parts = [part for document in documents for part in roots(document)]
    groups = sorted(
        (_group(part) for part in parts if "RulesSource" in part.get("RuleGroup")),
        key=lambda group: group.name,
    )
    policies = [part for part in parts if _is_policy(part)]
    if not groups and not policies:
        return None
    firewalls = [_by_policy(part, groups) for part in policies] or [_by_groups(groups)]
    return Alternatives(advice=ADVICE, judges=tuple(firewalls))


def _is_policy(part: Part) -> bool:
    return "StatelessDefaultActions" in part.get("FirewallPolicy")


def _group(part: Part) -> RuleGroup:
    about = part.get("RuleGroupResponse")
    return RuleGroup(
        name=about.text("RuleGroupName") or part.text("RuleGroupName") or "rule group",
        arn=about.text("RuleGroupArn"),
        part=part.get("RuleGroup"),
    )


def _by_groups(groups: Sequence[RuleGroup]) -> Firewall:
    """All the groups, without the policy that joins them."""
    rules = [
        rule for each in groups if each.is_stateless for rule in stateless(each.part, each.name)
    ]
    kept = [each for each in groups if not each.is_stateless]
    found = [rule for each in kept for rule in stateful(each.part, each.name, {})]
    is_strict = any(each.is_strict for each in kept)
    if is_strict and len(kept) > 1:
        found = [Stateful(place=0, rule=_unordered(kept[0]), is_early=True), *found]
    name = kept[0].name if kept else groups[0].name
    return _firewall(name, groups[0].part.origin, rules, Action.NEXT, found, is_strict, None)


def _unordered(group: RuleGroup) -> Rule:
    doubt = Doubt(
        "the order of the groups stands in the firewall policy, which is not in the input"
    )
    return Rule(
        action=Action.UNKNOWN,
        owner=group.name,
        label="all its rules",
        origin=group.part.origin,
        destination=doubting(doubt),
    )


def _by_policy(part: Part, groups: Sequence[RuleGroup]) -> Firewall:
    policy = part.get("FirewallPolicy")
    name = part.get("FirewallPolicyResponse").text("FirewallPolicyName") or "firewall policy"
    variables = variables_of(policy.get("PolicyVariables").get("RuleVariables"))
    first = [
        rule
        for reference in _by_priority(policy, "StatelessRuleGroupReferences")
        for rule in _referenced_stateless(reference, groups)
    ]
    found = [
        rule
        for reference in _by_priority(policy, "StatefulRuleGroupReferences")
        for rule in _referenced_stateful(reference, groups, variables)
    ]
    return _firewall(
        name,
        part.origin,
        first,
        action_of(policy.texts("StatelessDefaultActions")),
        found,
        policy.get("StatefulEngineOptions").text("RuleOrder") == STRICT,
        policy.texts("StatefulDefaultActions"),
    )


def _by_priority(policy: Part, key: str) -> list[Part]:
    return sorted(policy.items(key), key=lambda each: each.number("Priority") or 0)


def _find(reference: Part, groups: Sequence[RuleGroup]) -> RuleGroup | None:
    arn = reference.text("ResourceArn")
    name = last_segment(arn)
    exact = next((each for each in groups if each.arn and each.arn == arn), None)
    return exact or next((each for each in groups if each.name == name), None)


def _missing(reference: Part) -> Rule:
    name = last_segment(reference.text("ResourceArn"))
    doubt = Doubt("the rule group is not in the input")
    return Rule(
        action=Action.UNKNOWN,
        owner=name,
        label="all its rules",
        origin=reference.origin,
        destination=doubting(doubt),
    )


def _referenced_stateless(reference: Part, groups: Sequence[RuleGroup]) -> Iterator[Rule]:
    found = _find(reference, groups)
    yield from stateless(found.part, found.name) if found else (_missing(reference),)


def _referenced_stateful(
    reference: Part, groups: Sequence[RuleGroup], variables: dict[str, tuple[str, ...]]
) -> Iterator[Stateful]:
    found = _find(reference, groups)
    if found is not None:
        yield from stateful(found.part, found.name, variables)
    else:
        yield Stateful(place=0, rule=_missing(reference), is_early=True)


def _firewall(
    name: str,
    origin: Origin,
    rules: Sequence[Rule],
    stateless_default: Action,
    found: Sequence[Stateful],
    is_strict: bool,  # noqa: FBT001 - read from a policy
    defaults: Sequence[str] | None,
) -> Firewall:
    """Both lists in the order that the policy asks for; its default actions are None where it is not given."""
    ordered = list(found) if is_strict else sorted(found, key=lambda each: each.place)
    drops = [word for word in defaults or () if word.startswith("aws:drop")] if is_strict else []
    rest = UNKNOWN_DEFAULT if is_strict and defaults is None else _default(drops)

    def chain(kept: Sequence[Rule], default: Default) -> Chain:
        return Chain(
            engine=Engine.AWS_NETWORK_FIREWALL,
            name=name,
            origin=origin,
            rules=kept,
            default=default,
            remedy=REMEDY,
            needs_address=False,
        )

    return Firewall(
        stateless=chain(
            rules,
            Default(
                action=stateless_default,
                sentence="No stateless rule matches {target}, and the stateless default applies.",
            ),
        ),
        first_packet=chain([each.rule for each in ordered if each.is_early], _first_default(drops)),
        request=chain([each.rule for each in ordered], rest),
        passing=frozenset(
            (each.rule.owner, each.rule.label) for each in ordered if each.passes_connection
        ),
    )


def _default(drops: Sequence[str]) -> Default:
    if drops:
        sentence = f"No stateful rule matches {{target}}, and the default action {shown(drops[0])} drops the rest."
        return Default(action=Action.DENY, sentence=sentence)
    return Default(
        action=Action.ALLOW, sentence="No stateful rule matches {target}, and the rest passes."
    )


def _first_default(drops: Sequence[str]) -> Default:
    """What happens to the first packet: only drop_strict looks at connections that are not established yet."""
    if not any(word.startswith("aws:drop_strict") for word in drops):
        return Default(action=Action.ALLOW, sentence="The first packet passes.")
    sentence = (
        "The default action aws:drop_strict drops the first packet of the connection, before any name is sent: it needs a pass rule"
        " for tcp, or the default action aws:drop_established instead."
    )
    return Default(action=Action.DENY, sentence=sentence)
