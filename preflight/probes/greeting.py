"""A handshake that judges nothing, under a name and at an address of the plan: what several experiments are made of."""

from preflight.model.vantage import Address, Peer
from preflight.probes.trial import Trial
from preflight.wire.connect import connect
from preflight.wire.handshake import handshake


async def greet(trial: Trial, address: Address, name: str) -> None:
    """Connect straight to the address, shake hands under the name, and hang up; both steps are left in the trial."""
    peer = Peer(address=address, port=trial.check.port)
    stream, connected = await connect(trial.network, peer, timeout=trial.left)
    trial.found.append(connected)
    if stream is None:
        return
    try:
        _, shaken = await handshake(
            trial.network, stream, name, trust=trial.check.trust, verify=False, timeout=trial.left
        )
        trial.found.append(shaken)
    finally:
        stream.close()
