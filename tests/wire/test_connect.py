"""Opening one TCP connection."""

import asyncio
import errno
import socket
import struct
from collections.abc import Callable
from ipaddress import ip_address

import pytest

from preflight.model.evidence import Outcome
from preflight.model.plan import Stage
from preflight.model.vantage import Peer
from preflight.wire.classify import classify
from preflight.wire.connect import connect
from preflight.wire.error_queue import IP_RECVERR
from preflight.wire.host import RealNetwork
from preflight.wire.sockets import TcpStream, own_family
from tests.fakes import raw_tcp
from tests.fakes.closed_ports import dropping_tcp, refusing_tcp
from tests.fakes.listener import Listener, bind_tcp, peer_at
from tests.netns.path import CLOSED, FIREWALL, PROHIBITED, REJECTED, Both, Path
from tests.wire.impaired_network import ImpairedNetwork
from tests.wire.opening import AMPLE, SHORT

BROADCAST = Peer(address=ip_address("127.255.255.255"), port=443)
DOCUMENTATION = Peer(address=ip_address("192.0.2.1"), port=443)


async def test_an_open_port_gives_a_stream_that_knows_both_ends(
    network: RealNetwork, loopback: str
) -> None:
    async with Listener(raw_tcp.silent, address=loopback) as listener:
        stream, seen = await connect(network, listener.peer, timeout=AMPLE)
        assert stream is not None
        stream.close()
        assert seen.destination == stream.destination == listener.peer
    assert (seen.outcome, seen.stage, seen.error) == (Outcome.OK, Stage.TCP, "")
    assert seen.source == stream.source


async def test_rst_in_answer_to_syn_is_refused(network: RealNetwork, loopback: str) -> None:
    with refusing_tcp(loopback) as peer:
        stream, seen = await connect(network, peer, timeout=AMPLE)
    assert stream is None
    assert seen.outcome is Outcome.REFUSED


async def test_rst_right_after_the_connection_is_left_to_the_next_step(
    network: RealNetwork, loopback: str
) -> None:
    """Whether it is noticed during the connect or after it is a matter of microseconds."""
    with bind_tcp(loopback) as listening:
        listening.listen()
        listening.setblocking(True)
        connecting = asyncio.create_task(connect(network, peer_at(listening), timeout=AMPLE))
        await asyncio.sleep(0)  # the task begins
        await asyncio.sleep(0)  # the SYN is sent
        accepted, _ = listening.accept()
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        accepted.close()
        stream, seen = await connecting
    assert stream is not None, seen
    with pytest.raises(OSError, match=r"reset|pipe"):
        await stream.send(b"x")
    stream.close()
    assert seen.outcome is Outcome.OK


async def test_an_unanswered_syn_is_dropped_and_its_own_port_is_known(
    network: RealNetwork, loopback: str
) -> None:
    async with dropping_tcp(loopback) as peer:
        stream, seen = await connect(network, peer, timeout=SHORT)
    assert stream is None
    assert seen.outcome is Outcome.DROPPED
    assert seen.elapsed >= SHORT
    assert seen.source is not None
    assert str(seen.source.address) == loopback


@pytest.mark.allow_hosts([str(BROADCAST.address)])
async def test_an_address_to_which_nothing_leads_is_unreachable(network: RealNetwork) -> None:
    """TCP has no way to a broadcast address; Linux says so before anything is sent."""
    stream, seen = await connect(network, BROADCAST, timeout=AMPLE)
    assert stream is None
    assert (seen.outcome, seen.source) == (Outcome.UNREACHABLE, None)


async def test_a_process_without_descriptors_left_is_stopped_by_its_own_host(
    network: RealNetwork,
) -> None:
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with Listener(raw_tcp.silent) as listener:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
        try:
            stream, seen = await connect(network, listener.peer, timeout=AMPLE)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert stream is None
    assert seen.outcome is Outcome.LOCAL


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (errno.ENETUNREACH, Outcome.UNREACHABLE),  # no route
        (errno.EHOSTUNREACH, Outcome.UNREACHABLE),  # ICMP host unreachable or prohibited
        (errno.EACCES, Outcome.UNREACHABLE),  # a prohibit route
        (errno.ETIMEDOUT, Outcome.DROPPED),  # the kernel gave up before the budget
        (errno.EMFILE, Outcome.LOCAL),
        (errno.EPERM, Outcome.LOCAL),  # a filter of this very host
        (errno.EADDRNOTAVAIL, Outcome.LOCAL),  # no port left
    ],
    ids=errno.errorcode.get,
)
async def test_what_the_kernel_says_instead_of_connecting(number: int, outcome: Outcome) -> None:
    stream, seen = await connect(ImpairedNetwork(OSError(number, "no")), DOCUMENTATION, timeout=1)
    assert stream is None
    assert seen.outcome is outcome


