"""What an HTTP actor does once it has read a request: an `Answer` per behaviour."""

import base64
import hashlib
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache

from tests.fakes.lifetime import forever
from tests.fakes.listener import Connection

Headers = tuple[tuple[str, str], ...]

WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""RFC 6455 section 1.3."""
BOMB = 16 << 20
"""Bytes that a gzip bomb becomes when somebody is careless enough to decompress it."""


@dataclass(frozen=True, slots=True)
class Request:
    """The head of a request as it arrived."""

    method: str
    target: str
    headers: Headers

    def header(self, name: str) -> str | None:
        """The first header of that (lower-case) name."""
        return next((value for key, value in self.headers if key == name), None)


Answer = Callable[[Connection, Request], Awaitable[None]]


async def read_request(connection: Connection) -> Request:
    """Read one request's head; requests of these tests have no body."""
    lines = (await connection.head()).decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    pairs = (line.partition(":") for line in lines[1:] if line)
    return Request(method, target, tuple((name.lower(), value.strip()) for name, _, value in pairs))


def respond(
    status: int = 200, body: bytes = b"", headers: Headers = (), reason: str = "Scripted"
) -> Answer:
    """A complete, well-formed answer."""

    async def answer(connection: Connection, request: Request) -> None:
        length = (("Content-Length", str(len(body))), ("Connection", "close"))
        await connection.send(_head(status, reason, length + headers) + body)

    return answer


def raw(data: bytes) -> Answer:
    """Exactly these bytes, then a clean close."""

    async def answer(connection: Connection, request: Request) -> None:
        await connection.send(data)

    return answer


def redirect(location: str) -> Answer:
    """A 302 to somewhere that no one should follow."""
    return respond(302, headers=(("Location", location),))


async def upgrade(connection: Connection, request: Request) -> None:
    """101 to a WebSocket handshake (RFC 6455 section 4.2.2), then silence."""
    key = request.header("sec-websocket-key") or ""
    digest = hashlib.sha1((key + WEBSOCKET_GUID).encode()).digest()
    accept = base64.b64encode(digest).decode()
    headers = (
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Accept", accept),
    )
    await connection.send(_head(101, "Switching Protocols", headers))
    await forever()


async def endless_headers(connection: Connection, request: Request) -> None:
    """A head that never ends."""
    await connection.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await connection.send(b"X-More: " + b"m" * 1000 + b"\r\n")


async def endless_header_line(connection: Connection, request: Request) -> None:
    """One header whose value never ends."""
    await connection.send(b"HTTP/1.1 200 OK\r\nX-More: ")
    while True:
        await connection.send(b"m" * 4096)


async def endless_body(connection: Connection, request: Request) -> None:
    """A chunked body that never ends."""
    await connection.send(_head(200, "OK", (("Transfer-Encoding", "chunked"),)))
    while True:
        await connection.send(b"1000\r\n" + b"b" * 0x1000 + b"\r\n")


async def dripping_body(connection: Connection, request: Request) -> None:
    """The head and one byte of the promised body, then silence."""
    await connection.send(_head(200, "OK", (("Content-Length", "1000000"),)) + b"b")
    await forever()


async def gzip_bomb(connection: Connection, request: Request) -> None:
    """A small body that says it is gzip and would become `BOMB` bytes."""
    await respond(200, _bomb(), (("Content-Encoding", "gzip"),))(connection, request)


async def interim_flood(connection: Connection, request: Request) -> None:
    """103 Early Hints (RFC 8297) without end and never a final answer."""
    while True:
        await connection.send(_head(103, "Early Hints", (("Link", "</>; rel=preload"),)))


async def malformed_status_line(connection: Connection, request: Request) -> None:
    """An answer whose first line is none."""
    await connection.send(b"HTTP/banana two hundred\r\n\r\n")


async def silence(connection: Connection, request: Request) -> None:
    """Nothing, and the connection stays open."""
    await forever()


async def reset(connection: Connection, request: Request) -> None:
    """RST."""
    connection.reset()


async def close(connection: Connection, request: Request) -> None:
    """A clean end (with close_notify where there is TLS) and no byte before it."""


async def hang_up(connection: Connection, request: Request) -> None:
    """FIN without close_notify and no byte before it."""
    connection.hang_up()


async def reset_within_head(connection: Connection, request: Request) -> None:
    """Half a head, then RST once the client has had the chance to read it."""
    await connection.send(b"HTTP/1.1 200 OK\r\nServer: gone")
    connection.reset()


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(level=9, wbits=31)
    return packer.compress(bytes(BOMB)) + packer.flush()


def _head(status: int, reason: str, headers: Headers) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {status} {reason}\r\n{lines}\r\n".encode("latin-1")
