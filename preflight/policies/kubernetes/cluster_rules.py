"""The egress rules of AdminNetworkPolicy, BaselineAdminNetworkPolicy and ClusterNetworkPolicy, in all their versions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique

from preflight.addresses import is_local
from preflight.model.flow import Transfer
from preflight.policies.kubernetes.fields import Fields, Malformed, each, fields, only, text, texts
from preflight.policies.kubernetes.inventory import Inventory
from preflight.policies.kubernetes.labels import EVERYTHING, Labelled, LabelSelector, selector
from preflight.policies.kubernetes.names import deep
from preflight.policies.kubernetes.networks import Block, Range, cidrs
from preflight.policies.kubernetes.ports import (
    LAST,
    Named,
    Ports,
    Span,
    among,
    port,
    span,
    transfer,
)
from preflight.policies.kubernetes.target import Target, no_pod, within
from preflight.policies.kubernetes.truth import NO, Truth, every, missing, some, truth, unsupported
from preflight.policies.kubernetes.wording import quoted


@unique
class Action(StrEnum):
    """What a rule does; v1alpha2 writes Accept for Allow."""

    ALLOW = "Allow"
    DENY = "Deny"
    PASS = "Pass"  # noqa: S105 - no password


ACTIONS: Mapping[object, Action] = {**{str(one): one for one in Action}, "Accept": Action.ALLOW}


@dataclass(frozen=True, slots=True)
class Pods:
    """Pods by their namespaces' labels and their own."""

    namespaces: LabelSelector
    pods: LabelSelector

    def holds(self, target: Target) -> Truth:
        """Whether the target is one of them; pods on the host network never are."""
        if target.pod is None or target.pod.workload.host_network:
            return no_pod(target)
        return every(
            (self.namespaces.selects(target.pod.namespace), self.pods.selects(target.pod.own))
        )


@dataclass(frozen=True, slots=True)
class Networks:
    """Addresses; those of pods and nodes count as well."""

    ranges: tuple[Range, ...]

    def holds(self, target: Target) -> Truth:
        """Whether the target's address lies in one of them."""
        return some(within(Block(one), target) for one in self.ranges)


@dataclass(frozen=True, slots=True)
class Nodes:
    """The addresses of nodes, by the nodes' labels (experimental in the API).

    Where the cluster's objects are given and no Node is among them, it is taken to select nothing, as analysers do.
    """

    nodes: LabelSelector
    inventory: Inventory

    def holds(self, target: Target) -> Truth:
        """Whether the target is the address of a node that is selected."""
        if target.pod is not None and not target.pod.workload.host_network:
            return NO
        for node in self.inventory.nodes.values():
            if target.address in node.addresses:
                return self.nodes.selects(Labelled(dict(node.labels), known=True, whose=node.name))
        is_node = self.inventory.is_empty and target.address and is_local(target.address)
        return missing(f"it is not known whether {target.address} is a node") if is_node else NO


@dataclass(frozen=True, slots=True)
class Domains:
    """Names, where the network plugin supports them (experimental in the API)."""

    names: tuple[str, ...]

    def holds(self, target: Target) -> Truth:
        """Whether the target's name is among them."""
        if target.pod is not None:
            return NO
        if target.host is None:
            return missing(f"it is not known by which name {target.place} is asked for")
        return truth(any(deep(name, target.host) for name in self.names))


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of `spec.egress`."""

    path: str
    label: str
    """The path, with the rule's own name where it has one."""
    action: Action
    peers: tuple[Pods | Networks | Nodes | Domains, ...]
    ports: Ports
    trouble: str = ""
    is_unclear: bool = False
    """Whether not even its action can be read."""

    @property
    def outcome(self) -> Action | None:
        """What follows if it matches; None where that cannot be read."""
        return None if self.is_unclear else self.action

    def leads_to(self, target: Target) -> Truth:
        """Whether a peer holds the target, whatever the port."""
        return (
            unsupported(self.trouble)
            if self.trouble
            else some(one.holds(target) for one in self.peers)
        )

    def matches(self, target: Target) -> Truth:
        """Whether the rule speaks of this target."""
        if self.trouble:
            return unsupported(self.trouble)
        return every((among(self.ports, target), self.leads_to(target)))


