"""The sensor's pods, as the inventory shows them, or else as the vendor documents them."""

from preflight.model.endpoint import Environment
from preflight.model.flow import Labels, Workload
from preflight.policies.kubernetes.inventory import Inventory

PREFIXES = ("microsoft-defender-", "azuredefender-")
"""Names of its DaemonSets and Deployments in every version (learn.microsoft.com, "Defender for Containers", troubleshooting)."""
PER_INSTANCE = frozenset(
    {"controller-revision-hash", "pod-template-generation", "pod-template-hash"}
)
"""Labels that controllers add: they tell pods of one kind apart, and no policy asks for them."""
ADD_ON = Workload(
    namespace="kube-system",
    pod=None,
    labels=(("app", "defender"), ("kubernetes.azure.com/managedby", "aks")),
    network_known=False,
)
"""On AKS, the add-on. Whether its pods use the node's network is not documented."""
CHART = Workload(
    namespace="mdc",
    pod=None,
    labels=(("app", "defender-k8s-sensor"), ("app.kubernetes.io/name", "defender-k8s-sensor")),
    host_network=True,
    network_known=False,
)
"""Everywhere else, the Helm chart, whose pods use the node's network."""

DOCUMENTED = frozenset({ADD_ON.labels, CHART.labels})
"""Labels by which to see that nothing but the vendor's word is known of a source."""


def sensor(inventory: Inventory, environment: Environment | None) -> tuple[Workload, ...]:
    """Its pods that are given, one for each kind; without any, those that the vendor documents for the environment."""
    kinds: dict[tuple[str, Labels, bool], Workload] = {}
    for workload in inventory.workloads.values():
        if (workload.pod or "").startswith(PREFIXES):
            labels = tuple(label for label in workload.labels if label[0] not in PER_INSTANCE)
            kinds.setdefault((workload.namespace, labels, workload.host_network), workload)
    if kinds:
        return tuple(kinds.values())
    return (ADD_ON if environment in {None, Environment.AKS} else CHART,)
