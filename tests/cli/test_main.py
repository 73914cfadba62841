"""The way in: how a run ends when something is wrong with ourselves."""

import os
import signal
import subprocess
import sys

import pytest

from preflight import cli
from preflight.errors import ExitCode


def test_a_bug_is_shown_whole_and_never_ends_as_a_block(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> int:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(cli, "_run", broken)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == ExitCode.INCONCLUSIVE
    assert "ZeroDivisionError: ours" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_before_the_run_begins_is_an_interrupt(number: signal.Signals) -> None:
    program = (
        "import os, signal, click\n"
        "from preflight import cli\n"
        f"click.Group.main = lambda *_, **__: os.kill(os.getpid(), {number:d})\n"
        "cli.main()"
    )
    ended = subprocess.run((sys.executable, "-c", program), capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (ExitCode.INTERRUPTED, b"")


def test_a_reader_that_leaves_before_the_help_is_no_block() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as nobody:
        ended = subprocess.run(
            (sys.executable, "-m", "preflight", "--help"),
            stdout=nobody,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (ended.returncode, ended.stderr) == (ExitCode.OK, b"")


@pytest.mark.parametrize("module", ["preflight.errors", "gc", "typing"])
def test_an_interrupt_while_the_command_line_is_loaded_is_an_interrupt(module: str) -> None:
    """Ctrl-C comes as soon as this module is asked for, whatever was loaded before."""
    program = (
        "import os, signal, sys\n"
        f"sys.modules.pop({module!r}, None)\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r}:\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from preflight.__main__ import start\n"
        "start()"
    )
    ended = subprocess.run((sys.executable, "-c", program), capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (ExitCode.INTERRUPTED, b"")
