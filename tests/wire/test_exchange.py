"""One HTTP request on a stream that is already open."""

import asyncio
import ssl
import tracemalloc

import pytest

from preflight.model.evidence import Exchange, Outcome
from preflight.model.plan import Stage
from preflight.model.vantage import Credentials, Peer
from preflight.wire.exchange import exchange, upgrade_headers
from preflight.wire.host import RealNetwork
from preflight.wire.http1 import BODY_LIMIT, HEADERS_LIMIT, VALUE_LIMIT, Request
from preflight.wire.tunnel import authorization
from tests.fakes import answers
from tests.fakes.answers import Answer
from tests.fakes.authority import Authority
from tests.fakes.listener import Listener
from tests.fakes.tls_refusal import refusing
from tests.fakes.tls_server import HttpServer, TlsServer
from tests.wire.opening import AMPLE, SHORT, stream_to, tls_to

HOST = "service.example.test"
SMALL = 4 << 20
"""Bytes of memory within which every answer must be handled."""


async def fetched(
    network: RealNetwork, peer: Peer, *, path: str = "/", timeout: float = AMPLE
) -> Exchange:
    request = Request(method="GET", url=f"http://{HOST}:{peer.port}{path}")
    async with stream_to(network, peer) as stream:
        return await exchange(network, stream, request, path=path, timeout=timeout)


async def answered(network: RealNetwork, answer: Answer, *, timeout: float = AMPLE) -> Exchange:
    """What comes of an answer, in clear."""
    async with HttpServer(answer) as server:
        return await fetched(network, server.peer, timeout=timeout)


async def answered_in_tls(
    network: RealNetwork, authority: Authority, answer: Answer, *, timeout: float = AMPLE
) -> Exchange:
    request = Request(method="GET", url=f"https://{HOST}/")
    async with (
        TlsServer(authority.identity(HOST), answer) as server,
        tls_to(network, server.peer, HOST) as stream,
    ):
        return await exchange(network, stream, request, path="/", timeout=timeout)


async def test_the_answer_is_kept(network: RealNetwork, loopback: str) -> None:
    answer = answers.respond(403, b"<html>who are you", (("X-Kind", "service"),))
    async with HttpServer(answer, address=loopback) as server:
        seen = await fetched(network, server.peer, path="/OperationalData.svc?x=1")
        (request,) = server.requests
    assert (seen.outcome, seen.stage, seen.status) == (Outcome.OK, Stage.HTTP, 403)
    assert seen.body == b"<html>who are you"
    assert ("x-kind", "service") in seen.headers
    assert (request.method, request.target) == ("GET", "/OperationalData.svc?x=1")
    assert request.header("host") == f"{HOST}:{server.peer.port}"


async def test_the_same_inside_tls(network: RealNetwork, authority: Authority) -> None:
    seen = await answered_in_tls(network, authority, answers.respond(200, b"ok"))
    assert (seen.outcome, seen.status, seen.body) == (Outcome.OK, 200, b"ok")


async def test_a_redirect_is_an_answer_and_not_followed(network: RealNetwork) -> None:
    async with HttpServer(answers.redirect("http://elsewhere.test/")) as server:
        seen = await fetched(network, server.peer)
        assert server.accepted == 1
    assert (seen.outcome, seen.status) == (Outcome.OK, 302)


async def test_an_upgrade_is_an_answer(network: RealNetwork, authority: Authority) -> None:
    request = Request(method="GET", url=f"https://{HOST}/", headers=upgrade_headers())
    async with (
        TlsServer(authority.identity(HOST), answers.upgrade) as server,
        tls_to(network, server.peer, HOST) as stream,
    ):
        seen = await exchange(network, stream, request, path="/", timeout=AMPLE)
        (asked,) = server.requests
    assert (seen.outcome, seen.status) == (Outcome.OK, 101)
    assert asked.header("sec-websocket-version") == "13"


async def test_a_connection_reset_after_the_request(
    network: RealNetwork, authority: Authority
) -> None:
    assert (await answered(network, answers.reset)).outcome is Outcome.RESET
    assert (await answered_in_tls(network, authority, answers.reset)).outcome is Outcome.RESET


@pytest.mark.parametrize("answer", [answers.close, answers.hang_up])
async def test_a_connection_closed_after_the_request(
    network: RealNetwork, authority: Authority, answer: Answer
) -> None:
    assert (await answered(network, answer)).outcome is Outcome.CLOSED
    assert (await answered_in_tls(network, authority, answer)).outcome is Outcome.CLOSED


async def test_silence_after_the_request_is_dropped(
    network: RealNetwork, authority: Authority
) -> None:
    in_clear = await answered(network, answers.silence, timeout=SHORT)
    in_tls = await answered_in_tls(network, authority, answers.silence, timeout=SHORT)
    assert (in_clear.outcome, in_tls.outcome) == (Outcome.DROPPED, Outcome.DROPPED)


async def test_a_reset_within_the_head_is_no_answer(network: RealNetwork) -> None:
    seen = await answered(network, answers.reset_within_head)
    assert seen.outcome is Outcome.RESET
    assert seen.status is None


