"""Usage: python -m bench [--python PATH] [--runs N] [--json FILE]."""

import argparse
import json
import os
import platform
import resource
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

import preflight
from bench.command import BenchmarkError
from bench.lab import Lab, laboratory, obstacle
from bench.measurement import Measurement, conclusion, document, table
from bench.scenarios import MANY, ROUND_TRIP, every_scenario

OPEN_FILES = 1024
"""The soft limit that most systems start a process with; measured with no more than that."""


def machine(python: Path) -> dict[str, str]:
    """What the figures depend on."""
    return {
        "preflight": preflight.__version__,
        "python": _version(str(python)),
        "curl": _version("curl"),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processors": str(os.cpu_count()),
        "round_trip": f"{ROUND_TRIP * 1000:.0f} ms",
    }


def _version(command: str) -> str:
    shown = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    return shown.stdout.split()[1]


def measure(python: Path, runs: int) -> list[Measurement]:
    """Every figure, with a word on standard error as each becomes known."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(OPEN_FILES, hard), hard))
    with laboratory(round_trip=ROUND_TRIP, hosts=MANY, python=python) as lab:
        return list(_announced(lab, runs))


def _announced(lab: Lab, runs: int) -> list[Measurement]:
    measurements = []
    for measured in every_scenario(lab, runs):
        print(f"bench: {measured.name}", file=sys.stderr)
        measurements.append(measured)
    return measurements


def main() -> int:
    """Exit 0 however the goals come out, 1 when the benchmark itself failed, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Speed and memory of check, beside curl --parallel."
    )
    parser.add_argument(
        "--python",
        type=Path,
        metavar="PATH",
        default=Path(sys.executable),
        help="the interpreter to measure with, and what is installed beside it (default: this one)",
    )
    parser.add_argument(
        "--runs", type=int, default=10, help="runs of each quick scenario (default 10)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here as well")
    options = parser.parse_args()
    if reason := obstacle():
        print(f"bench: {reason}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, _stop)
    try:
        python = options.python.absolute()  # not resolved: the link's place tells the environment
        about, measurements = machine(python), measure(python, max(1, options.runs))
    except BenchmarkError as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: interrupted", file=sys.stderr)
        return 130
    print(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in about.items()))
    print(table(measurements))
    print(conclusion(measurements))
    if options.json:
        options.json.write_text(json.dumps(document(measurements, about), indent=2) + "\n")
    return 0


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    """SIGTERM takes the lab down as Ctrl-C does."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
