"""Whose rule it is: what the objects and exports given say of a flow. Pure: documents and flows in, explanations out.

One engine per file, in the order in which a packet meets them. An engine takes from the documents what is its own, reads it once, and
then answers for any number of flows. What it does not know it calls unknown, and says why; it never guesses. Engines inside the cluster
build on each other, so `kubernetes` asks them together; all others stand alone in `ENGINES`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from preflight.model.document import Document
from preflight.model.flow import Explanation, Flow, Ruling, Workload
from preflight.policies import (
    aws_dns_firewall,
    aws_network_acl,
    aws_network_firewall,
    aws_route,
    aws_security_group,
    azure_firewall,
    azure_firewall_log,
    azure_nsg,
    azure_route,
    gcp_firewall,
    squid,
)
from preflight.policies.kubernetes import (
    DOCUMENTED,
    Cluster,
    Inventory,
    selects_by_labels,
    sensor,
)
from preflight.policies.measurements import told

__all__ = [
    "DOCUMENTED",
    "ENGINES",
    "Decider",
    "Inventory",
    "Load",
    "Rules",
    "explain",
    "is_known",
    "sensor",
    "told",
]


class Decider(Protocol):
    """What an engine makes of the documents that are its own."""

    def decide(self, flow: Flow) -> Ruling | None:
        """What it says of one flow; None where none of its objects has to do with the flow's source."""


Load = Callable[[Sequence[Document]], Decider | None]
"""Reads everything of one engine's own among all the documents; None where there is nothing."""

ENGINES: tuple[Load, ...] = (
    aws_dns_firewall.load,
    azure_nsg.load,
    aws_security_group.load,
    aws_network_acl.load,
    gcp_firewall.load,
    azure_route.load,
    aws_route.load,
    azure_firewall.load,
    azure_firewall_log.load,
    aws_network_firewall.load,
    squid.load,
)
"""In the order in which a packet meets them."""


def is_known(documents: Sequence[Document]) -> bool:
    """Whether anything among them is a Kubernetes object, or an export that an engine reads."""
    if any({"apiVersion", "kind"} <= each.body.keys() for each in documents):
        return True
    return any(load(documents) is not None for load in ENGINES) or bool(told(documents))


def explain(documents: Sequence[Document], flows: Sequence[Flow]) -> tuple[Explanation, ...]:
    """What every engine says of every flow, in the flows' order; both ends are completed from the documents first."""
    rules = Rules(documents)
    return tuple(map(rules.explain, flows))


class Rules:
    """Documents that are read once and then asked about flow after flow."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._inventory = Inventory(documents)
        self._cluster = Cluster(documents, self._inventory)
        exports = [each for each in documents if not _is_of_kubernetes(each)]
        loaded = (load(exports) for load in ENGINES)
        self._deciders = [decider for decider in loaded if decider is not None]
        self._by_labels = all(selects_by_labels(document) for document in documents)

    def known(self, source: Workload) -> Workload:
        """The source as these rules see it: two that are equal here are judged alike, whatever the flow.

        Rules that choose pods by labels alone make no difference between nodes and addresses; so a thousand nodes are one question.
        """
        whole = self._inventory.known(source)
        if not self._by_labels:
            return whole
        return replace(whole, pod=None, node=None, node_labels=(), address=None)

    def explain(self, flow: Flow) -> Explanation:
        """What every engine says of it; both of its ends are completed from the documents first."""
        whole = self._inventory.complete(flow)
        others = (said for each in self._deciders if (said := each.decide(whole)) is not None)
        return Explanation(flow=whole, path=(*self._cluster.steps(whole), *others))


def _is_of_kubernetes(document: Document) -> bool:
    """Whether it is an object of a cluster, in which no other engine has to search for what is its own."""
    body = document.body
    return "apiVersion" in body and "kind" in body and isinstance(body.get("metadata"), Mapping)
