"""AWS security groups: what the groups of a node's interface, or of a pod's own interface, let out.

Give the groups that the interface carries, and no others: an interface may do what any of its groups allows.

    aws ec2 describe-security-groups --group-ids sg-…         or
    aws ec2 describe-security-group-rules --filters Name=group-id,Values=sg-…

Rules allow only; a group without outbound rules lets nothing out. Security groups are stateful: replies need no rule. Prefix lists are
read too (`aws ec2 describe-prefix-lists`, `get-managed-prefix-list-entries`, the latter saved as `pl-ID.json`).

Not covered: which groups an interface carries, prefix lists that are not given and members of other groups (unknown).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from preflight.model.document import Document
from preflight.model.flow import Flow, FlowVerdict, Reason, Ruling
from preflight.model.report import Engine
from preflight.policies.aws_prefixes import (
    EXEMPT,
    EXEMPT_SENTENCE,
    PrefixLists,
    destination,
    members,
    prefix_lists,
)
from preflight.policies.combining import over_addresses
from preflight.policies.first_match import Chain
from preflight.policies.packet import Packet
from preflight.policies.parts import Part
from preflight.policies.ports import ANY_PORT, Ports, service, transfers_of
from preflight.policies.rule import Action, Default, Rule
from preflight.policies.wording import listed

REMEDY = "an outbound rule for this address and port has to be added to a security group of the interface"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityGroups:
    """The groups of one interface."""

    groups: tuple[Chain, ...]

    def decide(self, flow: Flow) -> Ruling | None:
        """The ruling on a flow; None for what stays between pods."""
        return over_addresses(flow, self._decide)

    def _decide(self, packet: Packet) -> Ruling:
        """Allowed by any; otherwise unknown to any; otherwise denied, and every group shares the guilt."""
        if packet.destination in EXEMPT:
            return Ruling(
                engine=Engine.AWS_SECURITY_GROUP,
                verdict=FlowVerdict.ALLOWED,
                reason=Reason.DEFAULT_ALLOW,
                explanation=EXEMPT_SENTENCE,
            )
        rulings = [group.decide(packet) for group in self.groups]
        for verdict in (FlowVerdict.ALLOWED, FlowVerdict.UNKNOWN):
            chosen = next((each for each in rulings if each.verdict is verdict), None)
            if chosen is not None:
                return _with_others(chosen, rulings)
        return replace(rulings[0], also=tuple(rulings[1:]))


def load(documents: Sequence[Document]) -> SecurityGroups | None:
    """Every security group among the documents."""
    lists = prefix_lists(documents)
    groups = [*_groups(documents, lists), *_loose(documents, lists)]
    groups.sort(key=lambda group: group.name)
    return SecurityGroups(groups=tuple(groups)) if groups else None


def _with_others(chosen: Ruling, rulings: Sequence[Ruling]) -> Ruling:
    """The ruling, with the groups named that would not allow by themselves."""
    others = tuple(
        each.name or ""
        for each in rulings
        if each.verdict is FlowVerdict.DENIED and each.name != chosen.name
    )
    if not others or chosen.verdict is not FlowVerdict.ALLOWED:
        return chosen
    sentence = f"{chosen.explanation} By itself {listed(others)} does not: the interface has to carry {listed((chosen.name or '',))}."
    return replace(chosen, explanation=sentence)


def _groups(documents: Sequence[Document], lists: PrefixLists) -> Iterator[Chain]:
    for part in members(documents, "SecurityGroups", "IpPermissionsEgress"):
        if "IpPermissionsEgress" in part:
            name = part.text("GroupId", "GroupName")
            rules = [
                _rule(name, each, each.path.rpartition(".")[2], lists)
                for each in part.items("IpPermissionsEgress")
            ]
            yield _chain(name, part, rules)


def _loose(documents: Sequence[Document], lists: PrefixLists) -> Iterator[Chain]:
    """Groups of which the rules were exported by themselves."""
    found: defaultdict[str, list[Part]] = defaultdict(list)
    for part in members(documents, "SecurityGroupRules", "SecurityGroupRuleId"):
        found[part.text("GroupId")].append(part)
    for name, parts in found.items():
        outbound = [part for part in parts if part.flag("IsEgress")]
        rules = [_rule(name, part, part.text("SecurityGroupRuleId"), lists) for part in outbound]
        yield _chain(name, parts[0], rules)


def _chain(name: str, part: Part, rules: Sequence[Rule]) -> Chain:
    return Chain(
        engine=Engine.AWS_SECURITY_GROUP,
        name=name,
        origin=part.origin,
        rules=rules,
        default=Default(
            action=Action.DENY,
            sentence="No outbound rule matches {target}, and a security group lets out only what a rule allows.",
        ),
        remedy=REMEDY,
    )


def _rule(group: str, part: Part, label: str, lists: PrefixLists) -> Rule:
    blocks = [
        *(each.text("CidrIp") for each in part.items("IpRanges")),
        *(each.text("CidrIpv6") for each in part.items("Ipv6Ranges")),
        *part.texts("CidrIpv4", "CidrIpv6"),
    ]
    named = [each.text("PrefixListId") for each in part.items("PrefixListIds")]
    named += part.texts("PrefixListId")
    others = [each.text("GroupId") for each in part.items("UserIdGroupPairs")]
    others += part.get("ReferencedGroupInfo").texts("GroupId")
    condition, keys = destination(blocks, named, others, lists)
    numbers = _ports(part)
    return Rule(
        action=Action.ALLOW,
        owner=group,
        label=label,
        origin=part.origin,
        destination=condition,
        service=service(transfers_of(part.text("IpProtocol")), numbers),
        keys=keys,
        to=f"{listed((*blocks, *named, *others))}, {part.text('IpProtocol')}, {numbers}",
    )


def _ports(part: Part) -> Ports:
    """Every port where none is named; for ICMP the numbers are types and codes."""
    first, last = part.number("FromPort"), part.number("ToPort")
    if first is None or last is None or first < 0 or part.text("IpProtocol").startswith("icmp"):
        return ANY_PORT
    return Ports(ranges=((first, last),))
