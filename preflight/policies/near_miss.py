"""The allow rule that comes nearest to a packet that is denied: what somebody may have meant to open it."""

from collections.abc import Sequence

from preflight.model.flow import Reason
from preflight.policies.index import Index
from preflight.policies.packet import Packet
from preflight.policies.rule import Action, Rule
from preflight.policies.wording import quoted


def nearest_miss(rules: Sequence[Rule], index: Index, packet: Packet) -> tuple[Reason, str]:
    """Why nothing allows the packet, and a sentence about the nearest rule; empty where none is near."""
    if not rules:
        return Reason.NO_EGRESS_RULES, "It has no rule at all for outbound traffic."
    for number in index.candidates(packet):
        rule = rules[number]
        if rule.action is not Action.ALLOW or not rule.is_narrow:
            continue
        if rule.destination(packet) is True:
            name = quoted(rule.label)
            if rule.service(packet) is False:
                told = (
                    f"Rule {name} names this destination, but another port or protocol{rule.held}."
                )
                return Reason.PORT_MISMATCH, told
            if rule.source(packet) is False:
                return Reason.DEFAULT_DENY, f"Rule {name} would allow it from another source."
    return Reason.DEFAULT_DENY, _relative(rules, index, packet)


def _relative(rules: Sequence[Rule], index: Index, packet: Packet) -> str:
    """A rule for another name of the same domain."""
    for number in index.relatives(packet.host) if packet.host else ():
        rule = rules[number]
        is_open = rule.action is Action.ALLOW and rule.service(packet) is True
        if is_open and rule.destination(packet) is False:
            return f"Nearest is rule {quoted(rule.label)}{rule.towards}, which does not hold {quoted(packet.host or '')}."
    return ""
