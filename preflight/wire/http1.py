"""One HTTP/1.1 request over a stream that is already open.

httpx holds the request, httpcore speaks the protocol; the connection is ours, so that one connection shows every stage. No
redirect is followed, nothing is retried, nothing is decompressed.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from preflight import __version__
from preflight.model.evidence import Headers, Outcome
from preflight.wire.classify import Malformed, PeerClosed, TooLarge, classify
from preflight.wire.network import ByteStream

HEAD_LIMIT = 65_536
"""Bytes a peer may send before its head is complete, interim answers included."""
BODY_LIMIT = 4_096
"""Bytes of a body that are read: enough to recognise a block page."""
BODY_WAIT = 0.5
"""Seconds that these bytes may take once the head is there."""
HEADERS_LIMIT, VALUE_LIMIT = 50, 500
"""Headers kept, and characters of each value."""
DEFAULT_PORT = {"http": 80, "https": 443}
SWITCHING_PROTOCOLS = 101
USER_AGENT = f"defender-preflight/{__version__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to ask. `target` replaces the path where the request goes to a proxy."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """May hold credentials for the proxy."""
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of the answer."""

    status: int
    reason: str
    headers: Headers


class Conversation:
    """A request in flight: `head()` once, then `first_bytes()`. Errors are raised: OSError, PeerClosed, TooLarge, httpcore's."""

    def __init__(self, stream: ByteStream, request: Request) -> None:
        self._stream = _bounded(stream)
        self._request = request
        self._response: Any = None
        self._body = b""
        self._beyond: Any = None

    async def head(self) -> Head:
        """Send the request and wait for the final answer's head."""
        import httpcore
        import httpx

        request = httpx.Request(
            self._request.method,
            self._request.url,
            headers={
                "user-agent": USER_AGENT,
                "accept": "*/*",
                "connection": "close",
                **dict(self._request.headers),
            },
        )
        url = request.url
        port = url.port or DEFAULT_PORT[url.scheme]
        origin = httpcore.Origin(url.raw_scheme, url.raw_host, port)
        target = (self._request.target or "").encode("ascii") or url.raw_path
        connection = httpcore.AsyncHTTP11Connection(origin, self._stream)
        self._response = await connection.handle_async_request(
            httpcore.Request(
                request.method,
                httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=port, target=target),
                headers=request.headers.raw,
            )
        )
        self._stream.budget = None
        self._beyond = self._response.extensions["network_stream"]
        return Head(
            status=self._response.status,
            reason=_latin(self._response.extensions.get("reason_phrase", b"")),
            headers=tuple(
                (_latin(k).lower(), _latin(v)) for k, v in self._response.headers[:HEADERS_LIMIT]
            ),
        )

    async def first_bytes(self) -> bytes:
        """What of the body comes within BODY_WAIT; a body that stalls or breaks off takes nothing from the head's word."""
        try:
            async with asyncio.timeout(BODY_WAIT):
                await self._read_body()
        except Exception as trouble:
            if classify(trouble) is Outcome.UNKNOWN:
                raise
        return self._body

    async def receive_beyond(self, limit: int) -> bytes:
        """At most `limit` bytes of what follows the head where that gives the connection away: after CONNECT."""
        received: bytes = await self._beyond.read(limit)
        return received

    async def _read_body(self) -> None:
        if self._response.status == SWITCHING_PROTOCOLS:
            return
        async for part in self._response.aiter_stream():
            self._body += part[: BODY_LIMIT - len(self._body)]
            if len(self._body) >= BODY_LIMIT:
                return


def _latin(value: bytes) -> str:
    return value.decode("latin-1")[:VALUE_LIMIT]


def _bounded(stream: ByteStream) -> Any:
    """The stream as httpcore wants it, with a bound on what the peer may send before its head is complete."""
    import httpcore  # 20 ms to load, while the handshake travels

    class Bounded(httpcore.AsyncNetworkStream):
        budget: int | None = HEAD_LIMIT

        async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the caller's
            data = await stream.receive(max_bytes)
            if self.budget is not None:
                self.budget = _spent(self.budget, data)
            return data

        async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - the caller's
            await stream.send(buffer)

        async def aclose(self) -> None:
            stream.close()

        def get_extra_info(self, info: str) -> Any:  # noqa: ARG002 - nothing to tell
            return None

    return Bounded()


def _spent(budget: int, data: bytes) -> int:
    if not data and budget < HEAD_LIMIT:
        raise Malformed("the peer closed in the middle of what should be a head")
    if not data:
        raise PeerClosed("the peer closed without an answer")
    if len(data) > budget:
        raise TooLarge(f"more than {HEAD_LIMIT} bytes before the head was complete")
    return budget - len(data)
