"""What is refused under one name is asked for under others, elsewhere, and once more."""

import asyncio
from collections.abc import Iterator

import pytest

from preflight.model.endpoint import Protocol
from preflight.model.evidence import Control, Evidence, Experiment, Handshake, Outcome
from preflight.model.plan import ViaProxy
from preflight.model.vantage import Peer, Proxy
from preflight.wire.host import RealNetwork
from tests.factories import check
from tests.fakes import sni_filter
from tests.fakes.authority import Authority
from tests.fakes.closed_ports import dropping_tcp
from tests.fakes.connect_proxy import ConnectProxy
from tests.fakes.listener import Connection, Listener
from tests.fakes.raw_tcp import reset_after_hello, silent
from tests.fakes.relay import relay
from tests.fakes.sni_filter import Decision, SniFilter
from tests.fakes.tls_server import HttpServer, TlsServer
from tests.probes.looking import AMPLE, look, look_all, vantage

HOST, OTHER, THIRD = "api.service.test", "other.service.test", "third.elsewhere.test"
SHORT = 0.6
"""Seconds; a budget that is meant to run out."""
LOOPBACK = ["127.0.0.1"]


def control(seen: Evidence, experiment: Experiment) -> Control | None:
    return next((each for each in seen.controls if each.name is experiment), None)


def handshakes(seen: Evidence, experiment: Experiment) -> Iterator[tuple[str | None, Outcome]]:
    found = control(seen, experiment)
    for step in found.observations if found else ():
        if isinstance(step, Handshake):
            assert not step.verified
            yield step.server_name, step.outcome


async def test_a_name_that_is_reset_is_compared_with_an_open_one_at_the_same_address(
    network: RealNetwork, authority: Authority
) -> None:
    async with (
        TlsServer(authority.identity(HOST, OTHER)) as server,
        SniFilter(server.peer, {HOST: sni_filter.reset}) as box,
    ):
        checks = [check(name, port=box.peer.port, timeout=AMPLE) for name in (HOST, OTHER)]
        filtered, opened = await look_all(
            network, checks, vantage({HOST: LOOPBACK, OTHER: LOOPBACK})
        )
        requests = len(server.requests)
    assert (OTHER, Outcome.OK) in set(handshakes(filtered, Experiment.ANOTHER_NAME))
    assert not list(handshakes(opened, Experiment.ANOTHER_NAME))
    assert requests == 1, "only the open main line may ask for anything"


async def test_silence_is_compared_while_it_lasts(
    network: RealNetwork, authority: Authority
) -> None:
    async with (
        TlsServer(authority.identity(HOST, OTHER)) as server,
        SniFilter(server.peer, {HOST: sni_filter.drop}) as box,
    ):
        checks = [check(name, port=box.peer.port, timeout=SHORT) for name in (HOST, OTHER)]
        begin = asyncio.get_running_loop().time()
        filtered, _ = await look_all(network, checks, vantage({HOST: LOOPBACK, OTHER: LOOPBACK}))
        lasted = asyncio.get_running_loop().time() - begin
    assert filtered.attempts[0].last.outcome is Outcome.DROPPED
    assert (OTHER, Outcome.OK) in set(handshakes(filtered, Experiment.ANOTHER_NAME))
    assert lasted < 2 * SHORT + 0.5


async def test_a_name_alone_in_its_plan_is_compared_with_none_at_all(
    network: RealNetwork, authority: Authority
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        SniFilter(server.peer, {HOST: sni_filter.reset}) as box,
    ):
        asked = check(HOST, port=box.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: LOOPBACK}))
        names = set(box.server_names)
    assert names == {HOST, None}
    assert list(handshakes(seen, Experiment.ANOTHER_NAME)) == [(None, Outcome.OK)]


async def test_names_that_are_not_known_to_be_open_are_tried_the_unrelated_one_first(
    network: RealNetwork, authority: Authority
) -> None:
    """Nothing is open anywhere, so that nobody waits for a name to be."""
    begin = asyncio.get_running_loop().time()
    async with (
        TlsServer(authority.identity(THIRD)) as server,
        SniFilter(server.peer, {}, default=sni_filter.reset) as box,
    ):
        names = (HOST, OTHER, "more.service.test", THIRD)
        checks = [check(name, port=box.peer.port, timeout=AMPLE) for name in names]
        seen, *_ = await look_all(network, checks, vantage(dict.fromkeys(names, LOOPBACK)))
    tried = dict(handshakes(seen, Experiment.ANOTHER_NAME))
    assert set(tried) == {OTHER, THIRD}
    assert asyncio.get_running_loop().time() - begin < AMPLE / 4


