"""Peers that accept a connection and then misbehave below or instead of TLS: one handler each, for `Listener`."""

import asyncio
from enum import IntEnum

from tests.fakes.client_hello import read_client_hello
from tests.fakes.lifetime import forever
from tests.fakes.listener import Connection, Handler

ALERT = 21
HANDSHAKE = 22
TLS12 = b"\x03\x03"
HELLO_REQUEST = b"\x00\x00\x00\x00"
"""A handshake message that a client ignores while it is shaking hands (RFC 5246 section 7.4.1.1)."""


class Alert(IntEnum):
    """Some alert descriptions (RFC 8446 section 6)."""

    HANDSHAKE_FAILURE = 40
    ACCESS_DENIED = 49
    PROTOCOL_VERSION = 70
    INTERNAL_ERROR = 80
    UNRECOGNIZED_NAME = 112


def record(kind: int, content: bytes) -> bytes:
    """One TLS record (RFC 8446 section 5.1)."""
    return bytes([kind]) + TLS12 + len(content).to_bytes(2) + content


async def reset_at_once(connection: Connection) -> None:
    """RST as soon as the connection is there."""
    connection.reset()


async def reset_after_hello(connection: Connection) -> None:
    """RST in answer to the ClientHello."""
    await read_client_hello(connection)
    connection.reset()


async def silent(connection: Connection) -> None:
    """Accept, and never say a word."""
    await forever()


async def close_at_once(connection: Connection) -> None:
    """FIN before anything was said."""


async def close_after_hello(connection: Connection) -> None:
    """FIN in answer to the ClientHello, which is read whole: with unread data the kernel would send RST."""
    await read_client_hello(connection)


def alert(description: int) -> Handler:
    """A fatal alert in answer to the ClientHello."""

    async def serve(connection: Connection) -> None:
        await read_client_hello(connection)
        await connection.send(record(ALERT, bytes([2, description])))

    return serve


def speak(data: bytes) -> Handler:
    """`data` in answer to the first bytes that arrive, whatever they are."""

    async def serve(connection: Connection) -> None:
        await connection.reader.read(1 << 16)
        await connection.send(data)

    return serve


plaintext_http = speak(
    b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nContent-Type: text/html\r\n"
    b"Content-Length: 15\r\nConnection: close\r\n\r\nplain HTTP here"
)
"""What a web server in clear says to a ClientHello."""

ssh_banner = speak(b"SSH-2.0-OpenSSH_9.2p1\r\n")


async def endless_handshake(connection: Connection) -> None:
    """Handshake records as fast as they are read, none of which brings the handshake forward."""
    await read_client_hello(connection)
    while True:
        await connection.send(record(HANDSHAKE, HELLO_REQUEST * 4000))


async def dripping_handshake(connection: Connection) -> None:
    """A harmless record every few milliseconds, so that no single read is ever silent for long."""
    await read_client_hello(connection)
    while True:
        await connection.send(record(HANDSHAKE, HELLO_REQUEST))
        await asyncio.sleep(0.01)
