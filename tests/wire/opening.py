"""Budgets and open streams for tests of single operations."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from preflight.model.endpoint import Trust
from preflight.model.evidence import Handshake, Outcome
from preflight.model.vantage import Peer
from preflight.wire.connect import connect
from preflight.wire.handshake import handshake
from preflight.wire.network import ByteStream, Network

AMPLE = 20.0
"""Seconds; a budget that no passing test uses up."""
SHORT = 0.3
"""Seconds; a budget that is meant to run out."""


@asynccontextmanager
async def stream_to(network: Network, peer: Peer) -> AsyncIterator[ByteStream]:
    """A connection to `peer`, closed at the end."""
    stream, seen = await connect(network, peer, timeout=AMPLE)
    assert stream is not None, seen
    try:
        yield stream
    finally:
        stream.close()


@asynccontextmanager
async def tls_to(network: Network, peer: Peer, host: str) -> AsyncIterator[ByteStream]:
    """A verified TLS connection to `host` at `peer`, closed at the end."""
    async with stream_to(network, peer) as stream:
        tls, seen = await handshake(
            network, stream, host, trust=Trust.PUBLIC, verify=True, timeout=AMPLE
        )
        assert tls is not None, seen
        yield tls


async def shake(
    network: Network,
    peer: Peer,
    host: str,
    *,
    verify: bool = True,
    ignore_dates: bool = False,
    timeout: float = AMPLE,
) -> Handshake:
    """What a handshake with `host` at `peer` shows; without a stream unless it was ok."""
    async with stream_to(network, peer) as stream:
        tls, seen = await handshake(
            network,
            stream,
            host,
            trust=Trust.PUBLIC,
            verify=verify,
            ignore_dates=ignore_dates,
            timeout=timeout,
        )
    assert (tls is not None) is (seen.outcome is Outcome.OK)
    return seen
