"""`job manifest`: the Jobs as YAML, for those who apply such things themselves."""

import re
from typing import TYPE_CHECKING, Any

import click

from preflight.cli import options
from preflight.cli.job import options as job_options
from preflight.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from preflight.cli.job.wanted import Wanted
    from preflight.job.template import Manifest, Settings
    from preflight.model.fleet import Network

CRON = r"(?:@(?:hourly|daily|midnight|weekly|monthly|yearly|annually)|(?:[0-9A-Za-z*/,?-]+ ){4}[0-9A-Za-z*/,?-]+)"


@click.command(
    context_settings=job_options.CONTEXT,
    short_help="Print the Jobs as YAML, to apply by hand or by GitOps.",
)
@options.selection
@options.way_out
@options.budget
@job_options.pod
@job_options.namespace
@click.option("--schedule", metavar="CRON", help="A CronJob that runs then, such as '0 6 * * *'.")
def manifest(**typed: Any) -> int:
    """Print the Jobs and all they need as YAML, to be applied by hand or by GitOps.

    The same options give the same text. The scheduler chooses the node, within
    --node-selector. With the project's own image the text is short; else it carries
    the program. `job collect` reads the result, `job clean` removes all of it.

    \b
    Examples:
      defender-preflight job manifest --environment aks | kubectl apply -f -
      defender-preflight job manifest --network pod --namespace mdc
      defender-preflight job manifest --image corp.example/defender-preflight:1
      defender-preflight job manifest --environment eks --schedule '0 6 * * *'
    """  # noqa: D301 - \b tells click to keep the lines
    from preflight.cli.job.wanted import namespace, wanted
    from preflight.job.documents import as_yaml

    schedule = typed["schedule"]
    if schedule is not None and not re.fullmatch(CRON, schedule):
        raise UsageError(
            "--schedule: write the five fields of cron, such as '0 6 * * *', or @daily"
        )
    made = _manifests(wanted(typed), schedule)
    space = namespace(typed["namespace"])
    for one in made:
        if space:
            one["metadata"]["namespace"] = space
    click.echo(as_yaml(made), nl=False)
    return ExitCode.OK


def _manifests(wanted: "Wanted", schedule: str | None) -> "list[Manifest]":
    from preflight.cli.job.delivery import pack, packed
    from preflight.job import template
    from preflight.job.payload import APPLIED_PART_LIMIT

    if wanted.secret_proxy:
        raise UsageError(
            "--proxy: no credentials are written into a manifest; give the URL without them, or use `job run`"
        )
    payload = packed() if wanted.brings_program else None
    # Immutable ConfigMaps cannot be applied with other content: another program has another name.
    prefix = f"{template.APP}-{payload.sha256[:8]}" if payload else template.APP
    delivery, files, _, belongings = pack(
        wanted, payload, run="manifest", prefix=prefix, part=APPLIED_PART_LIMIT
    )
    settings = template.Settings(
        run="manifest",
        delivery=delivery,
        arguments=wanted.arguments,
        deadline=wanted.deadline,
        tolerations=wanted.tolerations,
        pull_secrets=wanted.pull_secrets,
        files=files,
    )
    jobs = [_job(settings, wanted, network, schedule) for network in wanted.networks]
    return [*(one for _, one in belongings), *jobs]


def _job(
    settings: "Settings", wanted: "Wanted", network: "Network", schedule: str | None
) -> "Manifest":
    from preflight.job import documents, template
    from preflight.model.fleet import Network

    made = template.job(
        documents.template(),
        settings,
        name=f"{template.APP}-host" if network is Network.HOST else template.APP,
        network=network,
        node_selector=dict(wanted.node_selector),
    )
    return template.cron_job(made, schedule=schedule) if schedule else made
