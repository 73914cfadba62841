"""Places where something stops and where it is open → the one property that tells them apart.

The places are compared in one property at a time: network, cluster, pool, node. A property tells them apart when none of its values is
on both sides; of several the widest counts, and one node by itself counts as that node. Where network and pool tell them apart at once,
nothing is concluded, for neither contains the other.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum, unique

from preflight.model.fleet import Network, Place


@unique
class Pattern(StrEnum):
    """What tells the places where it stops from those where it is open."""

    ALONE = "alone"
    """There is one vantage, so nothing to compare."""
    EVERYWHERE = "everywhere"
    """Open nowhere."""
    PODS = "pods"
    """Pods of whole clusters, and not their nodes."""
    NODES = "nodes"
    """The nodes' own network in whole clusters, and not their pods."""
    CLUSTER = "cluster"
    POOL = "pool"
    NODE = "node"
    PODS_OF_SOME = "pods-of-some"
    """Pods of some pools or nodes; neither their nodes nor the pods of others."""
    NODES_OF_SOME = "nodes-of-some"
    """The own network of some nodes; neither their pods nor the own network of others."""
    MIXED = "mixed"
    """No single property, or two that cannot be told apart."""


Property = Callable[[Place], object]


def network_of(place: Place) -> object:
    """Whose network."""
    return place.network


def cluster_of(place: Place) -> object:
    """Which cluster."""
    return place.context


def pool_of(place: Place) -> object:
    """Which pool of which cluster."""
    return place.context, place.pool


def node_of(place: Place) -> object:
    """Which node of which pool."""
    return place.context, place.pool, place.node


def with_network(of: Property) -> Property:
    """That property and the network, taken as one."""
    return lambda place: (of(place), place.network)


WHOLE = {Network.POD: Pattern.PODS, Network.HOST: Pattern.NODES}
PART = {Network.POD: Pattern.PODS_OF_SOME, Network.HOST: Pattern.NODES_OF_SOME}


def tells(of: Property, stopped: Sequence[Place], open_at: Sequence[Place]) -> bool:
    """Whether none of the property's values is on both sides."""
    return {*map(of, stopped)}.isdisjoint(map(of, open_at))


def find_pattern(stopped: Sequence[Place], open_at: Sequence[Place], total: int) -> Pattern:
    """The widest property that tells where it stops from where it is open, of `total` vantages.

    A host that is no node stands elsewhere, and is no contrast to a cluster.
    """
    if total == 1:
        return Pattern.ALONE
    if not open_at:
        return Pattern.EVERYWHERE
    inside = [place for place in open_at if place.network is not Network.LOCAL]
    if not inside or any(place.network is Network.LOCAL for place in stopped):
        return Pattern.MIXED
    return _in_cluster(stopped, inside)


def _in_cluster(stopped: Sequence[Place], open_at: Sequence[Place]) -> Pattern:
    if tells(network_of, stopped, open_at) and tells(pool_of, stopped, open_at):
        return Pattern.MIXED
    several = len({*map(node_of, stopped)}) > 1
    whole, part = _by_network(stopped, WHOLE), _by_network(stopped, PART)
    for of, pattern, is_fit in (
        (network_of, whole, True),
        (cluster_of, Pattern.CLUSTER, True),
        (pool_of, Pattern.POOL, True),
        (with_network(cluster_of), whole, several),
        (with_network(pool_of), part, several),
        (node_of, Pattern.NODE, True),
        (with_network(cluster_of), whole, True),
        (with_network(node_of), part, True),
    ):
        if is_fit and tells(of, stopped, open_at):
            return pattern
    return Pattern.MIXED


def _by_network(stopped: Sequence[Place], patterns: Mapping[Network, Pattern]) -> Pattern:
    """The pattern of a single network; several at once say nothing."""
    own, *others = {place.network for place in stopped}
    return Pattern.MIXED if others else patterns[own]
