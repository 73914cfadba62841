"""A forward proxy: CONNECT for TLS, absolute-form requests for clear HTTP (RFC 9110 section 9.3.6, RFC 9112 section 3.2.2)."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from preflight.model.vantage import Peer
from tests.fakes.answers import Answer, Request, read_request, respond
from tests.fakes.authority import Identity
from tests.fakes.listener import Connection, Listener
from tests.fakes.relay import relay

AUTH_REQUIRED = respond(
    407,
    b"who are you?",
    (("Proxy-Authenticate", 'Basic realm="egress"'),),
    "Proxy Authentication Required",
)
DENIED = respond(403, b"<h1>Blocked by policy</h1>", (("Server", "squid"),), "Forbidden")
BAD_GATEWAY = respond(502, b"no such host", reason="Bad Gateway")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the proxy saw of one request; the password itself is not kept."""

    method: str
    target: str
    """`host:port`, for clear HTTP as for CONNECT."""
    authorized: bool
    """Whether the right credentials came with it."""
    headers: tuple[tuple[str, str], ...]


class ConnectProxy:
    """Tunnels to the peers in `routes` (by `host:port`); `answers` overrides that by target, and the rest gets `otherwise`."""

    def __init__(
        self,
        routes: Mapping[str, Peer] | None = None,
        *,
        answers: Mapping[str, Answer] | None = None,
        otherwise: Answer = BAD_GATEWAY,
        credentials: tuple[str, str] | None = None,
        identity: Identity | None = None,
        address: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.asked: list[Asked] = []
        self._routes = routes or {}
        self._answers = answers or {}
        self._otherwise = otherwise
        self._expected = _basic(*credentials) if credentials else None
        context = identity.context() if identity else None
        self._listener = Listener(self._serve, address=address, port=port, context=context)

    @property
    def peer(self) -> Peer:
        """Where to connect."""
        return self._listener.peer

    @property
    def targets(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.target for asked in self.asked]

    async def __aenter__(self) -> Self:
        await self._listener.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._listener.__aexit__()

    async def _serve(self, connection: Connection) -> None:
        request = await read_request(connection)
        authorized = self._expected in {None, request.header("proxy-authorization")}
        target = _target(request)
        self.asked.append(Asked(request.method, target, authorized, request.headers))
        if not authorized:
            await AUTH_REQUIRED(connection, request)
        elif target in self._answers:
            await self._answers[target](connection, request)
        elif target not in self._routes:
            await self._otherwise(connection, request)
        elif request.method == "CONNECT":
            await connection.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await relay(connection, self._routes[target])
        else:
            await relay(connection, self._routes[target], first=_origin_form(request))


def _target(request: Request) -> str:
    if request.method == "CONNECT":
        return request.target
    url = urlsplit(request.target)
    return f"{url.hostname}:{url.port or 80}"


def _origin_form(request: Request) -> bytes:
    url = urlsplit(request.target)
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    kept = [pair for pair in request.headers if not pair[0].startswith("proxy-")]
    lines = "".join(f"{name}: {value}\r\n" for name, value in kept)
    return f"{request.method} {path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1")


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
