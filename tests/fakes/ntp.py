"""A time server's answers (RFC 5905 section 7.3), for `UdpPort`."""

from tests.fakes.udp_port import Send

SERVER_MODE = 0b00_100_100
"""No leap warning, version 4, mode 4 (server)."""
HEADER = 48
"""Bytes of an NTP header without extensions."""


def reply(question: bytes) -> bytes:
    """A stratum 1 answer to `question`: its transmit timestamp comes back as the originate timestamp."""
    head = bytes([SERVER_MODE, 1, 6, 0xE9]) + bytes(8) + b"GPS\0"
    now = b"\xed\x00\x00\x00\x00\x00\x00\x00"  # a time in 2026; nobody reads it
    return head + now + question[40:48] + now + now


async def answer(question: bytes, send: Send) -> None:
    """The right answer."""
    await send(reply(question))


async def not_ntp(question: bytes, send: Send) -> None:
    """Something else that listens on the port."""
    await send(b"hello")


async def empty(question: bytes, send: Send) -> None:
    """A datagram without content."""
    await send(b"")


async def echo(question: bytes, send: Send) -> None:
    """The question itself: still mode 3 (client), as an echo service or a loop gives it."""
    await send(question)


async def kiss_of_death(question: bytes, send: Send) -> None:
    """Stratum 0 and the code RATE (RFC 5905 section 7.4): the server is there and wants less."""
    answered = bytearray(reply(question))
    answered[1] = 0
    answered[12:16] = b"RATE"
    await send(bytes(answered))
