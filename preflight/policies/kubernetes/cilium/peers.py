"""The destinations that a rule of Cilium can name: toEndpoints, toCIDR, toCIDRSet, toEntities, toFQDNs, toServices, toGroups and toNodes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from preflight.addresses import is_local
from preflight.model.document import Document
from preflight.policies.kubernetes import names
from preflight.policies.kubernetes.cilium.endpoints import Endpoints, endpoints
from preflight.policies.kubernetes.fields import (
    Malformed,
    each,
    is_kind,
    items,
    named,
    only,
    optional_text,
    text,
    texts,
)
from preflight.policies.kubernetes.inventory import Inventory
from preflight.policies.kubernetes.labels import Labelled, LabelSelector, selector
from preflight.policies.kubernetes.networks import Block, cidr, cidrs
from preflight.policies.kubernetes.resolvers import NODE_LOCAL
from preflight.policies.kubernetes.target import Target, no_pod, within
from preflight.policies.kubernetes.truth import (
    NO,
    YES,
    Truth,
    every,
    missing,
    opposite,
    some,
    truth,
)

API_SERVERS = (".azmk8s.io", ".eks.amazonaws.com", ".gke.goog")
"""How names of managed API servers end."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a rule's meaning depends on beside the rule."""

    namespace: str | None
    """The policy's; None for a policy of the whole cluster."""
    inventory: Inventory
    groups: Mapping[str, Document]
    """CiliumCIDRGroups, by name."""


@dataclass(frozen=True, slots=True)
class ToEndpoints:
    """Pods that Cilium manages."""

    selectors: tuple[Endpoints, ...]

    def holds(self, target: Target) -> Truth:
        """Whether the target is one of them."""
        pod = target.pod
        if pod is None:
            return no_pod(target) if self.selectors else NO
        return some(one.selects(pod) for one in self.selectors)


@dataclass(frozen=True, slots=True)
class ToBlocks:
    """Addresses outside the cluster: they never select pods, and nodes only where the agent was told so."""

    blocks: tuple[Block, ...]
    inventory: Inventory

    def holds(self, target: Target) -> Truth:
        """Whether the target's address lies in one of them."""
        if target.pod is not None and not target.pod.workload.host_network:
            return NO
        said = some(within(one, target) for one in self.blocks)
        if said.held and is_node(target, self.inventory).held:
            return missing(
                "whether address ranges cover nodes depends on the agent's policy-cidr-match-mode"
            )
        return said


@dataclass(frozen=True, slots=True)
class ToEntities:
    """Groups of destinations that Cilium knows by itself."""

    entities: tuple[str, ...]
    inventory: Inventory

    def holds(self, target: Target) -> Truth:
        """Whether the target belongs to one of them."""
        return some(_belongs(entity, target, self.inventory) for entity in self.entities)


@dataclass(frozen=True, slots=True)
class ToNames:
    """Names: the addresses that Cilium saw in the answers to DNS questions for them."""

    patterns: tuple[tuple[str, bool], ...]
    """Each with whether it is a pattern."""

    def holds(self, target: Target) -> Truth:
        """Whether the target's name is one of them."""
        if target.pod is not None:
            return NO
        host = target.host
        if host is None:
            return missing(f"it is not known which names lead to {target.place}")
        return truth(any(matches_name(one, host) for one in self.patterns))


@dataclass(frozen=True, slots=True)
class ToNodes:
    """Nodes, by their labels."""

    nodes: tuple[LabelSelector, ...]
    inventory: Inventory

    def holds(self, target: Target) -> Truth:
        """Whether the target is the address of one of them."""
        for node in self.inventory.nodes.values():
            if target.address in node.addresses:
                asked = Labelled(dict(node.labels), known=True, whose=node.name)
                return some(one.selects(asked) for one in self.nodes)
        return is_node(target, self.inventory)


@dataclass(frozen=True, slots=True)
class ToUnknown:
    """Destinations that only the running cluster knows: toServices, toGroups."""

    member: str

    def holds(self, target: Target) -> Truth:  # noqa: ARG002 - as all peers
        """What cannot be told."""
        return missing(f"what {self.member} leads to is not given")


Peer = ToEndpoints | ToBlocks | ToEntities | ToNames | ToNodes | ToUnknown


def matches_name(pattern: tuple[str, bool], host: str) -> bool:
    """Whether a matchName or matchPattern holds the host."""
    written, is_pattern = pattern
    return names.cilium(written, host) if is_pattern else names.exact(written, host)


def name_patterns(value: object, path: str) -> tuple[tuple[str, bool], ...]:
    """The matchName and matchPattern entries of a list. Raises Malformed."""
    found: list[tuple[str, bool]] = []
    for entry, where in each(value, path):
        only(entry, frozenset({"matchName", "matchPattern"}), where)
        name = optional_text(entry.get("matchName"), f"{where}.matchName")
        pattern = optional_text(entry.get("matchPattern"), f"{where}.matchPattern")
        if not (name or pattern):
            raise Malformed(f"{where} names nothing")
        found += [(name, False)] if name else []
        found += [(pattern, True)] if pattern else []
    return tuple(found)


