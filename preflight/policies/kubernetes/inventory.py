"""What the documents say of the cluster itself: its namespaces, nodes and pods, and what they know of both ends of a flow.

Pods count, and whatever makes pods: Deployment, DaemonSet, StatefulSet, ReplicaSet, ReplicationController, Job and CronJob. What cannot be
read is left out: it is then as unknown as what was not given.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from preflight.hostname import address_of
from preflight.model.document import Document
from preflight.model.flow import Destination, Flow, Labels, Transfer, Workload
from preflight.model.vantage import Address
from preflight.policies.kubernetes.fields import Fields, named
from preflight.policies.kubernetes.labels import NAME_LABEL

TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "Pod": (),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    **dict.fromkeys(
        ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"),
        ("spec", "template"),
    ),
}
"""Kinds that are pods or make them, and where the pod stands in them."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node, its labels and its addresses."""

    name: str
    labels: Labels
    addresses: tuple[Address, ...]


_KINDS = (*TEMPLATES, "Namespace", "Node", "Service")
"""No set: what stands in a kind's place need not be hashable."""


class Inventory:
    """The cluster, as far as the documents show it."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = [one.body for one in documents if one.body.get("kind") in _KINDS]

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the cluster is given but rules."""
        return not self._documents

    @cached_property
    def namespaces(self) -> Mapping[str, Labels]:
        """Their labels, by name."""
        found = {}
        for body in self._of_kind("Namespace"):
            _, name = named(body)
            found[name] = _sorted({**dict(labels_of(body)), NAME_LABEL: name})
        return found

    @cached_property
    def nodes(self) -> Mapping[str, Node]:
        """By name."""
        return {node.name: node for node in map(_node, self._of_kind("Node"))}

    @cached_property
    def workloads(self) -> Mapping[tuple[str, str], Workload]:
        """By namespace and name; a pod before what made it."""
        found: dict[tuple[str, str], Workload] = {}
        for kind, path in TEMPLATES.items():
            for body in self._of_kind(kind):
                workload = _workload(body, path)
                if workload is not None and workload.pod:
                    found.setdefault((workload.namespace, workload.pod), workload)
        return found

    @cached_property
    def _services(self) -> Mapping[Address, Fields]:
        """Services that choose pods, by the addresses of the cluster."""
        found: dict[Address, Fields] = {}
        for body in self._of_kind("Service"):
            spec = _mapping(body.get("spec"))
            written = spec.get("clusterIPs")
            texts = written if isinstance(written, list) else [spec.get("clusterIP")]
            addresses = (address_of(one) for one in texts if isinstance(one, str))
            if _mapping(spec.get("selector")):
                found.update({one: body for one in addresses if one is not None})
        return found

    @cached_property
    def _by_address(self) -> Mapping[Address, Workload]:
        """Pods by address; those of the host network share their node's, so it names none of them."""
        return {
            one.address: one
            for one in self.workloads.values()
            if one.address is not None and not one.host_network
        }

    def complete(self, flow: Flow) -> Flow:
        """The flow with what is known here of both of its ends."""
        return replace(
            flow, source=self.known(flow.source), destination=self._completed(flow.destination)
        )

    def known(self, workload: Workload) -> Workload:
        """The workload with labels, ports, address and node from here, where it does not bring its own."""
        found = self.workloads.get((workload.namespace, workload.pod or ""))
        if found is not None:
            workload = _merged(workload, found)
        workload = self._in_namespace(workload)
        node = self.nodes.get(workload.node or "")
        return replace(workload, node_labels=node.labels) if node else workload

    def _in_namespace(self, workload: Workload) -> Workload:
        labels = self.namespaces.get(workload.namespace)
        if labels is not None:
            return replace(workload, namespace_labels=labels, namespace_labels_known=True)
        if workload.namespace_labels:
            return workload
        return replace(
            workload,
            namespace_labels=((NAME_LABEL, workload.namespace),),
            namespace_labels_known=False,
        )

    def _completed(self, destination: Destination) -> Destination:
        workload = destination.workload
        if workload is None and destination.host is None and len(destination.addresses) == 1:
            (address,) = destination.addresses
            if address in self._services:
                return self._behind(self._services[address], destination)
            workload = self._by_address.get(address)
        if workload is None:
            return destination
        return replace(destination, workload=self.known(workload))

    def _behind(self, service: Fields, destination: Destination) -> Destination:
        """A pod behind a Service, at its own port: policies see the connection after it was led there."""
        namespace = named(service)[0] or "default"
        wanted = tuple(_texts(_mapping(service.get("spec")).get("selector")).items())
        chosen = (
            one
            for one in self.workloads.values()
            if one.namespace == namespace and set(wanted) <= set(one.labels)
        )
        pod = next(chosen, Workload(namespace=namespace, labels=wanted, labels_known=False))
        return replace(
            destination,
            addresses=(),
            workload=self.known(pod),
            port=_target_port(service, pod, destination),
        )

    def _of_kind(self, kind: str) -> Iterator[Fields]:
        return (body for body in self._documents if body["kind"] == kind)


