"""The chain verified but for its dates, and the time that the service states: whether the certificate is old or this host's clock wrong.

Whoever completes that handshake has the key of a certificate that only its age speaks against, so its `Date` header can be believed
where this host's clock cannot.
"""

from preflight.model.evidence import Experiment, Outcome
from preflight.model.plan import Stage
from preflight.probes.look import Look
from preflight.probes.route import authority, reach
from preflight.probes.standing import Standing
from preflight.probes.trial import Trial
from preflight.wire.exchange import exchange
from preflight.wire.handshake import handshake
from preflight.wire.http1 import Request
from preflight.wire.network import ByteStream

EXPERIMENT = Experiment.TRUE_TIME
MOST = 5_000
"""As often as it is wanted: a wrong clock stops every check alike, and all shall have the same cause."""
DATED = frozenset({Outcome.EXPIRED, Outcome.NOT_YET_VALID})


def is_wanted(look: Look, standing: Standing) -> bool:  # noqa: ARG001 - every check's
    """After a handshake with the service that failed for a certificate's dates."""
    return standing.stage is Stage.TLS and standing.outcome in DATED


async def ask(trial: Trial) -> None:
    """Connect once more, judge all but the dates, and ask one page for its `Date`; a chain that fails otherwise is asked nothing."""
    stream = await reach(trial.look, trial.address, trial.found, timeout=trial.left)
    if stream is None:
        return
    try:
        await _ask_for_date(trial, stream)
    finally:
        stream.close()


async def _ask_for_date(trial: Trial, stream: ByteStream) -> None:
    check, network = trial.check, trial.network
    tls, shaken = await handshake(
        network,
        stream,
        check.host,
        trust=check.trust,
        verify=True,
        ignore_dates=True,
        timeout=trial.left,
    )
    trial.found.append(shaken)
    if tls is not None:
        page = Request(method="GET", url=f"https://{authority(check)}{check.path}")
        trial.found.append(await exchange(network, tls, page, path=check.path, timeout=trial.left))
