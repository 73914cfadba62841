"""Both questions about one name to one resolver: UDP first, TCP when truncated or unanswered; or over one of them alone."""

import asyncio
import math
from dataclasses import replace

from preflight.model.evidence import Lookup, Outcome, RecordType, Transport
from preflight.model.plan import Stage
from preflight.model.vantage import Address, Peer
from preflight.wire.classify import Malformed, PeerClosed, classify, describe
from preflight.wire.loading import Part
from preflight.wire.message import (
    Answer,
    Query,
    is_answer_to,
    is_truncated,
    query,
    read,
    without_edns,
)
from preflight.wire.network import ByteStream, DatagramSocket, Network
from preflight.wire.stopwatch import Stopwatch

FINAL = frozenset({Outcome.OK, Outcome.NO_DATA, Outcome.NXDOMAIN, Outcome.CNAME_LOOP})
"""Outcomes after which a stub resolver asks no other resolver (resolv.conf(5))."""
ARRIVALS_LIMIT = 16
"""Datagrams kept unread at most; two are due."""
ROUNDS = 3
"""Times a question is sent over UDP before its share of the budget is over."""
BOTH = frozenset({Transport.UDP, Transport.TCP})
GRACE = 1.0
"""Seconds that the second family may lag behind addresses of the first; longer is as good as no answer."""