async def test_a_host_that_is_an_address_has_no_name_to_compare(network: RealNetwork) -> None:
    async with Listener(reset_after_hello) as listener:
        asked = check("127.0.0.1", port=listener.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage())
    assert seen.attempts[0].last.outcome is Outcome.RESET
    assert control(seen, Experiment.ANOTHER_NAME) is None


async def test_the_name_is_tried_where_another_one_is_answered(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.identity(OTHER)) as server:
        port = server.peer.port
        async with SniFilter(server.peer, {}, default=sni_filter.reset, address="::1", port=port):
            checks = [check(name, port=port, timeout=AMPLE) for name in (HOST, OTHER)]
            hosts = {HOST: ["::1"], OTHER: LOOPBACK}
            refused, _ = await look_all(network, checks, vantage(hosts))
    found = control(refused, Experiment.ANOTHER_ADDRESS)
    assert found is not None
    assert (str(found.address), str(found.observations[-1].destination)) == (
        "::1",
        f"127.0.0.1:{port}",
    )
    assert list(handshakes(refused, Experiment.ANOTHER_ADDRESS)) == [(HOST, Outcome.OK)]


async def test_through_a_proxy_no_other_name_is_tried(
    network: RealNetwork, authority: Authority
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        SniFilter(server.peer, {HOST: sni_filter.reset}) as box,
        ConnectProxy({f"{HOST}:443": box.peer, f"{OTHER}:443": server.peer}) as proxy,
    ):
        route = ViaProxy(Proxy(scheme="http", host="127.0.0.1", port=proxy.peer.port))
        checks = [check(name, route=route, timeout=AMPLE) for name in (HOST, OTHER)]
        filtered, _ = await look_all(network, checks, vantage())
    assert filtered.attempts[0].last.outcome is Outcome.RESET
    assert control(filtered, Experiment.ANOTHER_NAME) is None
    assert control(filtered, Experiment.ANOTHER_ADDRESS) is None


class Flaky:
    """Resets the first connections and passes the later ones on."""

    def __init__(self, upstream: Peer, *, bad: int) -> None:
        self._upstream = upstream
        self._bad = bad

    async def serve(self, connection: Connection) -> None:
        self._bad -= 1
        if self._bad >= 0:
            connection.reset()
        else:
            await relay(connection, self._upstream)


async def test_a_failure_is_repeated_from_another_port(
    network: RealNetwork, authority: Authority
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        Listener(Flaky(server.peer, bad=1).serve) as flaky,
    ):
        asked = check(HOST, port=flaky.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: LOOPBACK}))
    assert seen.attempts[0].last.outcome is Outcome.RESET
    again = control(seen, Experiment.REPEAT)
    assert again is not None
    assert again.observations[-1].outcome is Outcome.OK
    assert again.observations[0].source != seen.attempts[0].steps[0].source


def outcomes(seen: Evidence) -> list[Outcome]:
    """How each step of the repeats ended."""
    found = control(seen, Experiment.REPEAT)
    return [step.outcome for step in found.observations] if found else []


async def test_what_fails_at_once_is_repeated_twice(network: RealNetwork) -> None:
    async with Listener(reset_after_hello) as listener:
        asked = check(HOST, port=listener.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: LOOPBACK}))
    assert outcomes(seen) == [Outcome.OK, Outcome.RESET] * 2


async def test_a_repeat_that_succeeds_is_enough(network: RealNetwork, authority: Authority) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        Listener(Flaky(server.peer, bad=1).serve) as flaky,
    ):
        asked = check(HOST, port=flaky.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: LOOPBACK}))
        requests = len(server.requests)
    assert outcomes(seen) == [Outcome.OK] * 3
    assert requests == 1


async def test_a_second_failure_does_not_end_the_repeats(network: RealNetwork) -> None:
    """In clear, where no other experiment connects."""
    async with HttpServer() as server, Listener(Flaky(server.peer, bad=2).serve) as flaky:
        asked = check(HOST, port=flaky.peer.port, protocol=Protocol.HTTP, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: LOOPBACK}))
    assert outcomes(seen) == [Outcome.OK, Outcome.RESET, Outcome.OK, Outcome.OK]


async def test_silence_is_repeated_once_and_while_it_lasts(network: RealNetwork) -> None:
    begin = asyncio.get_running_loop().time()
    async with dropping_tcp() as peer:
        asked = check(HOST, port=peer.port, timeout=SHORT)
        seen = await look(network, asked, vantage({HOST: LOOPBACK}))
    assert outcomes(seen) == [Outcome.DROPPED]
    assert asyncio.get_running_loop().time() - begin < 2 * SHORT


