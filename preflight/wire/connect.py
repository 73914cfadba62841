"""Address and port → stream."""

import asyncio

from preflight.model.evidence import Connect, Outcome
from preflight.model.plan import Stage
from preflight.model.vantage import Address, Peer
from preflight.wire.classify import classify, describe
from preflight.wire.network import ByteStream, Network
from preflight.wire.sockets import Rejected
from preflight.wire.stopwatch import Stopwatch


async def connect(
    network: Network,
    peer: Peer,
    *,
    timeout: float,
    stage: Stage = Stage.TCP,
    mss: int | None = None,
) -> tuple[ByteStream | None, Connect]:
    """Open one TCP connection to an address within `timeout` seconds; the stream is None unless the outcome is ok.

    With `mss`, both ends send segments of at most so many bytes (RFC 9293 §3.7.1).
    """
    watch = Stopwatch(network)
    dial = network.dial(peer, mss=mss)
    stream: ByteStream | None = None
    outcome, error = Outcome.OK, ""
    router: Address | None = None
    try:
        async with asyncio.timeout(timeout):
            stream = await dial.connected()
    except Exception as trouble:
        outcome, error = classify(trouble), describe(trouble)
        router = trouble.told.sender if isinstance(trouble, Rejected) else None
    return stream, Connect(
        at=watch.at,
        stage=stage,
        source=dial.source,
        destination=peer,
        outcome=outcome,
        elapsed=watch.elapsed,
        error=error,
        mss=mss,
        router=router,
    )
