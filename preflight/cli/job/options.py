"""The options that the commands of `job` share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from preflight.cli import completion
from preflight.cli.options import all_of

F = TypeVar("F", bound=Callable[..., Any])

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def cluster(command: F) -> F:
    """Which cluster."""
    return all_of(
        click.option(
            "--kubeconfig",
            metavar="FILE",
            shell_complete=completion.file,
            help="Instead of KUBECONFIG and ~/.kube/config.",
        ),
        click.option(
            "--context",
            "contexts",
            metavar="NAME",
            multiple=True,
            help="The kubeconfig's context. Repeatable: several clusters. [default: the current one]",
        ),
    )(command)


def namespace(command: F) -> F:
    """Where in the cluster."""
    return click.option(
        "--namespace", "-n", metavar="NAME", help="[default: that of the context, or `default`]"
    )(command)


def pod(command: F) -> F:
    """From where, and with which image."""
    return all_of(
        click.option(
            "--network",
            type=click.Choice(["pod", "host", "both"]),
            default="both",
            show_default=True,
            help="The pods' network, the node's, or one after the other.",
        ),
        click.option(
            "--image",
            metavar="IMAGE",
            help="A Python image, to which this program is brought; or the project's own, .../defender-preflight."
            " [default: docker.io/library/python:3.11-slim-bookworm]",
        ),
        click.option(
            "--image-pull-secret",
            "pull_secrets",
            metavar="NAME",
            multiple=True,
            help="A pull secret of the namespace. Repeatable.",
        ),
        click.option(
            "--node-selector",
            "node_selector",
            metavar="KEY=VALUE",
            multiple=True,
            help="Only nodes with this label. Repeatable.",
        ),
        click.option(
            "--toleration",
            "tolerations",
            metavar="KEY[=VALUE][:EFFECT]",
            multiple=True,
            help="Tolerate just this taint. Repeatable. [default: all taints]",
        ),
    )(command)
