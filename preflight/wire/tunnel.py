"""CONNECT over a stream to the proxy → stream to the peer (RFC 9110 §9.3.6)."""

import asyncio
import base64

from preflight.model.evidence import Outcome, Tunnel
from preflight.model.plan import Stage
from preflight.model.vantage import Credentials, Proxy
from preflight.wire.classify import classify, describe
from preflight.wire.http1 import Conversation, Request
from preflight.wire.loading import Part
from preflight.wire.network import ByteStream, Network
from preflight.wire.stopwatch import Stopwatch

UPSTREAM = frozenset({502, 503, 504})
"""The proxy agreed but could not reach the destination."""


async def tunnel(
    network: Network, stream: ByteStream, proxy: Proxy, target: str, *, timeout: float
) -> Tunnel:
    """Ask `proxy` to connect the stream to `target` (`host:port`); when the outcome is ok the stream leads there."""
    await network.loading.wait(Part.HTTP)
    watch = Stopwatch(network)
    outcome, error, head, body = Outcome.OK, "", None, b""
    headers = authorization(proxy.credentials)
    request = Request(method="CONNECT", url=f"http://{target}/", headers=headers, target=target)
    try:
        async with asyncio.timeout(timeout):
            conversation = Conversation(stream, request)
            head = await conversation.head()
        outcome = _outcome(head.status)
        if outcome is not Outcome.OK:
            error = f"the proxy answered {head.status}"
            body = await conversation.first_bytes()
    except Exception as trouble:
        outcome, error = classify(trouble), describe(trouble)
    return Tunnel(
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
