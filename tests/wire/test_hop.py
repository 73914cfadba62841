"""One packet with few hops to live, and who answers it."""

import asyncio
import errno
import socket
import struct
from collections.abc import Callable
from ipaddress import ip_address

import pytest

from preflight.model.evidence import Hop, Outcome, Transport
from preflight.model.vantage import Peer
from preflight.wire.error_queue import ERROR, IP_RECVERR, decoded, icmp, keep_errors
from preflight.wire.hop import hop, meaning
from preflight.wire.host import RealNetwork
from preflight.wire.network import Icmp, Network, Packet
from tests.fakes import ntp, raw_tcp
from tests.fakes.closed_ports import dropping_tcp, refusing_tcp, refusing_udp
from tests.fakes.listener import Listener
from tests.fakes.udp_port import UdpPort
from tests.netns.path import (
    CLOSED,
    DROPPED,
    FIREWALL,
    GATEWAY,
    OPEN,
    PROHIBITED,
    REDIRECTED,
    REJECTED,
    ROUTER,
    Both,
    Path,
)
from tests.wire.impaired_network import ImpairedNetwork
from tests.wire.opening import AMPLE, SHORT

FAR = Peer(address=ip_address("192.0.2.1"), port=443)
FAR_6 = Peer(address=ip_address("2001:db8::1"), port=443)
SOMEBODY = ip_address("10.0.0.1")
TCP, UDP = Transport.TCP, Transport.UDP
Met = tuple[str, str]
"""How one packet ended, and who wrote the ICMP message."""


async def asked(
    network: Network, peer: Peer, transport: Transport = TCP, *, timeout: float = AMPLE
) -> Hop:
    return await hop(network, peer, transport=transport, ttl=3, timeout=timeout)


class AnsweredPacket:
    """Answered by one ICMP message."""

    source = Peer(address=ip_address("10.244.1.7"), port=40_001)

    def __init__(self, told: Icmp) -> None:
        self._told = told

    async def answer(self) -> Icmp | None:
        return self._told


class Answering(ImpairedNetwork):
    """A network in which every packet is answered by one ICMP message."""

    def __init__(self, type_: int, code: int) -> None:
        super().__init__(AssertionError("nothing but packets"))
        self._told = Icmp(sender=SOMEBODY, type=type_, code=code)

    def packet(self, peer: Peer, *, transport: Transport, ttl: int) -> Packet:
        return AnsweredPacket(self._told)


# what ICMP says


@pytest.mark.parametrize(("peer", "type_"), [(FAR, 11), (FAR_6, 3)])
async def test_a_router_that_used_up_the_last_hop_is_named(peer: Peer, type_: int) -> None:
    seen = await asked(Answering(type_, 0), peer)
    assert (seen.outcome, seen.router) == (Outcome.TTL_EXCEEDED, SOMEBODY)
    assert (seen.ttl, seen.transport, seen.error) == (3, TCP, "")


@pytest.mark.parametrize(
    ("version", "type_", "code", "words"),
    [
        (4, 3, 13, "administratively prohibited (ICMP type 3 code 13)"),
        (4, 3, 1, "host unreachable (ICMP type 3 code 1)"),
        (4, 3, 77, "ICMP type 3 code 77"),
        (6, 1, 1, "administratively prohibited (ICMP type 1 code 1)"),
        (6, 1, 0, "no route (ICMP type 1 code 0)"),
    ],
)
def test_a_rejection_is_unreachable_and_says_why(
    version: int, type_: int, code: int, words: str
) -> None:
    told = Icmp(sender=SOMEBODY, type=type_, code=code)
    assert meaning(told, TCP, version=version) == (Outcome.UNREACHABLE, words)


@pytest.mark.parametrize(("version", "type_", "code"), [(4, 3, 3), (6, 1, 4)])
def test_port_unreachable_refuses_datagrams_and_is_no_answer_of_tcp(
    version: int, type_: int, code: int
) -> None:
    told = Icmp(sender=SOMEBODY, type=type_, code=code)
    assert meaning(told, UDP, version=version)[0] is Outcome.REFUSED
    assert meaning(told, TCP, version=version)[0] is Outcome.UNREACHABLE


