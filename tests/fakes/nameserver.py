"""A nameserver over UDP and TCP on one port that answers by script."""

import asyncio
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Self

import dns.message
import dns.rdatatype

from preflight.model.vantage import Peer
from tests.fakes.dns_script import LARGEST, Over, Reply, nxdomain
from tests.fakes.listener import Connection, Listener
from tests.fakes.udp_port import Send, UdpPort

PORT_TRIES = 20
"""A port that is free for TCP may be taken for UDP."""
CLASSIC_ROOM = 512
"""Bytes over UDP without EDNS (RFC 1035 section 4.2.1)."""

Script = Mapping[str | tuple[str, str], Reply]
"""By name, or by name and record type, which goes first; names in lower case without trailing dot."""


@dataclass(frozen=True, slots=True)
class Query:
    """One question as it arrived."""

    name: str
    """As spelled by the client, without trailing dot."""
    record_type: str
    over: Over


class Nameserver:
    """Answers by `script`, and `otherwise` for every other name; `queries` holds all questions seen.

    On a transport that is not in `listens` its port is closed, so that the host refuses.
    """

    peer: Peer
    """Where to ask, over UDP and TCP; known from `async with` on."""

    def __init__(
        self,
        script: Script | None = None,
        *,
        otherwise: Reply | None = None,
        listens: Over = Over.BOTH,
        address: str = "127.0.0.1",
    ) -> None:
        self.queries: list[Query] = []
        self._script = dict(script or {})
        self._otherwise = otherwise or nxdomain()
        self._listens = listens
        self._address = address

    def asked(self, name: str, *, over: Over = Over.BOTH) -> list[str]:
        """The record types asked for `name`, in order."""
        return [
            query.record_type for query in self.queries if query.name == name and query.over in over
        ]

    def mend(self, name: str, reply: Reply) -> None:
        """Answer so from now on."""
        self._script[name] = reply

    async def __aenter__(self) -> Self:
        self.peer = await self._bind()
        if Over.UDP not in self._listens:
            await self._udp.__aexit__()
        if Over.TCP not in self._listens:
            await self._tcp.__aexit__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._udp.__aexit__()
        await self._tcp.__aexit__()

    async def _bind(self) -> Peer:
        for left in reversed(range(PORT_TRIES)):
            self._tcp = await Listener(self._over_tcp, address=self._address).__aenter__()
            self._udp = UdpPort(self._over_udp, address=self._address, port=self._tcp.peer.port)
            try:
                await self._udp.__aenter__()
            except OSError:
                await self._tcp.__aexit__()
                if not left:
                    raise
            else:
                break
        return self._tcp.peer

    async def _over_udp(self, question: bytes, send: Send) -> None:
        query = dns.message.from_wire(question)
        room = query.payload if query.edns >= 0 else CLASSIC_ROOM
        await self._reply(query, Over.UDP, room, send)

    async def _over_tcp(self, connection: Connection) -> None:
        async def send(message: bytes) -> None:
            await connection.send(struct.pack(">H", len(message)) + message)

        while True:
            (length,) = struct.unpack(">H", await connection.reader.readexactly(2))
            query = dns.message.from_wire(await connection.reader.readexactly(length))
            await self._reply(query, Over.TCP, LARGEST, send)

    async def _reply(
        self,
        query: dns.message.Message,
        over: Over,
        room: int,
        send: Callable[[bytes], Awaitable[None]],
    ) -> None:
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True)
        record_type = dns.rdatatype.to_text(question.rdtype)
        self.queries.append(Query(name, record_type, over))
        reply = self._reply_to(name.lower(), record_type)
        if over not in reply.over:
            return
        if reply.hold:
            await reply.hold.wait()
        messages = reply.disguise(reply.message(query, room=room))
        for message in messages:
            await send(message)
        while reply.repeated:
            await asyncio.sleep(0)
            for message in messages:
                await send(message)

    def _reply_to(self, name: str, record_type: str) -> Reply:
        by_type = self._script.get((name, record_type))
        return by_type or self._script.get(name) or self._otherwise
