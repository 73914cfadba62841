"""Clusters as they are met: objects shaped like those of the AKS add-on, the chart and the Arc extension, in a fake API server."""

from typing import Any

from preflight.kube import CONFIG_MAPS, DAEMON_SETS, DEPLOYMENTS, NODES, PODS, SECRETS, Resource
from preflight.sensor.gather import EXTENSION_CONFIGS
from tests.fakes.kube import FakeKube

Json = dict[str, Any]

WORKSPACE = "11111111-2222-3333-4444-555555555555"
KEY = "c2VjcmV0LXdvcmtzcGFjZS1rZXk="
"""A workspace's key; no output may ever have it."""
PASSWORD = "pa:ss@w/o rd"
RESOURCE_ID = (
    "/subscriptions/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee/resourceGroups/rg-shop"
    "/providers/Microsoft.ContainerService/managedClusters/shop"
)
LINUX_ONLY = [
    {"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]},
    {"key": "type", "operator": "NotIn", "values": ["virtual-kubelet"]},
]
EVERY_TAINT = [{"operator": "Exists"}]


def node(name: str, provider: str = "", *, taints: list[Json] | None = None) -> Json:
    """A Linux node that is ready."""
    return {
        "metadata": {"name": name, "labels": {"kubernetes.io/os": "linux"}},
        "spec": {"providerID": provider, "taints": taints or []},
        "status": {
            "conditions": [{"type": "Ready", "status": "True"}],
            "nodeInfo": {"kubeletVersion": "v1.33.1", "operatingSystem": "linux"},
        },
    }


def aks_node(name: str, pool: str = "system", region: str = "westeurope", **rest: Any) -> Json:
    found = node(name, f"azure:///subscriptions/x/virtualMachines/{name}", **rest)
    found["metadata"]["labels"] |= {
        "kubernetes.azure.com/cluster": "MC_rg-shop_shop_westeurope",
        "kubernetes.azure.com/agentpool": pool,
        "topology.kubernetes.io/region": region,
    }
    return found


def eks_node(name: str, pool: str = "workers") -> Json:
    found = node(name, f"aws:///eu-west-1a/{name}")
    found["metadata"]["labels"] |= {
        "eks.amazonaws.com/nodegroup": pool,
        "topology.kubernetes.io/region": "eu-west-1",
    }
    found["status"]["nodeInfo"]["kubeletVersion"] = "v1.33.1-eks-113cf36"
    return found


def gke_node(name: str, pool: str = "default-pool") -> Json:
    found = node(name, f"gce://project/europe-west1-b/{name}")
    found["metadata"]["labels"] |= {
        "cloud.google.com/gke-nodepool": pool,
        "topology.kubernetes.io/region": "europe-west1",
    }
    found["status"]["nodeInfo"]["kubeletVersion"] = "v1.33.1-gke.1200"
    return found


def workload(
    name: str,
    namespace: str,
    *,
    count: int = 1,
    ready: int | None = None,
    kind: str = "DaemonSet",
    labels: Json | None = None,
    pod_labels: Json | None = None,
    env: list[Json] | None = None,
    image: str = "mcr.microsoft.com/azuredefender/stable/security-publisher:1.0.67",
    affinity: list[Json] | None = None,
    tolerations: list[Json] | None = None,
    annotations: Json | None = None,
) -> Json:
    """A DaemonSet or Deployment, its selector being its own name."""
    selector = {"dsName": name}
    term = {"nodeSelectorTerms": [{"matchExpressions": affinity or LINUX_ONLY}]}
    healthy = count if ready is None else ready
    counts = {"desiredNumberScheduled": count, "numberReady": healthy}
    return {
        "metadata": {
            "name": name,
            "namespace": namespace,
            "labels": labels or {},
            "annotations": annotations or {},
        },
        "spec": {
            **({"replicas": count} if kind == "Deployment" else {}),
            "selector": {"matchLabels": selector},
            "template": {
                "metadata": {"labels": selector | (pod_labels or {})},
                "spec": {
                    "hostNetwork": True,
                    "containers": [{"name": "main", "image": image, "env": env or []}],
                    "tolerations": EVERY_TAINT if tolerations is None else tolerations,
                    "affinity": {
                        "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": term}
                    },
                },
            },
        },
        "status": {"readyReplicas": healthy} if kind == "Deployment" else counts,
    }


def pod(
    owner: str,
    on: str,
    namespace: str,
    *,
    restarts: int = 0,
    waiting: Json | None = None,
    last: Json | None = None,
    ready: bool = True,
    container: str = "microsoft-defender-publisher",
    **status: Any,
) -> Json:
    """A running pod of a workload on a node; `waiting` and `last` are the container's states."""
    state = {"waiting": waiting} if waiting else {"running": {}}
    return {
        "metadata": {
            "name": f"{owner}-{on}",
            "namespace": namespace,
            "labels": {"dsName": owner},
        },
        "spec": {"nodeName": on, "hostNetwork": True},
        "status": {
            "phase": "Running",
            "conditions": [
                {"type": "Ready", "status": "True" if ready and not waiting else "False"}
            ],
            "containerStatuses": [
                {
                    "name": container,
                    "restartCount": restarts,
                    "ready": ready and not waiting,
                    "state": state,
                    "lastState": {"terminated": last} if last else {},
                }
            ],
            **status,
        },
    }


def put(kube: FakeKube, resource: Resource, *found: Json) -> None:
    for each in found:
        kube.put(resource, each)


