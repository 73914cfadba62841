"""What fails over the way that is configured is tried once over the other one."""

import pytest

from preflight.model.endpoint import Protocol
from preflight.model.evidence import (
    Connect,
    Evidence,
    Exchange,
    Experiment,
    Handshake,
    Lookup,
    Observation,
    Outcome,
    Tunnel,
)
from preflight.model.plan import Direct, Stage, ViaProxy
from preflight.model.vantage import Credentials, Peer, Proxy
from preflight.wire.host import RealNetwork
from tests.factories import check
from tests.fakes.answers import Answer, respond
from tests.fakes.authority import Authority
from tests.fakes.closed_ports import dropping_tcp, refusing_tcp
from tests.fakes.connect_proxy import AUTH_REQUIRED, BAD_GATEWAY, DENIED, ConnectProxy
from tests.fakes.listener import Handler, Listener
from tests.fakes.raw_tcp import reset_after_hello, silent
from tests.fakes.tls_server import HttpServer, TlsServer
from tests.probes.looking import AMPLE, look, vantage

HOST = "api.service.test"
PROXY = "proxy.test"
HERE = vantage({HOST: ["127.0.0.1"], PROXY: ["127.0.0.1"]})
SHORT = 0.6
"""Seconds; a budget that is meant to run out. Half of it is the patience with a silent step."""


def via(peer: Peer, credentials: Credentials | None = None) -> ViaProxy:
    return ViaProxy(Proxy(scheme="http", host=PROXY, port=peer.port, credentials=credentials))


def on_other_route(seen: Evidence) -> list[Observation]:
    return [
        step
        for control in seen.controls
        if control.name is Experiment.OTHER_ROUTE
        for step in control.observations
    ]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (DENIED, Outcome.DENIED),
        (AUTH_REQUIRED, Outcome.AUTH_REQUIRED),
        (BAD_GATEWAY, Outcome.UPSTREAM_FAILED),
    ],
)
async def test_what_the_proxy_refuses_is_tried_directly(
    network: RealNetwork, authority: Authority, answer: Answer, outcome: Outcome
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        ConnectProxy(answers={f"{HOST}:{server.peer.port}": answer}) as proxy,
    ):
        asked = check(
            HOST, port=server.peer.port, timeout=AMPLE, route=via(proxy.peer), alternative=Direct()
        )
        seen = await look(network, asked, HERE)
    assert seen.attempts[0].last.outcome is outcome
    found = on_other_route(seen)
    assert [type(step) for step in found] == [Lookup, Connect, Handshake, Exchange]
    assert [step.stage for step in found] == [Stage.DNS, Stage.TCP, Stage.TLS, Stage.HTTP]
    assert found[-1].outcome is Outcome.OK


async def test_a_closed_proxy_is_left_out(network: RealNetwork, authority: Authority) -> None:
    async with TlsServer(authority.identity(HOST)) as server:
        with refusing_tcp() as peer:
            asked = check(
                HOST, port=server.peer.port, timeout=AMPLE, route=via(peer), alternative=Direct()
            )
            seen = await look(network, asked, HERE)
    assert on_other_route(seen)[-1].outcome is Outcome.OK


async def test_a_silent_proxy_is_left_out_while_it_is_still_silent(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.identity(HOST)) as server, Listener(silent) as proxy:
        asked = check(
            HOST, port=server.peer.port, timeout=SHORT, route=via(proxy.peer), alternative=Direct()
        )
        seen = await look(network, asked, HERE)
    assert isinstance(seen.attempts[0].last, Tunnel)
    assert seen.attempts[0].last.outcome is Outcome.DROPPED
    assert on_other_route(seen)[-1].outcome is Outcome.OK


async def test_a_proxy_whose_name_does_not_resolve_is_left_out(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.identity(HOST)) as server:
        route = ViaProxy(Proxy(scheme="http", host=PROXY, port=3128))
        asked = check(HOST, port=server.peer.port, timeout=AMPLE, route=route, alternative=Direct())
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    assert seen.attempts == ()
    assert on_other_route(seen)[-1].outcome is Outcome.OK


