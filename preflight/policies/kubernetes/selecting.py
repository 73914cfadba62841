"""Which objects choose their pods by labels and namespace alone, and so say the same of every node and every address."""

from collections.abc import Iterable, Mapping

from preflight.model.document import Document
from preflight.policies.kubernetes.inventory import TEMPLATES

BY_LABELS = frozenset(
    {
        ("networking.k8s.io", "NetworkPolicy"),
        ("policy.networking.k8s.io", "AdminNetworkPolicy"),
        ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
        ("policy.networking.k8s.io", "ClusterNetworkPolicy"),
        ("cilium.io", "CiliumNetworkPolicy"),
        ("cilium.io", "CiliumClusterwideNetworkPolicy"),
        ("cilium.io", "CiliumCIDRGroup"),
    }
)
"""Policies whose egress rules select sources by labels; Calico's may ask for source addresses, and exports always do."""
ABOUT = frozenset({*TEMPLATES, "Namespace", "Node", "Service"})
"""What policies are about."""


def selects_by_labels(document: Document) -> bool:
    """Whether neither node nor address of a source matters to it."""
    body = document.body
    kind, version = str(body.get("kind")), str(body.get("apiVersion"))
    if kind in ABOUT:
        return True
    return (version.rpartition("/")[0], kind) in BY_LABELS and not _selects_nodes(body)


def _selects_nodes(body: Mapping[str, object]) -> bool:
    """Whether it is one of Cilium's for nodes, which it chooses by the nodes' own labels."""
    several = body.get("specs")
    specs: Iterable[object] = (body.get("spec"), *(several if isinstance(several, list) else ()))
    return any(isinstance(spec, Mapping) and "nodeSelector" in spec for spec in specs)
