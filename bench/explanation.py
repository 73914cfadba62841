"""`rules explain` on the policies and exports of a large estate: the whole command, and its engines alone."""

import gc
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.addresses import host_name
from bench.command import BenchmarkError, Sample
from bench.lab import Lab
from bench.measurement import Measurement, Unit
from bench.rulebook import FORMATS, POLICIES, RULES

ENDPOINTS = 60
WALL_GOAL = 2.0
"""Seconds, reading and writing included."""

PEAK_GOAL = 300.0
"""Megabytes (of 10⁶ bytes)."""

RUN_LIMIT = 60.0
MILLION = 1_000_000
CANNOT_TELL = 3
"""The exit code: without a report, many of these rules wait for addresses. Every engine is asked all the same."""


def explanation(lab: Lab, runs: int) -> Iterator[Measurement]:
    """The command on what kubectl wrote as JSON, then as YAML; then the engines without reading and writing."""
    for written in FORMATS:
        folder = lab.folder / f"estate-{written.lower()}"
        folder.mkdir()
        _write(lab, folder, written)
        _explain(lab, folder)  # not counted: fills the file cache and writes the bytecode
        samples = [_explain(lab, folder) for _ in range(runs)]
        yield from _figures(f"{POLICIES} policies, {RULES} rules, {written}", samples)
    alone = [_engines_alone(lab, lab.folder / "estate-json") for _ in range(runs)]
    yield Measurement(
        name=f"{POLICIES} policies, {RULES} rules: engines alone",
        unit=Unit.SECONDS,
        values=tuple(alone),
    )


def _write(lab: Lab, folder: Path, written: str) -> None:
    """Make the files in a process of its own: it takes more memory than what is measured, whose peak would start from there."""
    sample = lab.run(
        [sys.executable, "-m", "bench.rulebook", str(folder), written], limit=RUN_LIMIT
    )
    if sample.exit_code != 0:
        raise BenchmarkError(f"the estate could not be written: {sample.errors.strip()}")


def _figures(what: str, samples: list[Sample]) -> Iterator[Measurement]:
    yield Measurement(
        name=f"{what}: explain",
        unit=Unit.SECONDS,
        values=tuple(sample.seconds for sample in samples),
        goal=WALL_GOAL,
    )
    yield Measurement(
        name=f"{what}: CPU",
        unit=Unit.SECONDS,
        values=tuple(sample.cpu_seconds for sample in samples),
    )
    yield Measurement(
        name=f"{what}: peak memory",
        unit=Unit.MEGABYTES,
        values=tuple(sample.peak_bytes / MILLION for sample in samples),
        goal=PEAK_GOAL,
        judged_by_largest=True,
    )


def _explain(lab: Lab, folder: Path) -> Sample:
    """One run of the command, where every flow must get an answer from every engine."""
    said = lab.folder / "explanation.json"
    said.unlink(missing_ok=True)
    endpoints = [
        argument
        for number in range(ENDPOINTS)
        for argument in ("--only-endpoint", host_name(number))
    ]
    options = ["--policies", str(folder), "--environment", "aks", "--output", f"json={said}"]
    command = [str(lab.python), "-m", "preflight", "rules", "explain", *options, *endpoints]
    sample = lab.run(command, limit=RUN_LIMIT)
    if sample.exit_code != CANNOT_TELL or not said.exists():
        raise BenchmarkError(
            f"rules explain ended with {sample.exit_code}: {sample.errors.strip()}"
        )
    _inspect(said)
    return sample


ENGINES = {
    "cilium",
    "kubernetes-network-policy",
    "azure-nsg",
    "azure-firewall",
    "aws-security-group",
    "gcp-firewall",
}


def _inspect(said: Path) -> None:
    flows = json.loads(said.read_text())["flows"]
    asked = {step["engine"] for flow in flows for step in flow["path"]}
    if len(flows) != ENDPOINTS or asked != ENGINES:
        raise BenchmarkError(f"rules explain: {len(flows)} flows, asked of {sorted(asked)}")


def _engines_alone(lab: Lab, folder: Path) -> float:
    """Seconds that the engines take, in a process of their own."""
    told = lab.folder / "engines"
    command = [str(lab.python), "-m", "bench.explanation", str(folder), str(told)]
    sample = lab.run(command, limit=RUN_LIMIT)
    if sample.exit_code != 0:
        raise BenchmarkError(f"the engines ended with {sample.exit_code}: {sample.errors.strip()}")
    return float(told.read_text())


def _time_engines(folder: str) -> float:
    from preflight.attribution import at
    from preflight.model.endpoint import Environment, Protocol
    from preflight.model.flow import Flow
    from preflight.objects import read
    from preflight.policies import Inventory, explain, sensor

    documents = read([folder])
    (source,) = sensor(Inventory(documents), Environment.AKS)
    flows = [
        Flow(source=source, destination=at(host_name(number), 443, Protocol.HTTPS))
        for number in range(ENDPOINTS)
    ]
    gc.freeze()  # the command, too, does not look through all that it has read again and again
    started = time.perf_counter()
    explain(documents, flows)
    return time.perf_counter() - started


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(str(_time_engines(sys.argv[1])))
