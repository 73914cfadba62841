"""The certificates are looked at without judgement only where they failed it."""

from preflight.model.evidence import Control, Evidence, Experiment, Handshake, Outcome
from preflight.model.plan import ViaProxy
from preflight.model.vantage import Proxy
from preflight.wire.host import RealNetwork
from tests.factories import check
from tests.fakes.authority import Authority
from tests.fakes.connect_proxy import ConnectProxy
from tests.fakes.interceptor import Interceptor
from tests.fakes.tls_server import TlsServer
from tests.probes.looking import AMPLE, look, vantage

HOST = "api.service.test"


def looked_at(seen: Evidence) -> list[Control]:
    return [each for each in seen.controls if each.name is Experiment.PRESENTED_CHAIN]


async def test_an_untrusted_chain_is_looked_at_once(
    network: RealNetwork, firewall_authority: Authority
) -> None:
    async with Interceptor(firewall_authority) as box:
        asked = check(HOST, port=box.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
        requests = box.requests
    assert seen.attempts[0].last.outcome is Outcome.UNTRUSTED
    (control,) = looked_at(seen)
    shown = control.observations[-1]
    assert isinstance(shown, Handshake)
    assert not shown.verified
    assert shown.certificates[0].issuer_organization == "Example Firewall Ltd"
    assert HOST in shown.certificates[0].names
    assert requests == [], "nothing may be sent over a connection that was not verified"


async def test_the_whole_presented_chain_is_kept(
    network: RealNetwork, firewall_authority: Authority
) -> None:
    async with TlsServer(firewall_authority.chained(HOST)) as server:
        asked = check(HOST, port=server.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    shown = looked_at(seen)[0].observations[-1]
    assert isinstance(shown, Handshake)
    assert len(shown.certificates) >= 2
    assert shown.certificates[0].issuer == shown.certificates[1].subject


async def test_a_verified_chain_asks_for_no_look(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.identity(HOST)) as server:
        asked = check(HOST, port=server.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    assert looked_at(seen) == []


async def test_without_controls_nothing_more_is_asked(
    network: RealNetwork, firewall_authority: Authority
) -> None:
    async with Interceptor(firewall_authority) as box:
        asked = check(HOST, port=box.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}), control=False)
        accepted = box.accepted
    assert seen.controls == ()
    assert accepted == 1


async def test_behind_a_proxy_the_look_goes_through_it_too(
    network: RealNetwork, firewall_authority: Authority
) -> None:
    async with (
        Interceptor(firewall_authority) as box,
        ConnectProxy({f"{HOST}:443": box.peer}) as proxy,
    ):
        route = ViaProxy(Proxy(scheme="http", host="proxy.test", port=proxy.peer.port))
        seen = await look(
            network, check(HOST, timeout=AMPLE, route=route), vantage({"proxy.test": ["127.0.0.1"]})
        )
        targets = proxy.targets
    assert set(targets) == {f"{HOST}:443"}
    shown = looked_at(seen)[0].observations[-1]
    assert isinstance(shown, Handshake)
    assert shown.certificates[0].issuer_organization == "Example Firewall Ltd"
