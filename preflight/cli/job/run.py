"""`job run`: make what is needed, wait, collect, compare, report, clean up."""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from preflight import __version__
from preflight.cli import options
from preflight.cli.exit_code import of_verdict
from preflight.cli.job import options as job_options
from preflight.errors import ExitCode, PreflightError

# Whatever help can do without is imported in the functions: help must end within 100 ms.
if TYPE_CHECKING:
    from concurrent.futures import Future

    from preflight.cli.job.campaign import Campaign
    from preflight.diagnosis.vantages import Gathering
    from preflight.job.order import Outcome
    from preflight.job.payload import Payload
    from preflight.job.progress import Progress
    from preflight.kube import Kube
    from preflight.model.fleet import Failure, FleetReport, Place
    from preflight.model.report import Report

PARALLEL = 50
ALERT = 0.5
"""Seconds after which a signal is heard at the latest."""
RARELY = (50_000, 50, 100)
"""New objects before the collector looks at the youngest, and rounds before it looks at older ones; Python's own are 700, 10 and 10."""


@click.command(
    context_settings=job_options.CONTEXT,
    short_help="Run the check on the nodes, and clean up after it.",
)
@options.selection
@options.way_out
@options.budget
@job_options.pod
@click.option(
    "--nodes",
    type=click.Choice(["one", "pools", "all"]),
    default="pools",
    show_default=True,
    help="One node, one of each node pool, or every node.",
)
@click.option(
    "--as-sensor",
    is_flag=True,
    help="In the sensor's namespace and with its labels, so that the policies that select it hold.",
)
@job_options.cluster
@job_options.namespace
@click.option(
    "--parallel",
    metavar="N",
    default=str(PARALLEL),
    show_default=True,
    help="So many Jobs at the same time, in each cluster.",
)
@click.option("--keep", is_flag=True, help="Leave the Jobs, their pods and logs in the cluster.")
@options.policies
@click.option(
    "--no-policies", is_flag=True, help="Leave the cluster's own network policies unread."
)
@options.output
def run(**typed: Any) -> int:
    """Run the check on the cluster's nodes, and remove everything again.

    Creates a Job for each place to look from, waits, collects, compares what was
    found, and removes what it made, also after Ctrl-C. A stock Python image is
    enough: the program is brought to it in ConfigMaps.

    Rights that it needs, and asks for first: create, get and delete jobs, list and
    watch pods, create and delete configmaps in the namespace; list nodes. Useful:
    get pods/log, list events; list network policies, whose rules are then named
    where they block, as are those of --policies.

    \b
    Exit codes:
      0  every required endpoint is reachable   1  at least one is blocked
      2  usage or input error                   3  something could not be measured
      4  the cluster or the Jobs failed         130  interrupted

    \b
    Examples:
      defender-preflight job run --environment aks --region westeurope
      defender-preflight job run --nodes all --network pod -o json=fleet.json
      defender-preflight job run --context blue --context green --as-sensor
      defender-preflight job run --image registry.example/python:3.12-slim
    """  # noqa: D301 - \b tells click to keep the lines
    from preflight.cli.job.campaign import campaign
    from preflight.cli.output import places, write
    from preflight.cli.process_title import hide_credentials
    from preflight.kube.kubeconfig import connect
    from preflight.report import FORMATS

    hide_credentials(typed["proxy"])
    names = typed["outputs"] or (() if typed["quiet"] else ("table",))
    outputs = places(names, FORMATS) if names else ()
    source = click.get_current_context().get_parameter_source("cloud")
    asked = campaign(typed, cloud_typed=source is not click.core.ParameterSource.DEFAULT)
    kubes = [
        connect(kubeconfig=asked.kubeconfig, context=context)
        for context in asked.contexts or (None,)
    ]
    report, interrupted = carry_out(asked, kubes, quiet=typed["quiet"])
    write(report, outputs)
    return ExitCode.INTERRUPTED if interrupted else exit_code(report)


@dataclass(slots=True)
class Found:
    """What comes home from all clusters; may be told from several threads."""

    gathering: "Gathering"
    failures: "list[Failure]" = field(default_factory=list)
    looked_at: "set[str | None]" = field(default_factory=set)
    """Clusters whose policies were all read, as places name them."""
    notices: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def report(self, place: "Place", report: "Report") -> None:
        """One more report."""
        with self.lock:
            self.gathering.add(place, report)

    def outcome(self, outcome: "Outcome", notices: tuple[str, ...], about: str) -> None:
        """What else there is to say of one cluster."""
        with self.lock:
            self.failures.extend(outcome.failures)
            self.notices.extend(f"{about}{notice}" for notice in (*notices, *outcome.notices))


