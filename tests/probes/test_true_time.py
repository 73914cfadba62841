"""After a certificate failed for its dates, the service is asked what time it is, over a chain judged but for them."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from preflight.model.evidence import (
    Evidence,
    Exchange,
    Experiment,
    Handshake,
    Observation,
    Outcome,
    Tunnel,
)
from preflight.model.plan import ViaProxy
from preflight.model.vantage import Proxy
from preflight.wire.host import RealNetwork
from tests.factories import check
from tests.fakes.answers import respond
from tests.fakes.authority import Authority, Identity
from tests.fakes.connect_proxy import ConnectProxy
from tests.fakes.tls_server import TlsServer
from tests.probes.looking import AMPLE, look, vantage

HOST = "api.service.test"
DATE = f"{datetime(2015, 6, 1, tzinfo=UTC):%a, %d %b %Y %H:%M:%S} GMT"
DATED = respond(404, b"", (("Date", DATE),), "Not Found")


def asked_time(seen: Evidence) -> Sequence[Observation]:
    return [
        step
        for control in seen.controls
        if control.name is Experiment.TRUE_TIME
        for step in control.observations
    ]


@pytest.mark.parametrize("age", ["expired", "not_yet_valid"])
async def test_the_service_states_its_time_over_a_chain_verified_but_for_dates(
    network: RealNetwork, authority: Authority, age: str
) -> None:
    identity: Identity = getattr(authority, age)(HOST)
    async with TlsServer(identity, DATED) as server:
        asked = check(HOST, port=server.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
        requests = server.requests
    assert seen.attempts[0].last.outcome.value == age
    _, shaken, answer = asked_time(seen)
    assert isinstance(shaken, Handshake)
    assert (shaken.outcome, shaken.verified, shaken.ignores_dates) == (Outcome.OK, True, True)
    assert isinstance(answer, Exchange)
    assert ("date", DATE) in answer.headers
    assert [each.method for each in requests] == ["GET"]


async def test_an_old_certificate_of_an_unknown_authority_is_asked_nothing(
    network: RealNetwork, firewall_authority: Authority
) -> None:
    async with TlsServer(firewall_authority.expired(HOST), DATED) as server:
        asked = check(HOST, port=server.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
        requests = server.requests
    assert requests == []
    assert not any(isinstance(step, Exchange) for step in asked_time(seen))


async def test_an_old_certificate_for_another_name_is_asked_nothing(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.expired("other.service.test"), DATED) as server:
        asked = check(HOST, port=server.peer.port, timeout=AMPLE)
        await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
        requests = server.requests
    assert requests == []


async def test_behind_a_proxy_it_is_asked_through_the_tunnel(
    network: RealNetwork, authority: Authority
) -> None:
    async with (
        TlsServer(authority.expired(HOST), DATED) as server,
        ConnectProxy({f"{HOST}:443": server.peer}) as proxy,
    ):
        route = ViaProxy(Proxy(scheme="http", host="proxy.test", port=proxy.peer.port))
        asked = check(HOST, timeout=AMPLE, route=route)
        seen = await look(network, asked, vantage({"proxy.test": ["127.0.0.1"]}))
    steps = asked_time(seen)
    assert any(isinstance(step, Tunnel) for step in steps)
    assert isinstance(steps[-1], Exchange)


async def test_a_valid_certificate_is_not_asked_for_the_time(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.identity(HOST), DATED) as server:
        asked = check(HOST, port=server.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    assert list(asked_time(seen)) == []
