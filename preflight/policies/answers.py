"""Yes, no, or a doubt with its reason: what a rule's condition says of a packet."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from preflight.model.flow import Reason
from preflight.policies.packet import Packet


@dataclass(frozen=True, slots=True)
class Doubt:
    """What cannot be told from the input."""

    why: str
    """A clause that goes on from "because": names what is missing."""
    reason: Reason = Reason.NEEDS_LIVE_DATA


Answer = bool | Doubt
Condition = Callable[[Packet], Answer]


def always(_packet: Packet) -> Answer:
    """Whatever the packet."""
    return True


def never(_packet: Packet) -> Answer:
    """No packet at all."""
    return False


def doubting(doubt: Doubt) -> Condition:
    """A condition that nothing in the input settles."""
    return lambda _packet: doubt


def both(answers: Iterable[Answer]) -> Answer:
    """No where any says no; otherwise the first doubt; otherwise yes."""
    doubt: Answer = True
    for answer in answers:
        if answer is False:
            return False
        if doubt is True and answer is not True:
            doubt = answer
    return doubt


def either(answers: Iterable[Answer]) -> Answer:
    """Yes where any says yes; otherwise the first doubt; otherwise no."""
    doubt: Answer = False
    for answer in answers:
        if answer is True:
            return True
        if doubt is False and answer is not False:
            doubt = answer
    return doubt


def opposite(answer: Answer) -> Answer:
    """No for yes and yes for no; a doubt stays one."""
    return answer if isinstance(answer, Doubt) else not answer


def all_of(conditions: Iterable[Condition]) -> Condition:
    """Holds where every one does."""
    kept = tuple(each for each in conditions if each is not always)
    if len(kept) < 2:
        return kept[0] if kept else always
    return lambda packet: both(each(packet) for each in kept)


def any_of(conditions: Iterable[Condition]) -> Condition:
    """Holds where one of them does; never without any."""
    kept = tuple(each for each in conditions if each is not never)
    if len(kept) < 2:
        return kept[0] if kept else never
    return lambda packet: either(each(packet) for each in kept)