def carry_out(
    campaign: "Campaign", kubes: "Sequence[Kube]", *, quiet: bool
) -> "tuple[FleetReport, bool]":
    """The report over all places, and whether somebody stopped it; ClusterError when no cluster could be looked at."""
    import time

    from preflight.cli.job.progress import progress
    from preflight.diagnosis.vantages import Gathering, compare

    started_at, began = datetime.now(UTC), time.monotonic()
    found = Found(gathering=Gathering())
    try:
        with progress(quiet=quiet) as listener, _stopping(listener) as stop, _rare_collections():
            _look_from_all(kubes, campaign, found, listener, stop)
    finally:
        for kube in kubes:
            kube.close()
    report = compare(
        found.gathering,
        found.failures,
        tool_version=__version__,
        started_at=started_at,
        duration=time.monotonic() - began,
        notices=tuple(dict.fromkeys(found.notices)),
        looked_at=frozenset(found.looked_at),
    )
    return report, stop.is_set()


def exit_code(report: "FleetReport") -> ExitCode:
    """0 for pass and degraded, 1 for blocked, 3 for inconclusive; 4 when no place gave a report."""
    return of_verdict(report.verdict) if report.reports else ExitCode.CLUSTER


def _look_from_all(
    kubes: "Sequence[Kube]",
    campaign: "Campaign",
    found: Found,
    listener: "Progress",
    stop: threading.Event,
) -> None:
    """All clusters at once. Of several, one that fails is a failure of its own; of one, its error is the answer."""
    from concurrent.futures import ThreadPoolExecutor

    from preflight.cli.job.delivery import packed

    with ThreadPoolExecutor(max_workers=len(kubes) + 1) as pool:
        payload: Future[Payload] | None = (
            pool.submit(packed) if campaign.wanted.brings_program else None
        )
        looks = [
            pool.submit(_look_from, kube, campaign, payload, found, listener, stop)
            for kube in kubes
        ]
        _wait_for(looks)
        troubles = [(kube, look.exception()) for kube, look in zip(kubes, looks, strict=True)]
    errors = [(kube, error) for kube, error in troubles if error is not None]
    for kube, error in errors:
        if len(errors) == len(kubes) or not isinstance(error, PreflightError):
            raise error
        found.failures.append(_failed(kube, error))


def _wait_for(looks: "Sequence[Future[None]]") -> None:
    """Return when all are done. A signal that comes just before a wait without end begins would never be heard."""
    from concurrent.futures import wait

    waiting = set(looks)
    while waiting:
        _, waiting = wait(waiting, timeout=ALERT)


def _look_from(
    kube: "Kube",
    campaign: "Campaign",
    payload: "Future[Payload] | None",
    found: Found,
    listener: "Progress",
    stop: threading.Event,
) -> None:
    """One cluster: what may be done, from where, and then the Jobs."""
    from concurrent.futures import ThreadPoolExecutor

    from preflight.cli.job.campaign import completed, order_for
    from preflight.cli.job.rules import named, rules
    from preflight.job import lifecycle
    from preflight.job.rights import lost

    said, remarks = completed(kube, campaign)
    order, targets = order_for(kube, said, payload)
    notices = (*remarks, *targets.notices, *lost(kube, order.namespace))

    def report(place: "Place", one: "Report") -> None:
        found.report(place, named(one, place, order, known))

    with ThreadPoolExecutor(max_workers=1) as reader:
        known = reader.submit(rules, kube, campaign.policies, live=campaign.reads_policies)
        outcome = lifecycle.run(kube, order, found=report, progress=listener, stop=stop)
    about = f"{kube.context}: " if len(campaign.contexts) > 1 else ""
    found.outcome(outcome, (*notices, *known.result().remarks), about)
    if known.result().is_complete:
        found.looked_at.add(order.place_context)


def _failed(kube: "Kube", error: PreflightError) -> "Failure":
    from preflight.job.reasons import shortened
    from preflight.job.rights import MissingRightsError
    from preflight.model.fleet import Failure, FailureReason

    forbidden = isinstance(error, MissingRightsError)
    return Failure(
        context=kube.context,
        node=None,
        network=None,
        reason=FailureReason.FORBIDDEN if forbidden else FailureReason.CLUSTER,
        detail=shortened(str(error)),
    )


@contextmanager
def _rare_collections() -> Iterator[None]:
    """The garbage collector looks for cycles less often: of thousands of reports, which hold none, that took a fifth of the time."""
    import gc

    before = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _stopping(listener: "Progress") -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set: what was found until then is reported, and what was made is removed."""
    stop = threading.Event()

    def end(number: int, frame: object) -> None:  # noqa: ARG001 - signal's signature
        if not stop.is_set():
            listener.note(
                "", "stopping: what was made is being removed, and what was found is reported"
            )
        stop.set()

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, end) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
