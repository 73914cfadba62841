"""The certificates seen without verification: who ended TLS here, when the chain did not verify."""

from preflight.model.evidence import Experiment, Outcome
from preflight.model.plan import Stage
from preflight.probes.look import Look
from preflight.probes.route import reach
from preflight.probes.standing import Standing
from preflight.probes.trial import Trial
from preflight.wire.handshake import handshake

EXPERIMENT = Experiment.PRESENTED_CHAIN
MOST = 5_000
CERTIFICATE_OUTCOMES = frozenset(
    {Outcome.UNTRUSTED, Outcome.EXPIRED, Outcome.NOT_YET_VALID, Outcome.NAME_MISMATCH}
)


def is_wanted(look: Look, standing: Standing) -> bool:  # noqa: ARG001 - every check's
    """After a handshake with the service that failed for its certificates."""
    return standing.stage is Stage.TLS and standing.outcome in CERTIFICATE_OUTCOMES


async def ask(trial: Trial) -> None:
    """Connect once more and shake hands without judging; nothing is sent over that connection."""
    check = trial.check
    stream = await reach(trial.look, trial.address, trial.found, timeout=trial.left)
    if stream is None:
        return
    try:
        _, shaken = await handshake(
            trial.network, stream, check.host, trust=check.trust, verify=False, timeout=trial.left
        )
        trial.found.append(shaken)
    finally:
        stream.close()
