"""The egress rules of NetworkPolicy and of its kin: where they lead, and through which ports.

GKE's FQDNNetworkPolicy (networking.gke.io/v1alpha1) has `matches` of names in place of `to`; a star there is exactly one label. Amazon's
ApplicationNetworkPolicy (networking.k8s.aws/v1alpha1) is a NetworkPolicy whose peers may be `domainNames`; a star there is one or more labels.

Sources: kubernetes/api networking/v1/types.go; cloud.google.com/kubernetes-engine/docs/how-to/fqdn-network-policies;
docs.aws.amazon.com/eks, "application network policies".
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from preflight.policies.kubernetes import names
from preflight.policies.kubernetes import ports as port_sets
from preflight.policies.kubernetes.fields import (
    Fields,
    Malformed,
    each,
    only,
    optional_text,
    texts,
)
from preflight.policies.kubernetes.labels import LabelSelector, selector
from preflight.policies.kubernetes.networks import Block, block
from preflight.policies.kubernetes.ports import Ports, among
from preflight.policies.kubernetes.target import Target, no_pod, within
from preflight.policies.kubernetes.truth import (
    NO,
    YES,
    Truth,
    every,
    missing,
    some,
    truth,
    unsupported,
)

RULE_KEYS = frozenset({"matches", "ports", "to"})
PEER_KEYS = frozenset({"ipBlock", "namespaceSelector", "podSelector"})
BY_NAME = "domainNames"
KUBERNETES, FQDN, APPLICATION = "NetworkPolicy", "FQDNNetworkPolicy", "ApplicationNetworkPolicy"


@dataclass(frozen=True, slots=True)
class Home:
    """Where a policy stands."""

    kind: str
    namespace: str
    blocks_cover_pods: bool | None
    """Whether the network plugin compares an ipBlock with the addresses of pods; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Pods:
    """A peer: the pods of a namespace, or of those selected."""

    pods: LabelSelector
    namespaces: LabelSelector | None
    """None stands for the policy's own."""
    namespace: str

    def holds(self, target: Target) -> Truth:
        """Whether the target is one of them."""
        if target.pod is None or target.pod.workload.host_network:
            return no_pod(target)
        if self.namespaces is None:
            home = YES if target.pod.workload.namespace == self.namespace else NO
        else:
            home = self.namespaces.selects(target.pod.namespace)
        return every((home, self.pods.selects(target.pod.own)))


@dataclass(frozen=True, slots=True)
class Addresses:
    """A peer: an ipBlock."""

    block: Block
    cover_pods: bool | None
    """Whether the network plugin compares blocks with the addresses of pods; None where that is not known."""

    def holds(self, target: Target) -> Truth:
        """Whether it lies in the block; whether blocks cover pods is left to the network plugin."""
        if target.pod is None or self.cover_pods:
            return within(self.block, target)
        outside = target.address is not None and not self.block.holds(target.address)
        if outside or self.cover_pods is False:
            return NO
        return missing("whether an ipBlock covers pods depends on the network plugin")


@dataclass(frozen=True, slots=True)
class Names:
    """A peer: names, which the network plugin follows to their addresses."""

    patterns: tuple[str, ...]
    matches: Callable[[str, str], bool]
    """What a star means."""

    def holds(self, target: Target) -> Truth:
        """Whether the target's name is one of them."""
        if target.pod is not None:
            return NO
        host = target.host
        if host is None:
            return missing(f"it is not known which names lead to {target.place}")
        return truth(any(self.matches(one, host) for one in self.patterns))


Peer = Pods | Addresses | Names


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of `spec.egress`."""

    path: str
    peers: tuple[Peer, ...] | None
    """None: any destination."""
    ports: Ports
    trouble: str = ""
    """Why it cannot be evaluated, when it cannot."""

    def leads_to(self, target: Target) -> Truth:
        """Whether a peer holds the target, whatever the port."""
        if self.trouble:
            return unsupported(self.trouble)
        return YES if self.peers is None else some(peer.holds(target) for peer in self.peers)

    def matches(self, target: Target) -> Truth:
        """Whether the rule allows a connection to the target."""
        if self.trouble:
            return unsupported(self.trouble)
        at_port = among(self.ports, target)
        return NO if at_port.held is False else every((at_port, self.leads_to(target)))


def read_rules(spec: Fields, home: Home) -> Iterator[Rule]:
    """The rules of `spec.egress`; one that cannot be understood says so when it is asked."""
    for rule, path in each(spec.get("egress"), "spec.egress"):
        try:
            only(rule, RULE_KEYS, path)
            to = each(rule.get("to"), f"{path}.to")
            peers = (*(_peer(*one, home) for one in to), *_matches(rule, path, home))
            ports = tuple(_port(*one) for one in each(rule.get("ports"), f"{path}.ports"))
        except Malformed as wrong:
            yield Rule(path, None, (), trouble=str(wrong))
        else:
            yield Rule(path, peers or None, ports)


def _matches(rule: Fields, path: str, home: Home) -> Iterator[Names]:
    """What a rule of FQDNNetworkPolicy has in place of peers."""
    if (home.kind == FQDN) != ("matches" in rule):
        raise Malformed(f"{path}.matches belongs to {FQDN}, and to nothing else")
    for match, where in each(rule.get("matches"), f"{path}.matches"):
        only(match, frozenset({"name", "pattern"}), where)
        found = [optional_text(match.get(key), f"{where}.{key}") for key in ("name", "pattern")]
        patterns = tuple(one for one in found if one)
        if not patterns:
            raise Malformed(f"{where} names nothing")
        yield Names(patterns, names.one_label)


def _peer(peer: Fields, path: str, home: Home) -> Peer:
    if home.kind == APPLICATION and set(peer) == {BY_NAME}:
        return Names(texts(peer[BY_NAME], f"{path}.{BY_NAME}"), names.deep)
    only(peer, PEER_KEYS, path)
    given = {key for key in PEER_KEYS if peer.get(key) is not None}
    if "ipBlock" in given:
        if len(given) > 1:
            raise Malformed(f"{path} has an ipBlock beside selectors")
        return Addresses(block(peer["ipBlock"], f"{path}.ipBlock"), home.blocks_cover_pods)
    if not given:
        raise Malformed(f"{path} names no peer")
    namespaces = (
        selector(peer["namespaceSelector"], f"{path}.namespaceSelector")
        if "namespaceSelector" in given
        else None
    )
    return Pods(
        selector(peer.get("podSelector"), f"{path}.podSelector"), namespaces, home.namespace
    )


def _port(port: Fields, path: str) -> port_sets.Span | port_sets.Named:
    protocol = port_sets.transfer(optional_text(port.get("protocol"), path), f"{path}.protocol")
    if port.get("port") is None:
        if port.get("endPort") is not None:
            raise Malformed(f"{path} has an endPort without port")
        return port_sets.Span(protocol)
    return port_sets.port(port["port"], port.get("endPort"), protocol, f"{path}.port")
