"""From clues to a fact: what agrees is taken, what disagrees is said."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

from preflight.model.diagnosis import Confidence
from preflight.model.sensor import Clue, Fact

V = TypeVar("V", bound=Hashable)
CLUES_KEPT = 3
"""Clues that are kept of each value: a thousand nodes say the same."""
VALUES_SHOWN = 5


def agreed(
    seen: Iterable[tuple[V, Clue]], confidence: Confidence, *, nothing: str, about: str
) -> Fact[V]:
    """The one value that all clues name; where they name several, or there is none, no value and why."""
    by_value: dict[V, list[Clue]] = {}
    for value, clue in seen:
        clues = by_value.setdefault(value, [])
        if len(clues) < CLUES_KEPT:
            clues.append(clue)
    if len(by_value) == 1:
        ((value, found),) = by_value.items()
        return Fact(value=value, confidence=confidence, clues=tuple(found))
    if not by_value:
        return Fact(doubt=nothing)
    firsts = tuple(found[0] for found in by_value.values())[:VALUES_SHOWN]
    shown = ", ".join(str(value) for value in list(by_value)[:VALUES_SHOWN])
    return Fact(doubt=f"{about} disagree: {shown}", clues=firsts)


def first(*facts: Fact[V]) -> Fact[V]:
    """The first that has a value, or whose clues disagree; else the first one's reason for having none."""
    return next((fact for fact in facts if fact.value is not None or fact.clues), facts[0])
