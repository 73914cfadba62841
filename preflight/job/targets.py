"""Which nodes are looked from, and which are left out and why. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique

from preflight.kube import Object, items, mapping, strings, text
from preflight.model.fleet import Network

POOL_LABELS = (
    "kubernetes.azure.com/agentpool",
    "agentpool",
    "eks.amazonaws.com/nodegroup",
    "cloud.google.com/gke-nodepool",
    "karpenter.sh/nodepool",
    "alpha.eksctl.io/nodegroup-name",
)
"""Labels that name a node's pool, in the order in which they are believed (AKS, EKS, GKE, Karpenter and eksctl, 2026-11)."""
VIRTUAL_LABELS = {"type": "virtual-kubelet", "eks.amazonaws.com/compute-type": "fargate"}
"""Labels of nodes that are none: no DaemonSet runs there, and their pods' network is another."""
VIRTUAL_TAINT = "virtual-kubelet.io/provider"
NAMED = 10
"""Names that one remark lists."""


@unique
class Nodes(StrEnum):
    """From how many nodes."""

    ONE = "one"
    POOLS = "pools"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One place to look from; without a node the scheduler chooses."""

    node: str | None
    pool: str | None
    network: Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Where to look from, and remarks about what was left out."""

    targets: tuple[Target, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    name: str
    pool: str | None
    unfit: str | None
    """Why nothing is looked at from there; None for a node that is fit."""


def choose(
    nodes: Iterable[Object],
    *,
    wanted: Nodes,
    networks: tuple[Network, ...],
    selector: Mapping[str, str],
) -> Targets:
    """The targets on those nodes that have the selector's labels, each node once; pod networks come first."""
    known: dict[str, _Node] = {}
    for found in nodes:
        if selector.items() <= strings(found, "metadata", "labels").items():
            node = _read(found)
            known.setdefault(node.name, node)
    fit = sorted(
        (n for n in known.values() if n.unfit is None), key=lambda n: (n.pool or "", n.name)
    )
    chosen = _chosen(fit, wanted)
    return Targets(
        targets=tuple(
            Target(node=node.name, pool=node.pool, network=network)
            for network in sorted(networks, key=lambda one: one is Network.HOST)
            for node in chosen
        ),
        notices=(*_left_out(known.values()), *_empty_pools(known.values(), chosen, wanted)),
    )


def anywhere(networks: tuple[Network, ...]) -> Targets:
    """One target per network, on a node of the scheduler's choice."""
    return Targets(
        targets=tuple(Target(node=None, pool=None, network=network) for network in networks),
        notices=("nodes may not be listed with these rights, so the scheduler chose the node",),
    )


def pool_of(node: Object) -> str | None:
    """The name of the node's pool, where one of the known labels says it."""
    labels = strings(node, "metadata", "labels")
    return next((labels[key] for key in POOL_LABELS if labels.get(key)), None)


def _read(node: Object) -> _Node:
    return _Node(name=text(node, "metadata", "name"), pool=pool_of(node), unfit=_unfit(node))


def _unfit(node: Object) -> str | None:
    labels = strings(node, "metadata", "labels")
    taints = {text(taint, "key") for taint in items(node, "spec", "taints")}
    if VIRTUAL_LABELS.items() & labels.items() or VIRTUAL_TAINT in taints:
        return "virtual"
    if labels.get("kubernetes.io/os", "linux") != "linux":
        return "not Linux"
    if mapping(node, "spec").get("unschedulable") is True:
        return "cordoned"
    conditions = {
        text(one, "type"): text(one, "status") for one in items(node, "status", "conditions")
    }
    return None if conditions.get("Ready") == "True" else "not ready"


def _chosen(fit: list[_Node], wanted: Nodes) -> list[_Node]:
    match wanted:
        case Nodes.ONE:
            return fit[:1]
        case Nodes.POOLS:
            first: dict[str | None, _Node] = {}
            for node in fit:
                first.setdefault(node.pool, node)
            return list(first.values())
        case Nodes.ALL:
            return fit


def _left_out(nodes: Iterable[_Node]) -> Iterator[str]:
    by_reason: dict[str, list[str]] = {}
    for node in sorted(nodes, key=lambda one: one.name):
        if node.unfit:
            by_reason.setdefault(node.unfit, []).append(node.name)
    for reason, names in sorted(by_reason.items()):
        yield f"left out because {reason}: {listed(names)}"


def _empty_pools(nodes: Iterable[_Node], chosen: list[_Node], wanted: Nodes) -> Iterator[str]:
    if wanted is Nodes.ONE:
        return
    seen = {node.pool for node in chosen}
    missing = sorted({node.pool for node in nodes if node.pool and node.pool not in seen})
    if missing:
        yield f"no node of these pools could be looked from: {listed(missing)}"


def listed(names: list[str]) -> str:
    """The names in one line, the first ten of them."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