def _target_port(service: Fields, pod: Workload, destination: Destination) -> int:
    """The pod's port behind the Service's; the Service's own where that cannot be told."""
    for port in _mappings(_mapping(service.get("spec")).get("ports")):
        protocol = port.get("protocol") or "TCP"
        if (port.get("port"), protocol) == (destination.port, destination.transfer):
            target = port.get("targetPort")
            if isinstance(target, int) and not isinstance(target, bool):
                return target
            named_ports = {name: number for name, number, _ in pod.ports}
            return named_ports.get(str(target), destination.port)
    return destination.port


def _merged(asked: Workload, found: Workload) -> Workload:
    """What was asked for, with what was found filled in."""
    return replace(
        asked,
        labels=asked.labels or found.labels,
        labels_known=True,
        service_account=asked.service_account or found.service_account,
        node=asked.node or found.node,
        address=asked.address or found.address,
        host_network=asked.host_network or found.host_network,
        network_known=True,
        ports=asked.ports or found.ports,
    )


def _workload(body: Fields, path: tuple[str, ...]) -> Workload | None:
    template: Any = body
    for step in path:
        template = template.get(step) if isinstance(template, Mapping) else None
    if not isinstance(template, Mapping):
        return None
    namespace, name = named(body)
    spec = _mapping(template.get("spec"))
    status = _mapping(body.get("status")) if not path else {}
    return Workload(
        namespace=namespace or "default",
        pod=name,
        labels=labels_of(template),
        service_account=_text(spec.get("serviceAccountName")) or "default",
        node=_text(spec.get("nodeName")),
        address=address_of(_text(status.get("podIP")) or ""),
        host_network=spec.get("hostNetwork") is True,
        ports=tuple(_ports(spec)),
    )


def _ports(spec: Fields) -> Iterator[tuple[str, int, Transfer]]:
    for container in _mappings(spec.get("containers")):
        for port in _mappings(container.get("ports")):
            name, number = port.get("name"), port.get("containerPort")
            protocol = port.get("protocol") or "TCP"
            if isinstance(name, str) and isinstance(number, int) and protocol in list(Transfer):
                yield name, number, Transfer(protocol)


def _node(body: Fields) -> Node:
    _, name = named(body)
    written = (
        _text(one.get("address"))
        for one in _mappings(_mapping(body.get("status")).get("addresses"))
    )
    addresses = (address_of(one or "") for one in written)
    return Node(name, labels_of(body), tuple(one for one in addresses if one is not None))


def labels_of(body: Fields) -> Labels:
    """The labels of an object or a template, as far as they are text."""
    labels = _mapping(_mapping(body.get("metadata")).get("labels"))
    return _sorted(_texts(labels))


def _sorted(labels: Mapping[str, str]) -> Labels:
    return tuple(sorted(labels.items()))


def _texts(value: object) -> dict[str, str]:
    return {key: one for key, one in _mapping(value).items() if isinstance(one, str)}


def _mapping(value: object) -> Fields:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> Iterator[Fields]:
    return (
        (one for one in value if isinstance(one, Mapping)) if isinstance(value, list) else iter(())
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