def run_on(kube: FakeKube, owner: str, namespace: str, nodes: list[str]) -> None:
    """A well pod of that workload on each node."""
    put(kube, PODS, *(pod(owner, name, namespace) for name in nodes))


def aks(*names: str) -> FakeKube:
    """An AKS cluster without any sensor."""
    kube = FakeKube(name="aks-shop")
    put(
        kube, NODES, *(aks_node(name) for name in names or ("aks-system-00001", "aks-system-00002"))
    )
    return kube


def aks_add_on(
    *names: str, version: str | None = None, endpoint: bool = False, workspace: str = WORKSPACE
) -> FakeKube:
    """AKS with the add-on; without a version as before November 2025, when no object stated one."""
    kube = aks(*names)
    nodes = kube.names(NODES)
    labels = {"app": "defender", "kubernetes.azure.com/managedby": "aks"}
    if version:
        labels["app.kubernetes.io/version"] = version
    env = (
        [{"name": "MDC_ENDPOINT", "value": "https://api.cloud.defender.microsoft.com"}]
        if endpoint
        else []
    )
    common: Json = {"labels": labels, "pod_labels": {"app": "defender"}, "count": len(nodes)}
    put(
        kube,
        DAEMON_SETS,
        workload("microsoft-defender-collector-ds", "kube-system", **common),
        workload("microsoft-defender-publisher-ds", "kube-system", env=env, **common),
    )
    misc = workload(
        "microsoft-defender-collector-misc", "kube-system", kind="Deployment", labels=labels
    )
    put(kube, DEPLOYMENTS, misc)
    for owner in ("microsoft-defender-collector-ds", "microsoft-defender-publisher-ds"):
        run_on(kube, owner, "kube-system", nodes)
    run_on(kube, "microsoft-defender-collector-misc", "kube-system", nodes[:1])
    put(kube, SECRETS, secret("microsoft-defender-ws-secret", "kube-system", workspace))
    return kube


def secret(name: str, namespace: str, workspace: str) -> Json:
    return {
        "metadata": {"name": name, "namespace": namespace},
        "stringData": {"WSID": workspace, "KEY": KEY, "DOMAIN": "opinsights.azure.com"},
    }


def chart(
    kube: FakeKube, *, release: str | None = "defender-k8s", version: str = "0.10.36"
) -> FakeKube:
    """The chart's objects in `mdc`, on every node of the cluster; an Arc extension has another release."""
    nodes = kube.names(NODES)
    labels = {
        "app.kubernetes.io/name": "defender-k8s-sensor",
        "app.kubernetes.io/version": version,
        "kubernetes.azure.com/managedby": "aks",
    }
    annotations = {"meta.helm.sh/release-name": release} if release else {}
    env = [
        {"name": "MDC_ENDPOINT", "value": "https://api.cloud.defender.microsoft.com"},
        {"name": "CHART_VERSION", "value": version},
    ]
    common: Json = {"labels": labels, "annotations": annotations, "count": len(nodes)}
    put(
        kube,
        DAEMON_SETS,
        workload("microsoft-defender-collectors-ds", "mdc", env=env[1:], **common),
        workload("microsoft-defender-publisher-ds", "mdc", env=env, **common),
    )
    put(
        kube,
        DEPLOYMENTS,
        workload("microsoft-defender-pod-collector-misc", "mdc", kind="Deployment", labels=labels),
        workload("defender-admission-controller", "mdc", kind="Deployment"),
    )
    for owner in ("microsoft-defender-collectors-ds", "microsoft-defender-publisher-ds"):
        run_on(kube, owner, "mdc", nodes)
    for owner in ("microsoft-defender-pod-collector-misc", "defender-admission-controller"):
        run_on(kube, owner, "mdc", nodes[:1])
    return kube


def eks() -> FakeKube:
    kube = FakeKube(name="eks-shop")
    put(kube, NODES, eks_node("ip-10-0-1-1"), eks_node("ip-10-0-1-2"))
    return kube


def gke() -> FakeKube:
    kube = FakeKube(name="gke-shop")
    put(kube, NODES, gke_node("gke-shop-00001"))
    return kube


def on_premises() -> FakeKube:
    kube = FakeKube(name="factory")
    put(kube, NODES, node("worker-1"), node("worker-2"))
    return kube


def connect_arc(kube: FakeKube, *, region: str = "westeurope", extension: bool = True) -> FakeKube:
    """The Arc agents on that cluster, and what they keep of themselves."""
    for name in ("clusteridentityoperator", "config-agent", "extension-manager"):
        put(kube, DEPLOYMENTS, workload(name, "azure-arc", kind="Deployment"))
    data = {
        "AZURE_REGION": region,
        "AZURE_ENVIRONMENT": "AZUREPUBLICCLOUD",
        "AZURE_SUBSCRIPTION_ID": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "AZURE_RESOURCE_GROUP": "rg-factory",
        "AZURE_RESOURCE_NAME": "factory",
    }
    put(
        kube,
        CONFIG_MAPS,
        {"metadata": {"name": "azure-clusterconfig", "namespace": "azure-arc"}, "data": data},
    )
    if extension:
        put(
            kube,
            EXTENSION_CONFIGS[0],
            {
                "metadata": {
                    "name": "microsoft.azuredefender.kubernetes",
                    "namespace": "azure-arc",
                },
                "spec": {"extensionType": "microsoft.azuredefender.kubernetes"},
            },
        )
    return kube
