"""What is lost for its size: ClientHellos of more than one segment, and handshakes in segments that every link carries."""

import asyncio
from collections.abc import Sequence

import pytest

from preflight.model.evidence import (
    Connect,
    Evidence,
    Experiment,
    Handshake,
    Hello,
    Observation,
    Outcome,
)
from preflight.model.plan import ViaProxy
from preflight.model.vantage import Proxy
from preflight.wire.hello import CLASSIC, MODERN, sends_large
from preflight.wire.host import RealNetwork
from tests.factories import check
from tests.fakes import sni_filter
from tests.fakes.authority import Authority
from tests.fakes.connect_proxy import ConnectProxy
from tests.fakes.listener import Handler, Listener
from tests.fakes.raw_tcp import reset_after_hello, silent
from tests.fakes.size_filter import LargeHelloFilter, SmallSegmentsOnly
from tests.fakes.tls_server import TlsServer
from tests.probes.looking import AMPLE, look, vantage

HOST = "api.service.test"
SHORT = 0.6
"""Seconds; a budget that is meant to run out."""
AT = vantage({HOST: ["127.0.0.1"]})


@pytest.fixture
def small_network(network: RealNetwork) -> RealNetwork:
    """A host whose own handshakes begin with a small ClientHello, as OpenSSL before 3.5 sends."""
    if sends_large(network):
        pytest.skip("this OpenSSL begins every handshake with a large ClientHello itself")
    return network


def seen_by(evidence: Evidence, experiment: Experiment) -> Sequence[Observation]:
    return [
        step
        for control in evidence.controls
        if control.name is experiment
        for step in control.observations
    ]


def hellos(evidence: Evidence) -> list[tuple[int, Outcome]]:
    found = seen_by(evidence, Experiment.LARGE_HELLO)
    return [(step.size, step.outcome) for step in found if isinstance(step, Hello)]


async def test_an_open_path_is_sent_one_large_client_hello_too(
    small_network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.identity(HOST)) as server:
        seen = await look(small_network, check(HOST, port=server.peer.port, timeout=AMPLE), AT)
        requests = len(server.requests)
    assert hellos(seen) == [(MODERN, Outcome.OK)]
    assert requests == 1, "no handshake is completed and nothing is asked"


@pytest.mark.parametrize(
    ("refuse", "outcome"), [(sni_filter.reset, Outcome.RESET), (sni_filter.close, Outcome.CLOSED)]
)
async def test_a_large_one_that_is_refused_is_sent_again_beside_small_ones(
    small_network: RealNetwork, authority: Authority, refuse: Handler, outcome: Outcome
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        LargeHelloFilter(server.peer, refuse) as box,
    ):
        seen = await look(small_network, check(HOST, port=box.peer.port, timeout=AMPLE), AT)
    assert seen.attempts[0].last.outcome is Outcome.OK
    assert sorted(hellos(seen)) == [(CLASSIC, Outcome.OK)] * 2 + [(MODERN, outcome)] * 4


async def test_silence_about_the_large_one_ends_within_two_steps(
    small_network: RealNetwork, authority: Authority
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        LargeHelloFilter(server.peer, sni_filter.drop) as box,
    ):
        begin = asyncio.get_running_loop().time()
        seen = await look(small_network, check(HOST, port=box.peer.port, timeout=SHORT), AT)
        lasted = asyncio.get_running_loop().time() - begin
    assert {outcome for size, outcome in hellos(seen) if size == MODERN} == {Outcome.DROPPED}
    assert {outcome for size, outcome in hellos(seen) if size == CLASSIC} == {Outcome.OK}
    assert lasted < 2 * SHORT + 0.5


async def test_one_of_the_large_ones_is_sent_in_small_segments(
    small_network: RealNetwork, authority: Authority
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        LargeHelloFilter(server.peer, sni_filter.reset) as box,
    ):
        seen = await look(small_network, check(HOST, port=box.peer.port, timeout=AMPLE), AT)
    opened = [s for s in seen_by(seen, Experiment.LARGE_HELLO) if isinstance(s, Connect)]
    assert [step.mss for step in opened if step.mss is not None] == [536]


async def test_through_a_proxy_segments_are_not_ours_to_choose(
    small_network: RealNetwork, authority: Authority
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        LargeHelloFilter(server.peer, sni_filter.reset) as box,
        ConnectProxy({f"{HOST}:443": box.peer}) as proxy,
    ):
        route = ViaProxy(Proxy(scheme="http", host="proxy.test", port=proxy.peer.port))
        asked = check(HOST, timeout=AMPLE, route=route)
        seen = await look(small_network, asked, vantage({"proxy.test": ["127.0.0.1"]}))
    assert sorted(hellos(seen)) == [(CLASSIC, Outcome.OK)] * 2 + [(MODERN, Outcome.RESET)] * 3
    opened = [s for s in seen_by(seen, Experiment.LARGE_HELLO) if isinstance(s, Connect)]
    assert {step.mss for step in opened} == {None}


async def test_a_stalled_handshake_is_tried_in_small_segments_and_then_both_ways_again(
    network: RealNetwork, authority: Authority
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        SmallSegmentsOnly(server.peer, silent) as box,
    ):
        seen = await look(network, check(HOST, port=box.peer.port, timeout=SHORT), AT)
    assert seen.attempts[0].last.outcome is Outcome.DROPPED
    found = [s for s in seen_by(seen, Experiment.SMALL_SEGMENTS) if isinstance(s, Handshake)]
    assert [step.outcome for step in found[:2]] == [Outcome.OK, Outcome.OK]
    assert found[-1].outcome is Outcome.DROPPED, "the one in full size, cut at the end"
    assert not [s for s in seen_by(seen, Experiment.SMALL_SEGMENTS) if hasattr(s, "status")]


async def test_silence_in_small_segments_as_well_is_not_tried_again(network: RealNetwork) -> None:
    async with Listener(silent) as listener:
        seen = await look(network, check(HOST, port=listener.peer.port, timeout=SHORT), AT)
    found = [s for s in seen_by(seen, Experiment.SMALL_SEGMENTS) if isinstance(s, Handshake)]
    assert [step.outcome for step in found] == [Outcome.DROPPED]


async def test_a_reset_is_no_matter_of_segments(network: RealNetwork) -> None:
    async with Listener(reset_after_hello) as listener:
        seen = await look(network, check(HOST, port=listener.peer.port, timeout=AMPLE), AT)
    assert not seen_by(seen, Experiment.SMALL_SEGMENTS)