def is_node(target: Target, inventory: Inventory) -> Truth:
    """Whether the target is a node of the cluster; a name of the internet is none."""
    if target.pod is not None:
        return truth(target.pod.workload.host_network)
    if target.host is not None or target.address is None or not is_local(target.address):
        return NO
    own = any(target.address in node.addresses for node in inventory.nodes.values())
    if own or str(target.address) in NODE_LOCAL:
        return YES
    known = inventory.nodes or target.address.is_link_local
    return NO if known else missing(f"it is not known whether {target.address} is a node")


def _belongs(entity: str, target: Target, inventory: Inventory) -> Truth:
    in_pod = target.pod is not None and not target.pod.workload.host_network
    match entity:
        case "all":
            return YES
        case "world" | "world-ipv4" | "world-ipv6":
            inside = YES if in_pod else some((is_node(target, inventory), no_pod(target)))
            return every((opposite(inside), _of_family(entity, target)))
        case "cluster":
            return YES if in_pod else some((is_node(target, inventory), no_pod(target)))
        case "host" | "remote-node":
            return _one_of_the_nodes(entity, target, inventory)
        case "kube-apiserver":
            return NO if in_pod else _api_server(target)
        case _:  # health, ingress, init, none, unmanaged: no destination of ours
            return NO


def _of_family(entity: str, target: Target) -> Truth:
    if entity == "world":
        return YES
    if target.address is None:
        return missing(f"the addresses of {target.place} are not given")
    return truth(str(target.address.version) == entity[-1])


def _one_of_the_nodes(entity: str, target: Target, inventory: Inventory) -> Truth:
    said = is_node(target, inventory)
    return (
        missing(f"it is not known whether {target.place} is the entity {entity}")
        if said.held
        else said
    )


def _api_server(target: Target) -> Truth:
    if target.host is not None and not target.host.endswith(API_SERVERS):
        return NO
    return missing(f"it is not known whether {target.place} is the API server")


ENTITIES = frozenset(
    [
        "all",
        "world",
        "world-ipv4",
        "world-ipv6",
        "cluster",
        "host",
        "remote-node",
        "kube-apiserver",
        "init",
        "health",
        "unmanaged",
        "ingress",
        "none",
    ]
)


def _to_endpoints(value: object, path: str, around: Surroundings) -> Peer:
    return ToEndpoints(
        tuple(endpoints(one, where, around.namespace) for one, where in each(value, path))
    )


def _to_cidr(value: object, path: str, around: Surroundings) -> Peer:
    return ToBlocks(tuple(Block(one) for one in cidrs(value, path)), around.inventory)


def _to_cidr_set(value: object, path: str, around: Surroundings) -> Peer:
    blocks: list[Block] = []
    for entry, where in each(value, path):
        only(entry, frozenset({"cidr", "cidrGroupRef", "except"}), where)
        without = cidrs(entry.get("except"), f"{where}.except")
        if entry.get("cidr") is not None:
            blocks.append(Block(cidr(entry["cidr"], f"{where}.cidr"), without))
        else:
            group = around.groups.get(text(entry.get("cidrGroupRef"), f"{where}.cidrGroupRef"))
            if group is None:
                return ToUnknown(f"{where}.cidrGroupRef")
            ranges = cidrs(group.body["spec"].get("externalCIDRs"), "spec.externalCIDRs")
            blocks += [Block(one, without) for one in ranges]
    return ToBlocks(tuple(blocks), around.inventory)


def _to_entities(value: object, path: str, around: Surroundings) -> Peer:
    found = texts(value, path)
    for entity in found:
        if entity not in ENTITIES:
            raise Malformed(f"{path} names the entity {entity[:40]}, which is not known here")
    return ToEntities(found, around.inventory)


def _to_names(value: object, path: str, around: Surroundings) -> Peer:  # noqa: ARG001 - one shape for all
    return ToNames(name_patterns(value, path))


def _to_nodes(value: object, path: str, around: Surroundings) -> Peer:
    return ToNodes(
        tuple(selector(one, where) for one, where in each(value, path)), around.inventory
    )


def _to_unknown(value: object, path: str, around: Surroundings) -> Peer:
    return ToUnknown(path) if items(value, path) else ToBlocks((), around.inventory)


MEMBERS: Mapping[str, Callable[[object, str, Surroundings], Peer]] = {
    "toEndpoints": _to_endpoints,
    "toCIDR": _to_cidr,
    "toCIDRSet": _to_cidr_set,
    "toEntities": _to_entities,
    "toFQDNs": _to_names,
    "toNodes": _to_nodes,
    "toServices": _to_unknown,
    "toGroups": _to_unknown,
}
"""How each member of a rule is read."""


def cidr_groups(documents: list[Document]) -> Mapping[str, Document]:
    """The CiliumCIDRGroups among the documents, by name."""
    return {
        named(one.body)[1]: one
        for one in documents
        if is_kind(one.body, "CiliumCIDRGroup", "cilium.io/")
        and isinstance(one.body.get("spec"), Mapping)
    }
