"""How far the path answers is asked only where something failed on the way straight to the host."""

import asyncio
import errno
import json
from ipaddress import ip_address
from pathlib import Path as FilePath
from typing import Any

import pytest

from preflight.model.endpoint import Protocol
from preflight.model.evidence import Control, Experiment, Hop, Outcome, Transport
from preflight.model.plan import ViaProxy
from preflight.model.vantage import Peer, Proxy
from preflight.probes.controls.hops import AT_ONCE, FAR, MOST, NEAR
from preflight.wire.host import TRACING, RealNetwork
from preflight.wire.network import Icmp, Packet
from tests.factories import check
from tests.fakes.authority import Authority
from tests.fakes.closed_ports import dropping_tcp, refusing_tcp
from tests.fakes.interceptor import Interceptor
from tests.fakes.tls_server import TlsServer
from tests.netns.path import DROPPED, FIREWALL, GATEWAY, OPEN, PROHIBITED, REDIRECTED, ROUTER, Path
from tests.probes.looking import AMPLE, look, look_all, vantage
from tests.wire.impaired_network import FailingPacket

HOST = "api.service.test"
SHORT = 0.6
"""Seconds; a budget that is meant to run out, and leaves just enough to ask."""


def traces(controls: tuple[Control, ...]) -> list[list[Hop]]:
    return [
        [step for step in control.observations if isinstance(step, Hop)]
        for control in controls
        if control.name is Experiment.HOPS
    ]


