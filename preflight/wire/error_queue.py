"""Packets with few hops to live, and the error queue in which Linux keeps the ICMP messages that answer them.

An ordinary socket suffices, without privileges: ip(7) and ipv6(7), IP_RECVERR; for TCP since Linux 5.8. Before that, and in
sandboxes without the queue, the errors come without their sender, and nothing follows from them.
"""

import asyncio
import errno
import os
import socket
import struct
from collections.abc import Callable
from ipaddress import ip_address

from preflight.model.evidence import Transport
from preflight.model.vantage import Address, Peer
from preflight.wire.network import Icmp
from preflight.wire.sockets import opened_socket, own_family, peer_of

IP_RECVERR, IPV6_RECVERR = 11, 25
"""include/uapi/linux/in.h and in6.h; the socket module has no names for them."""
ORIGIN_ICMP, ORIGIN_ICMP6 = 2, 3
"""SO_EE_ORIGIN_ of include/uapi/linux/errqueue.h; what other origins tell is about this host."""
ERROR = struct.Struct("=IBBBBII")
"""struct sock_extended_err: errno, origin, type, code, padding, info, data. The sender's socket address follows."""
FAMILY = struct.Struct("=H")
SENDER = {socket.AF_INET: slice(4, 8), socket.AF_INET6: slice(8, 24)}
"""Where the address is in struct sockaddr_in and sockaddr_in6."""
DATA_LIMIT, CONTROL_LIMIT = 64, 512
"""Bytes read of one message: the packet that it is about does not matter, what is said about it is 16 bytes and a socket address."""


def has_error_queue() -> bool:
    """Whether this system has such a queue at all."""
    return hasattr(socket, "MSG_ERRQUEUE")


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
            _limit(opened, self._peer, self._ttl)
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


def icmp(opened: socket.socket) -> Icmp | None:
    """The next ICMP message that the socket's queue holds; None when there is none."""
    try:
        _, control, _, _ = opened.recvmsg(DATA_LIMIT, CONTROL_LIMIT, socket.MSG_ERRQUEUE)
    except BlockingIOError:
        return None
    kinds = {(socket.IPPROTO_IP, IP_RECVERR), (socket.IPPROTO_IPV6, IPV6_RECVERR)}
    told = (decoded(data) for level, kind, data in control if (level, kind) in kinds)
    return next((message for message in told if message is not None), None)


def decoded(data: bytes) -> Icmp | None:
    """What one entry of the queue says; None where it is not about an ICMP message."""
    if len(data) < ERROR.size:
        return None
    _, origin, type_, code, _, _, _ = ERROR.unpack_from(data)
    if origin not in {ORIGIN_ICMP, ORIGIN_ICMP6}:
        return None
    return Icmp(sender=_address(data[ERROR.size :]), type=type_, code=code)


def _address(name: bytes) -> Address | None:
    if len(name) < FAMILY.size:
        return None
    (family,) = FAMILY.unpack_from(name)
    place = SENDER.get(family)
    return ip_address(name[place]) if place and len(name) >= place.stop else None


def _limit(opened: socket.socket, peer: Peer, ttl: int) -> None:
    """Let the packet pass `ttl - 1` routers, and keep what they say."""
    if peer.address.version == 6:
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, ttl)
        opened.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
    else:
        opened.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
        opened.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)


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
