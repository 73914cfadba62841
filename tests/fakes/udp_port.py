"""A UDP port on loopback, as a silent listener or with a handler."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Self

from preflight.model.vantage import Peer
from tests.fakes.lifetime import Lifetime
from tests.fakes.listener import peer_at

Send = Callable[[bytes], Awaitable[None]]
UdpHandler = Callable[[bytes, Send], Awaitable[None]]


async def silent(question: bytes, send: Send) -> None:
    """Hear, and say nothing."""


class UdpPort:
    """Hands each datagram to `handler` together with the way back; `heard` keeps what came."""

    peer: Peer
    """Where to send; known from `async with` on."""

    def __init__(
        self, handler: UdpHandler = silent, *, address: str = "127.0.0.1", port: int = 0
    ) -> None:
        self.heard: list[bytes] = []
        self._handler = handler
        self._address = (address, port)
        self._lifetime = Lifetime()

    async def __aenter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        try:
            self._socket.bind(self._address)
        except OSError:
            self._socket.close()
            raise
        self.peer = peer_at(self._socket)
        self._lifetime.start(self._receive())
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self._lifetime.end()
        finally:
            self._socket.close()

    async def _receive(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            datagram, client = await loop.sock_recvfrom(self._socket, 1 << 16)
            self.heard.append(datagram)
            self._lifetime.start(self._handle(datagram, client))

    async def _handle(self, datagram: bytes, client: tuple[object, ...]) -> None:
        async def send(data: bytes) -> None:
            await asyncio.get_running_loop().sock_sendto(self._socket, data, client)

        await self._handler(datagram, send)
