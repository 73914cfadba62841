"""The runner: all at once, within its time, each name asked for once, a crash kept inside its check."""

import asyncio
import logging

import pytest

from preflight.model.endpoint import Protocol
from preflight.model.evidence import Connect, Evidence, Incomplete, Outcome
from preflight.probes import PROBES
from preflight.probes.look import Look
from preflight.wire.host import RealNetwork
from tests.factories import check
from tests.fakes import dns_script
from tests.fakes.authority import Authority
from tests.fakes.listener import Listener
from tests.fakes.nameserver import Nameserver
from tests.fakes.raw_tcp import silent
from tests.fakes.tls_server import TlsServer
from tests.probes.looking import AMPLE, look, look_all, vantage

HOST = "api.service.test"


class Heard:
    """A listener that remembers, and can set an event after so many checks."""

    def __init__(self, *, after: int = 0, event: asyncio.Event | None = None) -> None:
        self.total = 0
        self.hosts: list[str] = []
        self._after, self._event = after, event

    def start(self, total: int) -> None:
        self.total = total

    def done(self, evidence: Evidence) -> None:
        self.hosts.append(evidence.check.host)
        if self._event and len(self.hosts) == self._after:
            self._event.set()


async def test_evidence_comes_in_the_plans_order_whatever_ends_first(
    network: RealNetwork, authority: Authority
) -> None:
    async with TlsServer(authority.identity("a.test", "b.test")) as server:
        checks = [check(h, port=server.peer.port, timeout=AMPLE) for h in ("b.test", "a.test")]
        hosts = {"a.test": ["127.0.0.1"], "b.test": ["127.0.0.1"]}
        heard = Heard()
        seen = await look_all(network, checks, vantage(hosts), progress=heard)
    assert [evidence.check.host for evidence in seen] == ["b.test", "a.test"]
    assert heard.total == 2
    assert sorted(heard.hosts) == ["a.test", "b.test"]


async def test_a_name_on_two_ports_is_looked_up_once(network: RealNetwork) -> None:
    async with Nameserver({HOST: dns_script.answer("127.0.0.1")}) as nameserver:
        at = vantage(resolvers=[nameserver.peer])
        async with Listener(silent) as one, Listener(silent) as two:
            checks = [
                check(HOST, port=peer.port, protocol=Protocol.TCP, timeout=AMPLE)
                for peer in (one.peer, two.peer)
            ]
            seen = await look_all(network, checks, at)
        asked = nameserver.asked(HOST)
    assert sorted(asked) == ["A", "AAAA"]
    assert seen[0].lookups == seen[1].lookups


async def test_at_the_deadline_what_was_seen_is_kept_and_the_rest_is_said_to_be_missing(
    network: RealNetwork,
) -> None:
    async with Listener(silent) as listener:
        asked = check(HOST, port=listener.peer.port, timeout=AMPLE)
        seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}), deadline=0.3)
    assert seen.incomplete is Incomplete.DEADLINE
    assert [(type(s), s.outcome) for s in seen.attempts[0].steps] == [(Connect, Outcome.OK)]


async def test_an_interrupt_keeps_what_was_measured(
    network: RealNetwork, authority: Authority
) -> None:
    stop = asyncio.Event()
    async with TlsServer(authority.identity("good.test")) as server, Listener(silent) as hung:
        checks = [
            check("good.test", port=server.peer.port, timeout=AMPLE),
            check("hung.test", port=hung.peer.port, timeout=AMPLE),
        ]
        hosts = {"good.test": ["127.0.0.1"], "hung.test": ["127.0.0.1"]}
        good, bad = await look_all(
            network, checks, vantage(hosts), stop=stop, progress=Heard(after=1, event=stop)
        )
    assert good.incomplete is None
    assert good.attempts[0].last.outcome is Outcome.OK
    assert bad.incomplete is Incomplete.INTERRUPTED


async def test_a_crash_stays_inside_its_check(
    network: RealNetwork,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(look: Look) -> None:
        raise ZeroDivisionError(look.check.host)

    monkeypatch.setitem(PROBES, Protocol.WSS, broken)
    async with TlsServer(authority.identity("good.test")) as server:
        checks = [
            check("bad.test", protocol=Protocol.WSS),
            check("good.test", port=server.peer.port, timeout=AMPLE),
        ]
        with caplog.at_level(logging.ERROR, logger="preflight"):
            bad, good = await look_all(network, checks, vantage({"good.test": ["127.0.0.1"]}))
    assert (bad.incomplete, bad.error) == (Incomplete.CRASHED, "ZeroDivisionError")
    assert good.attempts[0].last.outcome is Outcome.OK
    assert "bad.test" in caplog.text


async def test_a_crash_at_one_address_names_the_bug_and_not_the_group(
    network: RealNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(look: Look) -> None:
        async def attempt(look: Look, address: object) -> None:
            raise ZeroDivisionError(str(address))

        await look.at_each(await look.resolve(), attempt)

    monkeypatch.setitem(PROBES, Protocol.TCP, broken)
    asked = check(HOST, protocol=Protocol.TCP)
    seen = await look(network, asked, vantage({HOST: ["127.0.0.1"]}))
    assert seen.error == "ZeroDivisionError"


async def test_no_more_checks_are_under_way_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Narrow(RealNetwork):
        @property
        def capacity(self) -> int:
            return 2

    under_way: list[int] = [0]
    two = asyncio.Barrier(2)

    async def counted(look: Look) -> None:
        under_way.append(under_way[-1] + 1)
        await two.wait()
        under_way.append(under_way[-1] - 1)

    monkeypatch.setitem(PROBES, Protocol.TCP, counted)
    checks = [check(f"h{number}.test", protocol=Protocol.TCP) for number in range(6)]
    seen = await look_all(Narrow(), checks, vantage())
    assert [evidence.incomplete for evidence in seen] == [None] * 6
    assert max(under_way) == 2


async def test_nothing_to_check_is_nothing_seen(network: RealNetwork) -> None:
    assert await look_all(network, [], vantage()) == ()


async def test_no_task_is_left_behind_after_a_deadline(network: RealNetwork) -> None:
    async with Nameserver(otherwise=None, script={}) as nameserver, Listener(silent) as listener:
        at = vantage({HOST: ["127.0.0.1"]}, resolvers=[nameserver.peer])
        asked = check(HOST, port=listener.peer.port, timeout=AMPLE)
        before = asyncio.all_tasks()
        await look(network, asked, at, deadline=0.2)
        left = {task for task in asyncio.all_tasks() - before if "look" in repr(task.get_coro())}
    assert left == set()
