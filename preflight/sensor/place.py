"""Where the cluster is: its environment, its region, and the Azure cloud that it reports to. Pure.

A node's own label decides, since the platform sets it; what the sensor's or the agents' settings say is the weaker word, since somebody
typed it. Virtual nodes have no say in the region.
"""

import re
from collections.abc import Iterator

from preflight.kube import Object, strings, text
from preflight.model.diagnosis import Confidence
from preflight.model.endpoint import Cloud, Environment
from preflight.model.sensor import Clue, Fact, Method, Role
from preflight.sensor.conclude import agreed, first
from preflight.sensor.inventory import Inventory
from preflight.sensor.method import installs
from preflight.sensor.names import ARC_NAMESPACE, role_of
from preflight.sensor.nodes import is_virtual
from preflight.sensor.read import clue, labels_of, name_of, namespace_of, variable

LABELS = (
    ("kubernetes.azure.com/cluster", "azure://", Environment.AKS),
    ("eks.amazonaws.com/nodegroup", "aws://", Environment.EKS),
    ("eks.amazonaws.com/compute-type", "aws://", Environment.EKS),
    ("cloud.google.com/gke-nodepool", "gce://", Environment.GKE),
)
"""Labels that the platform gives its nodes, and how their provider IDs begin."""
KUBELETS = (("-eks-", Environment.EKS), ("-gke.", Environment.GKE))
"""Parts of the kubelet's version by which EKS and GKE name their own builds; AKS does not."""
MACHINES = {"azure": "Azure", "aws": "EC2", "gce": "Google Compute Engine"}
"""Scheme of a provider ID → whose machine it is."""
REGION_LABELS = (
    "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/region",
)
CLOUD_NAMES = {
    "azurepubliccloud": Cloud.PUBLIC,
    "azurecloud": Cloud.PUBLIC,
    "azureusgovernment": Cloud.USGOV,
    "azureusgovernmentcloud": Cloud.USGOV,
    "azurechinacloud": Cloud.CHINA,
}
"""How Azure's tools spell their clouds, in lower case."""
CLOUD_SUFFIXES = (
    (".cloud.defender.microsoft.com", Cloud.PUBLIC),
    (".cloud.defender.azure.us", Cloud.USGOV),
)
"""Ends of the host that the publisher sends to (official connectivity script, 2026-02-16)."""
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
"""A host's name; whatever else stands in the setting is not repeated."""
REGION_PREFIXES = (("usgov", Cloud.USGOV), ("usdod", Cloud.USGOV), ("china", Cloud.CHINA))
"""Beginnings of regions outside the public cloud."""


def environment(inventory: Inventory, arc: Fact[bool]) -> Fact[Environment]:
    """By the nodes; else by the sensor's settings; a cluster with Arc agents that is none of the managed ones is `arc`."""
    nodes = agreed(
        _by_nodes(inventory),
        Confidence.CONFIRMED,
        nothing=_why_no_environment(inventory),
        about="the nodes",
    )
    if nodes.value is not None or nodes.clues:
        return nodes
    settings = agreed(
        _by_settings(inventory), Confidence.LIKELY, nothing=nodes.doubt, about="the settings"
    )
    if settings.value is not None:
        return settings
    if arc.value:
        sure = Confidence.CONFIRMED if inventory.nodes else Confidence.LIKELY
        return Fact(value=Environment.ARC, confidence=sure, clues=arc.clues)
    return settings


def arc_connected(inventory: Inventory) -> Fact[bool]:
    """Whether the Arc agents are there, by their workloads or the ConfigMap that they keep."""
    clues = [
        clue(kind, found, "an agent of Azure Arc")
        for kind, found in inventory.workloads
        if role_of(namespace_of(found), name_of(found)) is Role.ARC_AGENT
    ]
    if clues:
        return Fact(value=True, confidence=Confidence.CONFIRMED, clues=tuple(clues[:3]))
    if inventory.arc_config is not None:
        seen = clue("ConfigMap", inventory.arc_config, "settings of the Arc agents")
        return Fact(
            value=True,
            confidence=Confidence.LIKELY,
            clues=(seen,),
            doubt="the agents' workloads were not seen",
        )
    if not inventory.arc_seen:
        return Fact(doubt=f"the namespace {ARC_NAMESPACE} could not be looked at")
    return Fact(value=False, confidence=Confidence.CONFIRMED)


def region(inventory: Inventory, azure: Fact[str], found: Fact[Environment]) -> Fact[str]:
    """The nodes' own; for an Arc-connected cluster elsewhere the Azure region of its Arc resource."""
    if found.value is Environment.ARC:
        return azure
    nodes = agreed(
        _regions(inventory),
        Confidence.CONFIRMED,
        nothing="no node has a region label",
        about="the nodes' regions",
    )
    return first(nodes, azure) if found.value is Environment.AKS else nodes


