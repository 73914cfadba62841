"""What it means that something stops here and not there, and whom to ask: the pages of the comparison.

A Kubernetes network policy selects pods, drops what none of its rules lets out, and does not bind pods in their node's own network
(kubernetes.io, Network Policies, 2026-11). It decides by address and port, so it stops the SYN and nothing later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique

from preflight.diagnosis.vantages.extent import Extent
from preflight.diagnosis.vantages.kinds import KINDS, Kind
from preflight.diagnosis.vantages.pattern import Pattern
from preflight.diagnosis.vantages.ways import Ways
from preflight.model.diagnosis import Cause, Confidence
from preflight.model.fleet import Network
from preflight.model.report import BlockedBy, Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a comparison adds to a cause."""

    means: str
    ask_for: str = ""
    """Empty where the cause's own page says what to ask for."""


@unique
class Policies(StrEnum):
    """What is known of the rules that bind pods."""

    UNREAD = "unread"
    NAMED = "named"
    """One of them is named by the finding."""
    CLEARED = "cleared"
    """All were read, and none denies what was seen."""


POLICIES = (
    "An egress rule for these pods in the network policies that select them (kubectl get networkpolicy -A; Cilium and Calico have"
    " kinds of their own). Where none selects them: the way out for the pods' own addresses, as the nodes have it."
)
BESIDE = "What is open elsewhere to be open here too."
NODE_ITSELF = "A look at the node's own firewall, and the rules for its own address to be those that its pods have."

PODS: Mapping[Kind, Reading] = {
    Kind.PACKET: Reading(
        means="A network policy does just that: it binds pods, and never what runs in their node's own network. Missing address"
        " translation for pods, or a rule beyond that knows only the nodes' addresses, would look the same.",
        ask_for=POLICIES,
    ),
    Kind.RESOLVER_PATH: Reading(
        means="A network policy that forgets DNS does this to every name at once, for it binds pods and never what runs in their"
        " node's own network. A cluster DNS service that is down looks the same, because nodes ask another resolver.",
        ask_for="UDP and TCP port 53 to the cluster's DNS service in the network policies that select these pods; and a look at"
        " whether that service runs.",
    ),
    Kind.NAME: Reading(
        means="Pods ask the cluster's DNS service and nodes their own resolver: it is what that service forwards to, or a DNS rule of"
        " the network plugin, that differs. A network policy is not the suspect, for an answer came.",
        ask_for="The cluster's DNS service to resolve these names as the nodes' resolver does.",
    ),
    Kind.PROXY_PATH: Reading(
        means="The nodes reach the proxy. A network policy that lacks the way to it stops pods alone; so does a proxy, or a rule"
        " before it, that knows only the nodes' addresses.",
        ask_for="TCP to the proxy's address and port in the network policies that select these pods; and for the pods' own addresses"
        " as far as the proxy.",
    ),
    Kind.PROXY: Reading(
        means="The proxy serves the nodes: it decides by source address or by credentials, and the pods have others.",
        ask_for="What the proxy grants to the nodes' addresses for those of the pods too.",
    ),
    Kind.CONTENT: Reading(
        means="The services answer the nodes. A network policy lets no connection open first, so it is not the suspect: look for what"
        " reads names in the pods' way alone, a service mesh, an egress gateway or a name policy of the network plugin, for a"
        " firewall rule whose source is the nodes' addresses, and for an MTU that is too large for the pod network.",
        ask_for="What the firewall grants to the nodes' addresses for those of the pods too, and for service mesh or egress gateway"
        " to let the names through.",
    ),
    Kind.PATH: Reading(
        means="The path beyond the nodes is fit; the pod network is what differs: its MTU beside the node's, its address families, its"
        " address translation.",
        ask_for="A look at the pod network's settings, its MTU first: encapsulation takes some of the node's.",
    ),
}
BY_POLICY = frozenset({Kind.PACKET, Kind.RESOLVER_PATH, Kind.PROXY_PATH})
"""What a network policy decides."""
NAMED = Reading(
    means="A network policy binds pods, and never what runs in their node's own network.",
    ask_for="An egress rule for these endpoints in the policy that is named, or beside it; `rules request` writes one.",
)
CLEARED = Reading(
    means="A network policy would look like this, but the cluster's policies were read, and none of them denies it. Look for missing"
    " address translation for pods, and for a rule beyond that knows only the nodes' addresses.",
    ask_for="The way out for the pods' own addresses, as the nodes have it: address translation, routes, firewall rules.",
)
"""For pods beside nodes that get through, where policies were read."""
NODES: Mapping[Kind, Reading] = {
    Kind.NAME: Reading(
        means="Pods ask the cluster's DNS service and get the right answer: it is the nodes' own resolver that differs. No network"
        " policy binds the nodes.",
        ask_for="The nodes' resolver to answer as the cluster's DNS service does.",
    ),
    Kind.RESOLVER_PATH: Reading(
        means="Pods reach the cluster's DNS service: it is the way to the nodes' own resolver that is closed, or that resolver is down."
        " No network policy binds the nodes.",
        ask_for="UDP and TCP port 53 from the nodes' own addresses to their resolver.",
    ),
    Kind.PROXY: Reading(
        means="The proxy serves the pods: it decides by source address or by credentials, and the nodes have others.",
        ask_for="What the proxy grants to the pods' addresses for those of the nodes too.",
    ),
}
"""Kinds with words of their own; for the others `NODES_ELSE`."""
NODES_ELSE = Reading(
    means="No network policy binds the nodes' own network, so look at the node itself: its firewall, a host policy of the network"
    " plugin; and, where pods leave with addresses of their own, at rules for the nodes' addresses or subnet. Where pods leave with"
    " their node's address, nothing beyond can tell the two apart, and only the node remains.",
    ask_for=NODE_ITSELF,
)

