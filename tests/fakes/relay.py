"""Passes bytes on between a client and another actor, as filters and proxies do."""

import asyncio
from collections.abc import Coroutine

from preflight.model.vantage import Peer
from tests.fakes.listener import Connection


async def relay(near: Connection, far: Peer, *, first: bytes = b"") -> None:
    """Pass `first` and then everything on, both ways, until either side ends; a reset is passed on too."""
    reader, writer = await asyncio.open_connection(str(far.address), far.port)
    try:
        writer.write(first)
        await _until_either(_pump(near.reader, writer), _pump(reader, near.writer))
    except ConnectionResetError:
        near.reset()
    finally:
        writer.transport.abort()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(1 << 16):
        sink.write(data)
        await sink.drain()


async def _until_either(*pumps: Coroutine[None, None, None]) -> None:
    tasks = [asyncio.ensure_future(pump) for pump in pumps]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
