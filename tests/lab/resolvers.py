"""Nameservers that answer late, wrong, or without end; each gives the same addresses for every name."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Self

import dns.message
import dns.rdatatype

from tests.fakes.dns_script import SERVFAIL, answer, endless_wrong_id, garbage
from tests.fakes.listener import Connection, Listener
from tests.fakes.udp_port import Send, UdpPort

SLOW = 1.5
"""Seconds that the slow one takes."""
CLASSIC_ROOM = 512
"""Bytes over UDP without EDNS (RFC 1035 section 4.2.1)."""
NOISE = bytes(range(200))
"""What is no DNS message."""
Spoil = Callable[[bytes, tuple[str, ...], Send], Awaitable[None]]
"""Answers a question, given the addresses, in a way of its own."""


class Resolver:
    """A nameserver on one port over UDP and TCP whose every answer goes through `spoil`."""

    def __init__(self, spoil: Spoil, given: tuple[str, ...], *, address: str, port: int) -> None:
        self._spoil = spoil
        self._given = given
        self._address, self._port = address, port
        self._running = AsyncExitStack()

    async def __aenter__(self) -> Self:
        over_udp = UdpPort(self._over_udp, address=self._address, port=self._port)
        over_tcp = Listener(self._over_tcp, address=self._address, port=self._port)
        for each in (over_udp, over_tcp):
            await self._running.enter_async_context(each)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._running.aclose()

    async def _over_udp(self, question: bytes, send: Send) -> None:
        await self._spoil(question, self._given, send)

    async def _over_tcp(self, connection: Connection) -> None:
        async def send(message: bytes) -> None:
            await connection.send(len(message).to_bytes(2) + message)

        while True:
            length = int.from_bytes(await connection.reader.readexactly(2))
            question = await connection.reader.readexactly(length)
            await self._spoil(question, self._given, send)


def right(question: bytes, given: tuple[str, ...]) -> bytes:
    """The answer as it should be."""
    return answer(*given).message(dns.message.from_wire(question), room=CLASSIC_ROOM)


async def slowly(question: bytes, given: tuple[str, ...], send: Send) -> None:
    """The right answer, late."""
    await asyncio.sleep(SLOW)
    await send(right(question, given))


async def fail_for_ipv6(question: bytes, given: tuple[str, ...], send: Send) -> None:
    """The right answer for IPv4, SERVFAIL for IPv6, as old load balancers answer."""
    asked = dns.message.from_wire(question)
    is_ipv6 = asked.question[0].rdtype == dns.rdatatype.AAAA
    await send((SERVFAIL if is_ipv6 else answer(*given)).message(asked, room=CLASSIC_ROOM))


async def in_noise(question: bytes, given: tuple[str, ...], send: Send) -> None:
    """The right id and then what is no DNS."""
    for message in garbage(NOISE).disguise(right(question, given)):
        await send(message)


async def without_end(question: bytes, given: tuple[str, ...], send: Send) -> None:
    """Answers with a wrong id, as fast as they are taken."""
    messages = endless_wrong_id(answer()).disguise(right(question, given))
    while True:
        for message in messages:
            await send(message)
        await asyncio.sleep(0.001)
