"""`rules explain`: what policies and firewall exports say of flows, and which rule of them denies."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from preflight.cli import completion, options
from preflight.errors import ExitCode, UsageError

# Whatever help can do without is imported in the functions: help must end within 100 ms.
if TYPE_CHECKING:
    from preflight.cli.options import Connect
    from preflight.model.document import Document
    from preflight.model.flow import Destination, Explanation, Flow, Workload
    from preflight.model.report import Report
    from preflight.report import Style

FORMATS = ("table", "json")


@click.command(short_help="Name the rule that denies, out of policies and exports.")
@options.policies
@options.cluster
@click.option(
    "--report",
    "report_file",
    metavar="FILE",
    shell_complete=completion.file,
    help="Ask about the endpoints of this report, of one vantage or of several, with the addresses that it saw.",
)
@click.option("--from", "source", metavar="NAMESPACE[/POD]", help="Where the flows begin.")
@click.option("--from-labels", metavar="K=V[,K=V]", help="Labels of the pod they begin in.")
@click.option("--from-address", metavar="IP", help="The address that firewalls see.")
@click.option("--host-network", is_flag=True, help="The pod uses its node's network.")
@click.option(
    "--for-sensor",
    is_flag=True,
    help="Begin in the sensor's own pods. [default, unless a source or a report is given]",
)
@click.option(
    "--to",
    "targets",
    metavar="HOST[:PORT[/PROTOCOL]]",
    multiple=True,
    help="Ask about this name, address or pod/NAMESPACE/NAME instead. Repeatable.",
)
@click.option(
    "--address", metavar="IP", multiple=True, help="What the hosts of --to resolved to. Repeatable."
)
@options.selection
@options.outputs(FORMATS)
@click.pass_obj
def explain(connect: "Connect | None", /, **typed: Any) -> int:
    """Say which rule blocks which endpoint, out of policies and firewall exports.

    From files, offline; with --context (or --kubeconfig) the policies of that cluster as well, read with your own rights.

    Kinds are recognised by their content: NetworkPolicies, the policies of Cilium, Calico and cluster administrators, exports of az, aws and gcloud.
    Pods, Namespaces and Nodes beside them tell labels and addresses. What a rule needs and is not given is called unknown, never guessed.

    \b
    Examples:
      defender-preflight rules explain --policies exports/ --environment aks
      defender-preflight rules explain --policies - --report report.json
      defender-preflight rules explain --context prod --for-sensor
      defender-preflight rules explain --policies p.yaml --from shop/web --to a.io

    \b
    Exit codes:
      0  no rule given forbids any flow   1  at least one flow is denied
      2  usage or input error             3  none is denied, some cannot be told
    """  # noqa: D301 - click reads the control character
    from preflight.cli.output import note, places, write_each
    from preflight.policies import explain as explained

    outputs = places(typed["outputs"], FORMATS)
    documents = _documents(typed, connect)
    flows = tuple(dict.fromkeys(_flows(typed, documents)))
    if not flows:
        raise UsageError("no endpoint is left to ask about; name one with --to")
    said = explained(documents, flows)
    write_each(outputs, lambda name, style: _rendered(said, name, style))
    for remark in _remarks(said):
        note(remark)
    return exit_code(said)


def _remarks(explained: Sequence["Explanation"]) -> Iterator[str]:
    """What was assumed of the sources, and what to ask instead where no rule is about them."""
    from preflight.policies import DOCUMENTED

    if not any(one.flow.source.namespace or one.path for one in explained):
        yield (
            "these flows begin at an address outside every pod, where no policy for pods holds; "
            "--for-sensor asks about the sensor's pods, --from NAMESPACE/POD about others"
        )
    sources = [one.flow.source for one in explained]
    assumed = {source.namespace for source in sources if source.labels in DOCUMENTED}
    for namespace in sorted(assumed):
        yield (
            f"no pods of the sensor are given, so flows begin in pods of {namespace} with the documented labels; "
            "give the pods and DaemonSets too (kubectl get pods,daemonsets -A -o yaml) to be exact"
        )


def exit_code(explanations: Iterable["Explanation"]) -> ExitCode:
    """1 for any that is denied; otherwise 3 for any that cannot be told; otherwise 0."""
    from preflight.model.flow import FlowVerdict

    verdicts = {one.verdict for one in explanations}
    if FlowVerdict.DENIED in verdicts:
        return ExitCode.BLOCKED
    return ExitCode.INCONCLUSIVE if FlowVerdict.UNKNOWN in verdicts else ExitCode.OK


def _documents(typed: dict[str, Any], connect: "Connect | None") -> tuple["Document", ...]:
    from preflight.cli.policies import documents

    live = _of_cluster(typed, connect)
    if not typed["policies"] and live is None:
        raise UsageError(
            "--policies PATH or --context NAME is needed: the rules that may be responsible"
        )
    return (*documents(typed["policies"]), *(live or ()))


def _of_cluster(typed: dict[str, Any], connect: "Connect | None") -> "tuple[Document, ...] | None":
    """What the cluster that was named holds; None where none was."""
    from preflight.cli.policies import live_documents

    context, kubeconfig = typed["context"], typed["kubeconfig"]
    if context is None and kubeconfig is None:
        return None
    return live_documents(options.connected(connect, context, kubeconfig))


def _flows(typed: dict[str, Any], documents: Sequence["Document"]) -> Iterator["Flow"]:
    from preflight.model.flow import Flow

    for report in _reports(typed):
        destinations = tuple(_destinations(typed, report))
        for source in _sources(typed, documents, report):
            for destination in destinations:
                yield Flow(source=source, destination=destination)


def _reports(typed: dict[str, Any]) -> "tuple[Report | None, ...]":
    """One for each vantage of the file; None in its place where none was given."""
    from preflight.cli.report import read_any
    from preflight.model.fleet import FleetReport

    if typed["report_file"] is None:
        return (None,)
    if typed["targets"]:
        raise UsageError("--to and --report exclude each other: a report brings its endpoints")
    found = read_any(typed["report_file"])
    if not isinstance(found, FleetReport):
        return (found,)
    if not found.reports:
        raise UsageError(f"{typed['report_file']}: no vantage gave a report, so nothing was asked")
    return found.reports


def _sources(
    typed: dict[str, Any], documents: Sequence["Document"], report: "Report | None"
) -> tuple["Workload", ...]:
    from preflight.cli import flow_arguments

    if typed["for_sensor"] and (typed["source"] or typed["from_labels"]):
        raise UsageError("--for-sensor and --from exclude each other")
    address = (
        flow_arguments.address(typed["from_address"], option="--from-address")
        if typed["from_address"]
        else None
    )
    chosen = _chosen_sources(typed, documents, report)
    return tuple(
        replace(
            one,
            address=address or one.address,
            host_network=typed["host_network"] or one.host_network,
            network_known=typed["host_network"] or one.network_known,
        )
        for one in chosen
    )


def _chosen_sources(
    typed: dict[str, Any], documents: Sequence["Document"], report: "Report | None"
) -> tuple["Workload", ...]:
    from preflight.attribution import source_of
    from preflight.cli import flow_arguments, pod_arguments
    from preflight.model.flow import Workload
    from preflight.policies import Inventory, sensor

    if typed["source"]:
        namespace, pod = flow_arguments.source(typed["source"])
        labels = (
            pod_arguments.labels(typed["from_labels"], option="--from-labels")
            if typed["from_labels"]
            else ()
        )
        return (Workload(namespace=namespace, pod=pod, labels=labels, labels_known=bool(labels)),)
    if typed["from_labels"]:
        raise UsageError("--from-labels: which pods they are is only clear with --from NAMESPACE")
    if report is not None and not typed["for_sensor"]:
        return (source_of(report.vantage),)
    if typed["from_address"] and not typed["for_sensor"]:
        return (Workload(namespace="", host_network=True),)
    return sensor(Inventory(documents), _environment(typed, report))


def _environment(typed: dict[str, Any], report: "Report | None") -> Any:
    from preflight.model.endpoint import Environment

    if report is not None:
        return report.profile.environment
    return Environment(typed["environment"]) if typed["environment"] != "auto" else None


def _destinations(typed: dict[str, Any], report: "Report | None") -> Iterator["Destination"]:
    from preflight.cli import flow_arguments

    given = tuple(flow_arguments.address(text, option="--address") for text in typed["address"])
    if typed["targets"]:
        yield from (flow_arguments.destination(text, given) for text in typed["targets"])
    elif given:
        raise UsageError("--address: whose address it is is only clear with --to HOST")
    elif report is not None:
        yield from _measured(report)
    else:
        yield from _of_profile(typed)


def _measured(report: "Report") -> Iterator["Destination"]:
    """The endpoints of a report, with every address that it saw; where it went through a proxy, the proxy in their place."""
    from preflight.attribution import packets, source_of

    flows = packets(report, source_of(report.vantage)).values()
    return iter(dict.fromkeys(flow.destination for flow in flows))


def _of_profile(typed: dict[str, Any]) -> Iterator["Destination"]:
    from preflight.attribution import at
    from preflight.catalog.load import load
    from preflight.catalog.select import select
    from preflight.cli.profile import selection

    known = load(tuple(Path(file) for file in typed["catalog"]))
    endpoints = (each for each in select(known, selection(typed)) if not each.skipped)
    return iter(dict.fromkeys(at(each.host, each.port, each.protocol) for each in endpoints))


def _rendered(said: Sequence["Explanation"], name: str, style: "Style") -> str:
    if name == "json":
        from preflight.codec.explanation import encode_explanations

        return encode_explanations(said, indent=None if style.one_line else 2) + "\n"
    from preflight.report.explanation import render

    return render(said, style)
