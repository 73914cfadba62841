"""A path that minds how large what it carries is: relays to `upstream` but for what is too large for it."""

import socket
from typing import Self

from preflight.model.vantage import Peer
from tests.fakes.client_hello import read_client_hello
from tests.fakes.listener import Connection, Handler, Listener
from tests.fakes.relay import relay

LARGEST_SEGMENT = 1_300
"""Bytes; a client on loopback sends far larger segments unless it asks for small ones."""


class LargeHelloFilter:
    """Hands a ClientHello of more than `largest` bytes to `refuse`, whatever segments it comes in."""

    def __init__(self, upstream: Peer, refuse: Handler, *, largest: int = 1_400) -> None:
        self.sizes: list[int] = []
        self._upstream, self._refuse, self._largest = upstream, refuse, largest
        self._listener = Listener(self._serve)

    @property
    def peer(self) -> Peer:
        """Where to connect."""
        return self._listener.peer

    async def __aenter__(self) -> Self:
        await self._listener.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._listener.__aexit__()

    async def _serve(self, connection: Connection) -> None:
        hello = await read_client_hello(connection)
        self.sizes.append(len(hello.raw))
        if len(hello.raw) > self._largest:
            await self._refuse(connection)
        else:
            await relay(connection, self._upstream, first=hello.raw)


class SmallSegmentsOnly:
    """Hands connections whose segments may be large to `refuse`; the others pass."""

    def __init__(self, upstream: Peer, refuse: Handler) -> None:
        self.segments: list[int] = []
        self._upstream, self._refuse = upstream, refuse
        self._listener = Listener(self._serve)

    @property
    def peer(self) -> Peer:
        """Where to connect."""
        return self._listener.peer

    async def __aenter__(self) -> Self:
        await self._listener.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._listener.__aexit__()

    async def _serve(self, connection: Connection) -> None:
        hello = await read_client_hello(connection)
        segment = _segment(connection)
        self.segments.append(segment)
        if segment > LARGEST_SEGMENT:
            await self._refuse(connection)
        else:
            await relay(connection, self._upstream, first=hello.raw)


def _segment(connection: Connection) -> int:
    """What the client's SYN asked for, as far as the kernel tells (tcp(7), TCP_MAXSEG)."""
    opened: socket.socket = connection.writer.get_extra_info("socket")
    return opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)
