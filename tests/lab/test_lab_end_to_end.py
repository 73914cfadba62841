"""The lab itself, with a few of its scenarios: it builds them, scores them, and leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import gettempdir

import pytest

from tests.lab.network import LIMIT, ROOT, obstacle

LAB = (sys.executable, "-m", "tests.lab")


@pytest.fixture(autouse=True)
def _permitted() -> None:
    if reason := obstacle():
        pytest.skip(reason)


def left_behind() -> set[str]:
    """Folders that runs of the lab work in."""
    return {path.name for path in Path(gettempdir()).glob("preflight-lab-*")}


def processes_with(word: str) -> list[int]:
    """Processes whose command line has the word."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue  # it has just ended
        if word in line:
            found.append(int(folder.name))
    return found


def test_scenarios_are_built_scored_and_gone(tmp_path: Path) -> None:
    before = left_behind()
    only = ("--only", "tcp-refused-by-firewall", "--only", "open-tls-1.3-only")
    options = ("--json", str(tmp_path / "score.json"), "--record", str(tmp_path / "recorded"))
    done = subprocess.run(
        [*LAB, *only, *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "verdicts right 2/2 (100%), causes exact 2/2 (100%)" in done.stdout
    score = json.loads((tmp_path / "score.json").read_text())
    assert {each["name"] for each in score["results"]} == {
        "tcp-refused-by-firewall",
        "open-tls-1.3-only",
    }
    assert len(list((tmp_path / "recorded").iterdir())) == 2
    assert left_behind() <= before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_a_lab_that_is_stopped(number: signal.Signals, tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [*LAB, "--only", "proxy-behind-a-closed-firewall"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as lab:
        await_that_some(str(tmp_path), "preflight")
        lab.send_signal(number)
        lab.wait(LIMIT)
    give_up = time.monotonic() + LIMIT
    while processes_with(str(tmp_path)) and time.monotonic() < give_up:
        time.sleep(0.05)  # the kernel tells nobody when the last one is gone
    assert processes_with(str(tmp_path)) == []
    if number is signal.SIGINT:
        assert list(tmp_path.iterdir()) == []


def await_that_some(*words: str) -> None:
    """Return when the command under test runs: everything stands then."""
    give_up = time.monotonic() + LIMIT
    while time.monotonic() < give_up:
        if all(processes_with(word) for word in words):
            return
        time.sleep(0.01)
    raise TimeoutError(words)
