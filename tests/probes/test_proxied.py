"""Through an explicit proxy: CONNECT for TLS, absolute form for clear HTTP, and the proxy's own refusals."""

from preflight.model.endpoint import Protocol
from preflight.model.evidence import Connect, Exchange, Handshake, Outcome, Tunnel
from preflight.model.plan import Stage, ViaProxy
from preflight.model.vantage import Credentials, Peer, Proxy
from preflight.wire.host import RealNetwork
from tests.factories import check
from tests.fakes.authority import Authority
from tests.fakes.closed_ports import refusing_tcp
from tests.fakes.connect_proxy import DENIED, ConnectProxy
from tests.fakes.tls_server import HttpServer, TlsServer
from tests.probes.looking import AMPLE, look, vantage

HOST = "api.service.test"
PROXY = "proxy.test"


def via(peer: Peer, *, scheme: str = "http", credentials: Credentials | None = None) -> ViaProxy:
    return ViaProxy(Proxy(scheme=scheme, host=PROXY, port=peer.port, credentials=credentials))


async def test_connect_leads_to_the_service_whose_name_is_never_looked_up(
    network: RealNetwork, authority: Authority
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        ConnectProxy({f"{HOST}:443": server.peer}) as proxy,
    ):
        asked = check(HOST, timeout=AMPLE, route=via(proxy.peer))
        seen = await look(network, asked, vantage({PROXY: ["127.0.0.1"]}), control=False)
        targets = proxy.targets
    (attempt,) = seen.attempts
    assert [type(step) for step in attempt.steps] == [Connect, Tunnel, Handshake, Exchange]
    assert [step.stage for step in attempt.steps] == [
        Stage.PROXY,
        Stage.PROXY,
        Stage.TLS,
        Stage.HTTP,
    ]
    assert attempt.last.outcome is Outcome.OK
    assert targets == [f"{HOST}:443"]
    assert {lookup.name for lookup in seen.lookups} == {PROXY}
    assert {lookup.stage for lookup in seen.lookups} == {Stage.PROXY}


async def test_a_proxy_spoken_to_over_tls_is_verified_first(
    network: RealNetwork, authority: Authority
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        ConnectProxy({f"{HOST}:443": server.peer}, identity=authority.identity(PROXY)) as proxy,
    ):
        asked = check(HOST, timeout=AMPLE, route=via(proxy.peer, scheme="https"))
        seen = await look(network, asked, vantage({PROXY: ["127.0.0.1"]}))
    steps = seen.attempts[0].steps
    assert [type(step) for step in steps] == [Connect, Handshake, Tunnel, Handshake, Exchange]
    assert steps[-1].outcome is Outcome.OK


async def test_an_untrusted_tls_proxy_is_sent_no_credentials(
    network: RealNetwork, firewall_authority: Authority
) -> None:
    async with ConnectProxy(identity=firewall_authority.identity(PROXY)) as proxy:
        secret = Credentials(user="bob", password="hunter2")
        asked = check(
            HOST, timeout=AMPLE, route=via(proxy.peer, scheme="https", credentials=secret)
        )
        seen = await look(network, asked, vantage({PROXY: ["127.0.0.1"]}))
        heard = proxy.asked
    last = seen.attempts[0].last
    assert (last.stage, last.outcome) == (Stage.PROXY, Outcome.UNTRUSTED)
    assert heard == []


async def test_credentials_open_the_proxy_and_stay_out_of_the_evidence(
    network: RealNetwork, authority: Authority
) -> None:
    secret = Credentials(user="bob", password="hunter2")
    async with (
        TlsServer(authority.identity(HOST)) as server,
        ConnectProxy({f"{HOST}:443": server.peer}, credentials=("bob", "hunter2")) as proxy,
    ):
        asked = check(HOST, timeout=AMPLE, route=via(proxy.peer, credentials=secret))
        seen = await look(network, asked, vantage({PROXY: ["127.0.0.1"]}))
    assert seen.attempts[0].last.outcome is Outcome.OK
    assert "hunter2" not in repr(seen)
    assert "Ym9iOmh1bnRlcjI" not in repr(seen)


async def test_without_credentials_the_status_and_the_challenge_of_a_407_survive(
    network: RealNetwork,
) -> None:
    async with ConnectProxy(credentials=("bob", "hunter2")) as proxy:
        asked = check(HOST, timeout=AMPLE, route=via(proxy.peer))
        seen = await look(network, asked, vantage({PROXY: ["127.0.0.1"]}))
    last = seen.attempts[0].last
    assert isinstance(last, Tunnel)
    assert (last.outcome, last.status) == (Outcome.AUTH_REQUIRED, 407)
    assert ("proxy-authenticate", 'Basic realm="egress"') in last.headers


async def test_a_refusal_keeps_its_page(network: RealNetwork) -> None:
    async with ConnectProxy(answers={f"{HOST}:443": DENIED}) as proxy:
        asked = check(HOST, timeout=AMPLE, route=via(proxy.peer))
        seen = await look(network, asked, vantage({PROXY: ["127.0.0.1"]}))
    last = seen.attempts[0].last
    assert isinstance(last, Tunnel)
    assert (last.outcome, last.status) == (Outcome.DENIED, 403)
    assert b"Blocked by policy" in last.body


async def test_a_closed_proxy_port_is_a_failure_of_the_proxy_stage(network: RealNetwork) -> None:
    with refusing_tcp() as peer:
        asked = check(HOST, timeout=AMPLE, route=via(peer))
        seen = await look(network, asked, vantage({PROXY: ["127.0.0.1"]}))
    last = seen.attempts[0].last
    assert (last.stage, last.outcome) == (Stage.PROXY, Outcome.REFUSED)


async def test_clear_http_goes_through_the_proxy_in_absolute_form(network: RealNetwork) -> None:
    async with HttpServer() as server, ConnectProxy({f"{HOST}:80": server.peer}) as proxy:
        asked = check(HOST, port=80, protocol=Protocol.HTTP, timeout=AMPLE, route=via(proxy.peer))
        seen = await look(network, asked, vantage({PROXY: ["127.0.0.1"]}))
        methods = [asked.method for asked in proxy.asked]
    (attempt,) = seen.attempts
    assert [type(step) for step in attempt.steps] == [Connect, Exchange]
    assert isinstance(attempt.last, Exchange)
    assert attempt.last.status == 200
    assert methods == ["GET"]
