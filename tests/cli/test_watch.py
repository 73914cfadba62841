"""`check --watch`: looks until everything required is open. No test waits: rests are taken from the test, or interrupted."""

import asyncio
import io
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from preflight.cli.check import check, looking, prepare
from preflight.cli.watch import (
    LONGEST,
    MOST_NOTED,
    PATIENT,
    SHORTEST,
    Lines,
    Watched,
    pause,
    until,
    watch,
)
from preflight.codec import decode
from preflight.model.diagnosis import Cause
from preflight.model.plan import Stage
from preflight.model.report import Report, ReportVerdict
from preflight.model.vantage import Vantage, VantageKind
from tests.cli.running import PATIENCE, finish, start
from tests.fakes import dns_script
from tests.fakes.authority import Authority
from tests.fakes.closed_ports import refusing_tcp
from tests.fakes.nameserver import Nameserver
from tests.fakes.tls_server import TlsServer
from tests.report.builders import at, endpoint, report, stopped

HOST = "api.cloud.defender.microsoft.com"
DROPPED = stopped("mcr", "mcr.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")
RESET = stopped("mcr", "mcr.test", Stage.TLS, Cause.TLS_RESET, "reset")
BLOCKED = report(DROPPED)
ELSEWHERE = report(RESET, started_at=at(6_000))
OPEN = report(endpoint("mcr", host="mcr.test", fqdn="mcr.test"), started_at=at(12_000))


class Log(io.StringIO):
    """A stream that can show everything."""

    encoding = "utf-8"


class Terminal(Log):
    """One that a reader looks at."""

    def isatty(self) -> bool:
        return True


class Looks:
    """Gives one report after the other, and counts the rests between; `stop_at` is the rest that is interrupted."""

    def __init__(self, *reports: Report, stop_at: int | None = None) -> None:
        self._reports = iter(reports)
        self._stop_at = stop_at
        self.rests: list[float] = []

    async def look(self) -> Report:
        return next(self._reports)

    async def rest(self, seconds: float) -> bool:
        self.rests.append(seconds)
        return len(self.rests) == self._stop_at

    def run(self, stream: io.StringIO | None = None) -> Watched:
        return asyncio.run(watch(self.look, rest=self.rest, lines=Lines(stream)))


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    with Log() as text:
        yield text


class TestLoop:
    def test_it_ends_with_the_look_that_finds_everything_open(self) -> None:
        looks = Looks(BLOCKED, ELSEWHERE, OPEN)
        watched = looks.run()
        assert (watched.report.verdict, watched.interrupted) == (ReportVerdict.PASS, False)
        assert len(looks.rests) == 2

    def test_what_is_open_at_once_is_looked_at_once(self) -> None:
        looks = Looks(OPEN)
        assert looks.run() == Watched(report=OPEN, interrupted=False)
        assert looks.rests == []

    def test_an_interrupt_between_two_looks_keeps_the_last_report(self) -> None:
        watched = Looks(BLOCKED, ELSEWHERE, stop_at=2).run()
        assert watched.interrupted
        assert watched.report.endpoints == ELSEWHERE.endpoints
        assert watched.report.interrupted is False

    def test_an_interrupt_during_a_look_keeps_the_last_whole_report(self) -> None:
        watched = Looks(BLOCKED, replace(OPEN, interrupted=True)).run()
        assert watched.interrupted
        assert watched.report.endpoints == BLOCKED.endpoints

    def test_an_interrupt_during_the_first_look_gives_what_was_measured(self) -> None:
        partial = replace(BLOCKED, interrupted=True)
        assert Looks(partial).run() == Watched(report=partial, interrupted=True)

    def test_the_report_tells_what_changed_before_it(self) -> None:
        notices = Looks(BLOCKED, ELSEWHERE, OPEN).run().report.notices
        assert notices[0] == "Watched since 2026-11-23 08:31:12.345 UTC; this is look 3."
        assert notices[1].endswith("blocked at TCP (tcp.dropped) → blocked at TLS (tls.reset)")
        assert notices[2].endswith("blocked at TLS (tls.reset) → reachable")

    def test_of_a_path_that_comes_and_goes_the_report_repeats_the_last_changes(self) -> None:
        notices = Looks(*(BLOCKED, ELSEWHERE) * MOST_NOTED, OPEN).run().report.notices
        assert len(notices) == 1 + MOST_NOTED
        assert notices[-1].endswith("→ reachable")


