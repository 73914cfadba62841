"""A handshake that judges nothing, under a name and at an address of the plan: what several experiments are made of."""

import asyncio

from preflight.model.evidence import Handshake
from preflight.model.vantage import Address, Peer
from preflight.probes.trial import Trial
from preflight.wire.connect import connect
from preflight.wire.handshake import handshake

SHORTEST = 0.05
"""Seconds without which nothing is asked: an answer that had no time to come must not look like silence."""


async def greet(
    trial: Trial, address: Address, name: str, *, within: float | None = None
) -> Handshake | None:
    """Connect straight to the address, shake hands under the name, and hang up; the handshake, or None where it came to none.

    Both steps are left in the trial. They take `within` seconds at most, or what is left. An address for a name sends none.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + min(trial.left, trial.left if within is None else within)
    if end - loop.time() < SHORTEST:
        return None
    peer = Peer(address=address, port=trial.check.port)
    stream, connected = await connect(trial.network, peer, timeout=end - loop.time())
    trial.found.append(connected)
    if stream is None:
        return None
    try:
        _, shaken = await handshake(
            trial.network,
            stream,
            name,
            trust=trial.check.trust,
            verify=False,
            timeout=max(0.0, end - loop.time()),
        )
        trial.found.append(shaken)
    finally:
        stream.close()
    return shaken
