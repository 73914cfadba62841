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
    from preflight.model.document import Document
    from preflight.model.endpoint import Endpoint, Protocol
    from preflight.model.flow import Destination, Explanation, Flow, Transfer, Workload
    from preflight.model.report import EndpointResult, Report
    from preflight.model.vantage import Address
    from preflight.report import Style

FORMATS = ("table", "json")


@click.command()
@click.option(
    "--policies",
    metavar="PATH",
    multiple=True,
    shell_complete=completion.file,
    help="Objects and exports: a file, a folder, or - for standard input. Repeatable.",
)
@click.option(
    "--report",
    "report_file",
    metavar="FILE",
    shell_complete=completion.file,
    help="Ask about the endpoints of this report, with the addresses that it saw.",
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
def explain(**typed: Any) -> int:
    """Say which rule blocks which endpoint, out of policies and firewall exports, offline.

    Kinds are recognised by their content: NetworkPolicies, the policies of Cilium, Calico and cluster administrators, exports of az, aws and gcloud.
    Pods, Namespaces and Nodes beside them tell labels and addresses. What a rule needs and is not given is called unknown, never guessed.

    \b
    Examples:
      defender-preflight rules explain --policies exports/ --environment aks
      defender-preflight rules explain --policies - --report report.json
      defender-preflight rules explain --policies p.yaml --from shop/web --to a.io

    \b
    Exit codes:
      0  no rule given forbids any flow   1  at least one flow is denied
      2  usage or input error             3  none is denied, some cannot be told
    """  # noqa: D301 - click reads the control character
    from preflight.cli.output import places, write_each
    from preflight.policies import explain as explained

    outputs = places(typed["outputs"], FORMATS)
    documents = _documents(typed)
    flows = tuple(_flows(typed, documents))
    if not flows:
        raise UsageError("no endpoint is left to ask about; name one with --to")
    said = explained(documents, flows)
    write_each(outputs, lambda name, style: _rendered(said, name, style))
    for remark in _remarks(flows):
        click.echo(f"Note: {remark}", err=True)
    return exit_code(said)


def _remarks(flows: Iterable["Flow"]) -> Iterator[str]:
    """What was assumed of the sources."""
    from preflight.policies import DOCUMENTED

    assumed = {flow.source.namespace for flow in flows if flow.source.labels in DOCUMENTED}
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


def _documents(typed: dict[str, Any]) -> tuple["Document", ...]:
    from preflight.objects import read

    if not typed["policies"]:
        raise UsageError("--policies PATH is needed: the rules that may be responsible")
    found = read(typed["policies"])
    if not found:
        raise UsageError("--policies: no object was found there")
    return found


def _flows(typed: dict[str, Any], documents: Sequence["Document"]) -> Iterator["Flow"]:
    from preflight.model.flow import Flow

    report = _report(typed)
    destinations = tuple(_destinations(typed, report))
    for source in _sources(typed, documents, report):
        for destination in destinations:
            yield Flow(source=source, destination=destination)


def _report(typed: dict[str, Any]) -> "Report | None":
    from preflight.cli.report import read_report

    if typed["report_file"] is None:
        return None
    if typed["targets"]:
        raise UsageError("--to and --report exclude each other: a report brings its endpoints")
    return read_report(typed["report_file"])


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
    from preflight.cli import flow_arguments
    from preflight.model.flow import Workload
    from preflight.policies import Inventory, sensor

    if typed["source"]:
        namespace, pod = flow_arguments.source(typed["source"])
        labels = flow_arguments.labels(typed["from_labels"]) if typed["from_labels"] else ()
        return (Workload(namespace=namespace, pod=pod, labels=labels, labels_known=bool(labels)),)
    if typed["from_labels"]:
        raise UsageError("--from-labels: which pods they are is only clear with --from NAMESPACE")
    if report is not None and not typed["for_sensor"]:
        return (_of_report(report),)
    if typed["from_address"] and not typed["for_sensor"]:
        return (Workload(namespace="", host_network=True),)
    return sensor(Inventory(documents), _environment(typed, report))


def _environment(typed: dict[str, Any], report: "Report | None") -> Any:
    from preflight.model.endpoint import Environment

    if report is not None:
        return report.profile.environment
    return Environment(typed["environment"]) if typed["environment"] != "auto" else None


def _of_report(report: "Report") -> "Workload":
    """Where the report was made."""
    from preflight.model.flow import Workload
    from preflight.model.vantage import VantageKind

    vantage = report.vantage
    return Workload(
        namespace=vantage.namespace or "",
        pod=vantage.pod,
        labels_known=False,
        node=vantage.node,
        address=next((one for one in vantage.addresses if one.version == 4), None),
        host_network=vantage.kind is not VantageKind.POD,
    )


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
    seen: set[tuple[str, int, str]] = set()
    for endpoint in report.endpoints:
        found = _through_proxy(report) if _is_tunnelled(endpoint) else None
        if found is None:
            addresses = _usable(endpoint.dns.addresses if endpoint.dns else (), report)
            found = _destination(endpoint.host, endpoint.port, endpoint.protocol, addresses)
        key = (found.host or str(found.addresses), found.port, found.transfer)
        if key not in seen:
            seen.add(key)
            yield found


def _usable(addresses: tuple["Address", ...], report: "Report") -> tuple["Address", ...]:
    """The addresses of families that the place has itself: nothing else leaves it, so no rule for others matters."""
    own = {address.version for address in report.vantage.addresses}
    return tuple(one for one in addresses if one.version in own) or addresses


def _is_tunnelled(endpoint: "EndpointResult") -> bool:
    return any(line.action == "tunnel" for line in endpoint.main_line)


def _through_proxy(report: "Report") -> "Destination | None":
    """The proxy: it is what the pod connects to, and what policies in the cluster see."""
    from urllib.parse import urlsplit

    from preflight.model.endpoint import Protocol

    proxy = urlsplit(report.vantage.proxy or "")
    if not proxy.hostname:
        return None
    return _destination(proxy.hostname, proxy.port or 80, Protocol.HTTP, ())


def _of_profile(typed: dict[str, Any]) -> Iterator["Destination"]:
    from preflight.catalog.load import load
    from preflight.catalog.select import select
    from preflight.cli.profile import selection

    known = load(tuple(Path(file) for file in typed["catalog"]))
    seen: set[tuple[str, int, str]] = set()
    endpoints: tuple[Endpoint, ...] = select(known, selection(typed))
    for endpoint in endpoints:
        key = (endpoint.host, endpoint.port, _transfer(endpoint.protocol))
        if not endpoint.skipped and key not in seen:
            seen.add(key)
            yield _destination(endpoint.host, endpoint.port, endpoint.protocol, ())


def _destination(
    host: str, port: int, protocol: "Protocol", addresses: tuple["Address", ...]
) -> "Destination":
    from preflight.hostname import address_of
    from preflight.model.flow import Destination

    own = address_of(host)
    return Destination(
        host=None if own else host,
        addresses=(own,) if own else addresses,
        port=port,
        transfer=_transfer(protocol),
    )


def _transfer(protocol: "Protocol") -> "Transfer":
    from preflight.model.endpoint import Protocol
    from preflight.model.flow import Transfer

    return Transfer.UDP if protocol is Protocol.UDP else Transfer.TCP


def _rendered(said: Sequence["Explanation"], name: str, style: "Style") -> str:
    if name == "json":
        from preflight.codec.explanation import encode_explanations

        return encode_explanations(said, indent=None if style.one_line else 2) + "\n"
    from preflight.report.explanation import render

    return render(said, style)
