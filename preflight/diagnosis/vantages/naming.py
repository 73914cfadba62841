"""Places in words; names come from a cluster and are untrusted."""

from collections.abc import Iterable, Sequence

from preflight.diagnosis.wording import listed
from preflight.model.fleet import Network, Place

NETWORKS = {Network.POD: "pods", Network.HOST: "nodes", Network.LOCAL: "other hosts"}
"""Whose network, as in `pods, not nodes`."""


def networks(places: Iterable[Place]) -> str:
    """Whose networks they are, as in `pods and nodes`."""
    found = {place.network for place in places}
    return " and ".join(name for network, name in NETWORKS.items() if network in found)


def clusters(places: Iterable[Place]) -> str:
    """Their clusters, as in `cluster prod`."""
    return _named("cluster", [place.context or "without a name" for place in places])


def pools(places: Sequence[Place], *, qualified: bool) -> str:
    """Their node pools, as in `pools gpu and spot`; `qualified` says of which cluster each is."""
    if all(place.pool is None for place in places):
        return "nodes without a pool"
    return _named(
        "pool", [_of(place.pool or "without a name", place, qualified) for place in places]
    )


def nodes(places: Sequence[Place], *, qualified: bool) -> str:
    """Their nodes, as in `node gpu-3`."""
    return _named(
        "node", [_of(place.node or "without a name", place, qualified) for place in places]
    )


def place_in_words(place: Place) -> str:
    """One place, as in `a pod on node gpu-3`."""
    node = f"node {listed([place.node])}" if place.node else "a node"
    match place.network:
        case Network.POD:
            return f"a pod on {node}"
        case Network.HOST:
            return f"{node} itself"
        case Network.LOCAL:
            return f"host {listed([place.node])}" if place.node else "a host"


def _of(name: str, place: Place, qualified: bool) -> str:  # noqa: FBT001 - private, and plain at each call
    return f"{name} of {place.context}" if qualified and place.context else name


def _named(noun: str, names: Iterable[str]) -> str:
    distinct = sorted(set(names))
    return f"{noun}{'s' if len(distinct) > 1 else ''} {listed(distinct)}"
