"""Reads a ClientHello off the wire, as an SNI filter does."""

import struct
from dataclasses import dataclass

from tests.fakes.listener import Connection

HANDSHAKE = 22
CLIENT_HELLO = 1
SERVER_NAME = 0


@dataclass(frozen=True, slots=True)
class ClientHello:
    """What a filter sees: the name asked for, and the bytes to pass on."""

    server_name: str | None
    raw: bytes


class NotClientHelloError(ConnectionError):
    """The client does not speak TLS."""


async def read_client_hello(connection: Connection) -> ClientHello:
    """Read the first handshake message, over as many records as it takes (RFC 8446 section 5.1)."""
    raw, message = b"", b""
    while len(message) < 4 or len(message) < 4 + int.from_bytes(message[1:4]):
        header = await connection.reader.readexactly(5)
        if header[0] != HANDSHAKE:
            raise NotClientHelloError(f"content type {header[0]}")
        fragment = await connection.reader.readexactly(struct.unpack(">H", header[3:])[0])
        raw, message = raw + header + fragment, message + fragment
    return ClientHello(server_name(message), raw)


def server_name(message: bytes) -> str | None:
    """The host_name in the handshake message's server_name extension (RFC 6066 section 3), if any."""
    if message[0] != CLIENT_HELLO:
        raise NotClientHelloError(f"handshake type {message[0]}")
    rest = message[4 + 2 + 32 :]  # after type and length: legacy_version, random
    rest = rest[1 + rest[0] :]  # legacy_session_id
    rest = rest[2 + int.from_bytes(rest[:2]) :]  # cipher_suites
    rest = rest[1 + rest[0] + 2 :]  # legacy_compression_methods, length of all extensions
    while rest:
        kind, length = struct.unpack(">HH", rest[:4])
        if kind == SERVER_NAME:
            return rest[4 + 2 + 1 + 2 : 4 + length].decode(
                "ascii"
            )  # list length, type, name length
        rest = rest[4 + length :]
    return None
