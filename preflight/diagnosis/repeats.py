"""The repeats of what failed, read as attempts of their own."""

from preflight.diagnosis.case import Case
from preflight.model.evidence import (
    Attempt,
    Connect,
    Exchange,
    Experiment,
    Handshake,
    PathStep,
    Tunnel,
)


def repeats(attempt: Attempt, case: Case) -> tuple[Attempt, ...]:
    """Each repeat at the attempt's address; every one of them begins with a connection."""
    tried: list[list[PathStep]] = []
    for step in case.control(Experiment.REPEAT, attempt.address):
        if isinstance(step, Connect):
            tried.append([step])
        elif tried and isinstance(step, Tunnel | Handshake | Exchange):
            tried[-1].append(step)
    return tuple(Attempt(address=attempt.address, steps=tuple(steps)) for steps in tried)
