"""Usage: python -m tests.lab [--only NAME] [--record DIR] [--list] [--json FILE] [--jobs N]."""

import argparse
import ctypes
import fnmatch
import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from types import FrameType
from typing import NoReturn, cast

from tests.lab.certificates import Authorities
from tests.lab.network import obstacle
from tests.lab.scenario import Scenario
from tests.lab.scenarios import SCENARIOS
from tests.lab.score import Mark, Score, mark
from tests.lab.trial import Result, carry_out

JOBS = 2 * (os.cpu_count() or 1)
"""Scenarios at once: most of their time they wait for silence to end."""
PR_SET_PDEATHSIG = 1  # linux/prctl.h
INTERRUPTED = 130
"""Exit code."""


def main() -> int:
    """Exit 0 when the goals are met or the lab cannot be built here, 1 when a goal is missed, 130 after Ctrl-C."""
    options = _options()
    chosen = [each for each in SCENARIOS if _is_chosen(each, options.only)]
    if options.list:
        for each in chosen:
            print(f"{each.kind:10}{each.name}")
        return 0
    if not chosen:
        print(f"lab: no scenario is named {' or '.join(options.only)}", file=sys.stderr)
        return 1
    if reason := obstacle():
        print(f"lab: skipped, {reason}")
        return 0
    if options.record:
        options.record.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, _stop)
    try:
        score = _run(chosen, options.jobs, options.record)
    except KeyboardInterrupt:
        print("lab: interrupted", file=sys.stderr)
        return INTERRUPTED
    _report(score)
    if options.json:
        options.json.write_text(json.dumps(score.document(), indent=1) + "\n", encoding="utf-8")
    return 0 if score.is_good else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.lab",
        description="The real command behind real network parts, and a score of what it said.",
    )
    parser.add_argument(
        "--only", action="append", metavar="NAME", help="just this one, or these (*); repeatable"
    )
    parser.add_argument("--record", type=Path, metavar="DIR", help="keep what each run saw here")
    parser.add_argument("--list", action="store_true", help="name the scenarios and stop")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the score here as well")
    parser.add_argument(
        "--jobs", type=int, default=JOBS, help=f"scenarios at once (default {JOBS})"
    )
    return parser.parse_args()


def _is_chosen(scenario: Scenario, only: Sequence[str] | None) -> bool:
    return not only or any(fnmatch.fnmatch(scenario.name, pattern) for pattern in only)


def _run(chosen: Sequence[Scenario], jobs: int, record: Path | None) -> Score:
    """Run all of them, and once more alone what took too long: a hang comes again, a busy machine does not."""
    started = time.monotonic()
    marks = {each.scenario.name: each for each in _marks(chosen, jobs, record)}
    late = [each.scenario for each in marks.values() if each.hangs]
    marks |= {each.scenario.name: each for each in _marks(late, 1, record)}
    return Score(
        marks=tuple(marks[each.name] for each in chosen),
        repeated=len(late),
        seconds=time.monotonic() - started,
    )


def _marks(chosen: Sequence[Scenario], jobs: int, record: Path | None) -> Iterator[Mark]:
    """Every scenario as it ends, with a word on standard error; each has a process of its own, which cleans up after it."""
    authorities, waiting = Authorities(), list(reversed(chosen))
    running: dict[Connection, tuple[ForkProcess, Scenario]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < max(1, jobs):
                scenario = waiting.pop()
                receiver, process = _started(scenario, authorities, record)
                running[receiver] = process, scenario
            for ready in wait(list(running)):
                process, scenario = running.pop(cast("Connection", ready))
                judged = mark(scenario, _result(cast("Connection", ready), scenario))
                process.join()
                _announce(judged)
                yield judged
    finally:
        for process, _ in running.values():
            process.terminate()
        for process, _ in running.values():
            process.join()


def _started(
    scenario: Scenario, authorities: Authorities, record: Path | None
) -> tuple[Connection, ForkProcess]:
    """A process that carries it out, and where its result will come from. Forked: keys cannot be handed over."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_carry_out, args=(sender, scenario, authorities, record))
    process.start()
    sender.close()
    return receiver, process


def _carry_out(
    sender: Connection, scenario: Scenario, authorities: Authorities, record: Path | None
) -> None:
    """Run one scenario; when the parent is gone, a signal says so, and the scenario is taken down."""
    signal.signal(signal.SIGTERM, _stop)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    try:
        sender.send(carry_out(scenario, authorities, record=record))
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(INTERRUPTED)


def _result(receiver: Connection, scenario: Scenario) -> Result:
    try:
        result = receiver.recv()
    except EOFError:
        return Result(name=scenario.name, trouble="its process ended without a result")
    assert isinstance(result, Result)
    return result


def _announce(judged: Mark) -> None:
    word = "ok" if judged.is_exact and not judged.hangs else "WRONG"
    print(f"{word:6}{judged.result.wall:5.1f} s  {judged.scenario.name}", file=sys.stderr)


def _report(score: Score) -> None:
    for each in score.marks:
        for line in each.differences:
            print(f"{each.scenario.name}: {line}")
    print(score.text())
    print("the lab's goals are met" if score.is_good else "the lab's goals are NOT met")


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
