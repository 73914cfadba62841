"""The command, kubectl, and the network between the nodes, as the tests on a real cluster use them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CLUSTER = ROOT.parent / "shared" / "cluster"
"""A real cluster on this machine, with an internet of its own."""
HOST = "api.example.test"
PATIENCE = 300.0
"""Seconds after which something that should have happened fails the test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def fleet(self) -> dict[str, Any]:
        """Standard output as JSON."""
        loaded: dict[str, Any] = json.loads(self.out)
        return loaded

    @property
    def places(self) -> dict[tuple[str, str], str]:
        """Node and kind of vantage → verdict."""
        return {
            (one["vantage"]["node"], one["vantage"]["kind"]): one["verdict"]
            for one in self.fleet["reports"]
        }

    @property
    def failures(self) -> list[tuple[str | None, str | None, str]]:
        """Node, network and reason of each."""
        return [(one["node"], one["network"], one["reason"]) for one in self.fleet["failures"]]


def start(*arguments: str, kubeconfig: str | None = None) -> subprocess.Popen[str]:
    """`job ARGUMENTS`, running."""
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    if kubeconfig:
        env["KUBECONFIG"] = kubeconfig
    return subprocess.Popen(
        [sys.executable, "-m", "preflight", "job", *arguments],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> Ended:
    """Wait for it; one that hangs is killed."""
    try:
        out, err = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Ended(code=process.returncode, out=out, err=err)


def job(*arguments: str, kubeconfig: str | None = None) -> Ended:
    """`job ARGUMENTS`, run to its end."""
    return finish(start(*arguments, kubeconfig=kubeconfig))


def interrupt(process: subprocess.Popen[str]) -> Ended:
    """Ctrl-C."""
    process.send_signal(signal.SIGINT)
    return finish(process)


def kubectl(*arguments: str, given: str | None = None) -> str:
    """What kubectl prints; CalledProcessError when it fails."""
    return subprocess.run(
        ["kubectl", *arguments],
        check=True,
        capture_output=True,
        text=True,
        input=given,
        timeout=PATIENCE,
    ).stdout


def objects(kind: str, namespace: str, *more: str) -> list[dict[str, Any]]:
    """The objects of this kind that runs have made."""
    listed = kubectl(
        "get", kind, "-n", namespace, "-l", "defender-preflight/run", "-o", "json", *more
    )
    found: list[dict[str, Any]] = json.loads(listed)["items"]
    return found


def left(namespace: str) -> list[str]:
    """What runs have left in the namespace."""
    return kubectl(
        "get",
        "jobs,pods,configmaps,secrets",
        "-n",
        namespace,
        "-l",
        "defender-preflight/run",
        "-o",
        "name",
    ).split()


def net(*arguments: str, given: str | None = None) -> str:
    """Names, servers and blocks between the nodes and their internet."""
    return subprocess.run(
        [CLUSTER / "net", *arguments], check=True, capture_output=True, text=True, input=given
    ).stdout


def eventually(what: Callable[[], Any]) -> Any:
    """What is there as soon as it is."""
    end = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.2)
    return found
