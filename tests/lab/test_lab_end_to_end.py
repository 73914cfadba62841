"""The lab itself, with a few of its scenarios: it builds them, scores them, and leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import gettempdir

import pytest

from tests.lab.network import LIMIT, ROOT, await_that, obstacle

LAB = (sys.executable, "-m", "tests.lab")


@pytest.fixture(autouse=True)
def _permitted() -> None:
    if reason := obstacle():
        pytest.skip(reason)


def left_behind() -> set[str]:
    """Folders that runs of the lab work in."""
    return {path.name for path in Path(gettempdir()).glob("preflight-lab-*")}


def processes_with(*words: str) -> list[int]:
    """Processes whose command line has all of the words."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue  # it has just ended
        if all(word in line for word in words):
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
        # everything stands once the command under test is called
        await_that(lambda: bool(processes_with(str(tmp_path), "trusted.pem")), "it did not begin")
        lab.send_signal(number)
        lab.wait(LIMIT)
    await_that(lambda: not processes_with(str(tmp_path)), "something is still there")
    if number is signal.SIGINT:
        assert list(tmp_path.iterdir()) == []
