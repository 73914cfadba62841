"""The certificates seen without verification: who ended TLS here, when the chain did not verify."""

from preflight.model.evidence import Attempt, Control, Handshake, Outcome, PathStep
from preflight.model.plan import Stage
from preflight.probes.look import Look
from preflight.probes.route import reach
from preflight.wire.handshake import handshake

CERTIFICATE_OUTCOMES = frozenset(
    {Outcome.UNTRUSTED, Outcome.EXPIRED, Outcome.NOT_YET_VALID, Outcome.NAME_MISMATCH}
)


def is_wanted(attempt: Attempt) -> bool:
    """After a handshake with the service that failed for its certificates."""
    last = attempt.last
    return (
        isinstance(last, Handshake)
        and last.stage is Stage.TLS
        and last.outcome in CERTIFICATE_OUTCOMES
    )


async def ask(look: Look, attempt: Attempt) -> Control:
    """Connect once more and shake hands without judging; nothing is sent over that connection."""
    check = look.check
    steps: list[PathStep] = []
    stream = await reach(look, attempt.address, steps)
    if stream is not None:
        try:
            _, shaken = await handshake(
                look.network,
                stream,
                check.host,
                trust=check.trust,
                verify=False,
                timeout=check.timeout,
            )
            steps.append(shaken)
        finally:
            stream.close()
    return Control(name="presented_chain", address=attempt.address, observations=tuple(steps))