async def test_an_error_that_nobody_knows_keeps_its_class_name() -> None:
    _, seen = await connect(ImpairedNetwork(KeyError("surprise")), DOCUMENTATION, timeout=1)
    assert seen.outcome is Outcome.UNKNOWN
    assert "KeyError" in seen.error


async def test_a_connection_that_is_reset_at_once_was_open(network: RealNetwork) -> None:
    """A firewall may complete the handshake and reset before this process has looked at the socket."""
    with bind_tcp("127.0.0.1") as listening, socket.socket() as client:
        listening.listen()
        client.connect(listening.getsockname())
        accepted, _ = await asyncio.get_running_loop().sock_accept(listening)
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        accepted.close()
        client.setblocking(False)
        stream = TcpStream(client, peer_at(listening))
        with pytest.raises(ConnectionResetError):
            await stream.receive(1)


@pytest.mark.parametrize("steps", range(5))
async def test_a_cancelled_connect_leaves_neither_socket_nor_task(
    network: RealNetwork, open_descriptors: Callable[[], int], steps: int
) -> None:
    async with dropping_tcp() as peer:
        before, tasks = open_descriptors(), asyncio.all_tasks()
        connecting = asyncio.create_task(connect(network, peer, timeout=AMPLE))
        for _ in range(steps):
            await asyncio.sleep(0)
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting
        assert open_descriptors() == before
        assert asyncio.all_tasks() == tasks


async def test_a_failed_connect_leaves_no_socket(
    network: RealNetwork, open_descriptors: Callable[[], int]
) -> None:
    before = open_descriptors()
    async with dropping_tcp() as dropping:
        await connect(network, dropping, timeout=SHORT)
    with refusing_tcp() as refusing:
        await connect(network, refusing, timeout=AMPLE)
    assert open_descriptors() == before


@pytest.mark.parametrize(
    ("address", "outcome"), [("2001:db8::1", Outcome.UNREACHABLE), ("192.0.2.1", Outcome.LOCAL)]
)
def test_without_an_own_address_of_version_6_there_is_no_way(
    address: str, outcome: Outcome
) -> None:
    """As with `net.ipv6.conf.all.disable_ipv6`, the usual state of containers; for IPv4 it means that no port is left."""
    with (
        pytest.raises(OSError, match=r".") as raised,
        own_family(Peer(address=ip_address(address), port=443)),
    ):
        raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
    assert classify(raised.value) is outcome


def ended(hops: Path, site: Both, version: int) -> list[str]:
    """How a connection through a firewall ended, who wrote the ICMP message, what it says, and after how many seconds."""
    (line,) = hops.ask("tests.netns.connect_asker", site[version]).splitlines()
    return line.split("\t")


@pytest.mark.parametrize("version", [4, 6])
def test_who_rejects_a_connection_with_icmp_is_known_at_once(hops: Path, version: int) -> None:
    """The message may come while connect(2) is still under way, and Linux alone would then wait a second for the next one."""
    outcome, router, reason, elapsed = ended(hops, PROHIBITED, version)
    assert (outcome, router) == ("unreachable", FIREWALL[version])
    assert reason.startswith("administratively prohibited")
    assert float(elapsed) < 1.0


@pytest.mark.parametrize("version", [4, 6])
def test_icmp_port_unreachable_is_not_taken_for_rst(hops: Path, version: int) -> None:
    """What iptables' REJECT answers by default; connect(2) says ECONNREFUSED to both."""
    outcome, router, reason, _ = ended(hops, CLOSED, version)
    assert (outcome, router) == ("unreachable", FIREWALL[version])
    assert reason.startswith("port unreachable")


@pytest.mark.parametrize("version", [4, 6])
def test_rst_names_nobody(hops: Path, version: int) -> None:
    assert ended(hops, REJECTED, version)[:2] == ["refused", "-"]


async def test_icmp_that_comes_after_the_connection_does_not_end_it(network: RealNetwork) -> None:
    async with Listener(raw_tcp.silent) as listener:
        stream = await network.dial(listener.peer).connected()
        assert isinstance(stream, TcpStream)
        assert not stream._socket.getsockopt(socket.IPPROTO_IP, IP_RECVERR)
        stream.close()
