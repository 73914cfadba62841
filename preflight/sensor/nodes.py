"""What a node is: which pool it belongs to, and whether a DaemonSet of the sensor is meant for it. Pure."""

from preflight.kube import Object, integer, items, mapping, text
from preflight.sensor.read import labels_of, name_of

POOL_LABELS = (
    "kubernetes.azure.com/agentpool",
    "agentpool",
    "eks.amazonaws.com/nodegroup",
    "cloud.google.com/gke-nodepool",
    "karpenter.sh/nodepool",
)
"""Labels that name a node's pool: AKS, EKS, GKE, Karpenter."""
OF_DAEMONSETS = frozenset(
    {
        *("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"),
        *("node.kubernetes.io/disk-pressure", "node.kubernetes.io/memory-pressure"),
        *("node.kubernetes.io/pid-pressure", "node.kubernetes.io/unschedulable"),
        "node.kubernetes.io/network-unavailable",
    }
)
"""Taints that the DaemonSet controller tolerates for its pods (Kubernetes documentation, "DaemonSet"; the last one for
pods of the node's network)."""


def pool_of(node: Object) -> str:
    """The name of the node's pool; empty where no label names one."""
    labels = labels_of(node)
    return next((labels[label] for label in POOL_LABELS if labels.get(label)), "")


def is_virtual(node: Object) -> bool:
    """Whether no machine is behind the node: Azure Container Instances, or Fargate."""
    labels = labels_of(node)
    return (
        labels.get("type") == "virtual-kubelet"
        or labels.get("kubernetes.io/role") == "virtual-kubelet"
        or labels.get("eks.amazonaws.com/compute-type") == "fargate"
        or any(key == "virtual-kubelet.io/provider" for key, _, _ in taints_of(node))
    )


def is_windows(node: Object) -> bool:
    """Whether the node runs Windows."""
    system = labels_of(node).get("kubernetes.io/os") or text(
        node, "status", "nodeInfo", "operatingSystem"
    )
    return system == "windows"


def is_ready(node: Object) -> bool:
    """Whether the node's kubelet reports that it is ready."""
    return any(
        text(condition, "type") == "Ready" and text(condition, "status") == "True"
        for condition in items(node, "status", "conditions")
    )


def taints_of(node: Object) -> list[tuple[str, str, str]]:
    """Key, value and effect of each taint."""
    return [
        (text(taint, "key"), text(taint, "value"), text(taint, "effect"))
        for taint in items(node, "spec", "taints")
    ]


def untolerated(node: Object, pod_spec: Object) -> str | None:
    """The first taint that keeps a DaemonSet's pod away, as kubectl writes it; None where none does."""
    for key, value, effect in taints_of(node):
        if effect == "PreferNoSchedule" or key in OF_DAEMONSETS:
            continue
        if not any(_tolerates(each, key, value, effect) for each in items(pod_spec, "tolerations")):
            return f"{key}={value}:{effect}" if value else f"{key}:{effect}"
    return None


def unmatched(node: Object, pod_spec: Object) -> str | None:
    """What the pod's node selector or required affinity asks for and the node has not; None where it fits."""
    labels = labels_of(node)
    for key, wanted in mapping(pod_spec, "nodeSelector").items():
        if labels.get(key) != wanted:
            return f"{key}={wanted}"
    terms = items(
        pod_spec,
        *("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"),
        "nodeSelectorTerms",
    )
    failed = [_failed(term, labels, name_of(node)) for term in terms]
    # One term that fits is enough (Kubernetes API, NodeSelector).
    return None if not failed or None in failed else failed[0]


def _tolerates(toleration: Object, key: str, value: str, effect: str) -> bool:
    wanted = text(toleration, "key")
    if text(toleration, "effect") not in {"", effect}:
        return False
    if text(toleration, "operator") == "Exists":
        return wanted in {"", key}
    return wanted == key and text(toleration, "value") == value


def _failed(term: Object, labels: dict[str, str], name: str) -> str | None:
    """The first expression of a term that does not hold."""
    checks = [(each, labels) for each in items(term, "matchExpressions")]
    checks += [(each, {"metadata.name": name}) for each in items(term, "matchFields")]
    return next((_said(each) for each, known in checks if not _holds(each, known)), None)


def _holds(expression: Object, labels: dict[str, str]) -> bool:
    value = labels.get(text(expression, "key"))
    values = _values(expression)
    match text(expression, "operator"):
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt" | "Lt" as which:
            return _compares(value, values, greater=which == "Gt")
        case _:
            return True  # unknown to us: it must not be named as the reason


def _compares(value: str | None, values: list[str], *, greater: bool) -> bool:
    if value is None or len(values) != 1:
        return False
    try:
        return int(value) > int(values[0]) if greater else int(value) < int(values[0])
    except ValueError:
        return False


def _values(expression: Object) -> list[str]:
    found = expression.get("values")
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _said(expression: Object) -> str:
    key, operator = text(expression, "key"), text(expression, "operator")
    values = ", ".join(_values(expression))
    return f"{key} {operator} ({values})" if values else f"{key} {operator}"


def scheduled(found: Object, field: str) -> int:
    """A count of a workload's status; 0 where it is not stated."""
    return max(integer(found, "status", field) or 0, 0)