@pytest.mark.parametrize(
    ("version", "type_", "code"),
    [
        (4, 11, 1),  # fragments that did not come together in time
        (4, 12, 0),  # a parameter problem
        (6, 2, 0),  # packet too big
        (6, 11, 0),  # means nothing in IPv6
        (4, 1, 0),  # means nothing in IPv4
    ],
)
def test_what_says_nothing_of_hops_is_unknown(version: int, type_: int, code: int) -> None:
    told = Icmp(sender=SOMEBODY, type=type_, code=code)
    assert meaning(told, TCP, version=version)[0] is Outcome.UNKNOWN


IPV4_SENDER = struct.pack("=HH4s", 2, 0, bytes([10, 0, 0, 1]))
IPV6_SENDER = struct.pack("=HHI16sI", 10, 0, 0, ip_address("fe80::1").packed, 7)


@pytest.mark.parametrize(
    ("origin", "name", "sender"),
    [
        (2, IPV4_SENDER, "10.0.0.1"),
        (2, IPV4_SENDER + bytes(8), "10.0.0.1"),
        (3, IPV6_SENDER, "fe80::1"),
        (2, b"\0\0", None),  # AF_UNSPEC: the kernel does not say
        (2, b"", None),
        (2, IPV4_SENDER[:6], None),
        (3, IPV6_SENDER[:12], None),
    ],
)
def test_an_entry_of_the_error_queue_names_the_sender_where_it_holds_one(
    origin: int, name: bytes, sender: str | None
) -> None:
    told = decoded(ERROR.pack(errno.EHOSTUNREACH, origin, 11, 0, 0, 0, 0) + name)
    assert told == Icmp(sender=ip_address(sender) if sender else None, type=11, code=0)


@pytest.mark.parametrize(
    "entry", [b"", b"\0" * 15, ERROR.pack(errno.EMSGSIZE, 1, 0, 0, 0, 0, 0) + IPV4_SENDER]
)
def test_an_entry_about_this_host_itself_is_no_icmp(entry: bytes) -> None:
    assert decoded(entry) is None


