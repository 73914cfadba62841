"""What the kernel tells of a connection: whether what was sent arrived, and how large segments are."""

import asyncio
import socket

import pytest

from preflight.model.evidence import Outcome
from preflight.wire.connect import connect
from preflight.wire.exchange import exchange
from preflight.wire.host import RealNetwork
from preflight.wire.http1 import Request
from preflight.wire.tcp_info import delivery
from tests.fakes import answers, raw_tcp
from tests.fakes.authority import Authority
from tests.fakes.listener import Connection, Listener, bind_tcp, peer_at
from tests.fakes.tls_server import HttpServer, TlsServer
from tests.netns.path import OPEN, STALLED, Path
from tests.wire.opening import AMPLE, SHORT, shake, stream_to, tls_to

HOST = "service.example.test"
SMALL = 536
"""Bytes: the segment that every IPv4 host takes (RFC 9293 section 3.7.1)."""


async def test_what_a_silent_peer_received_is_acknowledged(
    network: RealNetwork, loopback: str
) -> None:
    async with Listener(raw_tcp.silent, address=loopback) as server:
        seen = await shake(network, server.peer, HOST, timeout=SHORT)
    assert seen.outcome is Outcome.DROPPED
    assert seen.delivery is not None
    assert (seen.delivery.is_acknowledged, seen.delivery.retransmissions) == (True, 0)
    assert seen.delivery.mss > SMALL


async def test_a_silent_answer_to_a_request_tells_of_its_delivery_too(
    network: RealNetwork,
) -> None:
    async with Listener(raw_tcp.silent) as server, stream_to(network, server.peer) as stream:
        request = Request(method="GET", url=f"http://{HOST}/")
        seen = await exchange(network, stream, request, path="/", timeout=SHORT)
    assert seen.outcome is Outcome.DROPPED
    assert seen.delivery is not None
    assert seen.delivery.is_acknowledged


async def test_a_peer_that_answers_leaves_nothing_to_be_told(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.identity(HOST)) as server:
        assert (await shake(network, server.peer, HOST)).delivery is None
    async with Listener(raw_tcp.reset_after_hello) as server:
        seen = await shake(network, server.peer, HOST)
    assert (seen.outcome, seen.delivery) == (Outcome.RESET, None)
    async with (
        HttpServer(answers.respond(200, b"ok")) as web,
        stream_to(network, web.peer) as stream,
    ):
        request = Request(method="GET", url=f"http://{HOST}/")
        answered = await exchange(network, stream, request, path="/", timeout=AMPLE)
    assert (answered.outcome, answered.delivery) == (Outcome.OK, None)


async def test_through_tls_it_is_the_connections_own(
    network: RealNetwork, authority: Authority
) -> None:
    async def silent(connection: Connection) -> None:
        await connection.reader.read()

    context = authority.identity(HOST).context()
    async with (
        Listener(silent, context=context) as server,
        tls_to(network, server.peer, HOST) as stream,
    ):
        request = Request(method="GET", url=f"https://{HOST}/")
        seen = await exchange(network, stream, request, path="/", timeout=SHORT)
    assert seen.delivery is not None
    assert seen.delivery.is_acknowledged


def test_a_socket_that_is_closed_or_not_tcp_tells_nothing() -> None:
    closed = socket.socket()
    closed.close()
    assert delivery(closed) is None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        assert delivery(datagrams) is None


class Short:
    """A kernel that tells less than Linux ever did."""

    def getsockopt(self, level: int, option: int, size: int) -> bytes:
        return b"\1" * (size - 1)


def test_a_kernel_that_tells_too_little_is_not_believed() -> None:
    assert delivery(Short()) is None  # type: ignore[arg-type]


def test_other_systems_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    with socket.socket() as opened:
        assert delivery(opened) is None


async def test_segments_can_be_kept_small_in_both_directions(
    network: RealNetwork, loopback: str
) -> None:
    with bind_tcp(loopback) as listening:
        listening.listen()
        stream, seen = await connect(network, peer_at(listening), timeout=AMPLE, mss=SMALL)
        accepted, _ = await asyncio.get_running_loop().sock_accept(listening)
        with accepted:
            theirs = delivery(accepted)
        assert stream is not None
        mine = stream.delivery()
        stream.close()
    assert seen.mss == SMALL
    assert mine is not None
    assert theirs is not None
    assert max(mine.mss, theirs.mss) <= SMALL


async def test_without_a_wish_segments_are_as_the_route_has_them(network: RealNetwork) -> None:
    async with Listener(raw_tcp.silent) as listener:
        stream, seen = await connect(network, listener.peer, timeout=AMPLE)
        assert stream is not None
        told = stream.delivery()
        stream.close()
    assert seen.mss is None
    assert told is not None
    assert told.mss > SMALL


@pytest.mark.parametrize("version", [4, 6])
def test_a_client_hello_that_a_firewall_drops_is_sent_again_and_never_acknowledged(
    hops: Path, version: int
) -> None:
    connected, delivered = hops.ask("tests.netns.connect_asker", STALLED[version]).splitlines()
    assert connected.startswith("ok\t")
    assert delivered.split("\t") == ["False", "True"]


def test_a_client_hello_that_is_answered_leaves_nothing_to_be_told(hops: Path) -> None:
    (connected,) = hops.ask("tests.netns.connect_asker", OPEN[4]).splitlines()
    assert connected.startswith("ok\t")
