"""One packet with few hops to live, on a socket of this host."""

import asyncio
import errno
import os
import socket
from collections.abc import Callable

from preflight.model.evidence import Transport
from preflight.model.vantage import Peer
from preflight.wire.error_queue import icmp, keep_errors
from preflight.wire.network import Icmp
from preflight.wire.sockets import opened_socket, own_family, peer_of


class HopPacket:
    """A Packet on a non-blocking socket of the running event loop."""

    __slots__ = ("_peer", "_source", "_transport", "_ttl")

    def __init__(self, peer: Peer, *, transport: Transport, ttl: int) -> None:
        self._peer = peer
        self._transport = transport
        self._ttl = ttl
        self._source: Peer | None = None

    @property
    def source(self) -> Peer | None:
        """Own end, once it is sent."""
        return self._source

    async def answer(self) -> Icmp | None:
        """Send it and wait; the socket is closed at once whatever comes."""
        is_tcp = self._transport is Transport.TCP
        with opened_socket(
            self._peer, socket.SOCK_STREAM if is_tcp else socket.SOCK_DGRAM
        ) as opened:
            _limit(opened, self._ttl)
            keep_errors(opened, keep=True)
            with own_family(self._peer):
                _connect(opened, self._peer)
            own = peer_of(opened.getsockname())
            self._source = own if own.port else None
            if not is_tcp:
                opened.send(b"")
            await _event(opened, is_tcp=is_tcp)
            told = icmp(opened)
            if told is None:
                _raise_error(opened)
                _confirm(opened, is_tcp=is_tcp)
            return told


def _limit(opened: socket.socket, ttl: int) -> None:
    """Let what is sent pass `ttl - 1` routers."""
    if opened.family == socket.AF_INET6:
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, ttl)
    else:
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)


def _connect(opened: socket.socket, peer: Peer) -> None:
    number = opened.connect_ex((str(peer.address), peer.port))
    if number not in {0, errno.EINPROGRESS}:
        raise OSError(number, os.strerror(number))


async def _event(opened: socket.socket, *, is_tcp: bool) -> None:
    """Wait until the kernel has something to say of the socket: a connection, a datagram, or an error."""
    loop = asyncio.get_running_loop()
    happened: asyncio.Future[None] = loop.create_future()

    def tell() -> None:
        if not happened.done():
            happened.set_result(None)

    watch: Callable[..., None] = loop.add_writer if is_tcp else loop.add_reader
    forget: Callable[..., bool] = loop.remove_writer if is_tcp else loop.remove_reader
    watch(opened, tell)
    try:
        await happened
    finally:
        forget(opened)


def _raise_error(opened: socket.socket) -> None:
    """The error without an ICMP message, such as RST."""
    number = opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if number:
        raise OSError(number, os.strerror(number))


def _confirm(opened: socket.socket, *, is_tcp: bool) -> None:
    """The peer answered; OSError where it did not: loop.sock_connect takes a queued message for a connection, this must not."""
    if is_tcp:
        opened.getpeername()
    else:
        opened.recv(1)