class Inquiry:
    """A and AAAA of one name at one resolver. Run it once, stop it at any time, then take its lookups."""

    def __init__(
        self,
        network: Network,
        name: str,
        resolver: Peer,
        *,
        share: float,
        stage: Stage,
        over: frozenset[Transport] = BOTH,
    ) -> None:
        self._network = network
        self._resolver = resolver
        self._share = share
        self._stage = stage
        self._over = over
        self._watch = Stopwatch(network)
        self._queries: dict[RecordType, Query] = {kind: query(name, kind) for kind in RecordType}
        self._waiting = set(RecordType)
        self._unsent: set[RecordType] = set()
        self._answers: dict[RecordType, Lookup] = {}
        self._failed: dict[tuple[RecordType, Transport], Lookup] = {}
        self._sources: dict[Transport, Peer] = {}
        self._patience = math.inf
        self.ended = False

    @property
    def settled(self) -> bool:
        """Whether a stub resolver would be content with what came."""
        return self.ended and any(answer.outcome in FINAL for answer in self._answers.values())

    async def run(self) -> None:
        """Ask until both questions are answered or cannot be; the caller bounds the time."""
        opened: DatagramSocket | None = None
        try:
            if Transport.UDP in self._over:
                try:
                    opened = await self._network.datagrams(self._resolver)
                    self._sources[Transport.UDP] = opened.source
                    await self._over_udp(opened)
                except Exception as trouble:
                    self._fail_waiting(Transport.UDP, trouble)
            if Transport.TCP in self._over and self._waiting and self._left() > 0:
                await self._over_both(opened)
            self.ended = True
        finally:
            if opened is not None:
                opened.close()

    def lookups(self) -> tuple[Lookup, ...]:
        """What came of each question, failures before answers; a question still open counts as dropped."""
        for kind in sorted(self._waiting):
            for transport in self._sources:
                if (kind, transport) not in self._failed:
                    self._fail(kind, transport, Outcome.DROPPED, "no answer")
        return (
            *self._failed.values(),
            *(self._answers[kind] for kind in RecordType if kind in self._answers),
        )

    async def _over_udp(self, opened: DatagramSocket) -> None:
        """The first half of the share belongs to UDP alone."""
        for _ in range(ROUNDS):
            await self._send(opened, self._open_over_udp())
            try:
                async with asyncio.timeout(min(self._share / 2 / ROUNDS, self._left())):
                    return await self._listen(opened)
            except TimeoutError:
                if self._left() <= 0:
                    return None
        return None

    async def _over_both(self, opened: DatagramSocket | None) -> None:
        """TCP for what UDP left open, while UDP may still answer."""
        ways = {asyncio.ensure_future(self._over_tcp())}
        if opened is not None and self._open_over_udp():
            ways.add(asyncio.ensure_future(self._late(opened)))
        try:
            while ways and self._waiting and self._left() > 0:
                limit = self._left() if self._left() < math.inf else None
                _, ways = await asyncio.wait(
                    ways, timeout=limit, return_when=asyncio.FIRST_COMPLETED
                )
        finally:
            for task in ways:
                task.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _late(self, opened: DatagramSocket) -> None:
        try:
            await self._listen(opened)
        except Exception as trouble:
            self._fail_waiting(Transport.UDP, trouble)

    def _left(self) -> float:
        """Seconds until the family that is still open has lagged behind too long."""
        return self._patience - self._watch.elapsed

    async def _send(self, opened: DatagramSocket, kinds: set[RecordType]) -> None:
        for kind in sorted(kinds):
            self._unsent.discard(kind)
            await opened.send(self._queries[kind].wire)

    async def _listen(self, opened: DatagramSocket) -> None:
        while self._open_over_udp():
            for wire, arrived in await self._arrivals(opened):
                self._take(wire, Transport.UDP, opened.source, arrived)
            await self._send(opened, self._unsent & self._waiting)

    async def _arrivals(self, opened: DatagramSocket) -> list[tuple[bytes, float]]:
        """The next datagram and when it came; with all that come while the parser of messages is still being loaded."""
        came = [(await opened.receive(), self._watch.elapsed)]
        if not self._network.loading.is_missing(Part.DNS):
            return came
        loaded = asyncio.ensure_future(self._network.loading.wait(Part.DNS))
        more = asyncio.ensure_future(opened.receive())
        try:
            while not loaded.done() and len(came) < ARRIVALS_LIMIT:
                await asyncio.wait({loaded, more}, return_when=asyncio.FIRST_COMPLETED)
                if more.done():
                    came.append((more.result(), self._watch.elapsed))
                    more = asyncio.ensure_future(opened.receive())
            await loaded
        finally:
            loaded.cancel()
            more.cancel()
            await asyncio.gather(loaded, more, return_exceptions=True)
        return came

    def _open_over_udp(self) -> set[RecordType]:
        """Questions that UDP may still answer: neither truncated nor answered with rubbish."""
        failed = {kind for kind, transport in self._failed if transport is Transport.UDP}
        return self._waiting - failed

    async def _over_tcp(self) -> None:
        dial = self._network.dial(self._resolver)
        try:
            stream = await dial.connected()
            self._sources[Transport.TCP] = stream.source
            try:
                await self._converse(stream)
            finally:
                stream.close()
        except asyncio.CancelledError:
            if dial.source:
                self._sources[Transport.TCP] = dial.source
            raise
        except Exception as trouble:
            self._fail_waiting(Transport.TCP, trouble)

    async def _converse(self, stream: ByteStream) -> None:
        self._unsent |= self._waiting
        while self._waiting:
            for kind in sorted(self._unsent & self._waiting):
                self._unsent.discard(kind)
                wire = self._queries[kind].wire
                await stream.send(len(wire).to_bytes(2) + wire)
            size = int.from_bytes(await _exactly(stream, 2))
            wire = await _exactly(stream, size)
            self._take(wire, Transport.TCP, stream.source, self._watch.elapsed)

    def _take(self, wire: bytes, transport: Transport, source: Peer, arrived: float) -> None:
        """Keep the answer if it is one to an open question; anything else is not for us (RFC 5452 §9.1)."""
        kind = next(
            (k for k in sorted(self._waiting) if is_answer_to(self._queries[k], wire)), None
        )
        if kind is None:
            return
        if transport is Transport.UDP and is_truncated(wire):
            self._fail(kind, transport, Outcome.TOO_LARGE, "truncated: the answer needs TCP")
            return
        try:
            answer = read(self._queries[kind], wire)
        except Malformed as trouble:
            self._fail(kind, transport, Outcome.MALFORMED, describe(trouble))
            return
        if answer.rcode == "FORMERR" and self._queries[kind].has_edns:
            self._queries[kind] = without_edns(self._queries[kind])
            self._unsent.add(kind)
            return
        self._keep(kind, transport, source, arrived, answer)

    def _keep(
        self, kind: RecordType, transport: Transport, source: Peer, arrived: float, answer: Answer
    ) -> None:
        self._failed.pop((kind, transport), None)
        self._waiting.discard(kind)
        lookup = self._lookup(
            kind,
            transport,
            answer.outcome,
            source=source,
            rcode=answer.rcode,
            chain=answer.chain,
            addresses=answer.addresses,
        )
        self._answers[kind] = replace(lookup, elapsed=arrived)
        if answer.outcome is Outcome.OK:
            self._patience = min(self._patience, arrived + GRACE)

    def _fail_waiting(self, transport: Transport, trouble: Exception) -> None:
        for kind in sorted(self._waiting):
            if (kind, transport) not in self._failed:
                self._fail(kind, transport, classify(trouble), describe(trouble))

    def _fail(self, kind: RecordType, transport: Transport, outcome: Outcome, error: str) -> None:
        source = self._sources.get(transport)
        self._failed[kind, transport] = self._lookup(
            kind, transport, outcome, source=source, error=error
        )

    def _lookup(
        self,
        kind: RecordType,
        transport: Transport,
        outcome: Outcome,
        *,
        source: Peer | None,
        error: str = "",
        rcode: str | None = None,
        chain: tuple[str, ...] = (),
        addresses: tuple[Address, ...] = (),
    ) -> Lookup:
        return Lookup(
            at=self._watch.at,
            stage=self._stage,
            source=source,
            destination=self._resolver,
            outcome=outcome,
            elapsed=self._watch.elapsed,
            error=error,
            name=self._queries[kind].name,
            record_type=kind,
            transport=transport,
            rcode=rcode,
            chain=chain,
            addresses=addresses,
        )


async def _exactly(stream: ByteStream, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = await stream.receive(size - len(data))
        if not part:
            raise PeerClosed(f"the resolver closed after {len(data)} of {size} bytes")
        data += part
    return data
