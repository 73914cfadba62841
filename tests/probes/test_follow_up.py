"""When control experiments begin, how long they have, and what becomes of what they saw."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from preflight.model.endpoint import Protocol, Trust
from preflight.model.evidence import Evidence, Experiment, Incomplete, Outcome
from preflight.model.plan import Stage, ViaProxy
from preflight.model.vantage import Proxy
from preflight.probes import PROBES, runner
from preflight.probes.field import Opened
from preflight.probes.follow_up import GRACE
from preflight.probes.look import Look
from preflight.probes.standing import Standing
from preflight.probes.trial import Trial
from preflight.wire.host import RealNetwork
from tests.factories import check, connected
from tests.fakes import dns_script
from tests.fakes.answers import Request, respond
from tests.fakes.authority import Authority
from tests.fakes.closed_ports import dropping_tcp, refusing_tcp
from tests.fakes.connect_proxy import ConnectProxy
from tests.fakes.lifetime import forever
from tests.fakes.listener import Connection, Listener
from tests.fakes.nameserver import Nameserver
from tests.fakes.raw_tcp import reset_after_hello, silent
from tests.fakes.tls_server import TlsServer
from tests.probes.looking import AMPLE, look, look_all, vantage

HOST = "api.service.test"
AT_HOST = vantage({HOST: ["127.0.0.1"]})
SHORT = 0.4
"""Seconds; a budget that is meant to run out. Half of it is the patience with a silent step."""


def always(look: Look, standing: Standing) -> bool:
    return True


def failed(look: Look, standing: Standing) -> bool:
    return standing.address is not None and standing.outcome is not Outcome.OK


async def nothing(trial: Trial) -> None:
    """Ask nobody."""


async def leave_one(trial: Trial) -> None:
    trial.found.append(connected(at=datetime.now(UTC)))


async def leave_one_and_hang(trial: Trial) -> None:
    await leave_one(trial)
    await forever()


@dataclass(eq=False)
class Asking:
    """An experiment that remembers what it followed."""

    wanted: Callable[[Look, Standing], bool] = failed
    does: Callable[[Trial], Awaitable[None]] = nothing
    EXPERIMENT: Experiment = Experiment.REPEAT
    MOST: int = 1_000
    heard: list[Standing] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)

    def is_wanted(self, look: Look, standing: Standing) -> bool:
        self.heard.append(standing)
        return self.wanted(look, standing)

    async def ask(self, trial: Trial) -> None:
        self.trials.append(trial)
        await self.does(trial)

    @property
    def asked(self) -> list[Standing]:
        return [trial.standing for trial in self.trials]


Follow = Callable[..., Asking]


@pytest.fixture
def follow(monkeypatch: pytest.MonkeyPatch) -> Follow:
    """Makes the experiments given, and no others, follow every check."""
    controls: list[Asking] = []

    def make(**fields: object) -> Asking:
        controls.append(Asking(**fields))  # type: ignore[arg-type] # test values
        monkeypatch.setattr(runner, "CONTROLS", tuple(controls))
        return controls[-1]

    return make


def now() -> float:
    return asyncio.get_running_loop().time()


def found(seen: Evidence) -> list[int]:
    return [len(control.observations) for control in seen.controls]


# when


async def test_a_step_that_failed_is_followed_up_with_what_led_to_it(
    network: RealNetwork, follow: Follow
) -> None:
    asking = follow(does=leave_one)
    async with Listener(reset_after_hello) as listener:
        asked = check(HOST, port=listener.peer.port, timeout=AMPLE)
        seen = await look(network, asked, AT_HOST)
    (standing,) = asking.asked
    assert (standing.stage, standing.outcome) == (Stage.TLS, Outcome.RESET)
    assert not standing.is_silent
    assert standing.steps == seen.attempts[0].steps
    assert [(each.name, str(each.address)) for each in seen.controls] == [
        (Experiment.REPEAT, "127.0.0.1")
    ]


async def test_every_step_that_ends_is_offered_and_so_are_the_lookups(
    network: RealNetwork, authority: Authority, follow: Follow
) -> None:
    asking = follow()
    async with TlsServer(authority.identity(HOST)) as server:
        await look(network, check(HOST, port=server.peer.port, timeout=AMPLE), AT_HOST)
    offered = [(each.address is None, each.stage, each.outcome) for each in asking.heard]
    assert offered == [
        (True, Stage.DNS, Outcome.OK),
        (False, Stage.TCP, Outcome.OK),
        (False, Stage.TLS, Outcome.OK),
        (False, Stage.HTTP, Outcome.OK),
    ]
    assert not asking.asked


@pytest.mark.parametrize("stage", [Stage.TCP, Stage.TLS, Stage.HTTP])
async def test_a_silent_step_is_followed_up_while_it_is_under_way(
    network: RealNetwork, authority: Authority, follow: Follow, stage: Stage
) -> None:
    asking = follow(does=leave_one)

    async def mute(connection: Connection, request: Request) -> None:
        await forever()

    begun = now()
    async with (
        dropping_tcp() as dropping,
        Listener(silent) as listener,
        TlsServer(authority.identity(HOST), mute) as server,
    ):
        peers = {Stage.TCP: dropping, Stage.TLS: listener.peer, Stage.HTTP: server.peer}
        await look(network, check(HOST, port=peers[stage].port, timeout=2 * SHORT), AT_HOST)
    (standing,) = asking.asked
    assert (standing.stage, standing.outcome) == (stage, Outcome.DROPPED)
    assert standing.is_silent
    assert now() - begun < 2 * SHORT + 0.7, "the experiment took no time beyond the silence"


async def test_an_answer_in_time_is_not_silence(
    network: RealNetwork, authority: Authority, follow: Follow
) -> None:
    asking = follow(wanted=lambda look, standing: standing.is_silent)

    async def slow(connection: Connection, request: Request) -> None:
        await asyncio.sleep(0.1)
        await respond(200)(connection, request)

    async with TlsServer(authority.identity(HOST), slow) as server:
        await look(network, check(HOST, port=server.peer.port, timeout=AMPLE), AT_HOST)
    assert not asking.asked


async def test_silence_that_is_broken_late_was_silence_all_the_same(
    network: RealNetwork, authority: Authority, follow: Follow
) -> None:
    asking = follow(wanted=lambda look, standing: standing.is_silent)

    async def late(connection: Connection, request: Request) -> None:
        await asyncio.sleep(1.1)
        await respond(200)(connection, request)

    async with TlsServer(authority.identity(HOST), late) as server:
        seen = await look(network, check(HOST, port=server.peer.port, timeout=2.0), AT_HOST)
    assert [standing.stage for standing in asking.asked] == [Stage.HTTP]
    assert seen.attempts[0].last.outcome is Outcome.OK


@pytest.mark.allow_hosts(["127.0.0.1", "127.0.0.2"])
async def test_each_address_is_followed_up_once(network: RealNetwork, follow: Follow) -> None:
    asking = follow(wanted=always, does=leave_one)
    with refusing_tcp() as peer:
        asked = check(HOST, port=peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1", "127.0.0.2"]}))
    followed = [str(each.address) for each in seen.controls]
    assert sorted(followed) == ["127.0.0.1", "127.0.0.2", "None"]
    assert len(asking.asked) == 3


async def test_what_was_not_wanted_at_one_step_may_be_at_the_next(
    network: RealNetwork, authority: Authority, follow: Follow
) -> None:
    asking = follow(wanted=lambda look, standing: standing.stage is Stage.HTTP)
    async with TlsServer(authority.identity(HOST)) as server:
        await look(network, check(HOST, port=server.peer.port, timeout=AMPLE), AT_HOST)
    assert [standing.stage for standing in asking.asked] == [Stage.HTTP]


async def test_lookups_without_an_answer_are_followed_up(
    network: RealNetwork, follow: Follow
) -> None:
    asking = follow(wanted=lambda look, standing: standing.address is None)
    async with Nameserver({HOST: dns_script.nxdomain()}) as nameserver:
        await look(network, check(HOST, timeout=AMPLE), vantage(resolvers=[nameserver.peer]))
    (standing,) = asking.asked
    assert (standing.stage, standing.outcome) == (Stage.DNS, Outcome.NXDOMAIN)
    assert not standing.is_silent


async def test_silence_of_the_resolvers_is_followed_up_while_it_lasts(
    network: RealNetwork, follow: Follow
) -> None:
    asking = follow(wanted=lambda look, standing: standing.address is None)
    never = dns_script.held(dns_script.nxdomain(), until=asyncio.Event())
    async with Nameserver({HOST: never}) as nameserver:
        at = vantage(resolvers=[nameserver.peer])
        await look(network, check(HOST, timeout=SHORT), at)
    (standing,) = asking.asked
    assert (standing.stage, standing.outcome, standing.is_silent) == (
        Stage.DNS,
        Outcome.DROPPED,
        True,
    )


async def test_one_run_asks_no_more_than_the_experiments_bound(
    network: RealNetwork, follow: Follow
) -> None:
    asking = follow(MOST=2)
    with refusing_tcp() as peer:
        hosts = [f"h{number}.test" for number in range(4)]
        checks = [check(host, port=peer.port, timeout=AMPLE, ids=(host,)) for host in hosts]
        await look_all(network, checks, vantage({host: ["127.0.0.1"] for host in hosts}))
    assert len(asking.asked) == 2


async def test_without_controls_nothing_is_asked(network: RealNetwork, follow: Follow) -> None:
    asking = follow(wanted=always)
    with refusing_tcp() as peer:
        asked = check(HOST, port=peer.port, timeout=AMPLE)
        seen = await look(network, asked, AT_HOST, control=False)
    assert not asking.heard
    assert seen.controls == ()


# how long


async def test_after_a_step_that_ended_an_experiment_has_one_more_budget(
    network: RealNetwork, follow: Follow
) -> None:
    asking = follow()
    begun = now()
    with refusing_tcp() as peer:
        await look(network, check(HOST, port=peer.port, timeout=AMPLE), AT_HOST)
    (trial,) = asking.trials
    assert trial.end - begun == pytest.approx(AMPLE, abs=1.0)


async def test_an_experiment_beside_a_silent_step_ends_with_it(
    network: RealNetwork, follow: Follow
) -> None:
    asking = follow()
    begun = now()
    async with dropping_tcp() as peer:
        await look(network, check(HOST, port=peer.port, timeout=SHORT), AT_HOST)
    (trial,) = asking.trials
    assert trial.end - begun == pytest.approx(SHORT, abs=0.15)


async def test_nothing_has_time_beyond_two_budgets_of_the_run(
    network: RealNetwork, follow: Follow
) -> None:
    """Its lookup alone took nearly one."""
    asking = follow(does=leave_one_and_hang)

    budget, answered = 1.0, asyncio.Event()
    late = dns_script.held(dns_script.answer("127.0.0.1"), until=answered)
    begun = now()
    asyncio.get_running_loop().call_later(0.8 * budget, answered.set)
    async with Nameserver({HOST: late}) as nameserver, Listener(silent) as listener:
        asked = check(HOST, port=listener.peer.port, timeout=budget)
        seen = await look(network, asked, vantage(resolvers=[nameserver.peer]))
        took = now() - begun
    assert seen.attempts[0].last.outcome is Outcome.DROPPED
    assert all(trial.end <= begun + 2 * budget + 0.1 for trial in asking.trials)
    assert took < 2 * budget + 0.5


async def test_an_experiment_that_hangs_is_cut_and_keeps_what_it_saw(
    network: RealNetwork, follow: Follow
) -> None:
    follow(does=leave_one_and_hang)
    begun = now()
    with refusing_tcp() as peer:
        seen = await look(network, check(HOST, port=peer.port, timeout=SHORT), AT_HOST)
    assert now() - begun < SHORT + GRACE + 0.5
    assert found(seen) == [1]
    assert seen.incomplete is None


async def test_what_is_left_is_never_more_than_the_budget_nor_less_than_nothing(
    network: RealNetwork, follow: Follow
) -> None:
    asking = follow()
    with refusing_tcp() as peer:
        await look(network, check(HOST, port=peer.port, timeout=SHORT), AT_HOST)
        (trial,) = asking.trials
        assert 0 < trial.left <= SHORT
        await asyncio.sleep(SHORT + 0.05)
    assert trial.left == 0


# cut short, and crashes


async def test_at_the_deadline_what_an_experiment_saw_is_kept(
    network: RealNetwork, follow: Follow
) -> None:
    follow(does=leave_one_and_hang)
    with refusing_tcp() as peer:
        asked = check(HOST, port=peer.port, timeout=AMPLE)
        seen = await look(network, asked, AT_HOST, deadline=0.3)
    assert seen.incomplete is Incomplete.DEADLINE
    assert found(seen) == [1]
    assert seen.attempts[0].last.outcome is Outcome.REFUSED


async def test_an_interrupt_ends_experiments_too(network: RealNetwork, follow: Follow) -> None:
    stop = asyncio.Event()

    async def stop_and_hang(trial: Trial) -> None:
        await leave_one(trial)
        stop.set()
        await forever()

    follow(does=stop_and_hang)
    with refusing_tcp() as peer:
        asked = check(HOST, port=peer.port, timeout=AMPLE)
        seen = await look(network, asked, AT_HOST, stop=stop)
    assert seen.incomplete is Incomplete.INTERRUPTED
    assert found(seen) == [1]


async def test_no_experiment_is_left_behind(network: RealNetwork, follow: Follow) -> None:
    ended: list[bool] = []

    async def hang(trial: Trial) -> None:
        try:
            await forever()
        finally:
            ended.append(True)

    follow(does=hang)
    follow(does=hang, EXPERIMENT=Experiment.HOPS)
    with refusing_tcp() as peer:
        asked = check(HOST, port=peer.port, timeout=AMPLE)
        await look(network, asked, AT_HOST, deadline=0.3)
    assert ended == [True, True]


async def test_a_crash_of_an_experiment_costs_neither_the_main_line_nor_the_others(
    network: RealNetwork, follow: Follow, caplog: pytest.LogCaptureFixture
) -> None:
    async def crash(trial: Trial) -> None:
        await leave_one(trial)
        raise ZeroDivisionError

    async def later(trial: Trial) -> None:
        await asyncio.sleep(0.05)
        await leave_one(trial)

    follow(does=crash)
    follow(does=later, EXPERIMENT=Experiment.HOPS)
    with refusing_tcp() as peer, caplog.at_level(logging.ERROR, logger="preflight"):
        asked = check(HOST, port=peer.port, timeout=AMPLE)
        seen = await look(network, asked, AT_HOST)
    assert (seen.incomplete, seen.error) == (Incomplete.CRASHED, "ZeroDivisionError")
    assert seen.attempts[0].last.outcome is Outcome.REFUSED
    assert found(seen) == [1, 1]
    assert HOST in caplog.text


async def test_a_crash_of_an_experiment_stays_inside_its_check(
    network: RealNetwork, authority: Authority, follow: Follow
) -> None:
    async def crash(trial: Trial) -> None:
        raise ZeroDivisionError

    follow(does=crash)
    async with TlsServer(authority.identity("good.test")) as server:
        with refusing_tcp() as peer:
            checks = [
                check(HOST, port=peer.port, timeout=AMPLE),
                check("good.test", port=server.peer.port, timeout=AMPLE),
            ]
            at = vantage({HOST: ["127.0.0.1"], "good.test": ["127.0.0.1"]})
            bad, good = await look_all(network, checks, at)
    assert bad.incomplete is Incomplete.CRASHED
    assert good.incomplete is None


async def test_a_crash_in_the_choice_of_an_experiment_stays_inside_its_check(
    network: RealNetwork, authority: Authority, follow: Follow
) -> None:
    def crash(look: Look, standing: Standing) -> bool:
        if failed(look, standing):
            raise ZeroDivisionError
        return False

    follow(wanted=crash)
    async with TlsServer(authority.identity("good.test")) as server:
        with refusing_tcp() as peer:
            checks = [
                check(HOST, port=peer.port, timeout=AMPLE),
                check("good.test", port=server.peer.port, timeout=AMPLE),
            ]
            at = vantage({HOST: ["127.0.0.1"], "good.test": ["127.0.0.1"]})
            bad, good = await look_all(network, checks, at)
    assert (bad.incomplete, bad.error) == (Incomplete.CRASHED, "ZeroDivisionError")
    assert bad.attempts[0].last.outcome is Outcome.REFUSED, "the step itself is kept"
    assert good.incomplete is None


async def test_when_the_main_line_crashes_its_experiments_end_at_once(
    network: RealNetwork, follow: Follow, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def broken(look: Look) -> None:
        (address,) = await look.resolve()
        look.trace.attempt(address).append(connected(Outcome.REFUSED, str(address)))
        await begun.wait()
        raise ZeroDivisionError

    async def hang(trial: Trial) -> None:
        await leave_one(trial)
        begun.set()
        await forever()

    monkeypatch.setitem(PROBES, Protocol.TCP, broken)
    follow(does=hang)
    before = now()
    seen = await look(network, check(HOST, protocol=Protocol.TCP, timeout=AMPLE), AT_HOST)
    assert now() - before < 2.0
    assert seen.incomplete is Incomplete.CRASHED
    assert found(seen) == [1]


# what one check tells the others


def open_names(follow: Follow) -> list[Opened | None]:
    """What an experiment after a refused connection learns of the rest of the run."""
    learnt: list[Opened | None] = []

    async def learn(trial: Trial) -> None:
        learnt.append(await trial.look.field.another(lambda _: True, until=trial.end))

    follow(does=learn)
    return learnt


async def test_a_name_that_was_answered_is_known_to_the_experiments_of_others(
    network: RealNetwork, authority: Authority, follow: Follow
) -> None:
    learnt = open_names(follow)
    async with TlsServer(authority.identity("good.test")) as server:
        with refusing_tcp() as peer:
            checks = [
                check(HOST, port=peer.port, timeout=AMPLE),
                check("good.test", port=server.peer.port, timeout=AMPLE),
            ]
            at = vantage({HOST: ["127.0.0.1"], "good.test": ["127.0.0.1"]})
            await look_all(network, checks, at)
    assert learnt == [Opened(host="good.test", peer=server.peer)]


async def test_a_name_that_was_only_looked_at_is_not_known_to_be_open(
    network: RealNetwork, authority: Authority, follow: Follow
) -> None:
    """Without the cluster's CA, anybody may have answered."""
    learnt = open_names(follow)
    async with TlsServer(authority.identity("api.cluster.test")) as server:
        with refusing_tcp() as peer:
            checks = [
                check(HOST, port=peer.port, timeout=AMPLE),
                check(
                    "api.cluster.test",
                    port=server.peer.port,
                    trust=Trust.CLUSTER,
                    timeout=AMPLE,
                ),
            ]
            at = vantage({HOST: ["127.0.0.1"], "api.cluster.test": ["127.0.0.1"]})
            await look_all(network, checks, at)
    assert learnt == [None]


async def test_a_name_behind_a_proxy_says_nothing_of_an_address(
    network: RealNetwork, authority: Authority, follow: Follow
) -> None:
    learnt = open_names(follow)
    async with (
        TlsServer(authority.identity("good.test")) as server,
        ConnectProxy({f"good.test:{server.peer.port}": server.peer}) as box,
    ):
        route = ViaProxy(Proxy(scheme="http", host="proxy.test", port=box.peer.port))
        with refusing_tcp() as peer:
            checks = [
                check(HOST, port=peer.port, timeout=AMPLE),
                check("good.test", port=server.peer.port, route=route, timeout=AMPLE),
            ]
            at = vantage({HOST: ["127.0.0.1"], "proxy.test": ["127.0.0.1"]})
            _, through = await look_all(network, checks, at)
    assert through.attempts[0].last.outcome is Outcome.OK
    assert learnt == [None]
