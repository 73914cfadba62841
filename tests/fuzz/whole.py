"""A check carried out on a hostile network, judged, written in every format; and what must hold of it whatever was answered."""

import asyncio
import json
import time
from collections.abc import Sequence
from datetime import date

from preflight import codec
from preflight.diagnosis import judge
from preflight.model.endpoint import Cloud, Endpoint
from preflight.model.evidence import Evidence, Incomplete
from preflight.model.plan import Check
from preflight.model.profile import Profile
from preflight.model.progress import Silent
from preflight.model.report import Report, ReportVantage
from preflight.model.vantage import Vantage, VantageKind
from preflight.probes.runner import run as carry_out
from preflight.report import FORMATS, render
from preflight.wire.names import Names
from preflight.wire.network import Network
from tests.factories import NOW, endpoint, plan
from tests.fuzz import clock
from tests.lab.record import encode

LARGEST = 400_000
"""Bytes of one check's evidence as text: bounded, however much was sent."""
SLOWEST = 5.0
"""Seconds of computing that one check may cost, on a machine that does other things too; some hundredths are usual."""
STEPS, MORE = 2, 0.5
"""Step budgets within which a run must end whose peers answer at once or never, and seconds beyond them."""


def looked(checks: Sequence[Check], network: Network, at: Vantage) -> tuple[Evidence, ...]:
    """The evidence of a run; it must end in time, by both clocks, and without a crash."""

    async def whole() -> tuple[tuple[Evidence, ...], float]:
        begin = asyncio.get_running_loop().time()
        seen = await carry_out(
            checks,
            network=network,
            names=Names(network, at),
            deadline=60.0,
            control=True,
            progress=Silent(),
            stop=asyncio.Event(),
        )
        return seen, asyncio.get_running_loop().time() - begin

    began = time.process_time()
    run, took = clock.run(whole())
    assert time.process_time() - began < SLOWEST
    assert took <= STEPS * checks[0].timeout + MORE
    for seen in run:
        assert seen.incomplete is not Incomplete.CRASHED, seen.error
        assert len(json.dumps(encode(seen, Evidence))) < LARGEST
    return run


def told(run: Sequence[Evidence], of: Sequence[Endpoint]) -> Report:
    """The report of that; every format of it must be fit to print."""
    found = judge(plan(*of, checks=[s.check for s in run]), run, (), date(2026, 11, 23))
    report = Report(
        tool_version="0",
        started_at=NOW,
        duration=1.0,
        profile=Profile(
            environment=None,
            cloud=Cloud.PUBLIC,
            region=None,
            workspace_id=None,
            components=(),
            catalog_version=date(2026, 11, 23),
        ),
        vantage=ReportVantage(
            kind=VantageKind.LOCAL,
            host="here",
            node=None,
            namespace=None,
            pod=None,
            addresses=(),
            resolvers=(),
            proxy=None,
        ),
        endpoints=found.endpoints,
        findings=found.findings,
    )
    for name in FORMATS:
        text = render(report, name)
        assert all(line.isprintable() for line in text.replace("\t", " ").splitlines()), name
        assert len(text) < len(run) * LARGEST
    return report


def survives(check: Check, network: Network, at: Vantage, of: Endpoint | None = None) -> Evidence:
    """Carry out, judge, write, and read the written report again: what is written is never refused later."""
    (seen,) = world_survives([check], network, at, [of or endpoint(check.host)])
    return seen


def world_survives(
    checks: Sequence[Check], network: Network, at: Vantage, of: Sequence[Endpoint]
) -> tuple[Evidence, ...]:
    """The same for a run of several checks."""
    run = looked(checks, network, at)
    report = told(run, of)
    assert len(codec.decode(codec.encode(report)).endpoints) == len(of)
    return run
