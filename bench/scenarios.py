"""What is run, and what it is held against.

Every run of `check` is looked at: a benchmark of something that went wrong would be worth nothing.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from bench.addresses import host_name
from bench.command import BenchmarkError, Sample
from bench.explanation import explanation
from bench.lab import Lab
from bench.measurement import Measurement, Unit

STANDARD = 15
"""Endpoints in a usual profile."""

MANY = 2_000

ROUND_TRIP = 0.05
"""Seconds."""

OPEN_GOAL = 4 * ROUND_TRIP + 0.2
"""Seconds: DNS, TCP, TLS 1.3 and HTTP take a round trip each; the rest is ours, interpreter start included."""

STEP_TIMEOUT = 2.0
"""Seconds; the step's budget where everything is dropped, shorter than the default so that the benchmark is short."""

DROPPED_GOAL = STEP_TIMEOUT + 0.5
ANSWER_GOAL = 100.0
"""Milliseconds, for what needs no network: help and usage errors."""

COMMANDS = ("check", "demo", "rules explain", "rules request", "job run", "sensor status")
"""Those whose help is measured; the tests hold what any other may load."""

PEAK_GOAL = {STANDARD: 60.0, MANY: 150.0}
"""Megabytes (of 10⁶ bytes)."""

RUN_LIMIT = 60.0
"""Seconds after which a single run has hung."""

MILLION = 1_000_000


