"""The seam to the network: sockets, trust and clock. The real one is here, the simulated one in `preflight.demo`."""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol

from preflight.errors import UsageError
from preflight.model.endpoint import Trust
from preflight.model.vantage import Peer
from preflight.wire.loading import Loading

DATAGRAM_LIMIT = 65_535
"""Bytes; the most a UDP datagram can carry."""


RESERVED = 64
"""Descriptors left for everything but the checks."""
PER_CHECK = 8
"""Descriptors that one check may hold at once: its addresses, or a socket for each resolver and transport."""
SMALLEST_CAPACITY = 16
NO_TRUST_STORE = (
    "This host has no trust store, so Mozilla's roots that came with this program judged the certificates: "
    "install ca-certificates, or name the authorities with --ca-file PEM."
)
DESCRIPTORS = 65_536
"""As many as are ever asked for."""


class ByteStream(Protocol):
    """A connected, ordered byte stream to one peer. Errors are raised as the operating system gives them (OSError)."""

    @property
    def source(self) -> Peer:
        """Own end."""

    @property
    def destination(self) -> Peer:
        """The other end."""

    async def send(self, data: bytes) -> None:
        """Write all of `data`."""

    async def receive(self, limit: int) -> bytes:
        """Read at most `limit` bytes; empty when the peer closed cleanly."""

    def close(self) -> None:
        """Drop the connection at once; safe to call twice."""


class Dial(Protocol):
    """A TCP connection being opened; its own port is known while the SYN is still unanswered."""

    @property
    def source(self) -> Peer | None:
        """Own end, once the SYN is sent; None when nothing could be sent."""

    async def connected(self) -> ByteStream:
        """Send the SYN and wait for the connection; OSError as the operating system gives it. Time is bounded by the caller."""


class DatagramSocket(Protocol):
    """A connected UDP socket."""

    @property
    def source(self) -> Peer:
        """Own end."""

    @property
    def destination(self) -> Peer:
        """The other end."""

    async def send(self, data: bytes) -> None:
        """Send one datagram."""

    async def receive(self) -> bytes:
        """Wait for one datagram; ConnectionRefusedError when the port answered with ICMP unreachable."""

    def close(self) -> None:
        """Release the socket; safe to call twice."""


class Network(Protocol):
    """Everything the probes need of the world."""

    def now(self) -> datetime:
        """Wall clock, aware UTC."""

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""

    def tls_context(self, trust: Trust, *, verify: bool) -> ssl.SSLContext:
        """A shared client context: with `verify` it judges the chain and the name, without it accepts all."""

    @property
    def loading(self) -> Loading:
        """What is still being loaded."""

    @property
    def capacity(self) -> int:
        """How many checks may be under way at once; each holds a few descriptors."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What must be said of how it was looked at, one sentence each; known when the run is over."""

    def vouches(self, trust: Trust) -> bool:
        """Whether there are trust anchors for such a peer at all; False for a cluster whose CA was not given."""

    def dial(self, peer: Peer) -> Dial:
        """Prepare a TCP connection; nothing is sent yet."""

    async def datagrams(self, peer: Peer) -> DatagramSocket:
        """Open a UDP socket to `peer`; nothing is sent yet. OSError as the operating system gives it."""


def peer_of(name: tuple[object, ...]) -> Peer:
    """A socket name as the socket module gives it (2 items for IPv4, 4 for IPv6, with or without scope)."""
    return Peer(address=ip_address(str(name[0]).partition("%")[0]), port=int(str(name[1])))


class TcpDial:
    """A Dial on a non-blocking socket of the running event loop."""

    __slots__ = ("_peer", "_source")

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._source: Peer | None = None

    @property
    def source(self) -> Peer | None:
        """Own end, once the SYN is sent."""
        return self._source

    async def connected(self) -> ByteStream:
        """Send the SYN and wait for the connection."""
        loop = asyncio.get_running_loop()
        opened = _socket(self._peer, socket.SOCK_STREAM)
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
            with suppress(ConnectionResetError):
                await connecting
            return TcpStream(opened, self._peer)
        except BaseException:
            connecting.cancel()  # a cancellation may have come before `await connecting` could pass it on
            await asyncio.gather(connecting, return_exceptions=True)
            opened.close()
            raise


