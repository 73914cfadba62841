"""One UDP question and its answer."""

import asyncio

from preflight.model.evidence import Datagram, Outcome
from preflight.model.plan import Stage
from preflight.model.vantage import Peer
from preflight.wire.classify import classify, describe
from preflight.wire.network import DatagramSocket, Network
from preflight.wire.stopwatch import Stopwatch

KEPT = 512
"""Bytes kept of an answer."""
ROUNDS = 3
"""Times a question is sent within its budget: UDP may lose one without anybody blocking it."""


async def ask(
    network: Network,
    peer: Peer,
    payload: bytes,
    *,
    question: str,
    timeout: float,
    stage: Stage = Stage.TCP,
) -> Datagram:
    """Send `payload`, repeated at equal distances, and wait `timeout` seconds in all for any answer."""
    watch = Stopwatch(network)
    opened: DatagramSocket | None = None
    outcome, error, answer = Outcome.OK, "", b""
    try:
        opened = await network.datagrams(peer)
        answer = await _answer(opened, payload, timeout)
    except Exception as trouble:
        outcome, error = classify(trouble), describe(trouble)
    finally:
        if opened is not None:
            opened.close()
    return Datagram(
        at=watch.at,
        stage=stage,
        source=opened.source if opened else None,
        destination=peer,
        outcome=outcome,
        elapsed=watch.elapsed,
        error=error,
        question=question,
        answer=answer[:KEPT],
    )


async def _answer(opened: DatagramSocket, payload: bytes, timeout: float) -> bytes:
    for _ in range(ROUNDS - 1):
        await opened.send(payload)
        try:
            async with asyncio.timeout(timeout / ROUNDS):
                return await opened.receive()
        except TimeoutError:
            continue
    await opened.send(payload)
    async with asyncio.timeout(timeout / ROUNDS):
        return await opened.receive()
