"""Where something holds, as a value and in words no wider than the evidence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from preflight.diagnosis.vantages.naming import clusters, networks, nodes, pools
from preflight.diagnosis.vantages.pattern import (
    Pattern,
    Property,
    cluster_of,
    find_pattern,
    network_of,
    node_of,
    pool_of,
    tells,
    with_network,
)
from preflight.model.fleet import Network, Place, Scope

WIDE = frozenset({Pattern.CLUSTER, Pattern.POOL})
"""Patterns that are wider than a node, so that one node is a thin reason for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Where a share holds, or one part of it."""

    pattern: Pattern
    """What tells it from where the same is open."""
    scope: Scope
    stopped: tuple[Place, ...]
    others: tuple[Place, ...]
    """Where it stops too, which is a finding of its own."""
    open: tuple[Place, ...]
    farther: tuple[Place, ...]
    """Those of `open` where it stops later on."""
    is_alone: bool
    """Whether nothing else was asked than where it stops so."""
    is_paired: bool
    """Whether one node was seen with both networks, one of them stopped and the other open."""
    is_thin: bool
    """Whether a wider property than a node is concluded from one node alone."""


def _nodes(places: Sequence[Place]) -> set[object]:
    """The nodes among them; a host that is none may have the name of one."""
    return {node_of(place) for place in places if place.network is not Network.LOCAL}


def extent(
    stopped: Sequence[Place],
    open_at: Sequence[Place],
    total: int,
    others: Sequence[Place] = (),
    farther: Sequence[Place] = (),
) -> Extent:
    """Where it holds, of `total` vantages; `others` are those of the other parts, `farther` those of `open_at` where it stops later on."""
    pattern = find_pattern(stopped, open_at, total)
    return Extent(
        pattern=pattern,
        scope=Scope(
            contexts=tuple(sorted({place.context for place in stopped if place.context})),
            pools=tuple(sorted({place.pool for place in stopped if place.pool})),
            nodes=tuple(sorted({place.node for place in stopped if place.node})),
            networks=tuple(sorted({place.network for place in stopped})),
            words=_of_part(stopped, open_at, others, total)
            if others
            else _words(pattern, stopped, open_at, total),
        ),
        stopped=tuple(stopped),
        others=tuple(others),
        open=tuple(open_at),
        farther=tuple(farther),
        is_alone=len(stopped) == total,
        is_paired=bool(_nodes(stopped) & _nodes(open_at)),
        is_thin=pattern in WIDE and len({*map(node_of, stopped)}) == 1,
    )


def _words(pattern: Pattern, stopped: Sequence[Place], open_at: Sequence[Place], total: int) -> str:
    if pattern is Pattern.ALONE:
        return ""
    if pattern is Pattern.EVERYWHERE:
        return _everywhere(stopped, total)
    if pattern is Pattern.MIXED:
        return f"at {len(stopped)} of {total} vantages"
    return WORDS[pattern](stopped, open_at)


def _of_part(
    stopped: Sequence[Place], open_at: Sequence[Place], others: Sequence[Place], total: int
) -> str:
    """As in `node a, not its pods`. Elsewhere it stops as well, so nothing is said to be the only place."""
    rest = (*open_at, *others)
    pattern = find_pattern(stopped, rest, total)
    if len({place.network for place in stopped}) == 1:
        is_wide = pattern in {Pattern.CLUSTER, Pattern.PODS, Pattern.NODES}
        return (_network_of_cluster if is_wide else _part_of_network)(stopped, open_at, others)
    where = clusters(stopped) if pattern is Pattern.CLUSTER else _where(stopped, rest)
    return f"{where}, {networks(stopped)} alike"


def _network_of_cluster(
    stopped: Sequence[Place], open_at: Sequence[Place], others: Sequence[Place]
) -> str:
    of = f" of {clusters(stopped)}" if stopped[0].context else ""
    return f"{networks(stopped)}{of}{_beside(cluster_of, stopped, open_at, others)}"


def _everywhere(stopped: Sequence[Place], total: int) -> str:
    if len(stopped) < total:
        return f"wherever it was measured, {len(stopped)} of {total} vantages"
    found = {place.network for place in stopped}
    if {Network.POD, Network.HOST} <= found:
        return "everywhere, pods and nodes alike"
    return f"everywhere, where only {networks(stopped)} were asked"


def _whole_network(stopped: Sequence[Place], open_at: Sequence[Place]) -> str:
    """As in `pods, not nodes`; with the cluster where another one's are open."""
    if tells(network_of, stopped, open_at):
        return f"{networks(stopped)}, not {networks(open_at)}"
    beside = [place for place in open_at if place.context in {each.context for each in stopped}]
    return f"{networks(stopped)} of {clusters(stopped)}, not {networks(beside)} there"


