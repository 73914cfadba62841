"""One HTTP/1.1 request, or WebSocket upgrade, on a stream that is already open."""

import asyncio
import base64
import os

from preflight.model.evidence import Exchange, Outcome
from preflight.model.plan import Stage
from preflight.wire.classify import classify, describe
from preflight.wire.http1 import Conversation, Request
from preflight.wire.loading import Part
from preflight.wire.network import ByteStream, Network
from preflight.wire.stopwatch import Stopwatch


def upgrade_headers() -> tuple[tuple[str, str], ...]:
    """The headers of a WebSocket opening handshake (RFC 6455 §4.1)."""
    key = base64.b64encode(os.urandom(16)).decode("ascii")
    return (
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", key),
    )


async def exchange(
    network: Network, stream: ByteStream, request: Request, *, path: str, timeout: float
) -> Exchange:
    """Send one request and read the answer's head and first bytes within `timeout` seconds; `path` is for the record."""
    await network.loading.wait(Part.HTTP)
    watch = Stopwatch(network)
    outcome, error, head, body = Outcome.OK, "", None, b""
    try:
        async with asyncio.timeout(timeout):
            conversation = Conversation(stream, request)
            head = await conversation.head()
        elapsed = watch.elapsed
        body = await conversation.first_bytes()
    except Exception as trouble:
        elapsed = watch.elapsed
        outcome, error = classify(trouble), describe(trouble)
    return Exchange(
        at=watch.at,
        stage=Stage.HTTP,
        source=stream.source,
        destination=stream.destination,
        outcome=outcome,
        elapsed=elapsed,
        error=error,
        method=request.method,
        path=path,
        status=head.status if head else None,
        headers=head.headers if head else (),
        body=body,
        delivery=stream.delivery() if outcome is Outcome.DROPPED else None,
    )
