"""Heads and bodies of HTTP answers: of the service, in clear and inside TLS, and of a proxy."""

import asyncio
from functools import cache
from ssl import SSLContext

from hypothesis import given
from hypothesis import strategies as st

from preflight.model.endpoint import Answer, Protocol
from preflight.model.vantage import Peer
from preflight.wire.connect import connect
from preflight.wire.exchange import exchange
from preflight.wire.http1 import BODY_LIMIT, HEADERS_LIMIT, VALUE_LIMIT, Request
from tests.budget import examples
from tests.factories import check, endpoint, peer, via
from tests.fakes.authority import Authority
from tests.fuzz import clock
from tests.fuzz.http_text import answers
from tests.fuzz.memory import End, Network, says, within_tls
from tests.fuzz.mutations import CUTS, Edit, bends, pieces
from tests.fuzz.whole import survives
from tests.probes.looking import vantage

HOST = "api.example.test"
AT = vantage({HOST: ["203.0.113.1"], "proxy.contoso.example": ["10.0.0.20"]})
FAR: Peer = peer("203.0.113.1:80")
ENDS: st.SearchStrategy[tuple[End, ...]] = st.sampled_from(((), (b"",), (b"",), (b"",), (None,)))
OF = endpoint(HOST, answer=Answer(statuses=((200, 200),), header="x-mark", body="Healthy"))


@st.composite
def spoken(draw: st.DrawFn) -> list[bytes]:
    """What is said, in the pieces in which it arrives."""
    bend: Edit = draw(bends(2))
    return pieces(bend(draw(answers())), draw(CUTS))


@cache
def authority() -> Authority:
    return Authority("Microsoft Corporation")


@cache
def context() -> SSLContext:
    return authority().identity(HOST).context()


@examples(150)
@given(spoken(), ENDS)
def test_an_exchange_has_an_outcome_and_keeps_a_bounded_part(
    parts: list[bytes], ends: tuple[End, ...]
) -> None:
    async def ask() -> None:
        network = Network(says(parts, *ends))
        stream, _ = await connect(network, FAR, timeout=5.0)
        assert stream is not None
        begin = asyncio.get_running_loop().time()
        request = Request(method="GET", url=f"http://{HOST}/")
        seen = await exchange(network, stream, request, path="/", timeout=5.0)
        assert asyncio.get_running_loop().time() - begin <= 6.0
        assert len(seen.body) <= BODY_LIMIT
        assert len(seen.headers) <= HEADERS_LIMIT
        assert all(len(name + value) <= 2 * VALUE_LIMIT for name, value in seen.headers)

    clock.run(ask())


@examples(60)
@given(spoken(), ENDS, st.sampled_from((Protocol.HTTPS, Protocol.WSS, Protocol.HTTP)))
def test_a_check_of_such_a_service_ends_with_a_report_fit_to_print(
    parts: list[bytes], ends: tuple[End, ...], protocol: Protocol
) -> None:
    inside = says(parts, *ends)
    answer = inside if protocol is Protocol.HTTP else within_tls(context(), inside)
    network = Network(answer, anchors=authority().pem.decode())
    survives(check(HOST, protocol=protocol), network, AT, OF)


@examples(60)
@given(spoken(), ENDS, st.sampled_from((Protocol.HTTPS, Protocol.TCP, Protocol.HTTP)))
def test_a_check_through_such_a_proxy_ends_with_a_report_fit_to_print(
    parts: list[bytes], ends: tuple[End, ...], protocol: Protocol
) -> None:
    survives(check(HOST, protocol=protocol, route=via()), Network(says(parts, *ends)), AT, OF)