async def test_a_refused_connection_is_traced_until_the_refusal(network: RealNetwork) -> None:
    """On loopback the host is no hop away."""
    with refusing_tcp() as peer:
        asked = check(HOST, port=peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    ((first, *rest),) = traces(seen.controls)
    assert (first.transport, first.ttl, first.outcome) == (Transport.TCP, 1, Outcome.REFUSED)
    assert all(hop.destination == peer for hop in rest)


async def test_a_certificate_that_is_not_accepted_is_reason_to_ask_who_answers(
    network: RealNetwork, firewall_authority: Authority
) -> None:
    async with Interceptor(firewall_authority) as box:
        asked = check(HOST, port=box.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
        requests = box.requests
    ((first, *_),) = traces(seen.controls)
    assert (first.ttl, first.outcome) == (1, Outcome.OK)
    assert requests == []


async def test_an_open_path_is_not_traced(network: RealNetwork, authority: Authority) -> None:
    async with TlsServer(authority.identity(HOST)) as server:
        asked = check(HOST, port=server.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    assert traces(seen.controls) == []


async def test_the_way_to_a_proxy_is_not_traced(network: RealNetwork) -> None:
    with refusing_tcp() as peer:
        route = ViaProxy(Proxy(scheme="http", host="proxy.test", port=peer.port))
        asked = check(HOST, timeout=AMPLE, route=route)
        seen = await look(network, asked, vantage({"proxy.test": ["127.0.0.1"]}))
    assert traces(seen.controls) == []


async def test_a_host_that_does_not_tell_who_sent_icmp_is_not_asked(ca_file: FilePath) -> None:
    class Elsewhere(RealNetwork):
        @property
        def can_trace(self) -> bool:
            return False

    network = Elsewhere(ca_file=str(ca_file))
    with refusing_tcp() as peer:
        asked = check(HOST, port=peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    assert seen.attempts[0].last.outcome is Outcome.REFUSED
    assert traces(seen.controls) == []


@pytest.mark.allow_hosts(["127.0.0.1", "127.0.0.2"])
async def test_addresses_that_fail_alike_are_traced_once(network: RealNetwork) -> None:
    with refusing_tcp() as peer:
        asked = check(HOST, port=peer.port, timeout=AMPLE, protocol=Protocol.TCP)
        at = vantage({HOST: ["127.0.0.1", "127.0.0.2"]})
        seen = await look(network, asked, at)
    assert [each.last.outcome for each in seen.attempts] == [Outcome.REFUSED] * 2
    assert len(traces(seen.controls)) == 1


async def test_one_run_traces_a_few_addresses(network: RealNetwork) -> None:
    with refusing_tcp() as peer:
        hosts = [f"host{number}.test" for number in range(MOST + 2)]
        checks = [check(host, port=peer.port, timeout=AMPLE, ids=(host,)) for host in hosts]
        seen = await look_all(network, checks, vantage({host: ["127.0.0.1"] for host in hosts}))
    assert sum(len(traces(each.controls)) for each in seen) == MOST


async def test_silence_of_a_silent_connection_is_seen_within_its_own_budget(
    network: RealNetwork,
) -> None:
    async with dropping_tcp() as peer:
        asked = check(HOST, port=peer.port, timeout=2 * SHORT)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    (hops,) = traces(seen.controls)
    syns = [hop for hop in hops if hop.transport is Transport.TCP]
    assert {hop.outcome for hop in syns} == {Outcome.DROPPED}
    assert [hop.ttl for hop in syns] == list(range(1, NEAR + 1))
    (attempt,) = seen.attempts
    last = max(hop.at.timestamp() + hop.elapsed for hop in hops)
    assert last < attempt.last.at.timestamp() + attempt.last.elapsed + 0.5


async def test_where_there_is_no_time_for_silence_to_mean_something_nothing_is_asked(
    network: RealNetwork,
) -> None:
    async with dropping_tcp() as peer:
        asked = check(HOST, port=peer.port, timeout=SHORT)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    assert traces(seen.controls) == []


def test_the_sockets_of_all_traces_are_kept_free() -> None:
    assert AT_ONCE * NEAR <= TRACING


# paths that loopback cannot have


class LongWay(RealNetwork):
    """Every packet meets a router, but for the SYN that may pass all of them; those from `mute` on say nothing."""

    def __init__(self, ca_file: str, *, routers: int, mute: int = 99) -> None:
        super().__init__(ca_file=ca_file)
        self._routers, self._mute = routers, mute

    def packet(self, peer: Peer, *, transport: Transport, ttl: int) -> Packet:
        return OnLongWay(ttl, is_there=ttl > self._routers, is_mute=ttl >= self._mute)


class OnLongWay:
    source = None

    def __init__(self, ttl: int, *, is_there: bool, is_mute: bool) -> None:
        self._ttl, self._is_there, self._is_mute = ttl, is_there, is_mute

    async def answer(self) -> Icmp | None:
        if self._is_there:
            return None
        if self._is_mute:
            await asyncio.Event().wait()
        return Icmp(sender=ip_address(f"192.0.2.{self._ttl}"), type=11, code=0)


async def sent_on(network: RealNetwork) -> dict[Transport, list[int]]:
    """The hops that packets after a refused connection might pass."""
    with refusing_tcp() as peer:
        asked = check(HOST, port=peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    (hops,) = traces(seen.controls)
    return {each: sorted(h.ttl for h in hops if h.transport is each) for each in Transport}


async def test_a_host_far_away_is_reached_while_routers_answer(ca_file: FilePath) -> None:
    sent = await sent_on(LongWay(str(ca_file), routers=19))
    assert sent[Transport.TCP] == list(range(1, 21))
    assert sent[Transport.UDP] == [19, 20]


async def test_a_way_without_an_end_is_left_after_thirty_hops(ca_file: FilePath) -> None:
    assert max((await sent_on(LongWay(str(ca_file), routers=99)))[Transport.TCP]) == FAR


async def test_where_routers_fall_silent_only_the_near_hops_are_asked(ca_file: FilePath) -> None:
    sent = await sent_on(LongWay(str(ca_file), routers=99, mute=6))
    assert sent[Transport.TCP] == list(range(1, NEAR + 1))
    assert sent[Transport.UDP] == list(range(5, NEAR + 1))


async def test_what_this_host_cannot_send_is_not_tried_again(ca_file: FilePath) -> None:
    class Narrow(RealNetwork):
        def packet(self, peer: Peer, *, transport: Transport, ttl: int) -> Packet:
            return FailingPacket(OSError(errno.EMFILE, "too many open files"))

    sent = await sent_on(Narrow(ca_file=str(ca_file)))
    assert (sent[Transport.TCP], sent[Transport.UDP]) == ([1], [])


# a path of four hops, asked without any privilege


def traced(hops: Path, address: str) -> list[tuple[str, str]]:
    """Outcome and details of what `check` sent with few hops to live."""
    target = f"[{address}]" if ":" in address else address
    said = hops.ask(
        "preflight", "check", "-o", "json", "--timeout", "1.2", "--only-endpoint", target
    )
    report: dict[str, Any] = json.loads(said)
    (row,) = report["endpoints"]
    lines = [line for line in row["evidence"] if line["action"] == "hop"]
    return [(line["outcome"], line["detail"].split(": ")[-1]) for line in lines]


def passing(transport: str, first: int, *routers: str) -> list[tuple[str, str]]:
    return [
        ("ttl_exceeded", f"{transport} with time to live {ttl}, answered by {router}")
        for ttl, router in enumerate(routers, start=first)
    ]


@pytest.mark.parametrize("version", [4, 6])
def test_a_device_that_ends_tcp_answers_before_the_routers_that_datagrams_reach(
    hops: Path, version: int
) -> None:
    refused = REDIRECTED[version]
    routers = [GATEWAY[version], FIREWALL[version], ROUTER[version]]
    seen = traced(hops, refused)
    syns = [line for line in seen if line[1].startswith("tcp")]
    datagrams = [line for line in seen if line[1].startswith("udp")]
    # On a busy machine packets that go farther are on their way before the answer is noticed; they meet the same end.
    assert syns[:2] == [*passing("tcp", 1, *routers[:1]), ("ok", "tcp with time to live 2")]
    assert {outcome for outcome, _ in syns[1:]} == {"ok"}
    assert datagrams[:3] == passing("udp", 1, *routers)
    assert {outcome for outcome, _ in datagrams[3:]} == {"refused"}


@pytest.mark.parametrize("version", [4, 6])
def test_datagrams_begin_where_syns_end(hops: Path, version: int) -> None:
    routers = [GATEWAY[version], FIREWALL[version], ROUTER[version]]
    seen = traced(hops, DROPPED[version])
    told = [line for line in seen if line[0] == "ttl_exceeded"]
    assert told == [*passing("tcp", 1, *routers[:2]), *passing("udp", 2, *routers[1:])]


def test_the_device_that_rejects_is_the_last_one_asked(hops: Path) -> None:
    seen = [line for line in traced(hops, PROHIBITED[4]) if "tcp" in line[1]]
    assert [outcome for outcome, _ in seen][:3] == ["ttl_exceeded", "ttl_exceeded", "unreachable"]
    assert all(f"answered by {FIREWALL[4]}" in detail for _, detail in seen[2:])


def test_a_host_that_answers_itself_is_no_nearer_than_the_last_router(hops: Path) -> None:
    """Its certificate is not trusted there, so it is asked who answers."""
    seen = traced(hops, OPEN[4])
    assert ("ok", "tcp with time to live 4") in seen
    assert [line for line in seen if line[0] == "ttl_exceeded"][-1] == passing("udp", 3, ROUTER[4])[
        0
    ]