def azure_region(inventory: Inventory) -> Fact[str]:
    """What the Arc agents or the sensor's containers were told."""
    config = inventory.arc_config
    stated = _plain(strings(config, "data").get("AZURE_REGION", ""))
    if config is not None and stated:
        seen = clue("ConfigMap", config, f"AZURE_REGION={stated}")
        return Fact(value=stated, confidence=Confidence.CONFIRMED, clues=(seen,))
    return agreed(
        _settings(inventory, "AZURE_RESOURCE_REGION"),
        Confidence.LIKELY,
        nothing="neither the Arc agents nor the sensor state one",
        about="the sensor's settings",
    )


def cloud(inventory: Inventory, found: Fact[Environment], azure: Fact[str]) -> Fact[Cloud]:
    """By the host that the publisher sends to, the Arc agents' setting, or the Azure region's name."""
    told = agreed(
        (*_by_endpoint(inventory), *_by_arc(inventory)),
        Confidence.CONFIRMED,
        nothing="nothing on the cluster names the Azure cloud",
        about="the settings",
    )
    if told.value is not None or told.clues:
        return told
    where = azure
    if found.value is Environment.AKS:
        where = first(region(inventory, azure, found), azure)
    if where.value is None:
        return told
    named = (cloud for prefix, cloud in REGION_PREFIXES if where.value.startswith(prefix))
    return Fact(value=next(named, Cloud.PUBLIC), confidence=Confidence.LIKELY, clues=where.clues)


def ingestion(inventory: Inventory) -> Fact[str]:
    """The host that the publisher is set to send to."""
    return agreed(
        _endpoints(inventory),
        Confidence.CONFIRMED,
        nothing="no container states MDC_ENDPOINT",
        about="the settings",
    )


def _by_nodes(inventory: Inventory) -> Iterator[tuple[Environment, Clue]]:
    for node in inventory.nodes:
        provider = text(node, "spec", "providerID")
        labels = labels_of(node)
        for label, scheme, found in LABELS:
            if label in labels and provider.startswith(scheme):
                yield found, clue("node", node, f"label {label}, provider ID {scheme}")
        kubelet = text(node, "status", "nodeInfo", "kubeletVersion")
        for part, found in KUBELETS:
            if part in kubelet:
                yield found, clue("node", node, f"kubelet {kubelet}")


def _why_no_environment(inventory: Inventory) -> str:
    if not inventory.nodes:
        return "no node could be looked at"
    schemes = {text(node, "spec", "providerID").partition(":")[0] for node in inventory.nodes}
    machines = [MACHINES[scheme] for scheme in sorted(schemes) if scheme in MACHINES]
    if machines:
        return (
            f"the nodes are machines of {' and '.join(machines)}, and no label says that the cluster is a managed one: "
            "somebody may run it there themselves"
        )
    return "no node has the label of AKS, EKS or GKE, and no agent of Azure Arc is there"


def _by_settings(inventory: Inventory) -> Iterator[tuple[Environment, Clue]]:
    """What the sensor was told; and the add-on, which is AKS's own."""
    known = {str(each): each for each in (Environment.AKS, Environment.EKS, Environment.GKE)}
    for value, seen in _settings(inventory, "CLUSTER_DISTRIBUTION"):
        if value in known:
            yield known[value], seen
    for install in installs(inventory):
        if install.method is Method.AKS_ADD_ON:
            yield from ((Environment.AKS, seen) for seen in install.clues)


def _settings(inventory: Inventory, name: str) -> Iterator[tuple[str, Clue]]:
    """A plain setting of the sensor's containers, in the plain form of regions and names."""
    for kind, found in inventory.workloads:
        value = _plain(variable(found, name))
        if value:
            yield value, clue(kind, found, f"{name}={value}")


def _plain(value: str) -> str:
    lower = value.lower().replace(" ", "")
    return lower if lower.replace("-", "").isalnum() and lower.isascii() else ""


def _regions(inventory: Inventory) -> Iterator[tuple[str, Clue]]:
    for node in inventory.nodes:
        if is_virtual(node):
            continue
        labels = labels_of(node)
        for label in REGION_LABELS:
            if value := _plain(labels.get(label, "")):
                yield value, clue("node", node, f"label {label}={value}")
                break


def _endpoints(inventory: Inventory) -> Iterator[tuple[str, Clue]]:
    for kind, found in inventory.workloads:
        value = variable(found, "MDC_ENDPOINT")
        host = (value.partition("://")[2] or value).partition("/")[0].partition(":")[0].lower()
        if _HOST.fullmatch(host):
            yield host, clue(kind, found, f"MDC_ENDPOINT names {host}")


def _by_endpoint(inventory: Inventory) -> Iterator[tuple[Cloud, Clue]]:
    for host, seen in _endpoints(inventory):
        for suffix, cloud in CLOUD_SUFFIXES:
            if host.endswith(suffix):
                yield cloud, seen


def _by_arc(inventory: Inventory) -> Iterator[tuple[Cloud, Clue]]:
    config: Object | None = inventory.arc_config
    stated = strings(config, "data").get("AZURE_ENVIRONMENT", "")
    cloud = CLOUD_NAMES.get(stated.lower())
    if config is not None and cloud is not None:
        yield cloud, clue("ConfigMap", config, f"AZURE_ENVIRONMENT={stated}")