class TestPauses:
    def test_they_are_steady_at_first_and_then_longer_to_a_bound(self) -> None:
        assert {pause(calm) for calm in range(1, PATIENT + 1)} == {SHORTEST}
        assert [pause(PATIENT + more) for more in (1, 2, 3, 9_999)] == [
            10.0,
            20.0,
            LONGEST,
            LONGEST,
        ]

    def test_a_change_makes_them_short_again(self) -> None:
        looks = Looks(*[BLOCKED] * (PATIENT + 2), ELSEWHERE, OPEN)
        looks.run()
        assert looks.rests[-2:] == [20.0, SHORTEST]
        assert set(looks.rests[:PATIENT]) == {SHORTEST}

    async def test_an_interrupt_ends_one_at_once(self) -> None:
        stop = asyncio.Event()
        resting = asyncio.ensure_future(until(stop)(3_600.0))
        await asyncio.sleep(0)
        stop.set()
        assert await resting is True

    async def test_one_that_is_over_says_so(self) -> None:
        assert await until(asyncio.Event())(0.0) is False


class TestLines:
    def test_every_transition_is_a_line(self, stream: io.StringIO) -> None:
        Looks(BLOCKED, BLOCKED, ELSEWHERE, OPEN).run(stream)
        begin, waited, first, second, end = stream.getvalue().splitlines()
        assert "1 required endpoint is not open yet" in begin
        assert waited.startswith("  ✗ mcr.test:443")
        assert first.endswith("blocked at TCP (tcp.dropped) → blocked at TLS (tls.reset)")
        assert second.endswith("blocked at TLS (tls.reset) → reachable")
        assert end.endswith("Look 4: nothing required is waited for any more.")

    def test_a_terminal_also_sees_when_the_next_look_is_and_is_left_clean(self) -> None:
        with Terminal() as stream:
            Looks(BLOCKED, BLOCKED, stop_at=2).run(stream)
            text = stream.getvalue()
        assert text.count("the next look begins in 5 s\r\x1b[K") == 2
        assert text.endswith("\r\x1b[K")

    def test_a_log_sees_no_line_that_is_rewritten(self, stream: io.StringIO) -> None:
        Looks(BLOCKED, BLOCKED, OPEN).run(stream)
        assert "\r" not in stream.getvalue()
        assert "the next look" not in stream.getvalue()

    def test_a_reader_that_leaves_does_not_end_it(self) -> None:
        class Gone(io.StringIO):
            def write(self, text: str) -> int:
                raise BrokenPipeError

        assert Looks(BLOCKED, OPEN).run(Gone()).report.verdict is ReportVerdict.PASS


async def test_ctrl_c_writes_the_report_of_the_last_look_and_exits_130() -> None:
    with refusing_tcp() as peer:
        process = await start("check", "--watch", "--only-endpoint", str(peer), "-o", "json")
        assert process.stderr is not None
        async with asyncio.timeout(PATIENCE):
            began = await process.stderr.readline()
        process.send_signal(signal.SIGINT)
        done = await finish(process)
    assert b"1 required endpoint is not open yet" in began
    assert done.code == 130
    written = decode(done.out)
    assert written.verdict is ReportVerdict.BLOCKED
    assert written.interrupted is False


async def test_an_endpoint_that_is_opened_meanwhile_ends_it(
    authority: Authority, ca_file: Path, stream: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole way: real lookups and handshakes, and a resolver that is mended during the first rest."""
    async with Nameserver() as nameserver, TlsServer(authority.identity(HOST)) as server:

        async def rest(seconds: float) -> bool:
            nameserver.mend(HOST, dns_script.answer("127.0.0.1"))
            return False

        here = Vantage(kind=VantageKind.LOCAL, host="here", resolvers=(nameserver.peer,))
        monkeypatch.setattr("preflight.cli.check.read_vantage", lambda *_, **__: here)
        typed = ["--only-endpoint", f"{HOST}:{server.peer.port}", "--ca-file", str(ca_file)]
        options = check.make_context("check", typed).params
        look = looking(prepare(options), asyncio.Event(), quiet=True)
        watched = await watch(look, rest=rest, lines=Lines(stream))
    assert watched.report.verdict is ReportVerdict.PASS
    assert "blocked at DNS (dns.nxdomain) → reachable" in stream.getvalue()


async def test_quiet_says_nothing_of_it(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    done = await finish(
        await start(
            *("check", "--watch", "--quiet", "--component", "defender-sensor", "--environment", "arc"),
            *("--dns-server", "127.0.0.1:9", "--waive", "mdc-sensor-api-public=not yet"),
            *("--timeout", "0.2", "-o", f"json={file}"),
        )
    )  # fmt: skip
    assert (done.err, done.out) == ("", "")
    assert decode(file.read_bytes()).endpoints
