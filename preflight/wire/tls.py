"""TLS over any byte stream, with every byte that arrives counted and the first ones seen."""

import ssl

from preflight.model.evidence import Delivery
from preflight.model.vantage import Peer
from preflight.wire.classify import NotTls, PeerClosed, TooLarge
from preflight.wire.network import ByteStream

CHUNK = 16_384
"""Bytes read at once; one TLS record."""
HANDSHAKE_LIMIT = 262_144
"""Bytes a peer may send before the handshake ends; OpenSSL's own bound for one certificate message is 100 KiB."""
FIRST_BYTES = 512
"""Bytes kept of what answers the ClientHello when it is not TLS."""
ALERT, RECORD_TYPES = 0x15, frozenset({0x14, 0x15, 0x16, 0x17})
"""ContentType of RFC 8446 §5.1."""


class TlsStream:
    """A ByteStream inside TLS. Call `handshake` once before anything else."""

    __slots__ = ("_incoming", "_outgoing", "_received", "_stream", "first", "tls")

    def __init__(
        self, stream: ByteStream, context: ssl.SSLContext, server_hostname: str | None
    ) -> None:
        self._stream = stream
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._received = 0
        self.first = b""
        """The first bytes that arrived, at most FIRST_BYTES."""
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_hostname)

    @property
    def source(self) -> Peer:
        """Own end of the connection beneath."""
        return self._stream.source

    @property
    def destination(self) -> Peer:
        """The other end of the connection beneath."""
        return self._stream.destination

    async def handshake(self) -> None:
        """Shake hands; ssl.SSLError, OSError, NotTls, PeerClosed or TooLarge tell why that failed."""
        while True:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                await self._feed()
            except ssl.SSLError:
                await self._flush()  # the peer is owed our alert
                raise
            else:
                await self._flush()
                return

    async def send(self, data: bytes) -> None:
        """Encrypt and write all of `data`."""
        self.tls.write(data)
        await self._flush()

    async def receive(self, limit: int) -> bytes:
        """Read at most `limit` decrypted bytes; empty when the peer closed, with or without close_notify."""
        while True:
            try:
                return self.tls.read(limit)
            except ssl.SSLWantReadError:
                await self._flush()
                data = await self._stream.receive(CHUNK)
                if not data:
                    return b""
                self._incoming.write(data)
            except ssl.SSLZeroReturnError:
                return b""

    def delivery(self) -> Delivery | None:
        """What the kernel knows of the bytes sent on the connection beneath."""
        return self._stream.delivery()

    def close(self) -> None:
        """Drop the connection at once; safe to call twice."""
        self._stream.close()

    async def _flush(self) -> None:
        if data := self._outgoing.read():
            await self._stream.send(data)

    async def _feed(self) -> None:
        data = await self._stream.receive(CHUNK)
        if not data:
            raise PeerClosed("the peer closed during the handshake")
        self._received += len(data)
        if len(self.first) < FIRST_BYTES:
            self.first = (self.first + data)[:FIRST_BYTES]
        if self.first[0] not in RECORD_TYPES:
            raise NotTls(self.first)
        if self._received > HANDSHAKE_LIMIT:
            raise TooLarge(f"more than {HANDSHAKE_LIMIT} bytes before the handshake ended")
        self._incoming.write(data)

    @property
    def clear_alert(self) -> int | None:
        """The description byte of an unencrypted alert that was the peer's whole answer (RFC 8446 §6)."""
        if len(self.first) >= 7 and self.first[0] == ALERT and self.first[3:5] == b"\x00\x02":
            return self.first[6]
        return None