EVERYWHERE_ALIKE: Mapping[Kind, Reading] = {
    Kind.NAME: Reading(
        means="The cluster's DNS service and the nodes' own resolver say the same, so it comes from what both of them ask."
    ),
    Kind.PROXY: Reading(
        means="The proxy treats pods and nodes alike, so it is its rule, not their addresses."
    ),
    Kind.OWN: Reading(means=""),
}
EVERYWHERE_ELSE = Reading(
    means="No Kubernetes network policy does this, for none binds the nodes' own network: what stops it stands beyond the nodes."
)
ONLY_PODS = Reading(
    means="Only pods were asked. The same check in the nodes' own network (--network both) tells a network policy from the network"
    " beyond."
)
ONLY_NODES = Reading(
    means="Only the nodes' own network was asked, which no Kubernetes network policy binds: what stops it is on the nodes or beyond"
    " them."
)

OTHERWISE = Reading(
    means="Elsewhere it stops otherwise, or is not known, so nothing can be told from the comparison."
)
OWN_ELSEWHERE = Reading(
    means="The service is not at fault, for it passes elsewhere: look at what these vantages have of their own, their clock and their"
    " trust store."
)
PARTS: Mapping[Pattern, Reading] = {
    Pattern.CLUSTER: Reading(
        means="The services are up, for other clusters reach them: what stops it belongs to this cluster's own network or rules.",
        ask_for=BESIDE,
    ),
    Pattern.POOL: Reading(
        means="Other pools of the same cluster get through, so the way out that they share is open. What the pool has of its own is the"
        " suspect: its subnet's security group, its route table, its NAT.",
        ask_for=f"{BESIDE} Compare security group and route table of this pool's subnet with those of a pool that gets through.",
    ),
    Pattern.NODE: Reading(
        means="Other nodes of the same pool get through, so subnet and policies are hardly the reason. Look at what is the node's own:"
        " its network interface's rules, its firewall, its resolver, its network plugin.",
        ask_for="A look at the node itself; where no rule explains it, a new node in its place.",
    ),
    Pattern.PODS_OF_SOME: Reading(
        means="A network policy would bind these pods on every node alike, and elsewhere they get through, so it is not the first"
        " suspect: look at how pods leave there, at the network plugin, address translation, and a subnet of their own.",
        ask_for="A look at the network plugin on these nodes, and at the rules for their pods' addresses.",
    ),
    Pattern.NODES_OF_SOME: Reading(
        means="No network policy binds the nodes' own network, and other nodes get through: look at what these have of their own, a"
        " firewall on the node, a host policy, rules for their addresses.",
        ask_for=NODE_ITSELF,
    ),
    Pattern.MIXED: Reading(
        means="Neither network, cluster, pool nor node by itself tells where it stops from where it is open. Where it comes and goes,"
        " a second run shows it elsewhere."
    ),
}
ONE_RESOLVER = Reading(
    means="Both sides ask the same resolver and get other answers, so it decides by who asks: a view, or a policy for source addresses.",
    ask_for="The resolver to answer here as it does there.",
)
ONE_RESOLVER_EVERYWHERE = Reading(
    means="Pods and nodes ask the same resolver here, and it says the same to both."
)

