"""`job clean`: remove what runs have left in a cluster."""

import click

from preflight.cli.job import options as job_options
from preflight.errors import ClusterError, ExitCode, UsageError


@click.command(
    context_settings=job_options.CONTEXT, short_help="Remove what runs have left in the cluster."
)
@job_options.cluster
@job_options.namespace
@click.option("-A", "--all-namespaces", "everywhere", is_flag=True, help="In every namespace.")
@click.option("--run", metavar="ID", help="Only what belongs to this run.")
def clean(
    kubeconfig: str | None,
    contexts: tuple[str, ...],
    namespace: str | None,
    everywhere: bool,
    run: str | None,
) -> int:
    """Remove Jobs, ConfigMaps and Secrets that runs have left, by their label.

    Nothing is left by a run that ended, whatever its end was; this is for `--keep`, for
    Jobs applied by hand, and for a client that was killed.

    \b
    Exit codes:
      0  what was there is gone   4  something could not be removed

    \b
    Examples:
      defender-preflight job clean
      defender-preflight job clean --all-namespaces --context blue
    """  # noqa: D301 - \b tells click to keep the lines
    from preflight.cli.job.wanted import namespace as named
    from preflight.job import made
    from preflight.job.template import APP, APP_LABEL, RUN_LABEL
    from preflight.kube.kubeconfig import connect, namespace_of
    from preflight.report.escape import printable

    if everywhere and namespace:
        raise UsageError("--namespace and --all-namespaces exclude each other")
    selector = f"{APP_LABEL}={APP}" + (f",{RUN_LABEL}={run}" if run else "")
    stuck: list[str] = []
    for context in contexts or (None,):
        kube = connect(kubeconfig=kubeconfig, context=context)
        space = None if everywhere else named(namespace) or namespace_of(kubeconfig, kube.context)
        gone, left = made.clean(kube, space, selector)
        kube.close()
        for name in gone:
            click.echo(f"removed {printable(name)}")
        stuck += [f"{kube.context}: {name}" for name in left]
        if not gone and not left:
            click.echo(f"{printable(kube.context)}: nothing to remove")
    if stuck:
        raise ClusterError(f"could not be removed: {'; '.join(stuck)}")
    return ExitCode.OK
