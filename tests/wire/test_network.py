"""Sockets of this host: what holds for every operation on them."""

import asyncio
from collections.abc import Awaitable, Callable

from preflight.wire.network import RealNetwork
from tests.fakes.listener import Connection, Listener
from tests.fakes.udp_port import Send, UdpPort

WAITING = 50
"""Pieces that have arrived before the first of them is read."""


async def turns_of_others(receive: Callable[[], Awaitable[bytes]]) -> int:
    """How often everything else got its turn while `receive` was called `WAITING` times."""
    turns = 0

    async def live() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(live())
    for _ in range(WAITING):
        assert await receive()
    other.cancel()
    return turns


async def test_a_flood_of_datagrams_leaves_everyone_else_a_turn(network: RealNetwork) -> None:
    """Otherwise no timeout would ever end it."""
    sent = asyncio.Event()

    async def flood(question: bytes, send: Send) -> None:
        for _ in range(WAITING):
            await send(b"x")
        sent.set()

    async with UdpPort(flood) as port:
        opened = await network.datagrams(port.peer)
        await opened.send(b"?")
        await sent.wait()
        assert await turns_of_others(opened.receive) >= WAITING
        opened.close()


async def test_a_flood_of_bytes_leaves_everyone_else_a_turn(network: RealNetwork) -> None:
    sent = asyncio.Event()

    async def flood(connection: Connection) -> None:
        await connection.send(b"x" * WAITING)
        sent.set()
        await connection.reader.read()

    async with Listener(flood) as listener:
        stream = await network.dial(listener.peer).connected()
        await sent.wait()
        assert await turns_of_others(lambda: stream.receive(1)) >= WAITING
        stream.close()
