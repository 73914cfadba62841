"""CONNECT through a forward proxy."""

import asyncio
from ipaddress import ip_address

import pytest

from preflight.model.endpoint import Trust
from preflight.model.evidence import Outcome, Tunnel
from preflight.model.plan import Stage
from preflight.model.vantage import Credentials, Peer, Proxy
from preflight.wire.exchange import exchange
from preflight.wire.handshake import handshake
from preflight.wire.host import RealNetwork
from preflight.wire.http1 import BODY_LIMIT, Request
from preflight.wire.tunnel import tunnel
from tests.fakes import answers
from tests.fakes.answers import Answer
from tests.fakes.authority import Authority
from tests.fakes.connect_proxy import DENIED, ConnectProxy
from tests.fakes.listener import Connection
from tests.fakes.tls_server import TlsServer
from tests.wire.opening import AMPLE, SHORT, stream_to, tls_to

HOST = "service.example.test"
TARGET = f"{HOST}:443"
SECRET = Credentials(user="proxy-user", password="pr0xy-s3cret")


def proxy_at(peer: Peer, credentials: Credentials | None = None) -> Proxy:
    return Proxy(scheme="http", host=str(peer.address), port=peer.port, credentials=credentials)


async def asked(
    network: RealNetwork,
    peer: Peer,
    *,
    credentials: Credentials | None = None,
    target: str = TARGET,
    timeout: float = AMPLE,
) -> Tunnel:
    async with stream_to(network, peer) as stream:
        proxy = proxy_at(peer, credentials)
        _, seen = await tunnel(network, stream, proxy, target, timeout=timeout)
        return seen


async def answered(network: RealNetwork, answer: Answer, *, timeout: float = AMPLE) -> Tunnel:
    async with ConnectProxy(otherwise=answer) as proxy:
        return await asked(network, proxy.peer, timeout=timeout)


async def test_an_allowed_target_is_reached_through_the_tunnel(
    network: RealNetwork, authority: Authority, loopback: str
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        ConnectProxy({TARGET: server.peer}, address=loopback) as proxy,
        stream_to(network, proxy.peer) as stream,
    ):
        onward, seen = await tunnel(network, stream, proxy_at(proxy.peer), TARGET, timeout=AMPLE)
        assert onward is not None, seen
        tls, shaken = await handshake(
            network, onward, HOST, trust=Trust.PUBLIC, verify=True, timeout=AMPLE
        )
        assert tls is not None, shaken
        got = await exchange(
            network, tls, Request(method="GET", url=f"https://{HOST}/"), path="/", timeout=AMPLE
        )
        assert proxy.targets == [TARGET]
    assert (seen.outcome, seen.stage, seen.status) == (Outcome.OK, Stage.PROXY, 200)
    assert (seen.target, seen.destination) == (TARGET, proxy.peer)
    assert got.body == b"ok"


async def test_a_proxy_that_is_spoken_to_over_tls(
    network: RealNetwork, authority: Authority
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        ConnectProxy({TARGET: server.peer}, identity=authority.identity("proxy.test")) as proxy,
        tls_to(network, proxy.peer, "proxy.test") as stream,
    ):
        onward, seen = await tunnel(network, stream, proxy_at(proxy.peer), TARGET, timeout=AMPLE)
        assert onward is not None, seen
        tls, shaken = await handshake(
            network, onward, HOST, trust=Trust.PUBLIC, verify=True, timeout=AMPLE
        )
        assert tls is not None, shaken
    assert seen.outcome is Outcome.OK


async def test_an_address_of_version_6_is_asked_in_brackets(network: RealNetwork) -> None:
    async with ConnectProxy() as proxy:
        target = str(Peer(address=ip_address("2001:db8::1"), port=443))
        await asked(network, proxy.peer, target=target)
        assert proxy.targets == ["[2001:db8::1]:443"]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (407, Outcome.AUTH_REQUIRED),
        (403, Outcome.DENIED),
        (400, Outcome.DENIED),
        (302, Outcome.DENIED),
        (500, Outcome.DENIED),
        (502, Outcome.UPSTREAM_FAILED),
        (503, Outcome.UPSTREAM_FAILED),
        (504, Outcome.UPSTREAM_FAILED),
    ],
)
async def test_a_refusal_is_named_by_its_status(
    network: RealNetwork, status: int, outcome: Outcome
) -> None:
    seen = await answered(network, answers.respond(status, b"no"))
    assert (seen.outcome, seen.status) == (outcome, status)


