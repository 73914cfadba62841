"""The simulated stream behaves as a socket does."""

import asyncio
import errno
import ssl
from ipaddress import ip_address

import pytest

from preflight.demo.connection import Application, Delay, Ended, Line, SimulatedStream
from preflight.demo.inspection import Opening, read_opening
from preflight.model.vantage import Peer

HERE = Peer(address=ip_address("192.0.2.1"), port=40_112)
THERE = Peer(address=ip_address("203.0.113.1"), port=443)


class Recorder:
    """An application that keeps what arrives and lets the test answer."""

    def __init__(self) -> None:
        self.seen = b""
        self.lines: list[Line] = []

    def answer(self, line: Line) -> Application:
        self.lines.append(line)
        return self

    def received(self, data: bytes) -> None:
        self.seen += data
        self.lines[0].send(data.upper())


def stream(recorder: Recorder) -> SimulatedStream:
    return SimulatedStream(source=HERE, destination=THERE, round_trip=0.001, answer=recorder.answer)


async def test_bytes_come_in_the_order_in_which_they_were_sent() -> None:
    opened = stream(Recorder())
    for part in (b"a", b"b", b"c"):
        await opened.send(part)
    received = b""
    while len(received) < 3:
        received += await opened.receive(2)
    assert received == b"ABC"


async def test_no_more_is_received_than_asked_for() -> None:
    opened = stream(Recorder())
    await opened.send(b"abc")
    assert [await opened.receive(2), await opened.receive(2)] == [b"AB", b"C"]


async def test_a_clean_end_comes_after_the_last_byte_and_stays() -> None:
    recorder = Recorder()
    opened = stream(recorder)
    recorder.lines[0].send(b"bye")
    recorder.lines[0].close()
    assert [await opened.receive(9) for _ in range(3)] == [b"bye", b"", b""]


async def test_a_reset_ends_reading_and_writing() -> None:
    recorder = Recorder()
    opened = stream(recorder)
    recorder.lines[0].reset()
    with pytest.raises(ConnectionResetError):
        await opened.receive(9)
    with pytest.raises(BrokenPipeError):
        await opened.send(b"more")


async def test_after_hanging_up_nothing_arrives_any_more() -> None:
    recorder = Recorder()
    opened = stream(recorder)
    await opened.send(b"late")
    opened.close()
    opened.close()
    with pytest.raises(OSError, match=str(errno.EBADF)):
        await opened.send(b"more")
    arrived = asyncio.Event()
    Delay[None](0.001, lambda _: arrived.set()).put(None)
    await arrived.wait()
    assert recorder.seen == b""


def test_what_has_ended_stays_silent() -> None:
    Ended().received(b"anybody there?")


def hello(name: str | None) -> bytes:
    """A ClientHello as this Python writes it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    outgoing = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name).do_handshake()
    return outgoing.read()


def test_a_client_hello_is_read_once_it_is_whole() -> None:
    whole = hello("Example.Test")
    assert [read_opening(whole[:size]) for size in (1, 5, len(whole) - 1)] == [None] * 3
    assert read_opening(whole) == Opening(name="example.test", is_tls=True)


@pytest.mark.parametrize("data", [hello(None), b"\x16\x03\x01\x00\x05hello"])
def test_a_client_hello_without_a_name_and_one_that_is_none_have_no_name(data: bytes) -> None:
    assert read_opening(data) == Opening(name="", is_tls=True)


def test_a_request_is_read_once_its_head_is_whole() -> None:
    head = b"GET / HTTP/1.1\r\nHost: Example.test:80\r\n\r\n"
    assert read_opening(head[:-1]) is None
    assert read_opening(head) == Opening(name="example.test", is_tls=False)


@pytest.mark.parametrize("data", [b"\x00", b"HELO\r\n\r\n"])
def test_what_is_neither_tls_nor_http_has_no_name(data: bytes) -> None:
    assert read_opening(data) == Opening(name="", is_tls=False)
