"""Lists of rules one after the other, of which each may leave a packet to the next."""

from collections.abc import Sequence

from preflight.model.flow import FlowVerdict, Ruling
from preflight.policies.first_match import Chain
from preflight.policies.packet import Packet
from preflight.policies.rule import VERDICTS, Action


def through(chains: Sequence[Chain], packet: Packet) -> Ruling:
    """The ruling of the first list that decides; the last one's default has to."""
    chain, *rest = chains
    weighed = chain.weigh(packet)
    action = weighed.rule.action if weighed.rule else chain.default.action
    differing = [(rule, doubt) for rule, doubt in weighed.doubts if rule.action is not action]
    if not differing:
        return through(rest, packet) if action is Action.NEXT else chain.decide(packet)
    actions = {action, *(rule.action for rule, _ in differing)}
    after = through(rest, packet) if Action.NEXT in actions else None
    verdicts = {_verdict(each, after) for each in actions}
    if len(verdicts) == 1:
        if after is not None and action is Action.NEXT:
            return after
        return chain.by_rule(packet, weighed.rule) if weighed.rule else chain.by_default(packet)
    rule, doubt = next(
        (
            pair
            for pair in differing
            if _verdict(pair[0].action, after) is not _verdict(action, after)
        ),
        differing[0],
    )
    return chain.in_doubt(packet, rule, doubt, weighed.rule, _verdict(action, after))


def _verdict(action: Action, after: Ruling | None) -> FlowVerdict:
    """What an action comes to; `after` is what the lists that follow say."""
    if action is Action.NEXT and after is not None:
        return after.verdict
    return VERDICTS.get(action, FlowVerdict.UNKNOWN)
