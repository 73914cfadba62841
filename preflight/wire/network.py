"""The seam to the network: what the operations need of sockets, trust and clock.

`host` is the real one; `preflight.demo` has a simulated one.
"""

import ssl
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from preflight.model.endpoint import Trust
from preflight.model.evidence import Delivery, Transport
from preflight.model.vantage import Address, Peer
from preflight.wire.loading import Loading


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

    def delivery(self) -> Delivery | None:
        """What the kernel knows of the bytes sent; None where it does not tell."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Icmp:
    """An ICMP message about a packet of this host."""

    sender: Address | None
    """Who wrote it; None where the kernel does not say."""
    type: int
    code: int
    """RFC 792 for IPv4, RFC 4443 for IPv6."""


class Packet(Protocol):
    """One packet with few hops to live: a SYN or an empty datagram."""

    @property
    def source(self) -> Peer | None:
        """Own end, once it is sent; None when nothing could be sent."""

    async def answer(self) -> Icmp | None:
        """Send it and wait: the ICMP message that came of it, None when the peer answered. Otherwise as `Dial.connected`."""


class Network(Protocol):
    """Everything the probes need of the world."""

    def now(self) -> datetime:
        """Wall clock, aware UTC."""

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""

    def tls_context(
        self, trust: Trust, *, verify: bool, ignore_dates: bool = False
    ) -> ssl.SSLContext:
        """A shared client context: with `verify` it judges the chain and the name, without it accepts all.

        With `ignore_dates` as well, it judges everything but when certificates are valid.
        """

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

    def dial(self, peer: Peer, *, mss: int | None = None) -> Dial:
        """Prepare a TCP connection with segments of at most `mss` bytes, as the route has them for None; nothing is sent yet."""

    async def datagrams(self, peer: Peer) -> DatagramSocket:
        """Open a UDP socket to `peer`; nothing is sent yet. OSError as the operating system gives it."""

    @property
    def can_trace(self) -> bool:
        """Whether this host tells who sent an ICMP message, without which a packet with few hops to live shows nothing."""

    def packet(self, peer: Peer, *, transport: Transport, ttl: int) -> Packet:
        """Prepare one packet that may pass `ttl - 1` routers; nothing is sent yet."""