def _of_pool(stopped: Sequence[Place], open_at: Sequence[Place]) -> str:
    return f"only {pools(stopped, qualified=_spans_clusters(stopped, open_at))}"


def _of_node(stopped: Sequence[Place], open_at: Sequence[Place]) -> str:
    """As in `only node gpu-3`; of several also how many nodes were asked in the same pools."""
    return f"only {_some_nodes(stopped, open_at)}"


def _some_nodes(stopped: Sequence[Place], rest: Sequence[Place]) -> str:
    named = nodes(stopped, qualified=_spans_clusters(stopped, rest))
    inside = {*map(pool_of, stopped)}
    asked = {node_of(place) for place in (*stopped, *rest) if pool_of(place) in inside}
    own = len({*map(node_of, stopped)})
    return f"{named}, {own} of {len(asked)} there" if own > 1 else f"{named}{_pool(stopped, rest)}"


def _pool(stopped: Sequence[Place], rest: Sequence[Place]) -> str:
    """The pool of a single node, where there are several: ` in pool gpu`."""
    known = {pool_of(place) for place in (*stopped, *rest)}
    return f" in {pools(stopped, qualified=False)}" if len(known) > 1 and stopped[0].pool else ""


def _where(stopped: Sequence[Place], rest: Sequence[Place]) -> str:
    """The pools, where they tell these places from the rest and more than one node stands for them; else the nodes."""
    several = len({*map(node_of, stopped)}) > 1
    if several and tells(with_network(pool_of), stopped, rest):
        return pools(stopped, qualified=_spans_clusters(stopped, rest))
    return _some_nodes(stopped, rest)


def _part_of_network(
    stopped: Sequence[Place], open_at: Sequence[Place], others: Sequence[Place] = ()
) -> str:
    """As in `pods of pool gpu, not nodes there`, and of a single node `node a in pool gpu, not its pods`."""
    where = _where(stopped, (*open_at, *others))
    if len({*map(node_of, stopped)}) > 1:
        of = _of(stopped, open_at, others)
        return f"{networks(stopped)} of {where}{_beside(of, stopped, open_at, others)}"
    has_contrast = bool(_nodes(stopped) & _nodes(open_at))
    if stopped[0].network is Network.POD:
        return f"pods of {where}{', not the node' if has_contrast else ''}"
    return f"{where}{', not its pods' if has_contrast else ' itself'}"


def _of(stopped: Sequence[Place], open_at: Sequence[Place], others: Sequence[Place]) -> Property:
    is_pool = tells(with_network(pool_of), stopped, (*open_at, *others))
    return pool_of if is_pool else node_of


def _beside(
    of: Property, stopped: Sequence[Place], open_at: Sequence[Place], others: Sequence[Place]
) -> str:
    """What is open at the very same places, and nowhere there stopped."""
    there = {*map(of, stopped)}
    beside = [place for place in open_at if of(place) in there]
    is_clear = all(of(place) not in there for place in others)
    return f", not {networks(beside)} there" if beside and is_clear else ""


def _spans_clusters(stopped: Sequence[Place], open_at: Sequence[Place]) -> bool:
    return len({place.context for place in (*stopped, *open_at)}) > 1


WORDS: Mapping[Pattern, Callable[[Sequence[Place], Sequence[Place]], str]] = {
    Pattern.PODS: _whole_network,
    Pattern.NODES: _whole_network,
    Pattern.CLUSTER: lambda stopped, _: f"only {clusters(stopped)}",
    Pattern.POOL: _of_pool,
    Pattern.NODE: _of_node,
    Pattern.PODS_OF_SOME: _part_of_network,
    Pattern.NODES_OF_SOME: _part_of_network,
}
"""For patterns that need both sides."""
