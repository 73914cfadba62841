"""By which names and labels the sensor and its companions are known, and which pages say so.

Names are matched by prefix, never whole: they changed over time (`collector-ds`, `collectors-ds`) and will again.
"""

from preflight.model.sensor import Role

SENSOR_PREFIXES = ("microsoft-defender-", "azuredefender-", "defender-admission-controller")
"""Workloads of the add-on, the Arc extension and the chart, and of installations before 2024
(Defender sensor release notes, 2026-09; architecture page, 2026-05-18)."""

ROLES = (
    ("microsoft-defender-publisher", Role.PUBLISHER),
    ("azuredefender-publisher", Role.PUBLISHER),
    ("microsoft-defender-collector-misc", Role.MISC_COLLECTOR),
    ("microsoft-defender-pod-collector", Role.MISC_COLLECTOR),
    ("azuredefender-collector-misc", Role.MISC_COLLECTOR),
    ("microsoft-defender-collector", Role.COLLECTOR),
    ("azuredefender-collector", Role.COLLECTOR),
    ("defender-admission-controller", Role.ADMISSION),
)
"""The first prefix that fits decides; other workloads of the sensor, such as a preview's, are misc collectors."""

SENSOR_NAMESPACES = ("kube-system", "mdc", "azuredefender")
"""Where the sensor may be: the add-on and AKS Automatic, the extension and the chart, the extension before 2024."""
OWN_NAMESPACES = ("mdc", "azuredefender")
"""Those of them that hold nothing else."""
ARC_NAMESPACE = "azure-arc"
POLICY_NAMESPACES = ("kube-system", "gatekeeper-system")
"""Where Azure Policy runs (Azure Policy for Kubernetes, 2025-03-04)."""

CLUSTER_CONFIG = "azure-clusterconfig"
"""The ConfigMap in `azure-arc` that says which Arc resource the cluster is."""

RELEASES = ("defender-k8s", "microsoft-defender-for-containers")
"""Helm releases as the page and the official scripts name them (Helm page, 2026-07-03; scripts, 2026-02-02)."""
EXTENSION = "microsoft.azuredefender.kubernetes"

WORKSPACE_SECRETS = ("omsagent-secret", "microsoft-defender-ws-secret")
"""Secrets that hold the workspace id under `WSID`: those of the chart and, by a comment in it, of the add-on."""

AGENT_LABEL = "app.kubernetes.io/name"
CHART_APPS = ("defender-k8s-sensor", "defender-admission-controller")
"""Values of that label, and of `app`, in what the chart makes."""


def role_of(namespace: str, name: str) -> Role | None:
    """What a workload of that name is there for; None where it is none of ours."""
    if name.startswith(SENSOR_PREFIXES):
        named = (role for prefix, role in ROLES if name.startswith(prefix))
        return next(named, Role.MISC_COLLECTOR)
    if namespace == ARC_NAMESPACE:
        return Role.ARC_AGENT
    if namespace == "gatekeeper-system" and name.startswith("gatekeeper"):
        return Role.AZURE_POLICY
    if namespace == "kube-system" and name.startswith("azure-policy"):
        return Role.AZURE_POLICY
    return None


SENSOR_ROLES = frozenset({Role.PUBLISHER, Role.COLLECTOR, Role.MISC_COLLECTOR, Role.ADMISSION})
"""The roles that are the sensor itself; the others are companions."""