@pytest.mark.parametrize("handler", [reset_after_hello, None], ids=["reset", "no listener"])
async def test_what_fails_past_the_proxy_is_tried_through_it(
    network: RealNetwork, authority: Authority, handler: Handler | None
) -> None:
    with refusing_tcp() as closed:
        async with (
            TlsServer(authority.identity(HOST)) as server,
            Listener(handler or silent) as broken,
        ):
            peer = broken.peer if handler else closed
            async with ConnectProxy({f"{HOST}:{peer.port}": server.peer}) as proxy:
                asked = check(HOST, port=peer.port, timeout=AMPLE, alternative=via(proxy.peer))
                seen = await look(network, asked, HERE)
    found = on_other_route(seen)
    assert [type(step) for step in found] == [Lookup, Connect, Tunnel, Handshake, Exchange]
    assert found[-1].outcome is Outcome.OK


async def test_silence_past_the_proxy_is_followed_through_it(
    network: RealNetwork, authority: Authority
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        dropping_tcp() as dark,
        ConnectProxy({f"{HOST}:{dark.port}": server.peer}) as proxy,
    ):
        asked = check(HOST, port=dark.port, timeout=SHORT, alternative=via(proxy.peer))
        seen = await look(network, asked, HERE)
    assert on_other_route(seen)[-1].outcome is Outcome.OK


async def test_the_other_ways_own_silence_is_seen_within_the_step(network: RealNetwork) -> None:
    async with (
        dropping_tcp() as dark,
        ConnectProxy(answers={f"{HOST}:{dark.port}": DENIED}) as proxy,
    ):
        asked = check(
            HOST, port=dark.port, timeout=SHORT, route=via(proxy.peer), alternative=Direct()
        )
        seen = await look(network, asked, HERE)
    last = on_other_route(seen)[-1]
    assert isinstance(last, Connect)
    assert last.outcome is Outcome.DROPPED
    assert last.elapsed < SHORT


async def test_it_is_tried_once_however_many_addresses_fail(network: RealNetwork) -> None:
    with refusing_tcp() as peer, refusing_tcp() as closed:
        asked = check(HOST, port=closed.port, timeout=AMPLE, route=via(peer), alternative=Direct())
        at = vantage({HOST: ["127.0.0.1"], PROXY: ["127.0.0.1", "127.0.0.2"]})
        seen = await look(network, asked, at)
    assert len(seen.attempts) == 2
    assert [type(step) for step in on_other_route(seen)] == [Lookup, Connect]


async def test_an_open_way_through_the_proxy_is_not_compared(
    network: RealNetwork, authority: Authority
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        ConnectProxy({f"{HOST}:443": server.peer}) as proxy,
    ):
        asked = check(HOST, timeout=AMPLE, route=via(proxy.peer), alternative=Direct())
        seen = await look(network, asked, HERE)
    assert on_other_route(seen) == []


async def test_without_another_way_there_is_nothing_to_try(network: RealNetwork) -> None:
    with refusing_tcp() as peer:
        seen = await look(network, check(HOST, timeout=AMPLE, route=via(peer)), HERE)
    assert on_other_route(seen) == []


@pytest.mark.parametrize(("status", "is_tried"), [(403, True), (407, True), (404, False)])
async def test_of_answers_in_clear_those_that_proxies_give_are_followed(
    network: RealNetwork, status: int, is_tried: bool
) -> None:
    async with (
        HttpServer() as server,
        ConnectProxy(
            answers={f"{HOST}:{server.peer.port}": respond(status, b"", (), "As it is")}
        ) as proxy,
    ):
        asked = check(
            HOST,
            port=server.peer.port,
            protocol=Protocol.HTTP,
            timeout=AMPLE,
            route=via(proxy.peer),
            alternative=Direct(),
        )
        seen = await look(network, asked, HERE)
    assert bool(on_other_route(seen)) is is_tried


async def test_the_proxys_credentials_stay_out_of_the_direct_way(network: RealNetwork) -> None:
    secret = Credentials(user="bob", password="hunter2")
    with refusing_tcp() as peer:
        async with HttpServer() as server:
            asked = check(
                HOST,
                port=server.peer.port,
                protocol=Protocol.HTTP,
                timeout=AMPLE,
                route=via(peer, secret),
                alternative=Direct(),
            )
            await look(network, asked, HERE)
            (heard,) = server.requests
    assert heard.header("proxy-authorization") is None
    assert heard.target == "/"
