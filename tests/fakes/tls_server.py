"""A TLS server that answers HTTP by script, and the same without TLS."""

import ssl
from typing import Self

from preflight.model.vantage import Peer
from tests.fakes.answers import Answer, Request, read_request, respond
from tests.fakes.authority import Identity
from tests.fakes.listener import Connection, Listener


class HttpServer:
    """Clear HTTP: reads one request per connection and gives `answer`."""

    def __init__(
        self,
        answer: Answer | None = None,
        *,
        address: str = "127.0.0.1",
        port: int = 0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.requests: list[Request] = []
        self._answer = answer or respond(200, b"ok")
        self._listener = Listener(self._serve, address=address, port=port, context=context)

    @property
    def peer(self) -> Peer:
        """Where to connect."""
        return self._listener.peer

    @property
    def accepted(self) -> int:
        """Connections so far; with TLS, also those whose handshake failed."""
        return self._listener.accepted

    async def __aenter__(self) -> Self:
        await self._listener.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._listener.__aexit__()

    async def _serve(self, connection: Connection) -> None:
        request = await read_request(connection)
        self.requests.append(request)
        await self._answer(connection, request)


class TlsServer(HttpServer):
    """HTTP inside TLS; `server_names` holds the SNI of every ClientHello (None where there was none)."""

    def __init__(
        self,
        identity: Identity,
        answer: Answer | None = None,
        *,
        address: str = "127.0.0.1",
        port: int = 0,
        minimum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
        maximum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
    ) -> None:
        self.server_names: list[str | None] = []
        context = identity.context(minimum=minimum, maximum=maximum)
        context.sni_callback = self._hear
        super().__init__(answer, address=address, port=port, context=context)

    def _hear(self, tls: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        self.server_names.append(name)
