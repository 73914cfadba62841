"""`check` as users run it, against loopback actors."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from preflight.codec import decode
from preflight.model.vantage import Peer
from tests.cli.running import PATIENCE, environment, finish, preflight, start
from tests.fakes import dns_script
from tests.fakes.answers import respond
from tests.fakes.authority import Authority
from tests.fakes.closed_ports import refusing_tcp
from tests.fakes.connect_proxy import DENIED, ConnectProxy
from tests.fakes.dns_script import Over, Reply
from tests.fakes.interceptor import Interceptor
from tests.fakes.listener import Connection, Handler, Listener
from tests.fakes.nameserver import Nameserver, Script
from tests.fakes.raw_tcp import reset_after_hello, silent
from tests.fakes.tls_server import TlsServer

HOST = "api.cloud.defender.microsoft.com"


@asynccontextmanager
async def world(script: Script, ca_file: Path) -> AsyncIterator[list[str]]:
    """The options that lead `check` into a world of its own, whose names are in `script`."""
    async with Nameserver(script) as nameserver:
        yield ["--dns-server", str(nameserver.peer), "--ca-file", str(ca_file), "--timeout", "5"]


def at(host: str, peer: Peer) -> list[str]:
    return ["--only-endpoint", f"{host}:{peer.port}"]


HERE = dns_script.answer("127.0.0.1")


def arguments_of(pid: int) -> bytes:
    """What `ps` shows of a process."""
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def announcing(reached: asyncio.Event, handler: Handler) -> Handler:
    """The same actor, which says when somebody reached it."""

    async def handle(connection: Connection) -> None:
        reached.set()
        await handler(connection)

    return handle


async def test_an_open_endpoint_passes(authority: Authority, ca_file: Path) -> None:
    async with (
        world({HOST: HERE}, ca_file) as options,
        TlsServer(authority.identity(HOST), respond(401)) as server,
    ):
        done = await preflight("check", *options, *at(HOST, server.peer), "-o", "json")
    assert done.code == 0, done.err
    assert done.report["verdict"] == "pass"
    assert done.err == ""


async def test_the_report_can_be_read_back(authority: Authority, ca_file: Path) -> None:
    async with (
        world({HOST: HERE}, ca_file) as options,
        TlsServer(authority.identity(HOST)) as server,
    ):
        done = await preflight("check", *options, *at(HOST, server.peer), "-o", "json")
    (endpoint,) = decode(done.out).endpoints
    assert endpoint.host == HOST
    main_line = [line for line in endpoint.evidence if not line.detail.startswith("control ")]
    assert [line.action for line in main_line][-3:] == ["connect", "handshake", "exchange"]


async def test_each_way_of_being_blocked_is_named(ca_file: Path) -> None:
    async with AsyncExitStack() as stack:
        reset = await stack.enter_async_context(Listener(reset_after_hello))
        dropped = await stack.enter_async_context(Listener(silent))
        refused = stack.enter_context(refusing_tcp())
        options = await stack.enter_async_context(world({}, ca_file))
        targets = [
            *("--only-endpoint", str(refused)),
            *("--only-endpoint", str(reset.peer)),
            *("--only-endpoint", str(dropped.peer)),
            *("--only-endpoint", "missing.test"),
        ]
        done = await preflight("check", *options, *targets, "--timeout", "1", "-o", "json")
        ports = (refused.port, reset.peer.port, dropped.peer.port, 443)
    assert done.code == 1
    causes = {each["port"]: each["cause"] for each in done.report["endpoints"]}
    assert [causes[port] for port in ports] == [
        "tcp.refused",
        "tls.reset",
        "tls.dropped",
        "dns.nxdomain",
    ]


async def test_a_known_service_behind_an_interceptor_is_intercepted(
    firewall_authority: Authority, ca_file: Path
) -> None:
    async with (
        Interceptor(firewall_authority) as box,
        ConnectProxy({f"{HOST}:443": box.peer}) as proxy,
    ):
        options = ["--ca-file", str(ca_file), "--proxy", f"http://{proxy.peer}", "-o", "json"]
        done = await preflight("check", "--only-endpoint", HOST, *options)
    assert done.code == 1
    assert done.causes == {HOST: "tls.intercepted"}
    assert "Example Firewall Ltd" in done.report["endpoints"][0]["explanation"]


async def test_a_public_name_that_leads_to_loopback_and_nowhere_is_sinkholed(ca_file: Path) -> None:
    with refusing_tcp() as peer:
        async with world({HOST: HERE}, ca_file) as options:
            done = await preflight("check", *options, *at(HOST, peer), "-o", "json")
    assert done.causes == {HOST: "dns.sinkholed"}


async def test_a_refusing_proxy_is_named_and_its_password_appears_nowhere(ca_file: Path) -> None:
    async with (
        ConnectProxy(answers={f"{HOST}:443": DENIED}, credentials=("bob", "hunter2")) as proxy,
        world({"proxy.test": HERE}, ca_file) as options,
    ):
        env = {"HTTPS_PROXY": f"http://bob:hunter2@proxy.test:{proxy.peer.port}"}
        formats = ["json", "table", "markdown", "csv", "junit", "html"]
        runs = [
            await preflight("check", *options, "--only-endpoint", HOST, "-o", name, env=env)
            for name in formats
        ]
    assert runs[0].causes == {HOST: "proxy.denied"}
    assert runs[0].report["vantage"]["proxy"] == f"http://proxy.test:{proxy.peer.port}"
    for run in runs:
        assert run.code == 1
        assert "hunter2" not in run.out + run.err
        assert "bob" not in run.out + run.err
        assert "Ym9iOmh1bnRlcjI" not in run.out + run.err, "both, as the proxy is told them"


async def test_a_host_that_no_proxy_exempts_in_vain_is_told_of_the_token(
    authority: Authority, ca_file: Path
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        ConnectProxy({f"{HOST}:443": server.peer}) as proxy,
        world({}, ca_file) as options,
    ):
        env = {"HTTPS_PROXY": f"http://{proxy.peer}", "NO_PROXY": "10.0.0.0/8,.microsoft.com"}
        done = await preflight("check", *options, "--only-endpoint", HOST, "-o", "json", env=env)
    assert done.causes == {HOST: "dns.nxdomain"}
    (endpoint,) = done.report["endpoints"]
    assert '(".microsoft.com"), and through the proxy it answers' in endpoint["explanation"]
    assert any(line["detail"].startswith("control other_route") for line in endpoint["evidence"])


async def test_a_host_that_only_some_clients_exempt_is_said_to_be_so(
    authority: Authority, ca_file: Path
) -> None:
    async with (
        TlsServer(authority.identity(HOST)) as server,
        ConnectProxy({f"{HOST}:443": server.peer}) as proxy,
        world({}, ca_file) as options,
    ):
        env = {"HTTPS_PROXY": f"http://{proxy.peer}", "NO_PROXY": f".{HOST}"}
        done = await preflight("check", *options, "--only-endpoint", HOST, "-o", "json", env=env)
    assert done.code == 0
    assert (
        f'by ".{HOST}" in NO_PROXY, curl, Python urllib and Python requests go past the proxy,'
        " Go and Python httpx through it" in done.report["endpoints"][0]["explanation"]
    )


@pytest.mark.parametrize(
    ("date", "cause"),
    [
        (datetime(2015, 6, 1, tzinfo=UTC), "host.clock_skew"),
        (None, "tls.expired"),
    ],
)
async def test_a_service_with_an_old_certificate_is_believed_about_the_time(
    authority: Authority, ca_file: Path, date: datetime | None, cause: str
) -> None:
    stated = f"{date or datetime.now(UTC):%a, %d %b %Y %H:%M:%S} GMT"
    async with (
        TlsServer(authority.expired(HOST), respond(401, b"", (("Date", stated),))) as server,
        ConnectProxy({f"{HOST}:443": server.peer}) as proxy,
    ):
        options = ["--ca-file", str(ca_file), "--proxy", f"http://{proxy.peer}", "-o", "json"]
        done = await preflight("check", "--only-endpoint", HOST, *options)
    assert done.code == 1
    assert done.causes == {HOST: cause}
    assert done.report["findings"][0]["confidence"] == "confirmed"


async def test_an_incomplete_chain_is_not_called_interception(
    authority: Authority, ca_file: Path
) -> None:
    async with (
        TlsServer(authority.chained(HOST).without_intermediates()) as server,
        ConnectProxy({f"{HOST}:443": server.peer}) as proxy,
    ):
        options = ["--ca-file", str(ca_file), "--proxy", f"http://{proxy.peer}", "-o", "json"]
        done = await preflight("check", "--only-endpoint", HOST, *options)
    assert done.causes == {HOST: "tls.untrusted"}
    assert done.report["verdict"] == "degraded"


async def test_a_password_typed_on_the_command_line_is_not_shown_by_ps(ca_file: Path) -> None:
    reached = asyncio.Event()
    async with Listener(announcing(reached, silent)) as proxy, world({}, ca_file) as options:
        typed = f"http://bob:hunter2@127.0.0.1:{proxy.peer.port}"
        process = await start(
            "check", *options, "--only-endpoint", HOST, "--proxy", typed, "-o", "json"
        )
        await asyncio.wait_for(reached.wait(), PATIENCE)
        shown = arguments_of(process.pid)
        process.send_signal(signal.SIGINT)
        done = await finish(process)
    assert b"--proxy" in shown
    assert b"hunter2" not in shown
    assert b"bob" not in shown
    assert done.code == 130


async def test_an_interrupt_writes_what_was_measured(authority: Authority, ca_file: Path) -> None:
    reached = asyncio.Event()
    async with (
        TlsServer(authority.identity(HOST)) as server,
        Listener(announcing(reached, silent)) as hung,
        world({HOST: HERE, "hung.test": HERE}, ca_file) as options,
    ):
        targets = [*at(HOST, server.peer), *at("hung.test", hung.peer)]
        process = await start("check", *options, *targets, "--timeout", "50", "-o", "json")
        await asyncio.wait_for(reached.wait(), PATIENCE)
        process.send_signal(signal.SIGINT)
        done = await finish(process)
    assert done.code == 130
    report = done.report
    assert report["interrupted"] is True
    verdicts = {endpoint["host"]: endpoint["verdict"] for endpoint in report["endpoints"]}
    assert verdicts["hung.test"] == "inconclusive"
    assert len(verdicts) == 2


async def test_the_deadline_ends_a_run_as_inconclusive(ca_file: Path) -> None:
    async with Listener(silent) as hung, world({"hung.test": HERE}, ca_file) as options:
        done = await preflight(
            "check",
            *options,
            *at("hung.test", hung.peer),
            "--timeout",
            "50",
            "--deadline",
            "0.5",
            "-o",
            "json",
        )
    assert done.code == 3
    assert done.report["verdict"] == "inconclusive"


async def test_with_dns_down_nothing_is_judged_and_there_is_one_finding(ca_file: Path) -> None:
    names = [f"h{number}.test" for number in range(18)]
    async with Nameserver(otherwise=Reply(over=Over.NEITHER)) as nameserver:
        targets = [word for name in names for word in ("--only-endpoint", name)]
        done = await preflight(
            "check",
            "--dns-server",
            str(nameserver.peer),
            *targets,
            "--timeout",
            "0.5",
            "-o",
            "json",
        )
    assert done.code == 3
    assert [finding["cause"] for finding in done.report["findings"]] == ["dns.resolver_unreachable"]
    assert {endpoint["verdict"] for endpoint in done.report["endpoints"]} == {"inconclusive"}


async def test_several_outputs_are_written_at_once(
    authority: Authority, ca_file: Path, tmp_path: Path
) -> None:
    file = tmp_path / "report.json"
    async with (
        world({HOST: HERE}, ca_file) as options,
        TlsServer(authority.identity(HOST)) as server,
    ):
        done = await preflight(
            "check", *options, *at(HOST, server.peer), "-o", f"json={file}", "-o", "table"
        )
    assert json.loads(file.read_text())["verdict"] == "pass"
    assert HOST in done.out
    assert "\x1b" not in done.out, "no colour where there is no terminal"


async def test_a_waived_failure_does_not_count(ca_file: Path) -> None:
    with refusing_tcp() as peer:
        async with world({}, ca_file) as options:
            options += ["--only-endpoint", str(peer)]
            first = await preflight("check", *options, "-o", "json")
            name = first.report["endpoints"][0]["id"]
            waived = await preflight(
                "check",
                *options,
                "--waive",
                f"{name}=ticket 4711@2099-12-31",
                "-o",
                "json",
            )
    assert (first.code, waived.code) == (1, 0)
    (endpoint,) = waived.report["endpoints"]
    assert endpoint["cause"] == "tcp.refused"
    assert endpoint["waived"] == {"reason": "ticket 4711", "until": "2099-12-31"}


UNUSABLE = [
    (["--environment", "azure"], "--environment"),
    (["--only-endpoint", "https://host/path"], "--only-endpoint"),
    (["--only-endpoint", "host:99999"], "--only-endpoint"),
    (["--only-endpoint", "a.test", "--dns-server", "nonsense"], "--dns-server"),
    (["--only-endpoint", "a.test", "--proxy", "ftp://proxy"], "--proxy"),
    (["--only-endpoint", "a.test", "--timeout", "-1"], "--timeout"),
    (["--only-endpoint", "a.test", "--timeout", "soon"], "--timeout"),
    (["--only-endpoint", "a.test", "--ca-file", "/does/not/exist.pem"], "--ca-file"),
    (["--only-endpoint", "a.test", "--ca-file", __file__], "--ca-file"),
    (["--only-endpoint", "a.test", "--catalog", "/does/not/exist.yaml"], "exist.yaml"),
    (["--only-endpoint", "a.test", "-o", "yaml"], "yaml"),
    (["--only-endpoint", "a.test", "-o", "json=/does/not/exist/report.json"], "report.json"),
    (["--only-endpoint", "a.test", "--waive", "id"], "--waive"),
    (["--only-endpoint", "a.test", "--sensor-version", "8"], "--sensor-version"),
    (["--only-endpoint", "a.test", "--workspace-id", "no"], "--workspace-id"),
    (["--only-endpoint", "a.test", "--set", "colour=red"], "--set"),
    (["--component", "nonsense", "--environment", "aks"], "nonsense"),
    (["--only-endpoint", "a.test", "--proxy", "http://p.test", "--no-proxy"], "--no-proxy"),
    ([], "--environment"),
]


@pytest.mark.parametrize(("arguments", "named"), UNUSABLE, ids=lambda value: str(value)[:60])
async def test_what_cannot_be_used_is_one_line_and_exit_2(arguments: list[str], named: str) -> None:
    done = await preflight("check", *arguments)
    assert done.code == 2
    assert done.out == ""
    assert named in done.err
    assert "Traceback" not in done.err
    assert len(done.err.strip().splitlines()[-1]) < 400


async def test_a_bad_proxy_in_the_environment_is_named_without_its_password() -> None:
    env = {"HTTPS_PROXY": "gopher://bob:hunter2@proxy.test"}
    done = await preflight("check", "--only-endpoint", "a.test", env=env)
    assert done.code == 2
    assert "HTTPS_PROXY" in done.err
    assert "hunter2" not in done.err


ESCAPES = "\x1b]0;title\x07\x1b[31mred\u202e"


@pytest.mark.parametrize("arguments", [[ESCAPES], [f"--{ESCAPES}"], ["--catalog", ESCAPES]])
async def test_what_was_typed_cannot_steer_the_terminal(arguments: list[str]) -> None:
    done = await preflight("check", *arguments)
    assert done.code == 2
    assert "\\x1b" in done.err
    assert "\x1b" not in done.err


@pytest.mark.parametrize(
    "before",
    [
        ["--no-proxy"],
        ["--component"],
        ["--catalog"],
        ["-o", "table", "--environment"],
    ],
)
async def test_a_proxy_given_in_the_wrong_place_is_not_shown_with_its_password(
    before: list[str],
) -> None:
    done = await preflight("check", *before, "http://bob:hunter2@proxy.test:3128")
    assert done.code == 2
    assert "proxy.test" in done.err
    assert "hunter2" not in done.err


@pytest.mark.parametrize(
    "password",
    [
        "my hunter2",
        "my hunter2 word",
        "a@hunter2",
        "it's hunter2",
        'a" hunter2',
        "a\nhunter2",
        " hunter2",
    ],
)
@pytest.mark.parametrize("before", [["--component"], ["--catalog"], ["--no-proxy"]])
async def test_of_a_password_with_spaces_quotes_or_lines_nothing_is_shown(
    before: list[str], password: str
) -> None:
    done = await preflight("check", *before, f"http://bob:{password}@proxy.test:3128")
    assert done.code == 2
    assert "proxy.test" in done.err
    assert "hunter2" not in done.err


async def test_of_a_password_that_the_shell_took_apart_nothing_is_shown() -> None:
    done = await preflight("check", "http://bob:my", "hunter2", "word@proxy.test:3128")
    assert done.code == 2
    assert "hunter2" not in done.err


async def test_of_a_password_beyond_what_is_shown_nothing_is_shown() -> None:
    done = await preflight("check", f"http://bob:{'hunter2' * 500}@proxy.test:3128")
    assert done.code == 2
    assert "hunter2" not in done.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX's")
@pytest.mark.parametrize("option", ["--catalog", "--ca-file", "--cluster-ca-file"])
async def test_a_pipe_into_which_nobody_writes_does_not_hold_the_run_up(
    tmp_path: Path, option: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = await preflight("check", "--only-endpoint", "a.test", option, str(tmp_path / "pipe"))
    assert (done.code, done.out) == (2, "")
    assert "pipe" in done.err


async def test_certificates_that_come_through_a_pipe_are_refused(authority: Authority) -> None:
    """As in `--ca-file <(cat ca.pem)`: OpenSSL would find it empty."""
    reading, writing = os.pipe()
    with os.fdopen(reading), os.fdopen(writing, "wb") as written:
        written.write(authority.pem)
        written.close()
        named = f"/proc/{os.getpid()}/fd/{reading}"
        done = await preflight("check", "--only-endpoint", "a.test", "--ca-file", named)
    assert done.code == 2
    assert "not a pipe" in done.err


def as_in_a_shell(line: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a line in which $PREFLIGHT is the command."""
    command = f"{sys.executable} -m preflight"
    return subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env=environment({"PREFLIGHT": command}),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