class TcpStream:
    """A ByteStream on a non-blocking socket of the running event loop."""

    __slots__ = ("_destination", "_loop", "_socket", "_source")

    def __init__(self, connected: socket.socket, destination: Peer) -> None:
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

    def close(self) -> None:
        """Drop the connection at once; safe to call twice."""
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


class RealNetwork:
    """Sockets of this host, its trust store (or the PEM file given), and its clocks."""

    def __init__(self, *, ca_file: str | None = None, cluster_ca_file: str | None = None) -> None:
        self._ca_file = ca_file
        self._cluster_ca_file = cluster_ca_file
        self._contexts: dict[tuple[Trust, bool], ssl.SSLContext] = {}
        self.loading = Loading()
        self.remarks: tuple[str, ...] = ()

    def now(self) -> datetime:
        """Wall clock, aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        return time.monotonic()

    def tls_context(self, trust: Trust, *, verify: bool) -> ssl.SSLContext:
        """A shared client context, built at its first use."""
        key = (trust, verify)
        if key not in self._contexts:
            self._contexts[key] = self._build(trust) if verify else unverified_context()
        return self._contexts[key]

    def _build(self, trust: Trust) -> ssl.SSLContext:
        file = self._cluster_ca_file if trust is Trust.CLUSTER else self._ca_file
        context = client_context(lambda context: _load_anchors(context, file))
        if file is None and _trusts_nobody(context):
            _load_anchors(context, _mozilla_roots())
            self.remarks = (NO_TRUST_STORE,)
        return context

    @property
    def capacity(self) -> int:
        """As many as the descriptors that this process may open allow; the soft limit is raised to the hard one."""
        return max(SMALLEST_CAPACITY, (_descriptors() - RESERVED) // PER_CHECK)

    def vouches(self, trust: Trust) -> bool:
        """The host's own trust store always; the cluster's CA only when its file was given."""
        return trust is Trust.PUBLIC or self._cluster_ca_file is not None

    def dial(self, peer: Peer) -> Dial:
        """Prepare a TCP connection to an address."""
        return TcpDial(peer)

    async def datagrams(self, peer: Peer) -> DatagramSocket:
        """Open a UDP socket to an address."""
        opened = _socket(peer, socket.SOCK_DGRAM)
        try:
            opened.connect((str(peer.address), peer.port))
        except OSError:
            opened.close()
            raise
        return UdpSocket(opened)


def client_context(load: Callable[[ssl.SSLContext], None]) -> ssl.SSLContext:
    """A context that verifies chain and name and offers http/1.1; `load` fills its trust anchors."""
    context = _context()
    load(context)
    return context


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Debian's Python sets none; Microsoft's endpoints and the sensor's runtime accept nothing older.
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context


def _load_anchors(context: ssl.SSLContext, file: str | None) -> None:
    if file is None:
        context.load_default_certs()
        return
    try:
        context.load_verify_locations(file)
    except OSError as trouble:  # ssl.SSLError is one
        reason = (
            trouble.strerror
            if not isinstance(trouble, ssl.SSLError)
            else "no certificate that can be read"
        )
        raise UsageError(f"certificate file {file!r}: {reason}") from None
    if not context.cert_store_stats()["x509_ca"]:
        raise UsageError(f"certificate file {file!r}: no certificate of an authority")


def _trusts_nobody(context: ssl.SSLContext) -> bool:
    """Whether the host's trust store is empty: no file of anchors was read, and no folder of them has any."""
    folder = ssl.get_default_verify_paths().capath
    return not context.cert_store_stats()["x509_ca"] and not (
        folder and any(Path(folder).glob("*"))
    )


def _mozilla_roots() -> str:
    import certifi  # only where the host has nothing

    return certifi.where()


def unverified_context() -> ssl.SSLContext:
    """A context for looking at what is presented; nothing is sent over it after the handshake."""
    context = _context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _socket(peer: Peer, kind: socket.SocketKind) -> socket.socket:
    family = socket.AF_INET6 if peer.address.version == 6 else socket.AF_INET
    opened = socket.socket(family, kind)
    opened.settimeout(0)
    if kind is socket.SOCK_STREAM:
        # Finished and the request are two small writes: do not hold the second one back for an acknowledgement.
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


def _descriptors() -> int:
    try:
        import resource
    except ImportError:
        return 512  # Windows: the C runtime's own limit, _setmaxstdio(3)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted
