"""Other server names at the same address: what tells a filter that reads names from an address that is closed."""

from collections.abc import Iterable

from preflight.diagnosis.case import Case
from preflight.diagnosis.survey import TLS_ANSWERS
from preflight.diagnosis.wording import listed
from preflight.model.diagnosis import Confidence
from preflight.model.evidence import Attempt, Experiment, Handshake, Outcome


def answered_instead(handshake: Handshake, case: Case) -> tuple[Handshake, ...]:
    """Handshakes with other names that the same address and port answered, by name; empty where that proves nothing.

    Behind a proxy the address is the proxy's and every name shares it. Where this very name was answered there as well, the
    name is not what decides.
    """
    if case.proxy is not None or handshake.destination is None or handshake.server_name is None:
        return ()
    answered = case.surroundings.answered.get(handshake.destination, {})
    if handshake.server_name in answered:
        return ()
    return tuple(shaken for name, shaken in answered.items() if name)


def elsewhere(attempt: Attempt, case: Case) -> str:
    """A sentence, with a space before it, on the same name at another address; empty where nobody tried or it told nothing."""
    tried = case.control(Experiment.ANOTHER_ADDRESS, attempt.address)
    shaken = next((step for step in tried if isinstance(step, Handshake)), None)
    if shaken is None:
        return ""
    if shaken.outcome in TLS_ANSWERS:
        return (
            f" The same name is answered at {shaken.destination}, so it is not the name that is refused here but the address, or"
            " the host there is out of order."
        )
    if shaken.outcome is attempt.last.outcome:
        return f" At {shaken.destination}, where another name is answered, this name meets the same end."
    return ""


def names(handshakes: Iterable[Handshake]) -> str:
    """Their server names in words."""
    return listed([shaken.server_name or "" for shaken in handshakes])


def repeated(handshake: Handshake, case: Case) -> Confidence:
    """Confirmed when the name met the same end at least twice in this check and never an answer, else likely."""
    same = [
        step
        for step in case.evidence.observations
        if isinstance(step, Handshake) and step.server_name == handshake.server_name
    ]
    is_sure = len(same) > 1 and all(step.outcome is handshake.outcome for step in same)
    return (
        Confidence.CONFIRMED
        if is_sure and handshake.outcome is not Outcome.DROPPED
        else Confidence.LIKELY
    )
