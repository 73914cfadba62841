"""Clear HTTP, WebSocket, bare TCP and UDP."""

from preflight.model.endpoint import Protocol
from preflight.model.evidence import Connect, Datagram, Exchange, Outcome
from preflight.probes.udp import question_for
from preflight.wire.host import RealNetwork
from tests.factories import check
from tests.fakes import ntp
from tests.fakes.answers import respond, upgrade
from tests.fakes.authority import Authority
from tests.fakes.closed_ports import refusing_udp
from tests.fakes.listener import Listener
from tests.fakes.raw_tcp import silent
from tests.fakes.tls_server import HttpServer, TlsServer
from tests.fakes.udp_port import UdpPort
from tests.probes.looking import AMPLE, look, vantage

HOST = "relay.service.test"


async def test_clear_http_asks_without_tls(network: RealNetwork) -> None:
    async with HttpServer(respond(404)) as server:
        asked = check(HOST, port=server.peer.port, protocol=Protocol.HTTP, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    assert [type(step) for step in seen.attempts[0].steps] == [Connect, Exchange]
    assert isinstance(seen.attempts[0].last, Exchange)
    assert seen.attempts[0].last.status == 404


async def test_a_websocket_upgrade_is_asked_for_inside_tls(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.identity(HOST), upgrade) as server:
        asked = check(HOST, port=server.peer.port, protocol=Protocol.WSS, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
        (request,) = server.requests
    last = seen.attempts[0].last
    assert isinstance(last, Exchange)
    assert last.status == 101
    assert request.header("upgrade") == "websocket"
    assert request.header("connection") == "Upgrade"


async def test_bare_tcp_ends_with_the_connection(network: RealNetwork) -> None:
    async with Listener(silent) as listener:
        asked = check(HOST, port=listener.peer.port, protocol=Protocol.TCP, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    assert [type(step) for step in seen.attempts[0].steps] == [Connect]
    assert seen.attempts[0].last.outcome is Outcome.OK


async def test_a_udp_answer_is_kept(network: RealNetwork) -> None:
    async with UdpPort(ntp.echo) as port:
        asked = check(HOST, port=port.peer.port, protocol=Protocol.UDP, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    last = seen.attempts[0].last
    assert isinstance(last, Datagram)
    assert last.outcome is Outcome.OK


async def test_a_udp_port_that_is_refused_says_so(network: RealNetwork) -> None:
    with refusing_udp() as peer:
        asked = check(HOST, port=peer.port, protocol=Protocol.UDP, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    assert seen.attempts[0].last.outcome is Outcome.REFUSED


def test_the_time_port_is_asked_the_time() -> None:
    question, payload = question_for(123)
    assert question == "NTP client request"
    assert payload[0] == 0x23
    assert len(payload) == 48


def test_the_dns_port_is_asked_a_name() -> None:
    question, payload = question_for(53)
    assert question.startswith("DNS query")
    assert b"\x09localhost\x00" in payload