NOTHING_ANSWERS = "check --only-endpoint a.test --dns-server 127.0.0.1:9 --timeout 0.2"


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell is needed")
@pytest.mark.parametrize(
    ("line", "code"),
    [
        (f"$PREFLIGHT {NOTHING_ANSWERS} 2>&-", 3),
        (f"$PREFLIGHT {NOTHING_ANSWERS} <&-", 3),
        (f"$PREFLIGHT {NOTHING_ANSWERS} >&-", 2),
        ("$PREFLIGHT check --no-such-option 2>&-", 2),
        ("$PREFLIGHT check --catalog missing.yaml >&- 2>&-", 2),
        (f'mkdir gone; cd gone; rmdir "$PWD"; $PREFLIGHT {NOTHING_ANSWERS} -o json=report.json', 2),
    ],
)
def test_neither_a_closed_stream_nor_a_folder_that_is_gone_looks_like_a_block(
    tmp_path: Path, line: str, code: int
) -> None:
    """What crashes ends with 1, which stands for a blocked endpoint."""
    done = as_in_a_shell(line, tmp_path)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
@pytest.mark.parametrize("line", ["--help", "check --help", NOTHING_ANSWERS])
def test_a_full_disk_is_said_and_is_no_block(tmp_path: Path, line: str) -> None:
    done = as_in_a_shell(f"$PREFLIGHT {line} >/dev/full", tmp_path)
    assert done.returncode == 2
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr
    assert as_in_a_shell(f"$PREFLIGHT {line} >/dev/full 2>/dev/full", tmp_path).returncode == 2
