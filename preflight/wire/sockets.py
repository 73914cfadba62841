"""This host's sockets, on the running event loop."""

import asyncio
import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address

from preflight.model.evidence import Delivery
from preflight.model.vantage import Peer
from preflight.wire.error_queue import icmp, keep_errors
from preflight.wire.icmp import words
from preflight.wire.network import ByteStream, Icmp
from preflight.wire.tcp_info import delivery

DATAGRAM_LIMIT = 65_535
"""Bytes; the most a UDP datagram can carry."""


def peer_of(name: tuple[object, ...]) -> Peer:
    """A socket name as the socket module gives it (2 items for IPv4, 4 for IPv6, with or without scope)."""
    return Peer(address=ip_address(str(name[0]).partition("%")[0]), port=int(str(name[1])))


@contextmanager
def own_family(peer: Peer) -> Iterator[None]:
    """Where IPv6 is switched off but routed, connect(2) finds no own address of that family: no way there, not a limit here."""
    try:
        yield
    except OSError as trouble:
        if peer.address.version == 6 and trouble.errno == errno.EADDRNOTAVAIL:
            raise OSError(errno.ENETUNREACH, "this host has no IPv6 address") from trouble
        raise


class Rejected(OSError):  # noqa: N818 - what the network said, not a fault of ours
    """An ICMP message ended the connection before it was there; `told` is that message."""

    def __init__(self, told: Icmp, *, version: int) -> None:
        super().__init__(errno.EHOSTUNREACH, words(told, version=version))
        self.told = told


class TcpDial:
    """A Dial on a non-blocking socket of the running event loop."""

    __slots__ = ("_mss", "_peer", "_source")

    def __init__(self, peer: Peer, *, mss: int | None = None) -> None:
        self._peer = peer
        self._mss = mss
        self._source: Peer | None = None

    @property
    def source(self) -> Peer | None:
        """Own end, once the SYN is sent."""
        return self._source

    async def connected(self) -> ByteStream:
        """Send the SYN and wait for the connection."""
        loop = asyncio.get_running_loop()
        opened = opened_socket(self._peer, socket.SOCK_STREAM)
        if self._mss is not None:
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, self._mss)
        keep_errors(opened, keep=True)
        connecting = loop.create_task(
            loop.sock_connect(opened, (str(self._peer.address), self._peer.port))
        )
        try:
            # The task's first step calls connect(2), which binds the own port: read it while the SYN travels.
            await asyncio.sleep(0)
            own = peer_of(opened.getsockname())
            self._source = own if own.port else None
            # Linux says ECONNREFUSED where the SYN was answered with RST; this RST ended a connection that was there. What comes
            # next shall find it, as it does when the RST arrives a moment later.
            with suppress(ConnectionResetError), own_family(self._peer), self._rejection(opened):
                await connecting
            keep_errors(opened, keep=False)
            return TcpStream(opened, self._peer)
        except BaseException:
            connecting.cancel()  # a cancellation may have come before `await connecting` could pass it on
            await asyncio.gather(connecting, return_exceptions=True)
            opened.close()
            raise

    @contextmanager
    def _rejection(self, opened: socket.socket) -> Iterator[None]:
        """Name the ICMP message where one came instead of a connection; the event loop may take it for one."""
        failure: OSError | None = None
        try:
            yield
        except ConnectionResetError:
            raise
        except OSError as trouble:
            failure = trouble
        told = None if _is_connected(opened) else icmp(opened)
        if told is not None:
            raise Rejected(told, version=self._peer.address.version) from failure
        if failure is not None:
            raise failure


class TcpStream:
    """A ByteStream on a non-blocking socket of the running event loop."""

    __slots__ = ("_delivery", "_destination", "_loop", "_socket", "_source")

    def __init__(self, connected: socket.socket, destination: Peer) -> None:
        self._delivery: Delivery | None = None
        self._loop = asyncio.get_running_loop()
        self._socket = connected
        self._source = peer_of(connected.getsockname())
        self._destination = destination  # getpeername(2) fails once the peer has sent RST

    @property
    def source(self) -> Peer:
        """Own end."""
        return self._source

    @property
    def destination(self) -> Peer:
        """The other end."""
        return self._destination

    async def send(self, data: bytes) -> None:
        """Write all of `data`."""
        await self._loop.sock_sendall(self._socket, data)

    async def receive(self, limit: int) -> bytes:
        """Read at most `limit` bytes; empty when the peer closed cleanly."""
        await asyncio.sleep(0)  # as in UdpSocket
        return await self._loop.sock_recv(self._socket, limit)

    def delivery(self) -> Delivery | None:
        """What the kernel knows of the bytes sent; what it knew last once the connection is dropped, as httpcore does itself."""
        return delivery(self._socket) or self._delivery

    def close(self) -> None:
        """Drop the connection at once; safe to call twice."""
        self._delivery = self.delivery()
        self._socket.close()


class UdpSocket:
    """A DatagramSocket on a non-blocking connected socket of the running event loop."""

    __slots__ = ("_destination", "_loop", "_socket", "_source")

    def __init__(self, connected: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        self._socket = connected
        self._source = peer_of(connected.getsockname())
        self._destination = peer_of(connected.getpeername())

    @property
    def source(self) -> Peer:
        """Own end."""
        return self._source

    @property
    def destination(self) -> Peer:
        """The other end."""
        return self._destination

    async def send(self, data: bytes) -> None:
        """Send one datagram."""
        await self._loop.sock_sendall(self._socket, data)

    async def receive(self) -> bytes:
        """Wait for one datagram."""
        # sock_recv yields only when there is no data: a flood would outlast every timeout.
        await asyncio.sleep(0)
        return await self._loop.sock_recv(self._socket, DATAGRAM_LIMIT)

    def close(self) -> None:
        """Release the socket; safe to call twice."""
        self._socket.close()


def opened_socket(peer: Peer, kind: socket.SocketKind) -> socket.socket:
    """A non-blocking socket of the peer's family; whoever opens it closes it."""
    family = socket.AF_INET6 if peer.address.version == 6 else socket.AF_INET
    opened = socket.socket(family, kind)
    opened.settimeout(0)
    if kind is socket.SOCK_STREAM:
        # Finished and the request are two small writes: do not hold the second one back for an acknowledgement.
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def _is_connected(opened: socket.socket) -> bool:
    try:
        opened.getpeername()
    except OSError:
        return False
    return True