async def test_an_answer_that_says_no_is_not_repeated(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.identity(OTHER)) as server:
        asked = check(HOST, port=server.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: LOOPBACK}))
    assert seen.attempts[0].last.outcome is Outcome.NAME_MISMATCH
    assert outcomes(seen) == []


async def test_what_works_is_not_repeated(network: RealNetwork, authority: Authority) -> None:
    async with TlsServer(authority.identity(HOST)) as server:
        asked = check(HOST, port=server.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: LOOPBACK}))
        accepted = list(server.requests)
    assert control(seen, Experiment.REPEAT) is None
    assert len(accepted) == 1


async def test_bare_tcp_that_is_silent_after_the_connection_is_no_failure(
    network: RealNetwork,
) -> None:
    async with Listener(silent) as listener:
        asked = check(HOST, port=listener.peer.port, protocol=Protocol.TCP, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: LOOPBACK}))
    assert seen.controls == ()


WILDCARD = "*.service.test"


async def test_another_label_of_a_documented_wildcard_is_tried_on_an_open_path(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.identity(HOST)) as server:
        asked = check(HOST, port=server.peer.port, timeout=AMPLE, wildcard=WILDCARD)
        seen = await look(network, asked, vantage({HOST: LOOPBACK}))
    assert list(handshakes(seen, Experiment.OTHER_LABEL)) == [
        ("preflight-check.service.test", Outcome.OK)
    ]


SIBLING = "preflight-check.service.test"
at_both_addresses = pytest.mark.allow_hosts(["127.0.0.1", "127.0.0.2"])


async def other_labels(
    network: RealNetwork,
    authority: Authority,
    decision: Decision,
    *refused: str,
    elsewhere: str = "127.0.0.2",
    timeout: float = AMPLE,
) -> list[tuple[str | None, Outcome]]:
    """What is asked at an open address behind a filter, when a name that has nothing to do with it is open at another one."""
    async with (
        TlsServer(authority.identity(HOST)) as server,
        SniFilter(server.peer, dict.fromkeys(refused, decision)) as box,
        TlsServer(authority.identity(THIRD), address=elsewhere) as third,
    ):
        checks = [
            check(HOST, port=box.peer.port, timeout=timeout, wildcard=WILDCARD),
            check(THIRD, port=third.peer.port, timeout=timeout),
        ]
        hosts = {HOST: LOOPBACK, THIRD: [elsewhere]}
        seen, _ = await look_all(network, checks, vantage(hosts))
    assert seen.attempts[0].last.outcome is Outcome.OK
    return list(handshakes(seen, Experiment.OTHER_LABEL))


@at_both_addresses
@pytest.mark.parametrize(
    ("decision", "outcome"),
    [
        (sni_filter.reset, Outcome.RESET),
        (sni_filter.close, Outcome.CLOSED),
        (sni_filter.send_alert(112), Outcome.ALERT),
    ],
)
async def test_a_label_that_is_refused_is_compared_with_a_name_from_elsewhere_and_tried_again(
    network: RealNetwork, authority: Authority, decision: Decision, outcome: Outcome
) -> None:
    assert await other_labels(network, authority, decision, SIBLING) == [
        (SIBLING, outcome),
        (THIRD, Outcome.OK),
        (SIBLING, outcome),
    ]


@at_both_addresses
async def test_a_label_that_is_swallowed_leaves_time_for_the_comparison(
    network: RealNetwork, authority: Authority
) -> None:
    begin = asyncio.get_running_loop().time()
    drop = sni_filter.drop
    seen = await other_labels(network, authority, drop, SIBLING, timeout=4 * SHORT)
    assert seen == [(SIBLING, Outcome.DROPPED), (THIRD, Outcome.OK), (SIBLING, Outcome.DROPPED)]
    assert asyncio.get_running_loop().time() - begin < 4 * SHORT + 0.5


@at_both_addresses
async def test_where_the_service_minds_the_strange_name_too_the_label_is_not_tried_again(
    network: RealNetwork, authority: Authority
) -> None:
    assert await other_labels(network, authority, sni_filter.reset, SIBLING, THIRD) == [
        (SIBLING, Outcome.RESET),
        (THIRD, Outcome.RESET),
    ]


async def test_a_name_at_home_at_the_same_address_is_not_strange_to_it(
    network: RealNetwork, authority: Authority
) -> None:
    reset = sni_filter.reset
    seen = await other_labels(network, authority, reset, SIBLING, elsewhere="127.0.0.1")
    assert seen == [(SIBLING, Outcome.RESET)]


async def test_a_name_that_is_documented_as_such_has_no_other_label(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.identity(HOST)) as server:
        asked = check(HOST, port=server.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: LOOPBACK}))
    assert control(seen, Experiment.OTHER_LABEL) is None
