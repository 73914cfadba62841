"""One UDP question and its answer."""

import asyncio
import errno
from collections.abc import Callable
from ipaddress import ip_address

import pytest

from preflight.model.evidence import Datagram, Outcome
from preflight.model.vantage import Peer
from preflight.wire.datagram import KEPT, ask
from preflight.wire.host import RealNetwork
from preflight.wire.network import Network
from tests.fakes import ntp
from tests.fakes.closed_ports import refusing_udp
from tests.fakes.udp_port import Send, UdpPort
from tests.wire.impaired_network import ImpairedNetwork
from tests.wire.opening import AMPLE, SHORT

QUESTION = b"\x23" + bytes(39) + b"12345678"


async def asked(network: Network, peer: Peer, *, timeout: float = AMPLE) -> Datagram:
    return await ask(network, peer, QUESTION, question="NTP client request", timeout=timeout)


async def test_an_answer_is_kept(network: RealNetwork, loopback: str) -> None:
    async with UdpPort(ntp.answer, address=loopback) as server:
        seen = await asked(network, server.peer)
        assert server.heard == [QUESTION]
    assert seen.outcome is Outcome.OK
    assert seen.answer == ntp.reply(QUESTION)
    assert seen.source is not None


async def test_icmp_port_unreachable_is_refused(network: RealNetwork, loopback: str) -> None:
    with refusing_udp(loopback) as peer:
        seen = await asked(network, peer)
    assert seen.outcome is Outcome.REFUSED


async def test_silence_is_dropped_after_the_question_was_repeated(network: RealNetwork) -> None:
    async with UdpPort() as server:
        seen = await asked(network, server.peer, timeout=SHORT)
        assert server.heard == [QUESTION] * 3
    assert seen.outcome is Outcome.DROPPED
    assert seen.answer == b""


async def test_a_lost_question_does_not_matter(network: RealNetwork) -> None:
    heard: list[bytes] = []

    async def deaf_at_first(question: bytes, send: Send) -> None:
        heard.append(question)
        if len(heard) > 1:
            await ntp.answer(question, send)

    async with UdpPort(deaf_at_first) as server:
        seen = await asked(network, server.peer, timeout=3 * SHORT)
    assert seen.outcome is Outcome.OK


async def test_a_huge_answer_is_kept_in_part(network: RealNetwork) -> None:
    async def huge(question: bytes, send: Send) -> None:
        await send(b"x" * 60_000)

    async with UdpPort(huge) as server:
        seen = await asked(network, server.peer)
    assert seen.answer == b"x" * KEPT


@pytest.mark.allow_hosts(["127.255.255.255"])
async def test_an_address_that_may_not_be_asked_is_unreachable_and_leaves_no_socket(
    network: RealNetwork, open_descriptors: Callable[[], int]
) -> None:
    """A broadcast address, which Linux refuses to an ordinary socket."""
    before = open_descriptors()
    seen = await asked(network, Peer(address=ip_address("127.255.255.255"), port=123))
    assert seen.outcome is Outcome.UNREACHABLE
    assert open_descriptors() == before


async def test_no_route_is_unreachable() -> None:
    network = ImpairedNetwork(OSError(errno.ENETUNREACH, "Network is unreachable"))
    seen = await asked(network, Peer(address=ip_address("192.0.2.1"), port=123))
    assert seen.outcome is Outcome.UNREACHABLE
    assert seen.source is None


async def test_a_cancelled_question_leaves_no_socket(
    network: RealNetwork, open_descriptors: Callable[[], int]
) -> None:
    heard = asyncio.Event()

    async def hear(question: bytes, send: Send) -> None:
        heard.set()

    async with UdpPort(hear) as server:
        before = open_descriptors()
        asking = asyncio.create_task(asked(network, server.peer))
        await heard.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert open_descriptors() == before
