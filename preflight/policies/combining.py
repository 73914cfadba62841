"""One ruling out of several: of every address, of objects that all have to allow, of objects of which one applies."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from preflight.model.flow import Flow, FlowVerdict, Reason, Ruling
from preflight.policies.packet import Packet, packets
from preflight.policies.wording import quoted

SEVERITY = {FlowVerdict.DENIED: 0, FlowVerdict.UNKNOWN: 1, FlowVerdict.ALLOWED: 2}


def worst(rulings: Sequence[Ruling]) -> Ruling:
    """The one that denies, or else the one that cannot tell, or else the first: all of them have to allow."""
    return min(rulings, key=lambda ruling: SEVERITY[ruling.verdict])


def over_addresses(flow: Flow, decide: Callable[[Packet], Ruling]) -> Ruling | None:
    """The ruling on a flow: every address of the host has to be allowed; None for what stays between pods."""
    said = [decide(packet) for packet in packets(flow)]
    return worst(said) if said else None


def one_applies(rulings: Sequence[Ruling], advice: str) -> Ruling:
    """The ruling of objects of which one applies, and the input does not say which: their common verdict, or unknown."""
    verdicts = {ruling.verdict for ruling in rulings}
    if len(verdicts) == 1:
        is_denied = rulings[0].verdict is FlowVerdict.DENIED
        return replace(rulings[0], also=tuple(rulings[1:])) if is_denied else rulings[0]
    chosen = worst(rulings)
    other = next(each for each in rulings if each.verdict is not chosen.verdict)
    sentence = (
        f"{quoted(chosen.name or 'one')} and {quoted(other.name or 'another')} differ, and the input does not say which applies: {advice}."
        f" {quoted(chosen.name or 'one')}: {chosen.explanation}"
    )
    return replace(
        chosen,
        verdict=FlowVerdict.UNKNOWN,
        reason=Reason.NEEDS_LIVE_DATA,
        explanation=sentence,
        also=(),
    )


class Judge(Protocol):
    """One object that lets packets through or does not."""

    def decide(self, packet: Packet) -> Ruling:
        """What it says of one packet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """Objects of which one applies to the flow."""

    judges: tuple[Judge, ...]
    advice: str
    """What to give instead, so that it is known which."""

    def decide(self, flow: Flow) -> Ruling | None:
        """The ruling on a flow; None for what stays between pods."""
        return over_addresses(flow, self._decide)

    def _decide(self, packet: Packet) -> Ruling:
        return one_applies([judge.decide(packet) for judge in self.judges], self.advice)
