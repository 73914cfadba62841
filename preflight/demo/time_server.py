"""NTP as a server answers it (RFC 5905 §7.3)."""

from datetime import UTC, datetime

SERVER_MODE = 0b00_100_100
"""No leap warning, version 4, mode 4 (server)."""
STRATUM, POLL, PRECISION = 2, 6, 0xE9
HEADER = 48
"""Bytes of a message without extensions."""
ERA = datetime(1900, 1, 1, tzinfo=UTC)


def respond(question: bytes, *, now: datetime) -> bytes | None:
    """The answer to a client's request; None to anything shorter."""
    if len(question) < HEADER:
        return None
    head = bytes([SERVER_MODE, STRATUM, POLL, PRECISION]) + bytes(8) + bytes([192, 0, 2, 1])
    clock = int((now - ERA).total_seconds() * 2**32).to_bytes(8)
    transmitted = question[40:48]
    return head + clock + transmitted + clock + clock
