"""What resolvers are asked beyond what a program asks: names that nobody has, and the host's own at each of them by itself."""

import asyncio
from collections.abc import Sequence

import pytest

from preflight.model.evidence import Evidence, Experiment, Lookup, Outcome, Transport
from preflight.model.plan import ViaProxy
from preflight.model.vantage import Proxy
from preflight.wire.host import RealNetwork
from tests.factories import check
from tests.fakes import dns_script
from tests.fakes.authority import Authority
from tests.fakes.closed_ports import refusing_tcp
from tests.fakes.dns_script import Over, answer
from tests.fakes.nameserver import Nameserver
from tests.fakes.tls_server import TlsServer
from tests.probes.looking import AMPLE, look, look_all, vantage

HOST, OTHER = "api.service.test", "other.service.test"
SHORT = 0.6
"""Seconds; a budget that is meant to run out."""


def asked(seen: Evidence, experiment: Experiment) -> Sequence[Lookup]:
    return [
        step
        for control in seen.controls
        if control.name is experiment
        for step in control.observations
        if isinstance(step, Lookup)
    ]


def zones(lookups: Sequence[Lookup]) -> set[str]:
    """What the names that nobody has are below; other names as they are."""
    return {
        step.name.partition(".")[2] if step.name.startswith("preflight-check-") else step.name
        for step in lookups
    }


async def test_an_address_where_nothing_is_asks_for_names_that_nobody_has(
    network: RealNetwork,
) -> None:
    with refusing_tcp() as closed:
        async with Nameserver(otherwise=answer("127.0.0.1")) as resolver:
            at = vantage(resolvers=[resolver.peer])
            seen = await look(network, check(HOST, port=closed.port, timeout=AMPLE), at)
    found = asked(seen, Experiment.IMPOSSIBLE_NAME)
    assert zones(found) == {"invalid", "service.test"}
    assert {str(a) for step in found for a in step.addresses} == {"127.0.0.1"}


async def test_an_honest_resolver_knows_none_of_them(network: RealNetwork) -> None:
    with refusing_tcp() as closed:
        async with Nameserver({HOST: answer("127.0.0.1")}) as resolver:
            at = vantage(resolvers=[resolver.peer])
            seen = await look(network, check(HOST, port=closed.port, timeout=AMPLE), at)
    outcomes = {step.outcome for step in asked(seen, Experiment.IMPOSSIBLE_NAME)}
    assert outcomes == {Outcome.NXDOMAIN}


async def test_what_works_asks_nothing_of_any_resolver(
    network: RealNetwork, authority: Authority
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        Nameserver({HOST: answer("127.0.0.1")}) as resolver,
    ):
        at = vantage(resolvers=[resolver.peer])
        seen = await look(network, check(HOST, port=server.peer.port, timeout=AMPLE), at)
        names = {query.name for query in resolver.queries}
    assert names == {HOST}
    assert not asked(seen, Experiment.EACH_RESOLVER)


async def test_a_name_of_the_hosts_file_is_no_resolvers_matter(network: RealNetwork) -> None:
    with refusing_tcp() as closed:
        async with Nameserver() as resolver:
            at = vantage({HOST: ["127.0.0.1"]}, resolvers=[resolver.peer])
            seen = await look(network, check(HOST, port=closed.port, timeout=AMPLE), at)
    assert resolver.queries == []
    assert seen.attempts[0].last.outcome is Outcome.REFUSED


async def test_silence_is_compared_with_other_names_but_none_that_the_resolver_answers_alone(
    network: RealNetwork,
) -> None:
    async with Nameserver({HOST: dns_script.SILENT}) as resolver:
        at = vantage(resolvers=[resolver.peer])
        seen = await look(network, check(HOST, timeout=SHORT), at)
    found = asked(seen, Experiment.IMPOSSIBLE_NAME)
    assert zones(found) == {"service.test"}
    assert {step.outcome for step in found} == {Outcome.NXDOMAIN}


async def test_checks_that_want_to_know_the_same_ask_once(network: RealNetwork) -> None:
    with refusing_tcp() as closed:
        async with Nameserver(otherwise=answer("127.0.0.1")) as resolver:
            at = vantage(resolvers=[resolver.peer])
            checks = [check(name, port=closed.port, timeout=AMPLE) for name in (HOST, OTHER)]
            both = await look_all(network, checks, at)
            made_up = {q.name for q in resolver.queries if q.name.startswith("preflight-check-")}
    assert len(made_up) == 2
    for seen in both:
        assert {step.name for step in asked(seen, Experiment.IMPOSSIBLE_NAME)} == made_up


async def test_every_resolver_is_asked_by_itself_over_both_transports(network: RealNetwork) -> None:
    async with (
        Nameserver() as first,
        Nameserver({HOST: answer("127.0.0.2")}) as second,
    ):
        at = vantage(resolvers=[first.peer, second.peer])
        seen = await look(network, check(HOST, timeout=AMPLE), at)
        ways = {(query.name, query.over) for query in second.queries}
    assert ways == {(HOST, Over.UDP), (HOST, Over.TCP)}
    said = {
        (step.destination, step.transport, step.outcome)
        for step in asked(seen, Experiment.EACH_RESOLVER)
        if step.addresses or step.outcome is Outcome.NXDOMAIN
    }
    assert said == {
        (first.peer, Transport.TCP, Outcome.NXDOMAIN),
        (second.peer, Transport.UDP, Outcome.OK),
        (second.peer, Transport.TCP, Outcome.OK),
    }


async def test_questions_to_a_silent_resolver_end_with_the_run(network: RealNetwork) -> None:
    async with Nameserver(otherwise=dns_script.SILENT) as resolver:
        at = vantage(resolvers=[resolver.peer])
        begin = asyncio.get_running_loop().time()
        seen = await look(network, check(HOST, timeout=SHORT), at)
        lasted = asyncio.get_running_loop().time() - begin
    assert {step.outcome for step in seen.lookups} == {Outcome.DROPPED}
    assert lasted < 2 * SHORT + 0.5


@pytest.mark.parametrize("experiment", [Experiment.IMPOSSIBLE_NAME, Experiment.EACH_RESOLVER])
async def test_behind_a_proxy_the_proxys_resolver_is_the_one_that_counts(
    network: RealNetwork, experiment: Experiment
) -> None:
    with refusing_tcp() as closed:
        async with Nameserver(otherwise=answer("127.0.0.1")) as resolver:
            route = ViaProxy(Proxy(scheme="http", host="proxy.test", port=closed.port))
            at = vantage(resolvers=[resolver.peer])
            seen = await look(network, check(HOST, timeout=AMPLE, route=route), at)
    assert not asked(seen, experiment)
