"""Both ends of a simulated connection: the client's ByteStream, and the line on which an application here answers.

Applications are no tasks: they are told of the bytes that arrive and answer at once; the event loop's timers make the distance.
So there is nothing to cancel when a run is stopped.
"""

import asyncio
import errno
import os
from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from preflight.model.evidence import Delivery
from preflight.model.vantage import Peer

Thing = TypeVar("Thing")


class Line(Protocol):
    """The server's end of a connection."""

    def send(self, data: bytes) -> None:
        """Send bytes to the client."""

    def close(self) -> None:
        """End the stream cleanly: FIN."""

    def reset(self) -> None:
        """Break the connection: RST."""


class Application(Protocol):
    """What a server does with a connection."""

    def received(self, data: bytes) -> None:
        """Bytes arrived; whatever there is to answer goes on the line at once."""


class Delay(Generic[Thing]):
    """Hands things over in their order, each after the same time."""

    def __init__(self, seconds: float, deliver: Callable[[Thing], None]) -> None:
        self._seconds = seconds
        self._deliver = deliver
        self._travelling: deque[Thing] = deque()
        self._loop = asyncio.get_running_loop()

    def put(self, thing: Thing) -> None:
        """Send a thing on its way."""
        self._travelling.append(thing)
        # Timers that are due at the same instant fire in any order, so each takes what is first, not its own.
        self._loop.call_later(self._seconds, self._arrive)

    def _arrive(self) -> None:
        self._deliver(self._travelling.popleft())


class FarEnd:
    """The Line of a SimulatedStream."""

    def __init__(self, back: Delay[bytes | OSError]) -> None:
        self._back = back

    def send(self, data: bytes) -> None:
        """Send bytes to the client."""
        if data:
            self._back.put(data)

    def close(self) -> None:
        """End the stream cleanly."""
        self._back.put(b"")

    def reset(self) -> None:
        """Break the connection."""
        self._back.put(trouble(errno.ECONNRESET))


class SimulatedStream:
    """A ByteStream that leads to an application of this process, `round_trip` seconds away and back."""

    def __init__(
        self,
        *,
        source: Peer,
        destination: Peer,
        round_trip: float,
        answer: Callable[[Line], Application],
    ) -> None:
        self._source = source
        self._destination = destination
        self._there: Delay[bytes] = Delay(round_trip / 2, self._reach)
        back: Delay[bytes | OSError] = Delay(round_trip / 2, self._arrive)
        self._application = answer(FarEnd(back))
        self._arrived = bytearray()
        self._end: bytes | OSError | None = None
        self._news = asyncio.Event()
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
        """Send `data` on its way."""
        if not self._is_open:
            raise trouble(errno.EBADF)
        if isinstance(self._end, OSError):
            raise trouble(errno.EPIPE)
        if data:
            self._there.put(bytes(data))

    def delivery(self) -> Delivery | None:
        """Nothing: there is no kernel between."""
        return None

    async def receive(self, limit: int) -> bytes:
        """Read at most `limit` bytes; empty when the peer closed cleanly."""
        while not self._arrived and self._end is None:
            self._news.clear()
            await self._news.wait()
        if isinstance(self._end, OSError):
            raise trouble(errno.ECONNRESET)
        data = bytes(self._arrived[:limit])
        del self._arrived[:limit]
        return data

    def close(self) -> None:
        """Hang up at once; safe to call twice."""
        self._is_open = False

    def _reach(self, data: bytes) -> None:
        if self._is_open and self._end is None:
            self._application.received(data)

    def _arrive(self, news: bytes | OSError) -> None:
        if self._end is None:
            if isinstance(news, bytes) and news:
                self._arrived += news
            else:
                self._end = news
            self._news.set()


class Ended:
    """An application that never answers: by silence, or after it has used the line for the last time."""

    def received(self, data: bytes) -> None:
        """Ignore."""


def trouble(number: int) -> OSError:
    """The OSError that the operating system gives for an errno."""
    return OSError(number, os.strerror(number))
