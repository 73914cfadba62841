"""Other server names at the same address, and the same name at others: what tells a filter that reads names from an address that is closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from preflight.diagnosis.case import Case
from preflight.diagnosis.names import is_for
from preflight.diagnosis.repeats import repeats
from preflight.diagnosis.survey import TLS_ANSWERS
from preflight.diagnosis.wording import counted, listed
from preflight.model.diagnosis import Confidence
from preflight.model.evidence import Attempt, Experiment, Handshake, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """ClientHellos that the address answered where it did not answer the host's."""

    answered: tuple[Handshake, ...]
    """Never empty."""
    words: str
    """As in `one for mcr.microsoft.com`."""
    confidence: Confidence
    """That the name decides."""


def contrast(attempt: Attempt, shaken: Handshake, case: Case) -> Contrast | None:
    """What shows that the name decides; None where nothing does."""
    others = answered_instead(shaken, case)
    if others:
        return Contrast(
            answered=others,
            words=f"one for {names(others)}",
            confidence=_confidence(attempt, shaken, others, case),
        )
    nameless = _nameless(attempt, shaken, case)
    if nameless is None:
        return None
    return Contrast(
        answered=(nameless,), words="one without a server name", confidence=Confidence.LIKELY
    )


def answered_instead(shaken: Handshake, case: Case) -> tuple[Handshake, ...]:
    """Handshakes with other names that the same address and port answered, by name; empty where that proves nothing."""
    return tuple(
        other
        for name, other in _answered(shaken, case).items()
        if name and other.outcome is not shaken.outcome
    )


def _answered(shaken: Handshake, case: Case) -> Mapping[str, Handshake]:
    """What was answered at the address and port, by name.

    Nothing behind a proxy, where the address is the proxy's and every name shares it; and nothing where this very name was
    answered too, because then it is not what decides.
    """
    if case.proxy is not None or shaken.destination is None or shaken.server_name is None:
        return {}
    answered = case.surroundings.answered.get(shaken.destination, {})
    own = answered.get(shaken.server_name, shaken)
    return answered if own.outcome is shaken.outcome else {}


def _nameless(attempt: Attempt, shaken: Handshake, case: Case) -> Handshake | None:
    """A handshake without any name, tried here because the plan has no other one, and completed: weaker than another name."""
    own = case.surroundings.answered.get(shaken.destination, {}) if shaken.destination else {}
    if case.proxy is not None or shaken.server_name is None or shaken.server_name in own:
        return None
    tried = (
        step
        for step in _handshakes(case, Experiment.ANOTHER_NAME, attempt)
        if step.server_name is None and step.destination == shaken.destination
    )
    return next((step for step in tried if step.outcome is Outcome.OK), None)


def _confidence(
    attempt: Attempt, shaken: Handshake, others: tuple[Handshake, ...], case: Case
) -> Confidence:
    """Confirmed for an RST that came every time and everywhere; of silence, likely at best, and only of one that came again.

    Once is what a lossy link does too. An alert is small. Where it is the only answer to others, a path that loses large packets would look the same.
    """
    if shaken.outcome is Outcome.DROPPED:
        is_small = all(other.outcome is Outcome.ALERT for other in others)
        is_lasting = _times(shaken, case) > 1 and not is_small
        return Confidence.LIKELY if is_lasting else Confidence.POSSIBLE
    is_sure = _times(shaken, case) > 1 and not _elsewhere(attempt, case, TLS_ANSWERS)
    return Confidence.CONFIRMED if is_sure else Confidence.LIKELY


def _times(shaken: Handshake, case: Case) -> int:
    """How often the name met this end at the host's own addresses; 0 where it once did not.

    Another host's address is not counted: whoever serves there may itself refuse a name that it does not know.
    """
    lines = [line for main in case.evidence.attempts for line in (main, *repeats(main, case))]
    ends = [
        step.outcome
        for line in lines
        for step in line.steps
        if isinstance(step, Handshake) and step.server_name == shaken.server_name
    ]
    return len(ends) if set(ends) == {shaken.outcome} else 0


def compared(attempt: Attempt, found: Contrast | None, case: Case) -> str:
    """Sentences, with a space before them, on the same under other names, elsewhere and once more; empty where nothing was tried.

    `found` is the contrast, where there is one: then the name does decide here.
    """
    if found is None:
        return _again(attempt, case) + _as_others(attempt, case) + _address(attempt, case)
    return _again(attempt, case) + _route(attempt, case)


def _address(attempt: Attempt, case: Case) -> str:
    """On the same name at another host's address, where no other name is known to be answered at this one."""
    answered = _elsewhere(attempt, case, TLS_ANSWERS)
    if answered:
        return (
            f" The same name is answered at {answered[0].destination}, so it is not refused wherever it goes: the rule is about this"
            " address, or the host there is out of order."
        )
    return _alike(attempt, case)


def _route(attempt: Attempt, case: Case) -> str:
    """The same where another name is known to be answered at this address."""
    answered = _elsewhere(attempt, case, TLS_ANSWERS)
    if answered:
        return f" The same name is answered at {answered[0].destination}: names are not filtered on the way to every address."
    return _alike(attempt, case)


def _alike(attempt: Attempt, case: Case) -> str:
    alike = _elsewhere(attempt, case, {attempt.last.outcome})
    return (
        f" At {alike[0].destination}, where another name is answered, this name meets the same end."
        if alike
        else ""
    )


def is_answered_elsewhere(attempt: Attempt, case: Case) -> bool:
    """Whether another host's address answered the name, even with a certificate for it: then it may be this address that is wrong."""
    return any(
        step.outcome is Outcome.OK
        and any(is_for(leaf, case.host) for leaf in step.certificates[:1])
        for step in _elsewhere(attempt, case, TLS_ANSWERS)
    )


def _elsewhere(attempt: Attempt, case: Case, outcomes: Iterable[Outcome]) -> tuple[Handshake, ...]:
    """How the host's name fared at another host's address, where it ended in one of these ways."""
    tried = _handshakes(case, Experiment.ANOTHER_ADDRESS, attempt)
    return tuple(
        step for step in tried if step.server_name == case.host and step.outcome in set(outcomes)
    )


def _as_others(attempt: Attempt, case: Case) -> str:
    """A sentence, with a space before it, on other names that fare alike at this address; empty where none was tried, or one did not."""
    tried = [
        step for step in _handshakes(case, Experiment.ANOTHER_NAME, attempt) if step.server_name
    ]
    if not tried or any(step.outcome is not attempt.last.outcome for step in tried):
        return ""
    return f" A ClientHello for {names(tried)} meets the same end there, so it need not be this name that decides."


def _again(attempt: Attempt, case: Case) -> str:
    """A sentence, with a space before it, on repeats that ended alike; empty where there was none, or one that did not."""
    tried = repeats(attempt, case)
    if not tried or any(type(each.last) is not type(attempt.last) for each in tried):
        return ""
    if any(each.last.outcome is not attempt.last.outcome for each in tried):
        return ""
    return f" {counted(len(tried), 'repeat')} ended alike."


def names(handshakes: Iterable[Handshake]) -> str:
    """Their server names in words, each once."""
    return listed(list(dict.fromkeys(shaken.server_name or "" for shaken in handshakes)))


def _handshakes(case: Case, experiment: Experiment, attempt: Attempt) -> tuple[Handshake, ...]:
    found = case.control(experiment, attempt.address)
    return tuple(step for step in found if isinstance(step, Handshake))
