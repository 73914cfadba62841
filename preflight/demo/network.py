"""The Network that plays a world, in memory."""

import asyncio
import errno
import ssl
import time
from datetime import UTC, datetime
from itertools import count
from typing import assert_never

from preflight.demo.connection import SimulatedStream, trouble
from preflight.demo.datagrams import SimulatedDatagrams
from preflight.demo.destinations import TcpEnd, tcp_end, udp_end
from preflight.demo.identities import CLUSTER_ROOT, FIREWALL_ROOT, ROOT, pem, server_context
from preflight.demo.world import AtSyn, Identity, World
from preflight.model.endpoint import Trust
from preflight.model.evidence import Transport
from preflight.model.vantage import Peer
from preflight.wire.loading import Loading, load
from preflight.wire.network import ByteStream, DatagramSocket, Dial, Icmp, Packet
from preflight.wire.trust import client_context, unverified_context

CAPACITY = 1_000
"""Checks at once; nothing here needs a descriptor."""
FIRST_PORT, PORT_STEP = 40_112, 2
"""Own ports are counted up, as Linux does for connect(2), within its range of ephemeral ports."""


class SimulatedNetwork:
    """A world to look at, as the probes look at the real one."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ports = count(FIRST_PORT, PORT_STEP)
        self._contexts: dict[tuple[Trust, bool, bool], ssl.SSLContext] = {}
        self.loading = Loading()
        self.remarks: tuple[str, ...] = ()

    def warm_up(self) -> None:
        """Load now what is loaded at its first use, so that timings show the world's distances and not this process's start."""
        load(self)
        import dns.rrset  # noqa: F401 - for its effect

        for identity in Identity:
            server_context(identity)
        for trust in Trust:
            self.tls_context(trust, verify=True)

    def now(self) -> datetime:
        """Wall clock, aware UTC: this host's own, by which OpenSSL judges certificates."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        return time.monotonic()

    @property
    def capacity(self) -> int:
        """How many checks may be under way at once."""
        return CAPACITY

    def vouches(self, trust: Trust) -> bool:  # noqa: ARG002 - every kind of peer has its authority here
        """Whether there are trust anchors for such a peer."""
        return True

    def tls_context(
        self, trust: Trust, *, verify: bool, ignore_dates: bool = False
    ) -> ssl.SSLContext:
        """A client context, as of the real network, that trusts the demo's authorities alone."""
        key = (trust, verify, ignore_dates)
        if key not in self._contexts:
            self._contexts[key] = (
                self._verifying(trust, ignore_dates=ignore_dates)
                if verify
                else unverified_context()
            )
        return self._contexts[key]

    def dial(self, peer: Peer, *, mss: int | None = None) -> Dial:  # noqa: ARG002 - every size of segment passes here
        """Prepare a connection."""
        return SimulatedDial(self, peer, tcp_end(self._world, peer))

    async def datagrams(self, peer: Peer) -> DatagramSocket:
        """Open a socket to one peer."""
        end = udp_end(self._world, peer)
        return SimulatedDatagrams(
            source=self.own_end(peer),
            destination=peer,
            round_trip=end.round_trip,
            respond=end.respond,
        )

    @property
    def can_trace(self) -> bool:
        """There are no routers in a world: whatever is sent arrives, or not."""
        return False

    def packet(self, peer: Peer, *, transport: Transport, ttl: int) -> Packet:  # noqa: ARG002 - no hops to live here
        """A packet of which nothing is ever heard."""
        return LostPacket()

    def own_end(self, peer: Peer) -> Peer:
        """Own address and next port towards a peer; OSError as of a host without a route for its family."""
        for address in self._world.vantage.addresses:
            if address.version == peer.address.version:
                return Peer(address=address, port=next(self._ports))
        raise trouble(errno.ENETUNREACH)

    def _verifying(self, trust: Trust, *, ignore_dates: bool) -> ssl.SSLContext:
        anchors = self._anchors(trust)
        return client_context(
            lambda context: context.load_verify_locations(cadata=anchors),
            ignore_dates=ignore_dates,
        )

    def _anchors(self, trust: Trust) -> str:
        match trust:
            case Trust.CLUSTER:
                return pem(CLUSTER_ROOT)
            case Trust.PUBLIC:
                own = pem(FIREWALL_ROOT) if self._world.is_inspection_trusted else ""
                return pem(ROOT) + own
        assert_never(trust)


class LostPacket:
    """A packet that nobody answers."""

    source: Peer | None = None

    async def answer(self) -> Icmp | None:
        """Wait for ever; the caller bounds the time."""
        await asyncio.Event().wait()
        return None


class SimulatedDial:
    """A connection being opened in a world."""

    def __init__(self, network: SimulatedNetwork, peer: Peer, end: TcpEnd) -> None:
        self._network = network
        self._peer = peer
        self._end = end
        self._source: Peer | None = None

    @property
    def source(self) -> Peer | None:
        """Own end, once the SYN is sent."""
        return self._source

    async def connected(self) -> ByteStream:
        """Send the SYN and wait for what comes of it."""
        source = self._source = self._network.own_end(self._peer)
        match self._end.answer:
            case AtSyn.DROP:
                await asyncio.Event().wait()  # for ever; the caller bounds the time
                raise trouble(errno.ETIMEDOUT)
            case AtSyn.REFUSE:
                await asyncio.sleep(self._end.round_trip)
                raise trouble(errno.ECONNREFUSED)
            case AtSyn.PROHIBIT:
                await asyncio.sleep(self._end.round_trip)
                raise trouble(errno.EHOSTUNREACH)
            case answer:
                await asyncio.sleep(self._end.round_trip)
                return SimulatedStream(
                    source=source,
                    destination=self._peer,
                    round_trip=self._end.round_trip,
                    answer=answer,
                )
