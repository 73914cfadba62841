"""HTTPS: one connection per address shows every stage, up to the first that fails."""

from pathlib import Path

from preflight.model.endpoint import Trust
from preflight.model.evidence import Connect, Exchange, Handshake, Outcome
from preflight.wire.host import RealNetwork
from tests.factories import check
from tests.fakes.answers import respond
from tests.fakes.authority import Authority
from tests.fakes.closed_ports import refusing_tcp
from tests.fakes.listener import Listener
from tests.fakes.raw_tcp import reset_after_hello
from tests.fakes.tls_server import TlsServer
from tests.probes.looking import AMPLE, look, vantage

HOST = "api.service.test"


async def test_an_open_path_shows_every_stage_over_one_connection(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.identity(HOST), respond(404)) as server:
        asked = check(HOST, port=server.peer.port, timeout=AMPLE, path="/api/v1")
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}), control=False)
        accepted, requests = server.accepted, server.requests
    (attempt,) = seen.attempts
    assert [type(step) for step in attempt.steps] == [Connect, Handshake, Exchange]
    assert {step.outcome for step in attempt.steps} == {Outcome.OK}
    assert len({step.source for step in attempt.steps}) == 1
    assert accepted == 1
    assert [request.target for request in requests] == ["/api/v1"]


async def test_both_families_are_tried(
    network: RealNetwork, authority: Authority, loopback: str
) -> None:
    async with TlsServer(authority.identity(HOST), address=loopback) as server:
        asked = check(HOST, port=server.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1", "::1"]}))
    outcomes = {str(attempt.address): attempt.last.outcome for attempt in seen.attempts}
    assert outcomes.pop(loopback) is Outcome.OK
    assert list(outcomes.values()) == [Outcome.REFUSED]


async def test_what_comes_after_a_failed_step_is_absent(network: RealNetwork) -> None:
    with refusing_tcp() as peer:
        asked = check(HOST, port=peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    (attempt,) = seen.attempts
    assert [(type(step), step.outcome) for step in attempt.steps] == [(Connect, Outcome.REFUSED)]


async def test_a_reset_of_the_client_hello_ends_the_line_at_the_handshake(
    network: RealNetwork,
) -> None:
    async with Listener(reset_after_hello) as listener:
        asked = check(HOST, port=listener.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    last = seen.attempts[0].last
    assert isinstance(last, Handshake)
    assert last.outcome is Outcome.RESET
    assert last.server_name == HOST


async def test_a_cluster_without_its_authority_is_only_looked_at(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.identity(HOST)) as server:
        asked = check(HOST, port=server.peer.port, timeout=AMPLE, trust=Trust.CLUSTER)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
        requests = server.requests
    last = seen.attempts[0].last
    assert isinstance(last, Handshake)
    assert (last.outcome, last.verified) == (Outcome.OK, False)
    assert requests == []


async def test_the_clusters_own_authority_judges_its_api_server(
    authority: Authority, tmp_path: Path
) -> None:
    file = tmp_path / "cluster.pem"
    file.write_bytes(authority.pem)
    network = RealNetwork(cluster_ca_file=str(file))
    async with TlsServer(authority.identity(HOST), respond(401)) as server:
        asked = check(HOST, port=server.peer.port, timeout=AMPLE, trust=Trust.CLUSTER)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    last = seen.attempts[0].last
    assert isinstance(last, Exchange)
    assert last.status == 401


async def test_no_address_means_no_attempt(network: RealNetwork) -> None:
    seen = await look(network, check(HOST, timeout=AMPLE), vantage())
    assert seen.attempts == ()
    assert seen.lookups == ()


async def test_addresses_beyond_the_bound_are_counted(network: RealNetwork) -> None:
    with refusing_tcp() as peer:
        many = [f"127.0.0.{last}" for last in range(1, 11)]
        asked = check(HOST, port=peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: many}))
    assert [str(attempt.address) for attempt in seen.attempts] == many[:4]
    assert seen.untried == 6