def read_rules(spec: Fields, inventory: Inventory) -> Iterator[Rule]:
    """The rules of `spec.egress`; one that cannot be understood says so when it is asked."""
    try:
        entries = list(each(spec.get("egress"), "spec.egress"))
    except Malformed as wrong:
        yield Rule("spec.egress", "spec.egress", Action.DENY, (), (), str(wrong), is_unclear=True)
        return
    for rule, path in entries:
        name = rule.get("name")
        label = f"{path} {quoted(name)}" if isinstance(name, str) and name else path
        try:
            yield _rule(rule, path, label, inventory)
        except Malformed as wrong:
            action = ACTIONS.get(str(rule.get("action")))
            unclear = action is None
            yield Rule(path, label, action or Action.DENY, (), (), str(wrong), is_unclear=unclear)


def _rule(rule: Fields, path: str, label: str, inventory: Inventory) -> Rule:
    only(rule, frozenset({"name", "action", "to", "ports", "protocols"}), path)
    action = ACTIONS.get(text(rule.get("action"), f"{path}.action"))
    if action is None:
        raise Malformed(f"{path}.action is none of Allow, Accept, Deny and Pass")
    peers = tuple(_peer(*one, inventory) for one in each(rule.get("to"), f"{path}.to"))
    if not peers:
        raise Malformed(f"{path}.to is empty")
    if action is not Action.ALLOW and any(isinstance(one, Domains) for one in peers):
        raise Malformed(f"{path}.to has domainNames, which only accepting rules may have")
    return Rule(path, label, action, peers, tuple(_ports(rule, path)))


def _peer(peer: Fields, path: str, inventory: Inventory) -> Pods | Networks | Nodes | Domains:
    if len(peer) != 1:
        raise Malformed(f"{path} has not exactly one kind of peer")
    (kind,) = peer
    where = f"{path}.{kind}"
    match kind:
        case "namespaces":
            return Pods(selector(peer[kind], where), EVERYTHING)
        case "pods":
            pods = fields(peer[kind], where)
            return Pods(
                selector(pods.get("namespaceSelector"), f"{where}.namespaceSelector"),
                selector(pods.get("podSelector"), f"{where}.podSelector"),
            )
        case "networks":
            return Networks(cidrs(peer[kind], where))
        case "nodes":
            return Nodes(selector(peer[kind], where), inventory)
        case "domainNames":
            return Domains(texts(peer[kind], where))
        case _:
            raise Malformed(f"{path}.{str(kind)[:60]} is not known here")


def _ports(rule: Fields, path: str) -> Iterator[Span | Named]:
    for entry, where in each(rule.get("ports"), f"{path}.ports"):
        yield _old_port(entry, where)
    for entry, where in each(rule.get("protocols"), f"{path}.protocols"):
        yield _protocol(entry, where)


def _old_port(entry: Fields, path: str) -> Span | Named:
    """As v1alpha1 writes it."""
    if set(entry) == {"portNumber"}:
        one = fields(entry["portNumber"], f"{path}.portNumber")
        protocol = transfer(one.get("protocol"), f"{path}.portNumber.protocol")
        return span(one.get("port"), None, protocol, f"{path}.portNumber.port")
    if set(entry) == {"portRange"}:
        one = fields(entry["portRange"], f"{path}.portRange")
        protocol = transfer(one.get("protocol"), f"{path}.portRange.protocol")
        return span(one.get("start"), one.get("end"), protocol, f"{path}.portRange")
    if set(entry) == {"namedPort"}:
        return Named(None, text(entry["namedPort"], f"{path}.namedPort"))
    raise Malformed(f"{path} is none of portNumber, portRange and namedPort")


def _protocol(entry: Fields, path: str) -> Span | Named:
    """As v1alpha2 writes it."""
    if set(entry) == {"destinationNamedPort"}:
        return Named(None, text(entry["destinationNamedPort"], f"{path}.destinationNamedPort"))
    kind = next(iter(entry), "")
    if len(entry) != 1 or kind not in {"tcp", "udp", "sctp"}:
        raise Malformed(f"{path} is none of tcp, udp, sctp and destinationNamedPort")
    protocol, where = Transfer(kind.upper()), f"{path}.{kind}.destinationPort"
    inside = fields(entry[kind], f"{path}.{kind}")
    only(inside, frozenset({"destinationPort"}), f"{path}.{kind}")
    if inside.get("destinationPort") is None:
        return Span(protocol, 0, LAST)
    one = fields(inside["destinationPort"], where)
    if set(one) == {"number"}:
        return port(one["number"], None, protocol, f"{where}.number")
    limits = fields(one.get("range"), f"{where}.range")
    return span(limits.get("start"), limits.get("end"), protocol, f"{where}.range")
