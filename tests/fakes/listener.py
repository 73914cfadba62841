"""Accepts TCP connections on loopback; every actor over TCP is one handler on top of it."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Self

from preflight.model.vantage import Peer
from tests.fakes.lifetime import Lifetime

READ_LIMIT = 1 << 20
"""Bytes; no request of a test is longer."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One accepted connection, in clear or with TLS ended by the actor."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        """Write `data` and wait while the client does not read."""
        self.writer.write(data)
        await self.writer.drain()

    async def head(self) -> bytes:
        """Read up to and with the first empty line."""
        return await self.reader.readuntil(b"\r\n\r\n")

    def reset(self) -> None:
        """Answer with RST: SO_LINGER of zero makes close() do that (socket(7))."""
        opened = self.writer.get_extra_info("socket")
        if opened is not None:  # else the client has gone already
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    def hang_up(self) -> None:
        """Answer with FIN, without the close_notify that TLS wants first (RFC 8446 section 6.1)."""
        self.writer.transport.abort()


Handler = Callable[[Connection], Awaitable[None]]


def bind_tcp(address: str, port: int = 0) -> socket.socket:
    """A non-blocking socket bound to `port` or to a free one; it does not listen yet."""
    bound = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    bound.setblocking(False)
    try:
        bound.bind((address, port))
    except OSError:
        bound.close()
        raise
    return bound


def peer_at(bound: socket.socket) -> Peer:
    """Where clients reach the socket."""
    host, port = bound.getsockname()[:2]
    return Peer(address=ip_address(host), port=port)


class Listener:
    """Hands every accepted connection to `handler`, closes it cleanly after that, and ends all of them on exit."""

    peer: Peer
    """Where to connect; known from `async with` on."""

    def __init__(
        self,
        handler: Handler,
        *,
        address: str = "127.0.0.1",
        port: int = 0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.accepted = 0
        self._handler = handler
        self._address = (address, port)
        self._context = context
        self._lifetime = Lifetime()

    async def __aenter__(self) -> Self:
        self._socket = bind_tcp(*self._address)
        self._socket.listen(128)
        self.peer = peer_at(self._socket)
        self._lifetime.start(self._accept())
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self._lifetime.end()
        finally:
            self._socket.close()

    async def _accept(self) -> None:
        while True:
            accepted, _ = await asyncio.get_running_loop().sock_accept(self._socket)
            self.accepted += 1
            self._lifetime.start(self._serve(accepted))

    async def _serve(self, accepted: socket.socket) -> None:
        try:
            connection = await self._connection(accepted)
        except BaseException:
            accepted.close()
            raise
        try:
            await self._handler(connection)
            connection.writer.close()
            await connection.writer.wait_closed()
        finally:
            # Python 3.11.2's TLS transport has nothing left to abort once it is closed.
            with contextlib.suppress(AttributeError):
                connection.writer.transport.abort()

    async def _connection(self, accepted: socket.socket) -> Connection:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=READ_LIMIT)
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol, accepted, ssl=self._context
        )
        return Connection(reader, asyncio.StreamWriter(transport, protocol, reader, loop))
