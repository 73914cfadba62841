"""Ports that nothing answers on: refusing ones, and one whose SYNs are lost."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from preflight.model.vantage import Peer
from tests.fakes.listener import bind_tcp, peer_at


@contextmanager
def refusing_tcp(address: str = "127.0.0.1") -> Iterator[Peer]:
    """A port that answers SYN with RST: bound, so that nobody else gets it, and not listening."""
    with bind_tcp(address) as bound:
        yield peer_at(bound)


@contextmanager
def refusing_udp(address: str = "127.0.0.1") -> Iterator[Peer]:
    """A port that answers with ICMP port unreachable: its socket is connected to itself, so that no one else is heard."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as bound:
        bound.bind((address, 0))
        bound.connect(bound.getsockname())
        yield peer_at(bound)


@asynccontextmanager
async def dropping_tcp(address: str = "127.0.0.1") -> AsyncIterator[Peer]:
    """A port that leaves SYNs unanswered: Linux drops them while the accept queue is full (listen(2), tcp_abort_on_overflow)."""
    with bind_tcp(address) as listening, socket.socket(listening.family) as filler:
        listening.listen(0)
        filler.setblocking(False)
        await asyncio.get_running_loop().sock_connect(filler, listening.getsockname())
        yield peer_at(listening)