def every_scenario(lab: Lab, runs: int) -> Iterator[Measurement]:
    """Carry out all of them, `runs` times each (a few times where a run takes seconds), and yield each figure when it is known."""
    few = max(1, runs // 5)
    yield from without_network(lab, runs)
    yield from open_path(lab, runs)
    yield from many_open(lab, few)
    for hosts in (STANDARD, MANY):
        yield from dropped(lab, hosts, few)
    yield from explanation(lab, few)


def without_network(lab: Lab, runs: int) -> Iterator[Measurement]:
    """`--help` and a usage error."""
    for name, arguments, exit_code in (
        ("--help", ["--help"], 0),
        *((f"{each} --help", [*each.split(), "--help"], 0) for each in COMMANDS),
        ("usage error: an unknown option", ["check", "--no-such-option"], 2),
        ("usage error: a timeout that is no number", ["check", "--timeout", "soon"], 2),
    ):
        _preflight(
            lab, arguments, exit_code
        )  # not counted: fills the file cache and writes the bytecode
        samples = [_preflight(lab, arguments, exit_code) for _ in range(runs)]
        yield Measurement(
            name=name,
            unit=Unit.MILLISECONDS,
            values=tuple(sample.seconds * 1000 for sample in samples),
            goal=ANSWER_GOAL,
        )


def open_path(lab: Lab, runs: int) -> Iterator[Measurement]:
    """A usual profile with everything open, in turn with curl on the same hosts with the same trust anchors."""
    curl = _curl(lab, STANDARD)
    _check(lab, STANDARD)
    _succeeds(lab, curl)
    pairs = [(_check(lab, STANDARD), _succeeds(lab, curl)) for _ in range(runs)]
    ours, theirs = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    path = f"{STANDARD} hosts, open"
    yield _wall_time(f"{path}: check", ours, goal=OPEN_GOAL)
    yield _wall_time(f"{path}: curl --parallel", theirs)
    yield Measurement(
        name=f"{path}: check minus curl, pair by pair",
        unit=Unit.SECONDS,
        values=tuple(our.seconds - their.seconds for our, their in pairs),
        goal=0.0,
    )
    yield from _resources(path, ours, STANDARD)


def many_open(lab: Lab, runs: int) -> Iterator[Measurement]:
    """Two thousand endpoints, everything open."""
    samples = [_check(lab, MANY) for _ in range(runs)]
    path = f"{MANY} hosts, open"
    yield _wall_time(f"{path}: check", samples)
    yield from _resources(path, samples, MANY)


def dropped(lab: Lab, hosts: int, runs: int) -> Iterator[Measurement]:
    """No packet arrives; then names are resolved, and every SYN is dropped."""
    for what, match, cause in (
        ("everything", "", "dns.resolver_unreachable"),
        ("every SYN", "tcp dport 443", "tcp.dropped"),
    ):
        with lab.wall(match):
            samples = [_check(lab, hosts, cause=cause) for _ in range(runs)]
        path = f"{hosts} hosts, {what} dropped"
        yield _wall_time(f"{path}: check", samples, goal=DROPPED_GOAL)
        yield from _resources(path, samples, hosts)


def _wall_time(name: str, samples: list[Sample], goal: float | None = None) -> Measurement:
    return Measurement(
        name=name, unit=Unit.SECONDS, values=tuple(sample.seconds for sample in samples), goal=goal
    )


def _resources(path: str, samples: list[Sample], hosts: int) -> Iterator[Measurement]:
    yield Measurement(
        name=f"{path}: peak memory",
        unit=Unit.MEGABYTES,
        values=tuple(sample.peak_bytes / MILLION for sample in samples),
        goal=PEAK_GOAL[hosts],
        judged_by_largest=True,
    )
    yield Measurement(
        name=f"{path}: CPU per endpoint",
        unit=Unit.MILLISECONDS,
        values=tuple(sample.cpu_seconds * 1000 / hosts for sample in samples),
    )


def _preflight(lab: Lab, arguments: list[str], exit_code: int) -> Sample:
    sample = lab.run([str(lab.python), "-m", "preflight", *arguments], limit=RUN_LIMIT)
    if sample.exit_code != exit_code:
        raise BenchmarkError(
            f"preflight {arguments[0]} ended with {sample.exit_code}: {sample.errors.strip()}"
        )
    return sample


def _check(lab: Lab, hosts: int, *, cause: str | None = None) -> Sample:
    """One run over the first `hosts` test hosts, where every endpoint must end in `cause` (None: reachable)."""
    report = lab.folder / "report.json"
    report.unlink(missing_ok=True)
    selection = [
        argument for number in range(hosts) for argument in ("--only-endpoint", host_name(number))
    ]
    options = ["--ca-file", str(lab.bundle), "--output", f"json={report}"]
    if cause:
        options += ["--timeout", str(STEP_TIMEOUT)]
    command = [str(lab.python), "-m", "preflight", "check", *options, *selection]
    sample = lab.run(command, limit=RUN_LIMIT)
    _inspect(report, sample, hosts, cause)
    return sample


def _inspect(report: Path, sample: Sample, hosts: int, cause: str | None) -> None:
    if not report.exists():
        raise BenchmarkError(
            f"check ended with {sample.exit_code} and no report: {sample.errors.strip()}"
        )
    found = [endpoint["cause"] for endpoint in json.loads(report.read_text())["endpoints"]]
    if found != [cause] * hosts:
        others = sorted({str(each) for each in found if each != cause})
        raise BenchmarkError(
            f"check over {hosts} hosts: {len(found)} results; instead of {cause}: {', '.join(others)}"
        )


def _curl(lab: Lab, hosts: int) -> list[str]:
    configuration = lab.folder / "curl.conf"
    configuration.write_text(
        "".join(
            f'url = "https://{host_name(number)}/"\noutput = "/dev/null"\n'
            for number in range(hosts)
        )
    )
    return [
        "curl",
        "--parallel",
        "--silent",
        "--cacert",
        str(lab.bundle),
        "--config",
        str(configuration),
    ]


def _succeeds(lab: Lab, command: list[str]) -> Sample:
    sample = lab.run(command, limit=RUN_LIMIT)
    if sample.exit_code != 0:
        raise BenchmarkError(f"{command[0]} ended with {sample.exit_code}: {sample.errors.strip()}")
    return sample
