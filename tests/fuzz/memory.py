"""A network in memory: what answers at a peer is a function of the test, and nothing is ever sent."""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from ipaddress import ip_address
from itertools import cycle

from preflight.demo.connection import Application, Line, SimulatedStream
from preflight.demo.network import LostPacket
from preflight.demo.tls_server import TlsServer
from preflight.model.endpoint import Trust
from preflight.model.evidence import Transport
from preflight.model.vantage import Peer
from preflight.wire.loading import Loading
from preflight.wire.network import ByteStream, DatagramSocket, Dial, Packet
from preflight.wire.trust import client_context, unverified_context
from tests.factories import NOW

OWN = Peer(address=ip_address("10.244.1.7"), port=40_001)
ROUND_TRIP = 0.02
End = bytes | None
"""`b""` closes cleanly, None breaks the connection; without either the peer falls silent."""
Respond = Callable[[bytes], Sequence[bytes]]
"""A datagram, and those that come back."""
Answer = Callable[[Line], Application]


class Network:
    """The Network protocol: connections are answered as `answers` say, in turn; None answers no SYN. `respond` is for datagrams."""

    def __init__(
        self,
        *answers: Answer | None,
        respond: Respond | None = None,
        anchors: str = "",
    ) -> None:
        self._answers = cycle(answers or (None,))
        self._respond = respond or (lambda question: ())
        self._anchors = anchors
        self._contexts: dict[tuple[bool, bool], ssl.SSLContext] = {}
        self.loading = Loading()
        self.remarks: tuple[str, ...] = ()
        self.capacity = 100
        self.can_trace = False

    def now(self) -> datetime:
        """Begins at an agreed instant and goes as the loop does."""
        return NOW + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """The loop's clock."""
        return asyncio.get_running_loop().time()

    def vouches(self, trust: Trust) -> bool:
        """There are anchors for every kind of peer."""
        return True

    def tls_context(
        self, trust: Trust, *, verify: bool, ignore_dates: bool = False
    ) -> ssl.SSLContext:
        """As of the real network, with the test's own anchors."""
        key = (verify, ignore_dates)
        if key not in self._contexts:
            self._contexts[key] = (
                client_context(self._load, ignore_dates=ignore_dates)
                if verify
                else unverified_context()
            )
        return self._contexts[key]

    def _load(self, context: ssl.SSLContext) -> None:
        if self._anchors:
            context.load_verify_locations(cadata=self._anchors)

    def dial(self, peer: Peer, *, mss: int | None = None) -> Dial:
        """A connection to the next answer."""
        return MemoryDial(peer, next(self._answers))

    async def datagrams(self, peer: Peer) -> DatagramSocket:
        """A socket to the one who responds."""
        return MemoryDatagrams(peer, self._respond)

    def packet(self, peer: Peer, *, transport: Transport, ttl: int) -> Packet:
        """Nobody ever answers."""
        return LostPacket()


class MemoryDial:
    """A connection being opened."""

    source: Peer | None = OWN

    def __init__(self, peer: Peer, answer: Answer | None) -> None:
        self._peer = peer
        self._answer = answer

    async def connected(self) -> ByteStream:
        """Connect, or wait for ever."""
        if self._answer is None:
            await asyncio.Event().wait()
        assert self._answer is not None
        return SimulatedStream(
            source=OWN, destination=self._peer, round_trip=ROUND_TRIP, answer=self._answer
        )


class MemoryDatagrams:
    """A UDP socket; each datagram sent brings back what the test says, one after the other."""

    source = OWN

    def __init__(self, destination: Peer, respond: Respond) -> None:
        self.destination = destination
        self._respond = respond
        self._inbox: asyncio.Queue[bytes] = asyncio.Queue()

    async def send(self, data: bytes) -> None:
        """Send one datagram; the answers are here at once."""
        for answer in self._respond(data):
            self._inbox.put_nowait(answer)

    async def receive(self) -> bytes:
        """Wait for one datagram."""
        await asyncio.sleep(0)
        return await self._inbox.get()

    def close(self) -> None:
        """Nothing to release."""


class Says:
    """An application that answers the first bytes it gets with `parts`, one after the other, and then ends so."""

    def __init__(self, line: Line, parts: Sequence[bytes], *end: End) -> None:
        self._line = line
        self._parts = parts
        self._end = end
        self._has_spoken = False

    def received(self, data: bytes) -> None:
        """Answer once."""
        if self._has_spoken:
            return
        self._has_spoken = True
        for part in self._parts:
            self._line.send(part)
        for end in self._end:
            if end is None:
                self._line.reset()
            else:
                self._line.close()


def says(parts: Sequence[bytes], *end: End) -> Answer:
    """The same as something to connect to."""
    return lambda line: Says(line, parts, *end)


def within_tls(context: ssl.SSLContext, inside: Answer) -> Answer:
    """What speaks inside a TLS connection that is as it should be."""
    return lambda line: TlsServer(context, line, inside)


class Bent:
    """A line on which what the server sends is replaced, one flight after the other."""

    def __init__(self, line: Line, bend: Callable[[bytes], Sequence[bytes]], *end: End) -> None:
        self._line = line
        self._bend = bend
        self._end = end

    def send(self, data: bytes) -> None:
        """Send what has become of it."""
        if not data:
            return
        for part in self._bend(data):
            self._line.send(part)
        for end in self._end:
            self._line.reset() if end is None else self._line.close()

    def close(self) -> None:
        """End the stream cleanly."""
        self._line.close()

    def reset(self) -> None:
        """Break the connection."""
        self._line.reset()


def bent(answer: Answer, bend: Callable[[bytes], Sequence[bytes]], *end: End) -> Answer:
    """The same answer, whose every flight goes through `bend`."""
    return lambda line: answer(Bent(line, bend, *end))


def over_tcp(respond: Respond) -> Answer:
    """A nameserver over TCP that says the same as over UDP, in frames of their right length."""
    return partial(Frames, respond=respond)


class Frames:
    """Takes questions frame by frame (RFC 1035 section 4.2.2); to what is no frame it says nothing."""

    def __init__(self, line: Line, respond: Respond) -> None:
        self._line = line
        self._respond = respond
        self._data = b""

    def received(self, data: bytes) -> None:
        """Answer every question that is there."""
        self._data += data
        while len(self._data) >= 2 + (size := int.from_bytes(self._data[:2])):
            question, self._data = self._data[2 : 2 + size], self._data[2 + size :]
            for answer in self._respond(question):
                self._line.send(len(answer[:0xFFFF]).to_bytes(2) + answer[:0xFFFF])
