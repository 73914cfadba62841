"""`job`: the same check inside the cluster, as a Kubernetes Job."""

import click

from preflight.cli.job.clean import clean
from preflight.cli.job.collect import collect
from preflight.cli.job.manifest import manifest
from preflight.cli.job.run import run

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=CONTEXT)
def job() -> None:
    """Run the same check inside the cluster, as a Kubernetes Job.

    \b
    Examples:
      defender-preflight job run --environment aks --region westeurope
      defender-preflight job manifest --environment eks | kubectl apply -f -
      defender-preflight job collect
      defender-preflight job clean
    """  # noqa: D301 - click reads the control character


for command in (run, manifest, collect, clean):
    job.add_command(command)
