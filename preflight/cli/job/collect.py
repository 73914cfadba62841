"""`job collect`: the reports of Jobs that somebody else applied."""

from datetime import UTC, datetime
from typing import Any

import click

from preflight import __version__
from preflight.cli import options
from preflight.cli.job import options as job_options
from preflight.errors import ClusterError
from preflight.report import FORMATS


@click.command(
    context_settings=job_options.CONTEXT,
    short_help="Gather the reports of Jobs that others applied.",
)
@click.argument("jobs", nargs=-1, metavar="[JOB]...")
@job_options.cluster
@job_options.namespace
@click.option(
    "--wait",
    metavar="SECONDS",
    default="0",
    show_default=True,
    help="Wait so long for those that run.",
)
@options.outputs(FORMATS)
def collect(**typed: Any) -> int:
    """Gather the reports of Jobs that were applied by hand or by GitOps.

    Without a JOB, of every Job with the label app.kubernetes.io/name=defender-preflight;
    of each its newest pod. Nothing in the cluster is changed.

    \b
    Exit codes: those of `job run`.

    \b
    Examples:
      defender-preflight job collect --namespace mdc
      defender-preflight job collect defender-preflight --wait 300 -o json
    """  # noqa: D301 - \b tells click to keep the lines
    import time

    from preflight.cli import arguments
    from preflight.cli.job.run import exit_code
    from preflight.cli.job.wanted import namespace
    from preflight.cli.output import places, write
    from preflight.diagnosis.vantages import Gathering, compare
    from preflight.job.gather import gather
    from preflight.kube.kubeconfig import connect, namespace_of
    from preflight.model.fleet import Failure

    outputs = places(typed["outputs"] or ("table",), FORMATS)
    zero = typed["wait"] in {"0", "0.0"}
    wait = 0.0 if zero else arguments.seconds(typed["wait"], option="--wait")
    started_at, began = datetime.now(UTC), time.monotonic()
    contexts = tuple(dict.fromkeys(typed["contexts"])) or (None,)
    gathering, failures = Gathering(), list[Failure]()
    for context in contexts:
        kube = connect(kubeconfig=typed["kubeconfig"], context=context)
        space = namespace(typed["namespace"]) or namespace_of(typed["kubeconfig"], kube.context)
        named = kube.context if len(contexts) > 1 else None
        failures += gather(
            kube, space, jobs=typed["jobs"], wait=wait, context=named, found=gathering.add
        )
        kube.close()
    report = compare(
        gathering,
        failures,
        tool_version=__version__,
        started_at=started_at,
        duration=time.monotonic() - began,
    )
    if not report.reports and not report.failures:
        raise ClusterError(
            "no Job of defender-preflight was found; name its namespace: --namespace NAME"
        )
    write(report, outputs)
    return exit_code(report)
