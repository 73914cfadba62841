"""CONNECT over a stream to the proxy → stream to the peer (RFC 9110 §9.3.6)."""

import asyncio
import base64

from preflight.model.evidence import Delivery, Outcome, Tunnel
from preflight.model.plan import Stage
from preflight.model.vantage import Credentials, Peer, Proxy
from preflight.wire.classify import classify, describe
from preflight.wire.http1 import Conversation, Request
from preflight.wire.loading import Part
from preflight.wire.network import ByteStream, Network
from preflight.wire.stopwatch import Stopwatch

UPSTREAM = frozenset({502, 503, 504})
"""The proxy agreed but could not reach the destination."""


class TunnelStream:
    """The stream to the proxy once it leads on; what came together with the proxy's answer is read first."""

    __slots__ = ("_conversation", "_stream")

    def __init__(self, stream: ByteStream, conversation: Conversation) -> None:
        self._stream = stream
        self._conversation = conversation

    @property
    def source(self) -> Peer:
        """Own end of the connection to the proxy."""
        return self._stream.source

    @property
    def destination(self) -> Peer:
        """The proxy's end."""
        return self._stream.destination

    async def send(self, data: bytes) -> None:
        """Write all of `data`."""
        await self._stream.send(data)

    async def receive(self, limit: int) -> bytes:
        """Read at most `limit` bytes; empty when the peer closed cleanly."""
        return await self._conversation.receive_beyond(limit)

    def delivery(self) -> Delivery | None:
        """What the kernel knows of the bytes sent to the proxy."""
        return self._stream.delivery()

    def close(self) -> None:
        """Drop the connection at once; safe to call twice."""
        self._stream.close()


async def tunnel(
    network: Network, stream: ByteStream, proxy: Proxy, target: str, *, timeout: float
) -> tuple[ByteStream | None, Tunnel]:
    """Ask `proxy` to connect the stream to `target` (`host:port`); the stream that leads there is None unless the outcome is ok."""
    await network.loading.wait(Part.HTTP)
    watch = Stopwatch(network)
    outcome, error, head, body = Outcome.OK, "", None, b""
    onward: ByteStream | None = None
    headers = authorization(proxy.credentials)
    request = Request(method="CONNECT", url=f"http://{target}/", headers=headers, target=target)
    try:
        async with asyncio.timeout(timeout):
            conversation = Conversation(stream, request)
            head = await conversation.head()
        outcome = _outcome(head.status)
        if outcome is Outcome.OK:
            onward = TunnelStream(stream, conversation)
        else:
            error = f"the proxy answered {head.status}"
            body = await conversation.first_bytes()
    except Exception as trouble:
        outcome, error = classify(trouble), describe(trouble)
    return onward, Tunnel(
        at=watch.at,
        stage=Stage.PROXY,
        source=stream.source,
        destination=stream.destination,
        outcome=outcome,
        elapsed=watch.elapsed,
        error=error,
        target=target,
        status=head.status if head else None,
        reason=head.reason if head else "",
        headers=head.headers if head else (),
        body=body,
    )


def authorization(credentials: Credentials | None) -> tuple[tuple[str, str], ...]:
    """The header for basic authentication at a proxy (RFC 7617 §2), if there are credentials."""
    if credentials is None:
        return ()
    pair = f"{credentials.user}:{credentials.password}".encode()
    return (("proxy-authorization", f"Basic {base64.b64encode(pair).decode('ascii')}"),)


def _outcome(status: int) -> Outcome:
    if 200 <= status < 300:
        return Outcome.OK
    if status == 407:
        return Outcome.AUTH_REQUIRED
    return Outcome.UPSTREAM_FAILED if status in UPSTREAM else Outcome.DENIED
