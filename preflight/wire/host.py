"""The real network: sockets of this host, its trust store (or the PEM file given), and its clocks."""

import socket
import ssl
import time
from datetime import UTC, datetime

from preflight.model.endpoint import Trust
from preflight.model.evidence import Transport
from preflight.model.vantage import Peer
from preflight.wire.error_queue import has_error_queue
from preflight.wire.loading import Loading
from preflight.wire.network import DatagramSocket, Dial, Packet
from preflight.wire.packet import HopPacket
from preflight.wire.sockets import TcpDial, UdpSocket, opened_socket, own_family
from preflight.wire.trust import (
    client_context,
    load_anchors,
    mozilla_roots,
    trusts_nobody,
    unverified_context,
)

TRACING = 3 * 16
"""Descriptors of the packets with few hops to live: `probes.controls.hops` bounds how many addresses are traced at once."""
RESERVED = 64 + TRACING
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


class RealNetwork:
    """Sockets of this host, its trust store (or the PEM file given), and its clocks."""

    def __init__(self, *, ca_file: str | None = None, cluster_ca_file: str | None = None) -> None:
        self._ca_file = ca_file
        self._cluster_ca_file = cluster_ca_file
        self._contexts: dict[tuple[Trust, bool, bool], ssl.SSLContext] = {}
        self.loading = Loading()
        self.remarks: tuple[str, ...] = ()

    def now(self) -> datetime:
        """Wall clock, aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        return time.monotonic()

    def tls_context(
        self, trust: Trust, *, verify: bool, ignore_dates: bool = False
    ) -> ssl.SSLContext:
        """A shared client context, built at its first use."""
        key = (trust, verify, ignore_dates)
        if key not in self._contexts:
            self._contexts[key] = (
                self._build(trust, ignore_dates=ignore_dates) if verify else unverified_context()
            )
        return self._contexts[key]

    def _build(self, trust: Trust, *, ignore_dates: bool) -> ssl.SSLContext:
        file = self._cluster_ca_file if trust is Trust.CLUSTER else self._ca_file
        context = client_context(
            lambda context: load_anchors(context, file), ignore_dates=ignore_dates
        )
        if file is None and trusts_nobody(context):
            load_anchors(context, mozilla_roots())
            self.remarks = (NO_TRUST_STORE,)
        return context

    @property
    def capacity(self) -> int:
        """As many as the descriptors that this process may open allow; the soft limit is raised to the hard one."""
        return max(SMALLEST_CAPACITY, (_descriptors() - RESERVED) // PER_CHECK)

    def vouches(self, trust: Trust) -> bool:
        """The host's own trust store always; the cluster's CA only when its file was given."""
        return trust is Trust.PUBLIC or self._cluster_ca_file is not None

    def dial(self, peer: Peer, *, mss: int | None = None) -> Dial:
        """Prepare a TCP connection to an address."""
        return TcpDial(peer, mss=mss)

    async def datagrams(self, peer: Peer) -> DatagramSocket:
        """Open a UDP socket to an address."""
        opened = opened_socket(peer, socket.SOCK_DGRAM)
        try:
            with own_family(peer):
                opened.connect((str(peer.address), peer.port))
        except OSError:
            opened.close()
            raise
        return UdpSocket(opened)

    @property
    def can_trace(self) -> bool:
        """Whether this host tells who sent an ICMP message: Linux does."""
        return has_error_queue()

    def packet(self, peer: Peer, *, transport: Transport, ttl: int) -> Packet:
        """Prepare one packet with few hops to live."""
        return HopPacket(peer, transport=transport, ttl=ttl)


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
