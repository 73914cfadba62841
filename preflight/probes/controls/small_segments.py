"""A handshake with segments that every link carries: whether the silence after the ClientHello is about the size of packets.

Both ends then send nothing larger (RFC 9293 §3.7.1), so a link with a small MTU, whose ICMP messages about it get lost, has nothing
to drop.
"""

import asyncio

from preflight.model.evidence import Experiment, Outcome
from preflight.model.plan import Direct, Stage
from preflight.probes.look import Look
from preflight.probes.route import reach
from preflight.probes.standing import Standing
from preflight.probes.trial import Trial
from preflight.wire.handshake import handshake

EXPERIMENT = Experiment.SMALL_SEGMENTS
MOST = 5_000
"""As often as it is wanted: one small MTU on the way out stops every check alike, and all shall have the same cause."""
SMALLEST = {4: 536, 6: 1_220}
"""Bytes by IP version that every path has to carry: datagrams of 576 bytes (RFC 791 §3.1) and of 1,280 (RFC 8200 §5), less the headers.
For IPv4 that is less than any tunnel in use leaves over, and a classic ClientHello still fits into one of them."""

FAILED = frozenset({Outcome.DROPPED, Outcome.RESET, Outcome.CLOSED})
"""Ends of a handshake that did not get as far as the certificates."""


def is_wanted(look: Look, standing: Standing) -> bool:
    """After silence in a handshake on the way straight to the host; a proxy has connections of its own to the host."""
    return (
        isinstance(look.check.route, Direct)
        and standing.stage is Stage.TLS
        and standing.outcome is Outcome.DROPPED
    )


async def ask(trial: Trial) -> None:
    """Shake hands in small segments; when that completes, once more in both ways: connections that fail by turns look the same once."""
    small = SMALLEST[trial.address.version]
    if await _completes(trial, small):
        async with asyncio.TaskGroup() as again:
            again.create_task(_completes(trial, None))
            again.create_task(_completes(trial, small))


async def _completes(trial: Trial, mss: int | None) -> bool:
    """Whether a handshake as the main line's ends with the host's certificates; nothing is sent after that."""
    check, network = trial.check, trial.network
    stream = await reach(trial.look, trial.address, trial.found, timeout=trial.left, mss=mss)
    if stream is None:
        return False
    try:
        _, shaken = await handshake(
            network,
            stream,
            check.host,
            trust=check.trust,
            verify=network.vouches(check.trust),
            timeout=trial.left,
        )
        trial.found.append(shaken)
    finally:
        stream.close()
    return shaken.outcome not in FAILED
