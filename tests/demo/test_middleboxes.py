"""Each kind of middlebox brings about the cause that it stands for, and only where it acts."""

from http import HTTPStatus

import pytest

from preflight.demo.world import (
    AtHello,
    AtSyn,
    Interceptor,
    NameFilter,
    PacketFilter,
    Page,
    Portal,
)
from preflight.model.diagnosis import Cause, Verdict
from preflight.model.evidence import Outcome
from tests.demo.tiny import ADDRESS, CLEAR, HOST, OTHER, cause, played, result, tiny

BLOCKED = Page(
    status=HTTPStatus.FORBIDDEN, body="<h1>Web page blocked</h1> by the internet usage policy"
)


async def test_without_a_middlebox_everything_is_reachable() -> None:
    report = await played(tiny(only=(HOST, OTHER, CLEAR)))
    assert [endpoint.verdict for endpoint in report.endpoints] == [Verdict.REACHABLE] * 3


@pytest.mark.parametrize(
    ("ending", "named"),
    [
        (AtSyn.DROP, Cause.TCP_DROPPED),
        (AtSyn.REFUSE, Cause.TCP_REFUSED),
        (AtSyn.PROHIBIT, Cause.TCP_UNREACHABLE),
    ],
)
async def test_a_packet_filter_ends_the_connection_before_it_begins(
    ending: AtSyn, named: Cause
) -> None:
    assert await cause(tiny(PacketFilter(addresses=(ADDRESS,), ending=ending))) is named


async def test_a_packet_filter_leaves_other_ports_alone() -> None:
    world = tiny(PacketFilter(addresses=(ADDRESS,), ports=(443,)), only=(HOST, CLEAR))
    report = await played(world)
    assert [endpoint.cause for endpoint in report.endpoints] == [Cause.TCP_DROPPED, None]


@pytest.mark.parametrize(
    ("ending", "named"),
    [
        (AtHello.RESET, Cause.TLS_SNI_RESET),
        (AtHello.DROP, Cause.TLS_SNI_DROPPED),
        (AtHello.CLOSE, Cause.TLS_CLOSED),
    ],
)
async def test_a_name_filter_ends_the_one_name_and_passes_the_other(
    ending: AtHello, named: Cause
) -> None:
    report = await played(tiny(NameFilter(blocked=(HOST,), ending=ending)))
    assert [endpoint.cause for endpoint in report.endpoints] == [named, None]


async def test_a_name_filter_that_passes_no_name_of_the_address_is_not_taken_for_one() -> None:
    assert await cause(tiny(NameFilter(blocked=(HOST, OTHER)))) is Cause.TLS_RESET


async def test_a_name_filter_reads_the_host_header_of_clear_http() -> None:
    world = tiny(NameFilter(blocked=(CLEAR,)), only=(CLEAR,))
    assert await cause(world, CLEAR) is Cause.HTTP_RESET


async def test_an_interceptor_that_is_not_trusted_here_blocks() -> None:
    seen = await result(tiny(Interceptor(names=(HOST,))))
    assert (seen.verdict, seen.cause) == (Verdict.BLOCKED, Cause.TLS_INTERCEPTED)
    assert seen.tls is not None
    assert "Contoso Firewall" in str(seen.tls.issuer)


async def test_an_interceptor_that_is_trusted_here_is_named_all_the_same() -> None:
    seen = await result(tiny(Interceptor(names=(HOST,)), is_inspection_trusted=True))
    assert (seen.verdict, seen.cause) == (Verdict.DEGRADED, Cause.TLS_INTERCEPTED)


async def test_an_interceptor_leaves_other_names_alone() -> None:
    assert await cause(tiny(Interceptor(names=(HOST,))), OTHER) is None


async def test_an_interceptor_can_answer_in_the_service_s_place() -> None:
    world = tiny(Interceptor(names=(HOST,), page=BLOCKED), is_inspection_trusted=True)
    assert await cause(world) is Cause.HTTP_BLOCK_PAGE


async def test_a_portal_answers_clear_http_in_the_service_s_place() -> None:
    world = tiny(Portal(names=(CLEAR, HOST), page=BLOCKED), only=(CLEAR, HOST))
    report = await played(world)
    assert [endpoint.cause for endpoint in report.endpoints] == [Cause.HTTP_BLOCK_PAGE, None]


async def test_middleboxes_act_in_their_order() -> None:
    world = tiny(Interceptor(names=(HOST,)), NameFilter(blocked=(HOST,)))
    assert await cause(world) is Cause.TLS_INTERCEPTED


async def test_a_reset_shows_in_the_evidence_with_own_port_and_peer() -> None:
    seen = await result(tiny(NameFilter(blocked=(HOST,))))
    last = seen.evidence[-1]
    assert last.outcome == Outcome.RESET
    assert last.destination == f"{ADDRESS}:443"
    assert str(last.source).startswith("192.0.2.1:40")
