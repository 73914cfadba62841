"""Yes, no, and "cannot tell, because …": the logic of three values (Kleene) in which every rule is asked."""

from collections.abc import Iterable
from dataclasses import dataclass

from preflight.model.flow import Reason


@dataclass(frozen=True, slots=True)
class Truth:
    """Whether something holds."""

    held: bool | None
    """None where that cannot be told."""
    why: str = ""
    """Why it cannot be told: one clause, without full stop."""
    reason: Reason = Reason.NEEDS_LIVE_DATA
    """Whether data are missing, or the construct is not evaluated here."""


YES = Truth(True)  # noqa: FBT003 - the value itself
NO = Truth(False)  # noqa: FBT003 - the value itself


def truth(held: bool) -> Truth:  # noqa: FBT001 - the value itself
    """What is known for certain."""
    return YES if held else NO


def missing(why: str) -> Truth:
    """What cannot be told because the input does not hold it."""
    return Truth(None, why)


def unsupported(why: str) -> Truth:
    """What cannot be told because the construct is malformed or not evaluated here."""
    return Truth(None, why, Reason.UNSUPPORTED)


def every(truths: Iterable[Truth]) -> Truth:
    """No as soon as one does not hold; otherwise the first that cannot be told; yes for none at all."""
    said = YES
    for one in truths:
        if one.held is False:
            return NO
        if one.held is None and said.held is True:
            said = one
    return said


def some(truths: Iterable[Truth]) -> Truth:
    """Yes as soon as one holds; otherwise the first that cannot be told; no for none at all."""
    said = NO
    for one in truths:
        if one.held is True:
            return YES
        if one.held is None and said.held is False:
            said = one
    return said


def opposite(one: Truth) -> Truth:
    """The negation; what cannot be told stays so."""
    return one if one.held is None else truth(not one.held)
