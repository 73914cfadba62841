"""A ClientHello of a given size, sent to see whether anything answers it; no handshake is completed and nothing else is sent.

OpenSSL makes it, as for every handshake here. It is made larger with the padding extension (RFC 7685), which every server ignores,
and smaller by leaving out the key shares of post-quantum groups, for which a server may ask again (RFC 8446 §4.2.8).
"""

import asyncio
import ssl
import struct
from collections.abc import Iterator
from functools import lru_cache

from preflight.model.endpoint import Trust
from preflight.model.evidence import Hello, Outcome
from preflight.model.plan import Stage
from preflight.wire.classify import NotTls, PeerClosed, classify, describe
from preflight.wire.handshake import server_name_of
from preflight.wire.network import ByteStream, Network
from preflight.wire.stopwatch import Stopwatch
from preflight.wire.tls import CHUNK, RECORD_TYPES

MODERN = 1_800
"""Bytes: two segments on every path to the internet. With the post-quantum key share X25519MLKEM768 Go's standard client sends 1,533
(golang/go#80573), browsers 1,700 to 1,900."""
CLASSIC = 517
"""Bytes: what OpenSSL sends without a post-quantum key share; one segment everywhere."""
ONE_SEGMENT = 1_220
"""Bytes that fit into one segment on every path but the oddest: the smallest MTU of IPv6, 1,280, without its headers."""

Extensions = list[tuple[int, bytes]]
"""Type and data, in the order in which they are sent."""

PADDING, KEY_SHARE = 21, 51
"""ExtensionType of RFC 7685 and RFC 8446 §4.2."""
LARGEST_CLASSIC_SHARE = 133
"""Bytes of a P-521 key share, the largest of an elliptic curve (RFC 8446 §4.2.8.2)."""
TO_SESSION_ID = 5 + 4 + 2 + 32
"""Bytes of a record before the session id: record header, handshake header, version, random (RFC 8446 §5.1, §4, §4.1.2)."""
EXTENSION_HEADER = 4


async def hello(
    network: Network, stream: ByteStream, host: str, *, size: int, timeout: float
) -> Hello:
    """Send a ClientHello of `size` bytes for `host` and wait at most `timeout` seconds for the first bytes of any answer."""
    sent = b""
    watch = Stopwatch(network)
    outcome, error = Outcome.OK, ""
    try:
        sent = resized(client_hello(_context(network), host), size)
        async with asyncio.timeout(timeout):
            await stream.send(sent)
            answer = await stream.receive(CHUNK)
        _see(answer)
    except Exception as trouble:
        outcome, error = classify(trouble), describe(trouble)
    return Hello(
        at=watch.at,
        stage=Stage.TLS,
        source=stream.source,
        destination=stream.destination,
        outcome=outcome,
        elapsed=watch.elapsed,
        error=error,
        server_name=server_name_of(host),
        size=len(sent),
        delivery=stream.delivery() if outcome is Outcome.DROPPED else None,
    )


def _see(answer: bytes) -> None:
    """Return when it begins as a TLS record: a ServerHello, or an alert, proves as well that the whole ClientHello arrived."""
    if not answer:
        raise PeerClosed("the peer closed in answer to the ClientHello")
    if answer[0] not in RECORD_TYPES:
        raise NotTls(answer)


def sends_large(network: Network) -> bool:
    """Whether the handshakes of this host's OpenSSL (3.5 and later) begin with a ClientHello of more than one segment already."""
    return _own_size(_context(network)) > ONE_SEGMENT


@lru_cache(maxsize=1)
def _own_size(context: ssl.SSLContext) -> int:
    return len(client_hello(context, "host.invalid"))


def _context(network: Network) -> ssl.SSLContext:
    """One whose ClientHello is that of every handshake here, and for which no trust anchors have to be loaded."""
    return network.tls_context(Trust.PUBLIC, verify=False)


def client_hello(context: ssl.SSLContext, host: str) -> bytes:
    """The record with which OpenSSL begins a handshake as a client of `host`."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname=host)
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()
    raise AssertionError("a handshake without an answer")


def resized(record: bytes, size: int) -> bytes:
    """The ClientHello in a record of `size` bytes, with the same server_name; as near to it as it can be where that is not possible."""
    start = _before_extensions(record)
    kept = [each for each in _extensions(record[start + 2 :]) if each[0] != PADDING]
    if start + 2 + _length(kept) > size:
        kept = [(kind, _classic(data) if kind == KEY_SHARE else data) for kind, data in kept]
    missing = size - (start + 2 + _length(kept)) - EXTENSION_HEADER
    if missing >= 0:
        kept.append((PADDING, bytes(missing)))
    return _joined(record[:start], kept)


def _before_extensions(record: bytes) -> int:
    """Where the length of all extensions stands."""
    at = TO_SESSION_ID
    at += 1 + record[at]
    at += 2 + int.from_bytes(record[at : at + 2])  # cipher suites
    return at + 1 + record[at]  # compression methods


def _extensions(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from(">HH", data, at)
        at += EXTENSION_HEADER
        yield kind, data[at : at + length]
        at += length


def _length(extensions: Extensions) -> int:
    return sum(EXTENSION_HEADER + len(data) for _, data in extensions)


def _classic(shares: bytes) -> bytes:
    """The key shares of elliptic curves alone; an empty list asks the server to choose (RFC 8446 §4.2.8)."""
    kept = b"".join(
        struct.pack(">HH", group, len(key)) + key
        for group, key in _extensions(shares[2:])
        if len(key) <= LARGEST_CLASSIC_SHARE
    )
    return struct.pack(">H", len(kept)) + kept


def _joined(before: bytes, extensions: Extensions) -> bytes:
    """The record anew, with every length that depends on the extensions."""
    tail = b"".join(struct.pack(">HH", kind, len(data)) + data for kind, data in extensions)
    message = before[9:] + struct.pack(">H", len(tail)) + tail
    return (
        before[:3]
        + struct.pack(">H", 4 + len(message))
        + before[5:6]
        + len(message).to_bytes(3)
        + message
    )
