"""A check carried out on a hostile network, judged, written in every format; and what must hold of it whatever was answered."""

import asyncio
import json
import time
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
OVER = 2.5
"""Step budgets within which a check must end: two, and half a second each."""


def looked(check: Check, network: Network, at: Vantage) -> Evidence:
    """The evidence of one check; it must end in time, by both clocks, and without a crash."""

    async def whole() -> tuple[Evidence, float]:
        begin = asyncio.get_running_loop().time()
        (seen,) = await carry_out(
            [check],
            network=network,
            names=Names(network, at),
            deadline=60.0,
            control=True,
            progress=Silent(),
            stop=asyncio.Event(),
        )
        return seen, asyncio.get_running_loop().time() - begin

    began = time.process_time()
    seen, took = clock.run(whole())
    assert time.process_time() - began < SLOWEST
    assert seen.incomplete is not Incomplete.CRASHED, seen.error
    steps = 1 + sum(len(attempt.steps) for attempt in seen.attempts) + len(seen.lookups)
    assert took <= OVER * check.timeout * max(steps, 2)
    assert len(json.dumps(encode(seen, Evidence))) < LARGEST
    return seen


def told(seen: Evidence, of: Endpoint | None = None) -> Report:
    """The report of that; every format of it must be fit to print."""
    subject = of or endpoint(seen.check.host)
    found = judge(plan(subject, checks=(seen.check,)), (seen,), (), date(2026, 11, 23))
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
        assert len(text) < LARGEST
    return report


def survives(check: Check, network: Network, at: Vantage, of: Endpoint | None = None) -> Evidence:
    """Carry out, judge, write, and read the written report again: what is written is never refused later."""
    seen = looked(check, network, at)
    report = told(seen, of)
    assert len(codec.decode(codec.encode(report)).endpoints) == 1
    return seen
