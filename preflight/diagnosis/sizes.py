"""ClientHellos of several sizes to one address: what is lost for its size alone."""

from dataclasses import dataclass

from preflight.diagnosis.case import Case
from preflight.model.evidence import (
    Attempt,
    Connect,
    Experiment,
    Handshake,
    Hello,
    Observation,
    Outcome,
)
from preflight.model.vantage import Address

ONE_SEGMENT = 1_220
"""Bytes: what is smaller needs no second segment on any path (IPv6's smallest MTU without the headers)."""
LOST = frozenset({Outcome.DROPPED, Outcome.RESET, Outcome.CLOSED})
"""Ends of a ClientHello that a device on the way can bring about; an answer in TLS shows that it arrived."""
TWICE = 2
"""Times that it has to be lost, so that one lost packet or connection is no device."""
SLOWER = 2.0
"""Times as long as the answer to a small one that a large one has to stay silent, so that a slow service is no device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """What was sent to one address beside the main line."""

    address: Address
    large: tuple[Hello, ...]
    """Of more than one segment, each as large as the route has them."""
    in_small_segments: tuple[Hello, ...]
    """As large, in segments that every link carries."""
    classic: tuple[Hello, ...]
    """Of one segment."""
    is_steady: bool
    """Whether every connection for them came about."""


def sizes(attempt: Attempt, case: Case) -> Sizes | None:
    """What the attempt's address was sent, else another address of its family that got as far; None where none was asked.

    One address of a host is asked, and what stands in the way of one stands in the way of the others.
    """
    alike = [
        each
        for each in case.evidence.attempts
        if each.address.version == attempt.address.version and _end(each) == _end(attempt)
    ]
    asked = (found for each in (attempt, *alike) if (found := _at(each.address, case)) is not None)
    return next(asked, None)


def _end(attempt: Attempt) -> tuple[type, Outcome]:
    return type(attempt.last), attempt.last.outcome


def _at(address: Address, case: Case) -> Sizes | None:
    seen = case.control(Experiment.LARGE_HELLO, address)
    hellos = [step for step in seen if isinstance(step, Hello)]
    large = [hello for hello in hellos if hello.size > ONE_SEGMENT]
    if not large:
        return None
    return Sizes(
        address=address,
        large=tuple(hello for hello in large if not is_in_small_segments(hello, seen)),
        in_small_segments=tuple(hello for hello in large if is_in_small_segments(hello, seen)),
        classic=tuple(hello for hello in hellos if hello.size <= ONE_SEGMENT),
        is_steady=is_steady(seen),
    )


def is_steady(seen: tuple[Observation, ...]) -> bool:
    """Whether all connections came about; where some do not, chance may decide about the others as well."""
    return all(step.outcome is Outcome.OK for step in seen if isinstance(step, Connect))


def is_in_small_segments(sent: Hello | Handshake, seen: tuple[Observation, ...]) -> bool:
    """Whether its connection, which has the same own port, was opened with a wish for them."""
    return any(
        isinstance(step, Connect) and step.source == sent.source and step.mss is not None
        for step in seen
    )


def lost(tried: Sizes, main: Handshake) -> tuple[Hello, ...]:
    """The large ones, when size alone decides: every one of several was lost and every small one was answered; else nothing."""
    answers = [hello for hello in tried.classic if hello.outcome is Outcome.OK]
    if not tried.is_steady or len(tried.large) < TWICE or not answers:
        return ()
    took = [*answers, *([main] if main.outcome is Outcome.OK else [])]
    shortest = SLOWER * max(step.elapsed for step in took)
    is_lost = all(_is_lost(hello, shortest) for hello in tried.large)
    return tried.large if is_lost and len(answers) == len(tried.classic) else ()


def _is_lost(hello: Hello, shortest: float) -> bool:
    is_silent = hello.outcome is Outcome.DROPPED
    return hello.outcome in LOST and (not is_silent or hello.elapsed >= shortest)
