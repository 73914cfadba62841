"""Rules of which the first that matches decides, where some cannot be told to match.

A rule in doubt is harmless where the rule that decides after it would say the same; otherwise the answer is unknown, and the rule in
doubt is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from preflight.model.flow import FlowVerdict, Origin, Reason, Ruling
from preflight.model.report import Engine
from preflight.policies.answers import Doubt
from preflight.policies.index import Index
from preflight.policies.near_miss import nearest_miss
from preflight.policies.packet import Packet
from preflight.policies.rule import VERDICTS, Action, Default, Rule
from preflight.policies.wording import quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What a list of rules makes of a packet."""

    rule: Rule | None
    """The first that matches for certain; None where it comes to the default."""
    doubts: tuple[tuple[Rule, Doubt], ...]
    """Those before it that may match, in order."""


class Chain:
    """A list of rules of one engine, and its default."""

    def __init__(
        self,
        *,
        engine: Engine,
        name: str,
        origin: Origin,
        rules: Sequence[Rule],
        default: Default,
        remedy: str = "",
        needs_address: bool = True,
    ) -> None:
        self.engine = engine
        self.name = name
        self.origin = origin
        self.rules = tuple(rules)
        self.default = default
        self.remedy = remedy
        """What would have to change, after "To open it, "."""
        self._needs_address = needs_address
        self._index = Index([rule.keys for rule in self.rules])

    def weigh(self, packet: Packet) -> Weighed:
        """The rule that matches for certain, and those before it that may: of addresses in doubt, one for each action."""
        doubts: list[tuple[Rule, Doubt]] = []
        doubted: set[Action] = set()
        is_resolved = packet.destination is not None
        for number in self._index.candidates(packet):
            rule = self.rules[number]
            if not is_resolved and rule.action in doubted and self._index.is_narrow(number):
                continue
            answer = rule.matches(packet)
            if answer is True:
                return Weighed(rule=rule, doubts=tuple(doubts))
            if isinstance(answer, Doubt):
                doubts.append((rule, answer))
                doubted.add(rule.action)
        return Weighed(rule=None, doubts=tuple(doubts))

    def decide(self, packet: Packet) -> Ruling:
        """The ruling on one packet."""
        weighed = self.weigh(packet)
        action = weighed.rule.action if weighed.rule else self.default.action
        for rule, doubt in weighed.doubts:
            if rule.action is not action:
                verdict = VERDICTS.get(action, FlowVerdict.UNKNOWN)
                return self.in_doubt(packet, rule, doubt, weighed.rule, verdict)
        if weighed.rule is not None:
            return self.by_rule(packet, weighed.rule)
        return self.by_default(packet)

    def by_rule(self, packet: Packet, rule: Rule) -> Ruling:
        """The ruling where a rule matches for certain."""
        if rule.action is Action.UNKNOWN:
            sentence = f"Rule {quoted(rule.label)} matches {packet.target}. {rule.note}"
            return self._ruling(rule, FlowVerdict.UNKNOWN, Reason.UNSUPPORTED, sentence)
        verdict = VERDICTS[rule.action]
        is_denied = verdict is FlowVerdict.DENIED
        reason = rule.reason or (Reason.EXPLICIT_DENY if is_denied else Reason.EXPLICIT_ALLOW)
        said = "denies" if is_denied else "allows"
        told = [f"Rule {quoted(rule.label)} of {quoted(rule.owner)} {said} {packet.target}."]
        if is_denied and not rule.is_narrow:
            why, miss = nearest_miss(self.rules, self._index, packet)
            reason = why if rule.reason is Reason.DEFAULT_DENY else reason
            told.append(miss)
        told.append(rule.note)
        if is_denied and self.remedy:
            told.append(f"To open it, {self.remedy}.")
        return self._ruling(rule, verdict, reason, " ".join(filter(None, told)), packet)

    def by_default(self, packet: Packet) -> Ruling:
        """The ruling where no rule matches."""
        default = self.default
        if default.action is Action.UNKNOWN:
            return self._by_unknown_default(packet)
        verdict = VERDICTS[default.action]
        reason, told = default.reason or Reason.DEFAULT_ALLOW, [default.about(packet)]
        if verdict is FlowVerdict.DENIED:
            reason, miss = nearest_miss(self.rules, self._index, packet)
            told.append(miss)
            if self.remedy:
                told.append(f"To open it, {self.remedy}.")
        return Ruling(
            engine=self.engine,
            verdict=verdict,
            reason=default.reason or reason,
            name=self.name or None,
            origin=self.origin,
            explanation=" ".join(filter(None, (*told, self._assumption(packet)))),
        )

    def _by_unknown_default(self, packet: Packet) -> Ruling:
        return Ruling(
            engine=self.engine,
            verdict=FlowVerdict.UNKNOWN,
            reason=Reason.NEEDS_LIVE_DATA,
            name=self.name or None,
            origin=self.origin,
            explanation=self.default.about(packet),
        )

    def in_doubt(
        self, packet: Packet, rule: Rule, doubt: Doubt, otherwise: Rule | None, verdict: FlowVerdict
    ) -> Ruling:
        """The ruling where a rule before the one that decides may match; `verdict` is what comes of it if it does not."""
        after = f"rule {quoted(otherwise.label)} decides" if otherwise else "what follows decides"
        sentence = (
            f"Cannot tell whether rule {quoted(rule.label)} of {quoted(rule.owner)} ({rule.action}{rule.towards}) matches {packet.target},"
            f" because {doubt.why}. If it does not, {after}: {verdict}."
        )
        unknown = self._ruling(rule, FlowVerdict.UNKNOWN, doubt.reason, sentence)
        action = otherwise.action if otherwise else self.default.action
        if verdict is not FlowVerdict.DENIED or action is not Action.DENY:
            return unknown
        denial = self.by_rule(packet, otherwise) if otherwise else self.by_default(packet)
        return replace(unknown, otherwise=denial)

    def _ruling(
        self,
        rule: Rule,
        verdict: FlowVerdict,
        reason: Reason,
        sentence: str,
        packet: Packet | None = None,
    ) -> Ruling:
        return Ruling(
            engine=self.engine,
            verdict=verdict,
            reason=reason,
            name=rule.owner or None,
            rule=rule.label,
            origin=rule.origin,
            explanation=" ".join(filter(None, (sentence, self._assumption(packet)))),
        )

    def _assumption(self, packet: Packet | None) -> str:
        if packet is None or packet.destination is not None or not self._needs_address:
            return ""
        return "The host was not resolved and is taken to have a public IPv4 address."