def test_where_there_is_no_error_queue_its_options_are_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Number 11 is IP_MULTICAST_LOOP on other systems."""
    monkeypatch.delattr("socket.MSG_ERRQUEUE")
    assert not RealNetwork().can_trace
    with socket.socket() as opened:
        keep_errors(opened, keep=True)
        assert not opened.getsockopt(socket.IPPROTO_IP, IP_RECVERR)
        assert icmp(opened) is None


# sockets of this host


async def test_a_syn_that_arrives_is_ok(network: RealNetwork, loopback: str) -> None:
    async with Listener(raw_tcp.silent, address=loopback) as listener:
        seen = await asked(network, listener.peer)
    assert (seen.outcome, seen.router) == (Outcome.OK, None)
    assert seen.source is not None
    assert seen.destination == listener.peer


async def test_rst_is_refused_by_nobody_known(network: RealNetwork, loopback: str) -> None:
    with refusing_tcp(loopback) as peer:
        seen = await asked(network, peer)
    assert (seen.outcome, seen.router) == (Outcome.REFUSED, None)


async def test_silence_is_dropped(network: RealNetwork, loopback: str) -> None:
    async with dropping_tcp(loopback) as peer:
        seen = await asked(network, peer, timeout=SHORT)
    assert seen.outcome is Outcome.DROPPED
    assert seen.source is not None


async def test_a_datagram_to_a_closed_port_is_refused_by_the_host(
    network: RealNetwork, loopback: str
) -> None:
    with refusing_udp(loopback) as peer:
        seen = await asked(network, peer, UDP)
    assert (seen.outcome, str(seen.router)) == (Outcome.REFUSED, loopback)


async def test_a_datagram_is_empty_and_its_answer_is_ok(network: RealNetwork) -> None:
    async with UdpPort(ntp.answer) as port:
        seen = await asked(network, port.peer, UDP, timeout=SHORT)
        assert port.heard == [b""]
    async with UdpPort(lambda question, send: send(b"who is there?")) as port:
        seen = await asked(network, port.peer, UDP)
    assert seen.outcome is Outcome.OK


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (errno.EMFILE, Outcome.LOCAL),
        (errno.EPERM, Outcome.LOCAL),
        (errno.ENOPROTOOPT, Outcome.UNKNOWN),  # a sandbox without the option
        (errno.EHOSTUNREACH, Outcome.UNREACHABLE),  # before Linux 5.8: without the sender
    ],
    ids=errno.errorcode.get,
)
async def test_what_a_host_cannot_do_names_nobody(number: int, outcome: Outcome) -> None:
    seen = await asked(ImpairedNetwork(OSError(number, "no")), FAR)
    assert (seen.outcome, seen.router) == (outcome, None)


async def test_without_descriptors_it_is_this_hosts_own_fault(network: RealNetwork) -> None:
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with Listener(raw_tcp.silent) as listener:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
        try:
            seen = await asked(network, listener.peer)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert (seen.outcome, seen.source) == (Outcome.LOCAL, None)


@pytest.mark.parametrize("transport", [TCP, UDP])
@pytest.mark.parametrize("steps", range(4))
async def test_a_cancelled_packet_leaves_neither_socket_nor_watch(
    network: RealNetwork, open_descriptors: Callable[[], int], transport: Transport, steps: int
) -> None:
    async with dropping_tcp() as silent, UdpPort() as mute:
        before = open_descriptors()
        peer = silent if transport is TCP else mute.peer
        asking = asyncio.create_task(asked(network, peer, transport))
        for _ in range(steps):
            await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert open_descriptors() == before


# a path of four hops, asked without any privilege


def met(hops: Path, site: Both, version: int, transport: Transport) -> list[Met]:
    """What packets that may pass 0 to 4 routers met."""
    said = hops.ask("tests.netns.hop_asker", site[version], transport)
    lines = [line.split("\t") for line in said.splitlines()]
    return [(outcome, router) for _, outcome, router, _ in lines]


def passing(version: int, *hops: Both) -> list[Met]:
    return [(Outcome.TTL_EXCEEDED.value, each[version]) for each in hops]


VERSIONS = pytest.mark.parametrize("version", [4, 6])
SILENCE: Met = ("dropped", "-")


@VERSIONS
def test_an_open_path_names_every_router_and_ends_at_the_host(hops: Path, version: int) -> None:
    expected = [*passing(version, GATEWAY, FIREWALL, ROUTER), ("ok", "-"), ("ok", "-")]
    assert met(hops, OPEN, version, TCP) == expected


@VERSIONS
def test_datagrams_pass_a_firewall_that_judges_tcp_and_are_refused_by_the_host(
    hops: Path, version: int
) -> None:
    end = ("refused", DROPPED[version])
    expected = [*passing(version, GATEWAY, FIREWALL, ROUTER), end, end]
    assert met(hops, DROPPED, version, UDP) == expected


@VERSIONS
def test_a_firewall_that_drops_is_the_last_to_answer(hops: Path, version: int) -> None:
    expected = [*passing(version, GATEWAY, FIREWALL), *[SILENCE] * 3]
    assert met(hops, DROPPED, version, TCP) == expected


@pytest.mark.parametrize("site", [PROHIBITED, CLOSED])
@VERSIONS
def test_a_firewall_that_rejects_with_icmp_is_named(hops: Path, version: int, site: Both) -> None:
    rejected = ("unreachable", FIREWALL[version])
    expected = [*passing(version, GATEWAY, FIREWALL), *[rejected] * 3]
    assert met(hops, site, version, TCP) == expected


@VERSIONS
def test_rst_of_a_firewall_comes_before_the_host_is_reached(hops: Path, version: int) -> None:
    expected = [*passing(version, GATEWAY, FIREWALL), *[("refused", "-")] * 3]
    assert met(hops, REJECTED, version, TCP) == expected


@VERSIONS
def test_a_firewall_that_ends_tcp_itself_answers_at_its_own_hop(hops: Path, version: int) -> None:
    expected = [*passing(version, GATEWAY), *[("ok", "-")] * 4]
    assert met(hops, REDIRECTED, version, TCP) == expected
