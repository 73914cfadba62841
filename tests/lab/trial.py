"""Runs one scenario: builds it, calls the real command in it as a user does, and keeps what it said."""

import json
import subprocess
import sys
import time
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.lab.addresses import DNSMASQ, NOBODY, PROXY, UNBOUND
from tests.lab.certificates import Authorities
from tests.lab.network import Way, surroundings, way
from tests.lab.parts import start
from tests.lab.scenario import Place, Scenario
from tests.lab.stage import Stage

KILLED_AFTER = 30.0
"""Seconds; far more than any run may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the report says of one host."""

    verdict: str
    stage: str | None
    cause: str | None
    explanation: str
    """The endpoint's own and its findings'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one scenario."""

    name: str
    said: dict[str, Said] = field(default_factory=dict)
    """By what was probed."""
    code: int | None = None
    """Exit code; None when the command had to be killed, or never ran."""
    findings: tuple[str, ...] = ()
    """Their causes."""
    seconds: float = 0.0
    """What the run itself took, by its own report."""
    wall: float = 0.0
    """What the process took, with its start."""
    trouble: str = ""
    """Why there is no report to judge."""


def carry_out(scenario: Scenario, authorities: Authorities, *, record: Path | None) -> Result:
    """Run it once; whatever happens, nothing of it stays but the recording."""
    with TemporaryDirectory(prefix="preflight-lab-") as name, ExitStack() as stack:
        folder = Path(name)
        try:
            made = stack.enter_context(_way(scenario))
            stage = Stage(scenario=scenario, way=made, folder=folder, authorities=authorities)
            start(stage, stack)
        except (RuntimeError, subprocess.TimeoutExpired) as trouble:
            return Result(name=scenario.name, trouble=f"not set up: {trouble}")
        return _call(stage, record)


def _way(scenario: Scenario) -> AbstractContextManager[Way]:
    return way(addresses_of(scenario), has_ipv6=scenario.has_ipv6, round_trip=scenario.round_trip)


def addresses_of(scenario: Scenario) -> tuple[str, ...]:
    """Every address that the internet's end has."""
    webs = (address for web in scenario.web for address in web.addresses)
    actors = (actor.address for actor in scenario.actors if actor.place is Place.INTERNET)
    return tuple(dict.fromkeys((DNSMASQ, UNBOUND, PROXY, NOBODY, *webs, *actors)))


def _call(stage: Stage, record: Path | None) -> Result:
    scenario = stage.scenario
    command = stage.way[Place.CLIENT].inside(*_command(stage, record))
    variables = surroundings(**scenario.environment)
    started = time.monotonic()
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=KILLED_AFTER,
            check=False,
            env=variables,
        )
    except subprocess.TimeoutExpired:
        return Result(name=scenario.name, trouble="the command had to be killed", wall=KILLED_AFTER)
    wall = time.monotonic() - started
    return read_report(scenario, done.stdout, done.stderr, code=done.returncode, wall=wall)


def _command(stage: Stage, record: Path | None) -> list[str]:
    scenario = stage.scenario
    module = ["preflight"]
    if record is not None and scenario.is_recorded:
        module = ["tests.lab.recorded", "--record", str(record / f"{scenario.name}.json")]
    trust = stage.authorities.services.pem
    if scenario.is_interceptor_trusted:
        trust += stage.authorities.interceptor(scenario.interceptor).pem
    (stage.folder / "trusted.pem").write_bytes(trust)
    asked = () if scenario.is_profile else scenario.hosts
    return [
        *(("faketime", "-f", scenario.clock) if scenario.clock else ()),
        *(sys.executable, "-m", *module, "check", "-o", "json"),
        *("--ca-file", str(stage.folder / "trusted.pem"), "--timeout", f"{scenario.timeout:g}"),
        *(word for host in asked for word in ("--only-endpoint", host)),
        *scenario.arguments,
    ]


def read_report(scenario: Scenario, printed: str, errors: str, *, code: int, wall: float) -> Result:
    """What the command said; without a report, why there is none."""
    if "Traceback" in errors or not printed.startswith("{"):
        return Result(name=scenario.name, code=code, wall=wall, trouble=errors[-2000:] or printed)
    report = json.loads(printed)
    findings = {each["id"]: each for each in report["findings"]}
    return Result(
        name=scenario.name,
        said={
            asked: _said(row, findings)
            for asked in scenario.hosts
            for row in report["endpoints"]
            if asked in {row["host"], f"{row['host']}:{row['port']}"}
        },
        code=code,
        findings=tuple(each["cause"] for each in report["findings"]),
        seconds=report["duration_ms"] / 1000,
        wall=wall,
    )


def _said(row: dict[str, Any], findings: dict[str, Any]) -> Said:
    own = [findings[each] for each in row["findings"]]
    texts = [row["explanation"], *(f"{each['title']} {each['explanation']}" for each in own)]
    return Said(
        verdict=row["verdict"],
        stage=row["stage"],
        cause=row["cause"],
        explanation="\n".join(texts),
    )
