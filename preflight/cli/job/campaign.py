"""What was typed for a run, and what that makes of one cluster."""

from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from preflight.cli.detected import filled, remarks
from preflight.cli.job.delivery import pack
from preflight.cli.job.wanted import Wanted, namespace, parallel, run_name, wanted
from preflight.cli.policies import documents as documents_of
from preflight.errors import ClusterError, UsageError
from preflight.job import as_sensor, documents, rights, template
from preflight.job.order import Order
from preflight.job.payload import Payload
from preflight.job.targets import Nodes, Targets, anywhere, choose
from preflight.kube import NODES, Kube
from preflight.kube.kubeconfig import namespace_of
from preflight.model.document import Document
from preflight.sensor import detect, gather


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Everything that was asked for."""

    wanted: Wanted
    """What was typed alone; of each cluster, what it says of itself comes in addition."""
    typed: dict[str, Any]
    cloud_typed: bool
    """Whether --cloud was typed, which has a default."""
    nodes: str
    namespace: str | None
    as_sensor: bool
    parallel: int
    keep: bool
    kubeconfig: str | None
    contexts: tuple[str, ...]
    policies: tuple[Document, ...] = ()
    """Rules that were given, beside the cluster's own."""
    reads_policies: bool = True


def campaign(typed: dict[str, Any], *, cloud_typed: bool = False) -> Campaign:
    """What was typed, validated; UsageError for what cannot be."""
    return Campaign(
        wanted=wanted(typed),
        typed=typed,
        cloud_typed=cloud_typed,
        nodes=typed["nodes"],
        namespace=namespace(typed["namespace"]),
        as_sensor=typed["as_sensor"],
        parallel=parallel(typed["parallel"]),
        keep=typed["keep"],
        kubeconfig=typed["kubeconfig"],
        contexts=tuple(dict.fromkeys(typed["contexts"])),
        policies=documents_of(typed["policies"]),
        reads_policies=not typed["no_policies"],
    )


def completed(kube: Kube, campaign: Campaign) -> tuple[Campaign, tuple[str, ...]]:
    """The campaign with what was left out taken from what this cluster says of itself, and remarks on what was taken."""
    typed, detected = campaign.typed, detect(gather(kube))
    said = filled(typed, detected, cloud_typed=campaign.cloud_typed)
    about = remarks(typed, detected, cloud_typed=campaign.cloud_typed)
    return replace(campaign, typed=said, wanted=wanted(said)), about


def order_for(
    kube: Kube, campaign: Campaign, payload: Future[Payload] | None
) -> tuple[Order, Targets]:
    """What is to be run in this cluster, and what was chosen; MissingRightsError before anything else."""
    asked, name = campaign.wanted, run_name()
    sensor = as_sensor.find(kube) if campaign.as_sensor else None
    if sensor and asked.secret_proxy and not campaign.namespace and not sensor.is_at_home:
        raise UsageError(
            f"--as-sensor: the sensor's DaemonSet is in {sensor.namespace!r}, where Defender does not install it, and the proxy's"
            f" credentials would go there; give --namespace {sensor.namespace} if that is meant"
        )
    space = (
        campaign.namespace
        or (sensor.namespace if sensor else None)
        or namespace_of(campaign.kubeconfig, kube.context)
    )
    needed = rights.required(
        config_maps=asked.brings_program or bool(asked.files), secret=bool(asked.secret_proxy)
    )
    rights.check(kube, space, tuple(needed))
    targets = _targets(kube, campaign)
    delivery, files, secret, belongings = pack(
        asked,
        payload.result() if payload else None,
        run=name,
        prefix=f"{template.APP}-{name}",
    )
    settings = template.Settings(
        run=name,
        delivery=delivery,
        arguments=asked.arguments,
        deadline=asked.deadline,
        tolerations=asked.tolerations,
        pull_secrets=asked.pull_secrets,
        pod_labels=sensor.labels if sensor else (),
        host_dns_policy=sensor.dns_policy if sensor else template.HOST_DNS_POLICY,
        files=files,
        proxy_secret=secret,
    )
    order = Order(
        namespace=space,
        targets=targets.targets,
        template=documents.template(),
        settings=settings.lasting(len(targets.targets), campaign.parallel),
        belongings=belongings,
        parallel=campaign.parallel,
        node_selector=asked.node_selector,
        keep=campaign.keep,
        place_context=kube.context if len(campaign.contexts) > 1 else None,
    )
    return order, targets


def _targets(kube: Kube, campaign: Campaign) -> Targets:
    """Where to look from; UsageError when no node is left."""
    nodes = Nodes(campaign.nodes)
    if not rights.has(kube, rights.LIST_NODES):
        if nodes is Nodes.ONE:
            return anywhere(campaign.wanted.networks)
        raise ClusterError(
            f"missing right on {kube.context!r}: list nodes; --nodes one can do without"
        )
    targets = choose(
        kube.list(NODES),
        wanted=nodes,
        networks=campaign.wanted.networks,
        selector=dict(campaign.wanted.node_selector),
    )
    if not targets.targets:
        why = "; ".join(targets.notices) or "no node has the labels of --node-selector"
        raise UsageError(f"no node of {kube.context!r} can be looked from: {why}")
    return targets