DECIDED_ELSEWHERE: Mapping[Kind, Reading] = {
    Kind.NAME: Reading(
        means="Elsewhere the name resolves, so the record exists: look at the resolver that is asked from here, and at what it is told to"
        " say to these addresses."
    ),
    Kind.RESOLVER_PATH: Reading(
        means="Elsewhere the resolver answers, so look at the way to it from here, and at which one is asked.",
    ),
    Kind.PROXY: Reading(
        means="Elsewhere the proxy lets it through, so it decides by source address, or by what is configured here.",
    ),
}
"""Kinds that a resolver or proxy decides, where a cluster, pool or node stops."""
THIN = "One node alone stands for it here, so it may be that node: --nodes all tells."


def reading(
    cause: Cause, extent: Extent, ways: Ways, policies: Policies = Policies.UNREAD
) -> Reading:
    """What the extent means for this cause; with an empty meaning where it adds nothing."""
    kind = KINDS[cause]
    if extent.pattern is Pattern.ALONE:
        return Reading(means="")
    if extent.pattern is Pattern.EVERYWHERE:
        networks = {place.network for place in extent.stopped}
        is_one_side = not extent.is_alone and len(networks) == 1
        return OTHERWISE if is_one_side else _everywhere(kind, networks, ways)
    if not ways.has_same_proxy:
        return Reading(means=ways.remark)
    if extent.pattern is Pattern.PODS and kind in BY_POLICY and policies is not Policies.UNREAD:
        return NAMED if policies is Policies.NAMED else CLEARED
    return OWN_ELSEWHERE if kind is Kind.OWN else _contrast(kind, extent.pattern, ways)


def _contrast(kind: Kind, pattern: Pattern, ways: Ways) -> Reading:
    match pattern:
        case Pattern.PODS | Pattern.NODES if kind is Kind.NAME and ways.has_same_resolver:
            return ONE_RESOLVER
        case Pattern.PODS:
            return PODS[kind]
        case Pattern.NODES:
            return NODES.get(kind, NODES_ELSE)
        case Pattern.MIXED:
            return PARTS[Pattern.MIXED]
        case _:
            return DECIDED_ELSEWHERE.get(kind, PARTS[pattern])


def _everywhere(kind: Kind, networks: set[Network], ways: Ways) -> Reading:
    if kind is Kind.OWN or Network.LOCAL in networks:
        return Reading(means="")
    if networks == {Network.POD}:
        return ONLY_PODS
    if networks == {Network.HOST}:
        return ONLY_NODES
    if kind is Kind.NAME and ways.has_same_resolver:
        return ONE_RESOLVER_EVERYWHERE
    return EVERYWHERE_ALIKE.get(kind, EVERYWHERE_ELSE)


def suspects(
    cause: Cause, extent: Extent, ways: Ways, confidence: Confidence
) -> tuple[BlockedBy, ...]:
    """Whose rule it may be by the comparison alone: a network policy, where silence met pods and not their own nodes.

    A policy drops and does not answer, so what was rejected is not laid at its door; one node must have been seen both ways, and both
    must have left in the same way.
    """
    is_silent = cause is Cause.TCP_DROPPED or (
        cause is Cause.DNS_RESOLVER_UNREACHABLE and confidence is not Confidence.CONFIRMED
    )
    if extent.pattern is Pattern.PODS and extent.is_paired and is_silent and ways.has_same_proxy:
        engine = Engine.KUBERNETES_NETWORK_POLICY
        return (BlockedBy(engine=engine, name=None, rule=None, source=None),)
    return ()
