"""A simulated UDP socket."""

import asyncio
from collections.abc import Callable

from preflight.demo.connection import Delay
from preflight.model.vantage import Peer

Responder = Callable[[bytes], bytes | None]
"""Question → answer; None is silence."""


class SimulatedDatagrams:
    """A DatagramSocket whose other end is a function of this process."""

    def __init__(
        self, *, source: Peer, destination: Peer, round_trip: float, respond: Responder
    ) -> None:
        self._source = source
        self._destination = destination
        self._respond = respond
        self._inbox: asyncio.Queue[bytes] = asyncio.Queue()
        self._there: Delay[bytes] = Delay(round_trip / 2, self._reach)
        self._back: Delay[bytes] = Delay(round_trip / 2, self._inbox.put_nowait)
        self._is_open = True

    @property
    def source(self) -> Peer:
        """Own end."""
        return self._source

    @property
    def destination(self) -> Peer:
        """The other end."""
        return self._destination

    async def send(self, data: bytes) -> None:
        """Send one datagram on its way."""
        self._there.put(data)

    async def receive(self) -> bytes:
        """Wait for one datagram."""
        return await self._inbox.get()

    def close(self) -> None:
        """Hang up at once; safe to call twice."""
        self._is_open = False

    def _reach(self, data: bytes) -> None:
        answer = self._respond(data) if self._is_open else None
        if answer is not None:
            self._back.put(answer)
