"""The options that several commands share, in groups."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from preflight.cli import completion
from preflight.report import FORMATS

if TYPE_CHECKING:
    from preflight.kube import Kube

    Connect = Callable[..., Kube]

F = TypeVar("F", bound=Callable[..., Any])
Decorator = Callable[[F], F]

ENVIRONMENTS = ("aks", "eks", "gke", "arc", "auto")
CLOUDS = ("public", "usgov", "china")


def all_of(*options: Callable[[F], F]) -> Callable[[F], F]:
    """The options as one decorator, in this order."""

    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def cluster(command: F) -> F:
    """Which cluster."""
    return all_of(
        click.option(
            "--context", metavar="NAME", help="The kubeconfig's context. [default: the current one]"
        ),
        click.option(
            "--kubeconfig",
            metavar="FILE",
            shell_complete=completion.file,
            help="[default: KUBECONFIG, ~/.kube/config, or the pod's own]",
        ),
    )(command)


def connected(connect: "Connect | None", context: str | None, kubeconfig: str | None) -> "Kube":
    """The cluster; `connect` is another way to it than the kubeconfig, such as a test's."""
    if connect is None:
        from preflight.kube.kubeconfig import connect as by_kubeconfig

        connect = by_kubeconfig
    return connect(context=context, kubeconfig=kubeconfig)


def policies(command: F) -> F:
    """Whose rules may be responsible."""
    return click.option(
        "--policies",
        metavar="PATH",
        multiple=True,
        shell_complete=completion.file,
        help="Objects and exports whose rules may be responsible: a file, a folder, or - for standard input. Repeatable.",
    )(command)


def selection(command: F) -> F:
    """Which endpoints matter."""
    return all_of(
        click.option(
            "--environment",
            type=click.Choice(ENVIRONMENTS),
            default="auto",
            show_default=True,
            help="Where the cluster runs; auto finds out inside a pod.",
        ),
        click.option(
            "--cloud",
            type=click.Choice(CLOUDS),
            default="public",
            show_default=True,
            help="The Azure cloud of Defender for Cloud.",
        ),
        click.option("--region", metavar="NAME", help="The cluster's region, such as westeurope."),
        click.option(
            "--workspace-id", metavar="GUID", help="The Log Analytics workspace of older sensors."
        ),
        click.option(
            "--component",
            metavar="NAME",
            multiple=True,
            shell_complete=completion.component,
            help="Only this component, taken to be in use: its optional endpoints too. Repeatable; see `endpoints list`.",
        ),
        click.option(
            "--sensor-version",
            metavar="X.Y.Z",
            help="The sensor's version: it decides which ingestion endpoints matter.",
        ),
        click.option(
            "--all", "everything", is_flag=True, help="Optional and informational endpoints too."
        ),
        click.option(
            "--endpoint",
            metavar="HOST[:PORT]",
            multiple=True,
            help="This one as well; it counts as required. Repeatable.",
        ),
        click.option(
            "--only-endpoint",
            metavar="HOST[:PORT]",
            multiple=True,
            help="Just this one; what the catalogue knows of it holds. Repeatable.",
        ),
        click.option(
            "--set",
            "values",
            metavar="NAME=VALUE",
            multiple=True,
            help="Fill a placeholder of the catalogue, such as api_server_fqdn. Repeatable.",
        ),
        click.option(
            "--catalog",
            metavar="FILE",
            multiple=True,
            shell_complete=completion.file,
            help="Your own entries, in the catalogue's format. Repeatable.",
        ),
        click.option(
            "--waive",
            metavar="ID=REASON[@DATE]",
            multiple=True,
            help="Report this endpoint, but do not count it, until the date. Repeatable.",
        ),
    )(command)


def way_out(command: F) -> F:
    """By which resolvers, proxy and trust anchors."""
    return all_of(
        click.option(
            "--dns-server",
            metavar="IP[:PORT]",
            multiple=True,
            help="Ask this resolver instead of the configured ones. Repeatable.",
        ),
        click.option(
            "--proxy",
            metavar="URL",
            help="Use this proxy instead of HTTPS_PROXY and HTTP_PROXY; NO_PROXY still holds.",
        ),
        click.option(
            "--no-proxy", is_flag=True, help="Connect directly, whatever the environment says."
        ),
        click.option(
            "--ca-file",
            metavar="PEM",
            shell_complete=completion.file,
            help="Trust these certificate authorities instead of the host's own.",
        ),
        click.option(
            "--cluster-ca-file",
            metavar="PEM",
            shell_complete=completion.file,
            help="The cluster's certificate authority, which vouches for its API server. [default: the pod's own]",
        ),
    )(command)


def budget(command: F) -> F:
    """How long and how thoroughly."""
    return all_of(
        click.option(
            "--timeout",
            metavar="SECONDS",
            default="5",
            show_default=True,
            help="What one step may take.",
        ),
        click.option(
            "--deadline",
            metavar="SECONDS",
            default="120",
            show_default=True,
            help="What the whole run may take.",
        ),
        click.option(
            "--no-control", is_flag=True, help="Skip control experiments; causes get vaguer."
        ),
    )(command)


def watch(command: F) -> F:
    """Whether to look once or until all is well."""
    return click.option(
        "--watch",
        is_flag=True,
        help="Look again every few seconds until everything required is open, or until Ctrl-C.",
    )(command)


def outputs(formats: Iterable[str]) -> Callable[[F], F]:
    """In which of these formats a command writes, the first of them by default, and where to."""
    *others, last = formats
    names = f"{', '.join(others)} or {last}"
    return click.option(
        "-o",
        "--output",
        "outputs",
        metavar="FORMAT[=FILE]",
        multiple=True,
        shell_complete=completion.one_of((*others, last)),
        help=f"{names}; to standard output or to a file. Repeatable. [default: {others[0]}]",
    )


def output(command: F) -> F:
    """What is written of a run, and where."""
    return all_of(
        outputs(FORMATS),
        click.option(
            "-q",
            "--quiet",
            is_flag=True,
            help="No progress; and no report either unless -o asks for one.",
        ),
    )(command)
