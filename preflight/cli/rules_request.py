"""`rules request`: the allow rules for a profile, or for just what a report found stopped, in a firewall's own format."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from preflight.cli import completion, options
from preflight.errors import ExitCode, ReportError, UsageError

# Whatever help can do without is imported in the functions: help must end within 100 ms.
if TYPE_CHECKING:
    from preflight.cli.output import Output
    from preflight.model.endpoint import Endpoint
    from preflight.model.fleet import FleetReport
    from preflight.model.report import Report
    from preflight.model.request import Pods, Request
    from preflight.model.vantage import Address

FORMATS = (
    "azure-firewall",
    "azure-firewall-bicep",
    "azure-firewall-terraform",
    "nsg",
    "aws-network-firewall",
    "gcp",
    "network-policy",
    "cilium",
    "calico",
    "squid",
    "paloalto-edl",
    "fortigate",
    "csv",
    "markdown",
)
"""The dialects of `preflight.allow`, which help must not load."""
OF_PROFILE = (
    "environment", "cloud", "region", "workspace_id", "sensor_version", "endpoint", "only_endpoint", "values", "waive",
)  # fmt: skip
"""Options for which a report has its own values."""


@click.command(short_help="Write the allow rules in the firewall's own format.")
@options.selection
@click.option(
    "--report",
    "report_file",
    metavar="FILE",
    shell_complete=completion.file,
    help="Ask for just what this report, of one vantage or of several, found blocked or degraded; - reads standard input.",
)
@click.option(
    "--format",
    "dialect",
    type=click.Choice(FORMATS),
    metavar="FORMAT",
    help=f"Whose rules to write: {', '.join(FORMATS[:-1])} or {FORMATS[-1]}. [default: markdown]",
)
@click.option(
    "--source",
    metavar="CIDR",
    multiple=True,
    help="Where the traffic comes from, such as the nodes' subnet. Repeatable.",
)
@click.option(
    "--address",
    metavar="HOST=IP[,IP]",
    multiple=True,
    help="What a host leads to, for formats without names. Repeatable.",
)
@click.option("--name", default="defender", show_default=True, help="Begins every object's name.")
@click.option(
    "--namespace",
    metavar="NAME",
    help="Whose pods a policy in the cluster is for. [default: the sensor's]",
)
@click.option(
    "--labels", metavar="K=V[,K=V]", help="Which pods of it. [default: the sensor's, or all]"
)
@click.option(
    "-o",
    "--output",
    "outputs",
    metavar="FORMAT[=FILE]",
    multiple=True,
    shell_complete=completion.one_of(FORMATS),
    help="The same, to standard output or to a file. Repeatable.",
)
@click.pass_context
def request(context: click.Context, /, **typed: Any) -> int:
    """Write the allow rules that a firewall team needs, in its own format.

    Without --report for everything that a profile needs; with it for just what the report found stopped, with the evidence.
    The rules are minimal: nothing is widened, and what a format cannot say is left out and said so on standard error.

    \b
    Examples:
      defender-preflight rules request --environment aks --format azure-firewall
      defender-preflight rules request --report report.json --format markdown
      defender-preflight rules request --report report.json -o cilium=allow.yaml
      defender-preflight rules request --environment gke --source 10.0.0.0/16

    \b
    Exit codes:
      0  the rules were written; nothing is written where nothing is missing
      2  usage or input error
    """  # noqa: D301 - click reads the control character
    from preflight.allow import render
    from preflight.cli.output import note, write_each

    wanted = _wanted(typed)
    if typed["report_file"]:
        _refuse(context, OF_PROFILE)
        asked = _from_report(typed)
    else:
        asked = _from_profile(typed)
    written = {name: render(asked, name) for name, _ in wanted}
    write_each(
        [(name, place) for name, place in wanted if written[name].text],
        lambda name, _: written[name].text,
    )
    for remark in dict.fromkeys(remark for each in written.values() for remark in each.remarks):
        note(remark)
    for name, each in written.items():
        if not each.text:
            note(_nothing(asked, name))
    return ExitCode.OK


def _wanted(typed: dict[str, Any]) -> "tuple[Output, ...]":
    """Formats and places, each known to be writable."""
    from preflight.cli.output import places

    if typed["outputs"] and typed["dialect"]:
        raise UsageError("--format and --output both say what to write; leave one of the two out")
    return places(typed["outputs"] or (typed["dialect"] or "markdown",), FORMATS)


def _nothing(asked: "Request", name: str) -> str:
    if asked.rules:
        return f"{name} can hold none of the rules that are missing; choose another --format."
    if asked.occasion:
        return (
            "The report found nothing stopped that a rule would open: there is nothing to ask for."
        )
    return "No name of this profile is known: there is nothing to ask for."


def _refuse(context: click.Context, names: tuple[str, ...]) -> None:
    """Raise UsageError for an option that the report answers already."""
    for parameter in context.command.params:
        given = context.get_parameter_source(parameter.name or "")
        if parameter.name in names and given is click.core.ParameterSource.COMMANDLINE:
            raise UsageError(
                f"{parameter.opts[0]}: --report brings its own profile; leave one of the two out"
            )


def _from_profile(typed: dict[str, Any]) -> "Request":
    from preflight.allow import of_endpoints
    from preflight.catalog.load import load
    from preflight.catalog.select import notices, select
    from preflight.cli.profile import profile_of, selection
    from preflight.cli.rules_arguments import addresses, cidr, prefix

    known = load(tuple(Path(file) for file in typed["catalog"]))
    chosen = selection(typed)
    today = datetime.now(UTC).date()
    endpoints, left = _without_waived(select(known, chosen), typed["waive"], today)
    asked = of_endpoints(
        endpoints,
        name=prefix(typed["name"]),
        profile=profile_of(chosen, known),
        source=tuple(cidr(text) for text in typed["source"]),
        pods=_pods(typed),
        addresses=addresses(typed["address"]),
    )
    return replace(asked, remarks=(*notices(known, chosen, today), *left, *asked.remarks))


def _without_waived(
    endpoints: "tuple[Endpoint, ...]", texts: tuple[str, ...], today: date
) -> "tuple[list[Endpoint], list[str]]":
    """The endpoints that no waiver holds for today, and a sentence for each waiver: what it leaves out, or that it does nothing."""
    from preflight.allow.words import listed, printable
    from preflight.cli import arguments

    kept, remarks = list(endpoints), []
    for waiver in map(arguments.waiver, texts):
        named = [e for e in kept if waiver.id in {e.id, e.id.partition("/")[0]}]
        if not named:
            remarks.append(
                f"The waiver for {printable(waiver.id)!r} names no endpoint of this profile."
            )
        elif waiver.until is None or waiver.until >= today:
            kept = [endpoint for endpoint in kept if endpoint not in named]
            remarks.append(f"Waived, so not asked for: {listed(e.fqdn for e in named)}.")
        else:
            remarks.append(f"The waiver for {waiver.id!r} ended on {waiver.until.isoformat()}.")
    return kept, remarks


def _from_report(typed: dict[str, Any]) -> "Request":
    from preflight.allow import of_reports
    from preflight.catalog.load import load
    from preflight.catalog.select import check_components
    from preflight.cli.report import read_any
    from preflight.cli.rules_arguments import addresses, cidr, prefix

    known = load(tuple(Path(file) for file in typed["catalog"]))
    check_components(typed["component"], known)
    given: Mapping[str, tuple[Address, ...]] = addresses(typed["address"])
    reports, remarks = _asking(read_any(typed["report_file"]))
    asked = of_reports(
        reports,
        name=prefix(typed["name"]),
        entries={entry.id: entry for entry in known.entries},
        source=tuple(cidr(text) for text in typed["source"]),
        pods=_pods(typed),
        components=typed["component"],
        waived_too=typed["everything"],
        addresses=given,
    )
    return replace(asked, remarks=(*asked.remarks, *remarks))


def _asking(report: "Report | FleetReport") -> "tuple[tuple[Report, ...], tuple[str, ...]]":
    """The reports of every vantage there is, and what has to be said of those together.

    Raises:
        ReportError: no vantage gave one.
    """
    from preflight.allow.of_fleet import told, undelivered
    from preflight.model.fleet import FleetReport

    if not isinstance(report, FleetReport):
        return (report,), ()
    if not report.reports:
        raise ReportError("no vantage gave a report, so it is not known what to ask for")
    return told(report), undelivered(report)


def _pods(typed: dict[str, Any]) -> "Pods | None":
    """The pods that were named; None for the sensor's own."""
    from preflight.cli.pod_arguments import labels
    from preflight.cli.rules_arguments import namespace
    from preflight.model.request import Pods

    if typed["namespace"] is None and typed["labels"] is None:
        return None
    if typed["namespace"] is None:
        raise UsageError("--labels: which pods they are is only clear with --namespace NAME")
    return Pods(
        namespace=namespace(typed["namespace"]),
        labels=labels(typed["labels"], option="--labels") if typed["labels"] else (),
    )
