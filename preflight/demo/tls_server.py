"""The server's side of TLS, between a line and the application inside."""

import ssl
from collections.abc import Callable

from preflight.demo.connection import Application, Line

CHUNK = 16_384
"""Bytes read at once; one TLS record."""


class TlsServer:
    """An application that speaks TLS, and the line of the application inside."""

    def __init__(
        self, context: ssl.SSLContext, line: Line, inside: Callable[[Line], Application]
    ) -> None:
        self._line = line
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._is_shaken = False
        self._inside = inside(self)

    def received(self, data: bytes) -> None:
        """Shake hands, then hand on what is decrypted."""
        self._incoming.write(data)
        try:
            if not self._is_shaken:
                self._tls.do_handshake()
                self._is_shaken = True
            while decrypted := self._tls.read(CHUNK):
                self._inside.received(decrypted)
        except ssl.SSLWantReadError:
            self._flush()
        except ssl.SSLError:
            self._flush()  # the client is owed our alert
            self._line.close()

    def send(self, data: bytes) -> None:
        """Encrypt and send bytes to the client."""
        self._tls.write(data)
        self._flush()

    def close(self) -> None:
        """End TLS and the stream, without waiting for the client's word."""
        try:
            self._tls.unwrap()
        except ssl.SSLWantReadError:
            self._flush()
        self._line.close()

    def reset(self) -> None:
        """Break the connection."""
        self._line.reset()

    def _flush(self) -> None:
        self._line.send(self._outgoing.read())
