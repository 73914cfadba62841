"""A network whose sockets fail as the operating system makes them fail where loopback cannot."""

import ssl
from datetime import UTC, datetime

from preflight.model.endpoint import Trust
from preflight.model.evidence import Transport
from preflight.model.vantage import Peer
from preflight.wire.loading import Loading
from preflight.wire.network import ByteStream, DatagramSocket, Dial, Icmp, Packet
from preflight.wire.trust import unverified_context


class FailingDial:
    """Raises `error` in place of a connection."""

    source: Peer | None = None

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def connected(self) -> ByteStream:
        """Fail."""
        raise self._error


class FailingPacket:
    """Raises `error` in place of an answer."""

    source: Peer | None = None

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def answer(self) -> Icmp | None:
        """Fail."""
        raise self._error


class ImpairedNetwork:
    """Opens nothing: every socket fails with `error`. Its clock stands still."""

    def __init__(self, error: Exception) -> None:
        self._error = error
        self.loading = Loading()
        self.remarks: tuple[str, ...] = ()

    @property
    def capacity(self) -> int:
        """One check at a time."""
        return 1

    def now(self) -> datetime:
        """Always the same instant."""
        return datetime(2026, 11, 23, tzinfo=UTC)

    def monotonic(self) -> float:
        """Always the same second."""
        return 0.0

    def tls_context(
        self, trust: Trust, *, verify: bool, ignore_dates: bool = False
    ) -> ssl.SSLContext:
        """Never needed: nothing gets as far as TLS."""
        return unverified_context()

    def vouches(self, trust: Trust) -> bool:
        """As a host with a trust store."""
        return True

    def dial(self, peer: Peer, *, mss: int | None = None) -> Dial:
        """A connection that will fail."""
        return FailingDial(self._error)

    async def datagrams(self, peer: Peer) -> DatagramSocket:
        """Fail."""
        raise self._error

    @property
    def can_trace(self) -> bool:
        """As Linux, which may fail all the same."""
        return True

    def packet(self, peer: Peer, *, transport: Transport, ttl: int) -> Packet:
        """A packet that will fail."""
        return FailingPacket(self._error)