@pytest.mark.parametrize(
    "answer",
    [
        answers.malformed_status_line,
        answers.raw(b"\x00\x01\x02\x03\r\n\r\n"),
        answers.raw(b"SSH-2.0-OpenSSH_9.2p1\r\n\r\n"),
        answers.raw(b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"),
        answers.raw(b"HTTP/1.1 99999 OK\r\n\r\n"),
        answers.raw(b"HTTP/1.1 200 OK\r\nContent-Length: minus one\r\n\r\n"),
    ],
)
async def test_an_answer_that_is_no_http_is_malformed(network: RealNetwork, answer: Answer) -> None:
    seen = await answered(network, answer)
    assert (seen.outcome, seen.status) == (Outcome.MALFORMED, None)


@pytest.mark.parametrize(
    "answer", [answers.endless_headers, answers.endless_header_line, answers.interim_flood]
)
async def test_a_head_without_end_is_too_large(
    network: RealNetwork, authority: Authority, answer: Answer
) -> None:
    assert (await answered(network, answer)).outcome is Outcome.TOO_LARGE
    assert (await answered_in_tls(network, authority, answer)).outcome is Outcome.TOO_LARGE


@pytest.mark.parametrize("answer", [answers.endless_body, answers.gzip_bomb])
async def test_of_a_huge_body_the_first_bytes_are_kept(
    network: RealNetwork, answer: Answer
) -> None:
    seen = await answered(network, answer)
    assert (seen.outcome, seen.status, len(seen.body)) == (Outcome.OK, 200, BODY_LIMIT)


async def test_a_compressed_body_stays_compressed(network: RealNetwork) -> None:
    seen = await answered(network, answers.gzip_bomb)
    assert seen.body.startswith(b"\x1f\x8b")


async def test_a_body_that_stalls_takes_nothing_from_the_answer(network: RealNetwork) -> None:
    seen = await answered(network, answers.dripping_body)
    assert (seen.outcome, seen.status, seen.body) == (Outcome.OK, 200, b"b")


async def test_a_body_that_breaks_off_takes_nothing_from_the_answer(network: RealNetwork) -> None:
    cut = answers.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
    seen = await answered(network, cut)
    assert (seen.outcome, seen.status, seen.body) == (Outcome.OK, 200, b"half")


async def test_many_and_long_headers_are_bounded(network: RealNetwork) -> None:
    headers = tuple((f"X-{number}", "v" * 600) for number in range(80))
    seen = await answered(network, answers.respond(headers=headers))
    assert seen.outcome is Outcome.OK
    assert len(seen.headers) == HEADERS_LIMIT
    assert max(len(value) for _, value in seen.headers) == VALUE_LIMIT


async def test_header_bytes_beyond_ascii_are_kept_as_latin_1(network: RealNetwork) -> None:
    seen = await answered(network, answers.raw(b"HTTP/1.1 200 OK\r\nServer: caf\xe9\r\n\r\n"))
    assert ("server", "caf\xe9") in seen.headers


async def test_an_alert_instead_of_an_answer(network: RealNetwork, authority: Authority) -> None:
    """A server that wants a client certificate says so only after a TLS 1.3 handshake is complete."""
    context = authority.identity(HOST).context(minimum=ssl.TLSVersion.TLSv1_3)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=authority.pem.decode())
    request = Request(method="GET", url=f"https://{HOST}/")
    async with (
        Listener(refusing(context)) as server,
        tls_to(network, server.peer, HOST) as stream,
    ):
        seen = await exchange(network, stream, request, path="/", timeout=AMPLE)
    assert seen.outcome is Outcome.ALERT


@pytest.mark.parametrize(
    "answer", [answers.endless_headers, answers.endless_body, answers.gzip_bomb]
)
async def test_hostile_answers_cost_little_memory(network: RealNetwork, answer: Answer) -> None:
    async with HttpServer(answer) as server:
        await fetched(network, server.peer)  # imports are not what is measured
        tracemalloc.start()
        try:
            await fetched(network, server.peer)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < SMALL


async def test_credentials_for_a_proxy_are_sent_and_never_shown(network: RealNetwork) -> None:
    headers = authorization(Credentials(user="proxy-user", password="pr0xy-s3cret"))
    url = f"http://{HOST}/crl"
    request = Request(method="GET", url=url, headers=headers, target=url)
    async with (
        HttpServer(answers.reset) as proxy,
        stream_to(network, proxy.peer) as stream,
    ):
        seen = await exchange(network, stream, request, path="/crl", timeout=AMPLE)
        (asked,) = proxy.requests
    assert asked.target == url
    sent = asked.header("proxy-authorization")
    assert sent == "Basic cHJveHktdXNlcjpwcjB4eS1zM2NyZXQ="
    for text in (repr(seen), repr(request)):
        assert sent.removeprefix("Basic ") not in text
        assert "pr0xy-s3cret" not in text


async def test_a_cancelled_exchange_passes_the_cancellation_on(network: RealNetwork) -> None:
    async with HttpServer(answers.silence) as server:
        fetching = asyncio.create_task(fetched(network, server.peer))
        while not server.requests:  # noqa: ASYNC110 - the fake has no event for it
            await asyncio.sleep(0)
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching
