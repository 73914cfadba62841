"""Rules of which the first that matches decides, where some cannot be told to match.

A rule in doubt is harmless where the rule that decides after it would say the same; otherwise the answer is unknown, and the rule in
doubt is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum, unique

from preflight.model.flow import Flow, FlowVerdict, Origin, Reason, Ruling
from preflight.model.report import Engine
from preflight.policies.answers import Answer, Condition, Doubt, always
from preflight.policies.index import Index, Keys
from preflight.policies.packet import Packet, packets
from preflight.policies.wording import quoted, shown


@unique
class Action(StrEnum):
    """What a rule does with the packets that match it."""

    ALLOW = "allow"
    DENY = "deny"
    NEXT = "next"
    """Leaves it to the list that follows."""
    UNKNOWN = "unknown"
    """Does something that is not evaluated here."""


VERDICTS = {Action.ALLOW: FlowVerdict.ALLOWED, Action.DENY: FlowVerdict.DENIED}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """One rule, read."""

    action: Action
    owner: str
    """Name of the object that holds it."""
    label: str
    """The rule itself, as its own tool would show it."""
    origin: Origin
    destination: Condition = always
    service: Condition = always
    """Protocol and port."""
    source: Condition = always
    keys: Keys | None = None
    """Where it leads, for the index; None where it has to be asked about every packet."""
    to: str = ""
    """The destination and service for people."""
    reason: Reason | None = None
    """Instead of explicit-allow or explicit-deny, where another word fits better."""
    note: str = ""
    """A sentence to add where it decides."""

    def matches(self, packet: Packet) -> Answer:
        """Whether the packet is this rule's."""
        doubt: Answer = True
        for condition in (self.service, self.destination, self.source):
            answer = True if condition is always else condition(packet)
            if answer is False:
                return False
            if doubt is True:
                doubt = answer
        return doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What a list of rules makes of a packet."""

    rule: Rule | None
    """The first that matches for certain; None where it comes to the default."""
    doubts: tuple[tuple[Rule, Doubt], ...]
    """Those before it that may match, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Default:
    """What happens to a packet that no rule matches."""

    action: Action
    sentence: str
    """Says so, for people."""
    reason: Reason | None = None


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
                return self.in_doubt(packet, rule, doubt, weighed.rule)
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
        if rule.reason is Reason.DEFAULT_DENY:
            reason, miss = self._nearest_miss(packet)
            told.append(miss)
        told.append(rule.note)
        if is_denied and self.remedy:
            told.append(f"To open it, {self.remedy}.")
        return self._ruling(rule, verdict, reason, " ".join(filter(None, told)), packet)

    def by_default(self, packet: Packet) -> Ruling:
        """The ruling where no rule matches."""
        default = self.default
        if default.action is Action.UNKNOWN:
            return self._by_unknown_default()
        verdict = VERDICTS[default.action]
        reason, told = default.reason or Reason.DEFAULT_ALLOW, [default.sentence]
        if verdict is FlowVerdict.DENIED:
            reason, miss = self._nearest_miss(packet)
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

    def _by_unknown_default(self) -> Ruling:
        return Ruling(
            engine=self.engine,
            verdict=FlowVerdict.UNKNOWN,
            reason=Reason.NEEDS_LIVE_DATA,
            name=self.name or None,
            origin=self.origin,
            explanation=self.default.sentence,
        )

    def in_doubt(self, packet: Packet, rule: Rule, doubt: Doubt, otherwise: Rule | None) -> Ruling:
        """The ruling where a rule before the one that decides may match."""
        after = f"rule {quoted(otherwise.label)}" if otherwise else "the default"
        action = otherwise.action if otherwise else self.default.action
        sentence = (
            f"Cannot tell whether rule {quoted(rule.label)} of {quoted(rule.owner)} ({rule.action}{_to(rule)}) matches {packet.target},"
            f" because {doubt.why}. If it does not, {after} decides: {action}."
        )
        return self._ruling(rule, FlowVerdict.UNKNOWN, doubt.reason, sentence)

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

    def _nearest_miss(self, packet: Packet) -> tuple[Reason, str]:
        """Why nothing allows the packet, and the allow rule that comes nearest to it."""
        if not self.rules:
            return Reason.NO_EGRESS_RULES, "It has no rule at all for outbound traffic."
        for number in self._index.candidates(packet):
            rule = self.rules[number]
            if rule.action is not Action.ALLOW or not _is_narrow(rule):
                continue
            if rule.destination(packet) is True:
                if rule.service(packet) is False:
                    sentence = f"Rule {quoted(rule.label)} names this destination, but not this port and protocol{_to(rule)}."
                    return Reason.PORT_MISMATCH, sentence
                if rule.source(packet) is False:
                    return (
                        Reason.DEFAULT_DENY,
                        f"Rule {quoted(rule.label)} would allow it from another source.",
                    )
        return Reason.DEFAULT_DENY, self._relative(packet)

    def _relative(self, packet: Packet) -> str:
        if packet.host is None:
            return ""
        for number in self._index.relatives(packet.host):
            rule = self.rules[number]
            if rule.action is Action.ALLOW and rule.service(packet) is True:
                return f"Nearest is rule {quoted(rule.label)}{_to(rule)}, which does not hold {quoted(packet.host)}."
        return ""


def _is_narrow(rule: Rule) -> bool:
    """Whether it names destinations, rather than all of them."""
    if rule.keys is None:
        return False
    return bool(rule.keys.names) or any(each.prefixlen for each in rule.keys.networks)


def _to(rule: Rule) -> str:
    return f" to {shown(rule.to, 300)}" if rule.to else ""


SEVERITY = {FlowVerdict.DENIED: 0, FlowVerdict.UNKNOWN: 1, FlowVerdict.ALLOWED: 2}


def worst(rulings: Sequence[Ruling]) -> Ruling:
    """The one that denies, or else the one that cannot tell, or else the first: all of them have to allow."""
    return min(rulings, key=lambda ruling: SEVERITY[ruling.verdict])


def over_addresses(flow: Flow, chain: Chain) -> Ruling | None:
    """The ruling on a flow: every address of the host has to be allowed; None for what does not leave the cluster."""
    said = [chain.decide(packet) for packet in packets(flow)]
    return worst(said) if said else None


def one_applies(rulings: Sequence[Ruling], which: str) -> Ruling:
    """The ruling of objects of which one applies, and the input does not say which: their common verdict, or unknown."""
    verdicts = {ruling.verdict for ruling in rulings}
    if len(verdicts) == 1:
        is_denied = rulings[0].verdict is FlowVerdict.DENIED
        return replace(rulings[0], also=tuple(rulings[1:])) if is_denied else rulings[0]
    chosen = worst(rulings)
    other = next(each for each in rulings if each.verdict is not chosen.verdict)
    sentence = (
        f"{quoted(chosen.name or 'one')} and {quoted(other.name or 'another')} differ, and the input does not say which applies: {which}."
        f" {quoted(chosen.name or 'one')}: {chosen.explanation}"
    )
    return replace(
        chosen,
        verdict=FlowVerdict.UNKNOWN,
        reason=Reason.NEEDS_LIVE_DATA,
        explanation=sentence,
        also=(),
    )
