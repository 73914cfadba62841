"""AWS network ACLs: what stands on the subnet of a node, both ways.

    aws ec2 describe-network-acls --filters Name=association.subnet-id,Values=subnet-…

Entries are read in ascending number and the first that matches decides; number 32767 denies the rest. ACLs know no connections, so
replies have to be let in as well: to the port that the client chose, on Linux one of 32768 to 60999. Where no entry lets them in the
answer is denied, where some of these ports are open it is unknown. Of several ACLs the one of the node's subnet applies; an ACL on no
subnet is left out.

Not covered: which subnet the node stands in, the ACLs of the subnets where a NAT gateway or a firewall endpoint stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from preflight.model.document import Document
from preflight.model.flow import Flow, FlowVerdict, Reason, Ruling, Transfer
from preflight.model.report import Engine
from preflight.policies.aws_prefixes import EXEMPT, EXEMPT_SENTENCE, destination, members
from preflight.policies.combining import one_applies, over_addresses, worst
from preflight.policies.first_match import Chain
from preflight.policies.packet import Packet
from preflight.policies.parts import Part
from preflight.policies.ports import ANY_PORT, Ports, service, transfers_of
from preflight.policies.rule import Action, Default, Rule
from preflight.policies.wording import quoted

LAST_RULES = 32_766
"""Greater numbers are AWS's own, which deny the rest."""
CLIENT_PORTS = (32_768, 60_999)
"""From which Linux connects (net.ipv4.ip_local_port_range)."""
ACTIONS = {"allow": Action.ALLOW, "deny": Action.DENY}


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkAcl:
    """One ACL, read."""

    name: str
    outbound: Chain
    inbound: Chain
    """Its rules are asked with the far end as destination, and the client's port as port."""
    starts: tuple[int, ...]
    """Client ports at which an inbound entry begins or has just ended."""

    def decide(self, packet: Packet) -> Ruling:
        """What it says of a packet and of the replies to it, which both have to pass."""
        out = self.outbound.decide(packet)
        if out.verdict is FlowVerdict.DENIED or packet.transfer is Transfer.ICMP:
            return out
        back = self._replies(packet)
        return out if back is None else worst([out, back])

    def _replies(self, packet: Packet) -> Ruling | None:
        """What keeps replies out; None where all of them are let in."""
        replies = [self.inbound.decide(replace(packet, port=port)) for port in self.starts]
        failing = [each for each in replies if each.verdict is not FlowVerdict.ALLOWED]
        if not failing:
            return None
        first = worst(failing)
        sentence = f"Replies come to a port from {CLIENT_PORTS[0]} to {CLIENT_PORTS[1]}, which the client chooses:"
        if any(each.verdict is not FlowVerdict.DENIED for each in replies):
            return replace(
                first,
                verdict=FlowVerdict.UNKNOWN,
                reason=Reason.NEEDS_LIVE_DATA,
                explanation=f"{sentence} some of these may not be let in. {first.explanation}",
            )
        told = f"{sentence} no entry lets them in from {packet.destination or 'there'}. An inbound allow entry for these ports is missing."
        return replace(first, explanation=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkAcls:
    """ACLs of which one applies."""

    acls: tuple[NetworkAcl, ...]

    def decide(self, flow: Flow) -> Ruling | None:
        """The ruling on a flow; None for what stays between pods."""
        return over_addresses(flow, self._decide)

    def _decide(self, packet: Packet) -> Ruling:
        if packet.destination in EXEMPT:
            return Ruling(
                engine=Engine.AWS_NETWORK_ACL,
                verdict=FlowVerdict.ALLOWED,
                reason=Reason.DEFAULT_ALLOW,
                explanation=EXEMPT_SENTENCE,
            )
        rulings = [acl.decide(packet) for acl in self.acls]
        return one_applies(rulings, "give the ACL of the node's subnet alone")


def load(documents: Sequence[Document]) -> NetworkAcls | None:
    """Every network ACL among the documents; those on no subnet only where there are no others."""
    parts = [
        each for each in members(documents, "NetworkAcls", "NetworkAclId") if "Entries" in each
    ]
    standing = [part for part in parts if part.items("Associations") or "Associations" not in part]
    acls = sorted(map(_acl, standing or parts), key=lambda acl: acl.name)
    return NetworkAcls(acls=tuple(acls)) if acls else None


def _acl(part: Part) -> NetworkAcl:
    name = part.text("NetworkAclId") or "network ACL"
    entries = sorted(part.items("Entries"), key=lambda each: each.number("RuleNumber") or 0)
    inbound = [each for each in entries if not each.flag("Egress")]
    return NetworkAcl(
        name=name,
        outbound=_chain(name, part, [each for each in entries if each.flag("Egress")], "outbound"),
        inbound=_chain(name, part, inbound, "inbound"),
        starts=_starts(map(_ports, inbound)),
    )


def _chain(name: str, part: Part, entries: Sequence[Part], direction: str) -> Chain:
    return Chain(
        engine=Engine.AWS_NETWORK_ACL,
        name=name,
        origin=part.origin,
        rules=[_rule(name, each, direction) for each in entries],
        default=Default(action=Action.DENY, sentence=f"No {direction} entry matches {{target}}."),
        remedy=f"an {direction} allow entry with a lower number has to stand before it",
    )


def _rule(acl: str, part: Part, direction: str) -> Rule:
    number = part.number("RuleNumber")
    block = part.text("CidrBlock", "Ipv6CidrBlock")
    condition, keys = destination([block], (), (), {})
    is_last = number is not None and number > LAST_RULES
    action = ACTIONS.get(part.text("RuleAction").lower(), Action.UNKNOWN)
    return Rule(
        action=action,
        owner=acl,
        label=f"{direction} {'*' if is_last else number}",
        origin=part.origin,
        destination=condition,
        service=service(transfers_of(part.text("Protocol")), _ports(part)),
        keys=keys,
        to=f"{quoted(block)}, {_ports(part)}",
        reason=Reason.DEFAULT_DENY if is_last and action is Action.DENY else None,
        note="Its action is neither allow nor deny." if action is Action.UNKNOWN else "",
    )


def _ports(part: Part) -> Ports:
    span = part.get("PortRange")
    first, last = span.number("From"), span.number("To")
    return ANY_PORT if first is None or last is None else Ports(ranges=((first, last),))


def _starts(spans: Iterable[Ports]) -> tuple[int, ...]:
    """Between two of these, no inbound entry begins or ends."""
    low, high = CLIENT_PORTS
    cuts = {low}
    for numbers in spans:
        for first, last in numbers.ranges:
            cuts.update(each for each in (first, last + 1) if low <= each <= high)
    return tuple(sorted(cuts))