async def test_a_refusal_keeps_reason_headers_and_page(network: RealNetwork) -> None:
    seen = await answered(network, DENIED)
    assert seen.reason == "Forbidden"
    assert ("server", "squid") in seen.headers
    assert seen.body == b"<h1>Blocked by policy</h1>"


async def test_credentials_are_sent_and_accepted(network: RealNetwork) -> None:
    async with ConnectProxy(credentials=("proxy-user", "pr0xy-s3cret")) as proxy:
        with_them = await asked(network, proxy.peer, credentials=SECRET)
        without = await asked(network, proxy.peer)
        assert [one.authorized for one in proxy.asked] == [True, False]
    assert with_them.outcome is not Outcome.AUTH_REQUIRED
    assert without.outcome is Outcome.AUTH_REQUIRED
    assert ("proxy-authenticate", 'Basic realm="egress"') in without.headers


async def test_what_comes_together_with_the_proxys_answer_is_the_first_thing_read(
    network: RealNetwork,
) -> None:
    """A portal that answers CONNECT itself: 200, and its page right behind."""
    page = b"<html>please log in</html>"

    async def portal(connection: Connection, request: answers.Request) -> None:
        await connection.send(b"HTTP/1.1 200 OK\r\n\r\n" + page)
        await answers.silence(connection, request)

    async with (
        ConnectProxy(otherwise=portal) as proxy,
        stream_to(network, proxy.peer) as stream,
    ):
        onward, seen = await tunnel(network, stream, proxy_at(proxy.peer), TARGET, timeout=AMPLE)
        assert onward is not None, seen
        _, shaken = await handshake(
            network, onward, HOST, trust=Trust.PUBLIC, verify=True, timeout=AMPLE
        )
    assert (shaken.outcome, shaken.first_bytes) == (Outcome.NOT_TLS, page)


async def test_a_banner_and_a_close_are_no_refusal(network: RealNetwork) -> None:
    async def banner(connection: Connection, request: answers.Request) -> None:
        await connection.send(b"SSH-2.0-OpenSSH_9.2p1\r\n")

    seen = await answered(network, banner)
    assert seen.outcome is Outcome.MALFORMED


async def test_silence_after_connect_is_dropped(network: RealNetwork) -> None:
    seen = await answered(network, answers.silence, timeout=SHORT)
    assert seen.outcome is Outcome.DROPPED


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (answers.reset, Outcome.RESET),
        (answers.close, Outcome.CLOSED),
        (answers.malformed_status_line, Outcome.MALFORMED),
        (answers.endless_headers, Outcome.TOO_LARGE),
        (answers.endless_header_line, Outcome.TOO_LARGE),
        (answers.interim_flood, Outcome.TOO_LARGE),
    ],
)
async def test_what_a_proxy_does_instead_of_answering(
    network: RealNetwork, answer: Answer, outcome: Outcome
) -> None:
    assert (await answered(network, answer)).outcome is outcome


async def test_of_a_refusal_without_end_the_first_bytes_are_kept(network: RealNetwork) -> None:
    async def endless(connection: Connection, request: answers.Request) -> None:
        await connection.send(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 99999999\r\n\r\n")
        while True:
            await connection.send(b"b" * 4096)

    seen = await answered(network, endless)
    assert (seen.outcome, len(seen.body)) == (Outcome.DENIED, BODY_LIMIT)


async def test_a_page_that_stalls_takes_nothing_from_the_refusal(network: RealNetwork) -> None:
    async def stalls(connection: Connection, request: answers.Request) -> None:
        await connection.send(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 10\r\n\r\nb")
        await answers.silence(connection, request)

    seen = await answered(network, stalls)
    assert (seen.outcome, seen.status, seen.body) == (Outcome.DENIED, 403, b"b")


@pytest.mark.parametrize(
    "answer", [DENIED, answers.respond(407), answers.reset, answers.malformed_status_line]
)
async def test_no_observation_holds_the_credentials(network: RealNetwork, answer: Answer) -> None:
    async with ConnectProxy(otherwise=answer) as proxy:
        seen = await asked(network, proxy.peer, credentials=SECRET)
    for text in (repr(seen), str(seen)):
        assert "pr0xy-s3cret" not in text
        assert "proxy-user" not in text
        assert "cHJveHktdXNlcjpwcjB4eS1zM2NyZXQ=" not in text


async def test_a_cancelled_connect_passes_the_cancellation_on(network: RealNetwork) -> None:
    async with ConnectProxy(otherwise=answers.silence) as proxy:
        asking = asyncio.create_task(asked(network, proxy.peer))
        while not proxy.asked:  # noqa: ASYNC110 - the fake has no event for it
            await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
