"""Reading the main line at one address: which step is which."""

from typing import assert_never

from preflight.diagnosis.case import Case
from preflight.model.endpoint import Protocol
from preflight.model.evidence import (
    Attempt,
    Certificate,
    Connect,
    Datagram,
    Exchange,
    Experiment,
    Handshake,
    Outcome,
    PathStep,
    Tunnel,
)


def is_short_of_proxy(attempt: Attempt, case: Case) -> bool:
    """Whether the attempt ended before anything was asked of the proxy."""
    return case.proxy is not None and all(
        isinstance(step, Connect | Handshake) for step in attempt.steps
    )


def handshake_of(attempt: Attempt, case: Case) -> Handshake | None:
    """The handshake with the service itself; one with a TLS proxy is not it."""
    found: Handshake | None = None
    is_beyond = case.proxy is None
    for step in attempt.steps:
        is_beyond = is_beyond or isinstance(step, Tunnel)
        if is_beyond and isinstance(step, Handshake):
            found = step
    return found


def exchange_of(attempt: Attempt) -> Exchange | None:
    """The answered request, where there is one."""
    last = attempt.last
    return (
        last
        if isinstance(last, Exchange) and last.outcome is Outcome.OK and last.status is not None
        else None
    )


def failed(attempt: Attempt, kind: type[PathStep], outcome: Outcome) -> bool:
    """Whether the attempt ended at a step of this kind in this way."""
    return isinstance(attempt.last, kind) and attempt.last.outcome is outcome


def failed_handshake(attempt: Attempt, case: Case, *outcomes: Outcome) -> Handshake | None:
    """The service's handshake, when the attempt ended there in one of these ways."""
    shaken = handshake_of(attempt, case)
    return (
        shaken
        if shaken is not None and shaken is attempt.last and shaken.outcome in outcomes
        else None
    )


def presented_at(attempt: Attempt, case: Case) -> tuple[Certificate, ...]:
    """The chain that a look showed at this address, leaf first; empty when nobody looked."""
    shown = (
        step.certificates
        for step in case.control(Experiment.PRESENTED_CHAIN, attempt.address)
        if isinstance(step, Handshake) and step.certificates
    )
    return next(shown, ())


def leaf_of(attempt: Attempt, case: Case) -> Certificate | None:
    """The service's certificate as this host saw it, verified or not."""
    shaken = handshake_of(attempt, case)
    if shaken is None:
        return None
    return next(iter(shaken.certificates or presented_at(attempt, case)), None)


def is_finished(attempt: Attempt, case: Case) -> bool:
    """Whether the attempt came to an end of its own: a bad outcome, or the last step that its protocol has."""
    if attempt.last.outcome is not Outcome.OK:
        return True
    match case.evidence.check.protocol:
        case Protocol.HTTPS | Protocol.HTTP | Protocol.WSS:
            return isinstance(attempt.last, Exchange)
        case Protocol.TCP:
            return isinstance(attempt.last, Connect if case.proxy is None else Tunnel)
        case Protocol.UDP:
            return isinstance(attempt.last, Datagram)
        case _ as unreachable:
            assert_never(unreachable)
