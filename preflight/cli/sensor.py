"""`sensor`: what of Defender for Containers is on a cluster, the documented test alert, and what a removal left."""

import sys
from typing import TYPE_CHECKING, assert_never

import click

from preflight.cli import options
from preflight.errors import ExitCode, UsageError

# Whatever help can do without is imported in the functions: help must end within 100 ms.
if TYPE_CHECKING:
    from preflight.cli.options import Connect
    from preflight.model.sensor import Relevance, SensorStatus
    from preflight.report import Style

FORMATS = ("table", "json")
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=CONTEXT)
def sensor() -> None:
    """Look at the sensor on a cluster, test its alert, verify its removal.

    Only reads. Commands that change something are shown, never run.

    \b
    Examples:
      defender-preflight sensor status --context prod
      defender-preflight sensor simulate-alert --yes
      defender-preflight sensor verify-removed -o json
    """  # noqa: D301 - click reads the control character


@sensor.command(context_settings=CONTEXT)
@options.cluster
@options.outputs(FORMATS)
@click.pass_obj
def status(
    connect: "Connect | None",
    context: str | None,
    kubeconfig: str | None,
    outputs: tuple[str, ...],
) -> int:
    """Show what of Defender is there, and how it stands.

    How it was installed, its version and health, the nodes without it and why, proxies, workspace; the endpoints that this
    makes relevant; and the documented commands to enable it, assign a workspace, or remove it.

    Of secrets only the workspace id (WSID) is read. A missing right leaves a part untold, and is named.

    \b
    Examples:
      defender-preflight sensor status
      defender-preflight sensor status --context prod -o json

    \b
    Exit codes:
      0  the sensor is well, or not there   1  something is broken or missing
      2  usage error                        3  a part could not be looked at
      4  the cluster cannot be reached
    """  # noqa: D301 - click reads the control character
    from preflight.cli.output import places, write_each
    from preflight.model.sensor import Standing
    from preflight.sensor import gather
    from preflight.sensor.status import status as judge

    wanted = places(outputs, FORMATS)
    found = judge(gather(options.connected(connect, context, kubeconfig)))
    relevance = _relevance(found)
    write_each(wanted, lambda name, style: _status_text(found, relevance, name, style))
    match found.standing:
        case Standing.UNHEALTHY | Standing.PARTIAL:
            return ExitCode.BLOCKED
        case Standing.UNKNOWN:
            return ExitCode.INCONCLUSIVE
        case Standing.HEALTHY | Standing.ABSENT:
            return ExitCode.OK
    assert_never(found.standing)


@sensor.command("simulate-alert", context_settings=CONTEXT)
@options.cluster
@click.option("--yes", is_flag=True, help="Make the call without asking.")
@options.outputs(FORMATS)
@click.pass_obj
def simulate_alert(
    connect: "Connect | None",
    context: str | None,
    kubeconfig: str | None,
    yes: bool,
    outputs: tuple[str, ...],
) -> int:
    """Make the documented call that raises a test alert.

    It lists the pods of the namespace asc-alerttest-662jfi039n, which does not exist. That reads, changes nothing, and within
    30 minutes raises a test alert in Defender for Cloud. What will happen is said first.

    \b
    Examples:
      defender-preflight sensor simulate-alert
      defender-preflight sensor simulate-alert --context prod --yes

    \b
    Exit codes:
      0  it was answered as documented      2  usage error, or --yes is missing
      3  refused, or answered otherwise     4  the cluster cannot be reached
    """  # noqa: D301 - click reads the control character
    from preflight import __version__
    from preflight.cli.output import places, write_each
    from preflight.codec.sensor import encode_alert
    from preflight.report.sensor.alert import plan, render
    from preflight.sensor.alert import ALERT, MINUTES, NAMESPACE, call
    from preflight.sensor.sources import ALERT as ALERT_PAGE
    from preflight.sensor.sources import ALERT_NAME, ALERT_NOW

    wanted = places(outputs, FORMATS)
    kube = options.connected(connect, context, kubeconfig)
    click.echo(plan(kube.context, NAMESPACE, MINUTES, ALERT), err=True)
    _agreed(yes=yes, terminal=sys.stdin.isatty())
    came = call(kube)
    pages = (ALERT_PAGE, ALERT_NAME, ALERT_NOW)
    write_each(
        wanted,
        lambda name, style: (
            encode_alert(came, pages, version=__version__, one_line=style.one_line) + "\n"
            if name == "json"
            else render(came, MINUTES, ALERT, pages, style)
        ),
    )
    return ExitCode.OK if came.pods == 0 else ExitCode.INCONCLUSIVE


@sensor.command("verify-removed", context_settings=CONTEXT)
@options.cluster
@options.outputs(FORMATS)
@click.pass_obj
def verify_removed(
    connect: "Connect | None",
    context: str | None,
    kubeconfig: str | None,
    outputs: tuple[str, ...],
) -> int:
    """Prove that a removal left nothing in the cluster.

    Looks at workloads, pods, services, configuration, secrets (their names alone), roles and bindings, webhooks, admission
    policies, custom resources, namespaces and the Arc extension, in all namespaces, by documented names and labels.

    \b
    Examples:
      defender-preflight sensor verify-removed
      defender-preflight sensor verify-removed --context prod -o json=left.json

    \b
    Exit codes:
      0  nothing is left                    1  something is left
      2  usage error                        3  it could not look everywhere
      4  the cluster cannot be reached
    """  # noqa: D301 - click reads the control character
    from preflight import __version__
    from preflight.cli.output import places, write_each
    from preflight.codec.sensor import encode_removal
    from preflight.report.sensor.removal import render
    from preflight.sensor.removal import look

    wanted = places(outputs, FORMATS)
    found = look(options.connected(connect, context, kubeconfig))
    write_each(
        wanted,
        lambda name, style: (
            encode_removal(found, version=__version__, one_line=style.one_line) + "\n"
            if name == "json"
            else render(found, style)
        ),
    )
    if found.counted:
        return ExitCode.BLOCKED
    return ExitCode.INCONCLUSIVE if found.gaps else ExitCode.OK


def _agreed(*, yes: bool, terminal: bool) -> None:
    """Return when the user wants the call; without a terminal to ask on, only `--yes` says so."""
    if yes:
        return
    if not terminal:
        raise UsageError("nothing was called: there is no terminal to ask on; give --yes")
    click.confirm("Make this call?", abort=True, err=True)


def _status_text(status: "SensorStatus", relevance: "Relevance", name: str, style: "Style") -> str:
    from preflight import __version__
    from preflight.codec.sensor import encode_status
    from preflight.report.sensor.status import render

    if name == "json":
        return encode_status(status, relevance, version=__version__, one_line=style.one_line) + "\n"
    return render(status, relevance, style)


def _relevance(status: "SensorStatus") -> "Relevance":
    """The catalogue's entries for what was found, and the commands that check them."""
    from preflight.catalog.load import load
    from preflight.catalog.select import select
    from preflight.cli.detected import assumptions, commands, selection
    from preflight.model.sensor import Relevance

    chosen = selection(status.detected)
    if chosen.environment is None:
        return Relevance()
    found = select(load(()), chosen)
    return Relevance(
        endpoints=tuple(sorted(found, key=lambda each: each.component != "defender-sensor")),
        commands=commands(status.detected),
        assumed=assumptions(status.detected),
    )
