"""On which nodes the sensor has pods, and why it has none on the others. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from preflight.kube import Object, text
from preflight.model.sensor import Coverage, Role, Uncovered
from preflight.sensor.nodes import (
    is_ready,
    is_virtual,
    is_windows,
    pool_of,
    unmatched,
    untolerated,
)
from preflight.sensor.read import name_of, template

PARTS = (Role.PUBLISHER, Role.COLLECTOR)
"""The DaemonSets that belong on every node."""
NOT_EXPLAINED = "nothing in the node and the DaemonSet explains it; kubectl get events shows what its controller says"


def coverage(
    nodes: Sequence[Object],
    daemonsets: Mapping[Role, Object],
    pods: Mapping[Role, Iterable[Object]],
) -> Coverage:
    """Every node without a pod of the publisher or the collector, with the reason; a node with both is covered."""
    on: dict[Role, set[str]] = {
        role: {text(pod, "spec", "nodeName") for pod in pods.get(role, ())} for role in PARTS
    }
    uncovered = []
    for node in nodes:
        missing = tuple(role for role in PARTS if name_of(node) not in on[role])
        if missing:
            uncovered.append(_uncovered(node, missing, daemonsets))
    return Coverage(
        nodes=len(nodes), covered=len(nodes) - len(uncovered), uncovered=tuple(uncovered)
    )


def _uncovered(
    node: Object, missing: tuple[Role, ...], daemonsets: Mapping[Role, Object]
) -> Uncovered:
    reason, expected = _why(node, daemonsets.get(missing[0]), missing[0])
    return Uncovered(
        node=name_of(node), pool=pool_of(node), missing=missing, reason=reason, expected=expected
    )


def _why(node: Object, daemonset: Object | None, role: Role) -> tuple[str, bool]:
    """Why the DaemonSet of that role has no pod there, and whether that is as it is meant to be."""
    if is_virtual(node):
        return "a virtual node: no DaemonSet runs there", True
    if is_windows(node):
        return "a Windows node: the sensor runs on Linux", True
    if daemonset is None:
        return f"there is no DaemonSet of the {role.value}", False
    spec = template(daemonset)
    if wanted := unmatched(node, spec):
        return f"the DaemonSet asks for what the node has not: {wanted}", False
    if taint := untolerated(node, spec):
        return f"the DaemonSet does not tolerate the node's taint {taint}", False
    if not is_ready(node):
        return "the node is not ready", False
    return NOT_EXPLAINED, False
