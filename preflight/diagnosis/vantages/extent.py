"""Where something holds, as a value and in words no wider than the evidence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from preflight.diagnosis.vantages.naming import clusters, networks, nodes, pools
from preflight.diagnosis.vantages.pattern import (
    Pattern,
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
    """Where a share holds."""

    pattern: Pattern
    scope: Scope
    stopped: tuple[Place, ...]
    open: tuple[Place, ...]
    is_paired: bool
    """Whether one node was seen with both networks, one of them stopped and the other open."""
    is_thin: bool
    """Whether a wider property than a node is concluded from one node alone."""


def _nodes(places: Sequence[Place]) -> set[object]:
    """The nodes among them; a host that is none may have the name of one."""
    return {node_of(place) for place in places if place.network is not Network.LOCAL}


def extent(stopped: Sequence[Place], open_at: Sequence[Place], total: int) -> Extent:
    """Where it holds, of `total` vantages."""
    pattern = find_pattern(stopped, open_at, total)
    return Extent(
        pattern=pattern,
        scope=Scope(
            contexts=tuple(sorted({place.context for place in stopped if place.context})),
            pools=tuple(sorted({place.pool for place in stopped if place.pool})),
            nodes=tuple(sorted({place.node for place in stopped if place.node})),
            networks=tuple(sorted({place.network for place in stopped})),
            words=_words(pattern, stopped, open_at, total),
        ),
        stopped=tuple(stopped),
        open=tuple(open_at),
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
    named = nodes(stopped, qualified=_spans_clusters(stopped, open_at))
    inside = {*map(pool_of, stopped)}
    asked = {node_of(place) for place in (*stopped, *open_at) if pool_of(place) in inside}
    own = len({*map(node_of, stopped)})
    return f"only {named}, {own} of {len(asked)} there" if own > 1 else f"only {named}"


def _part_of_network(stopped: Sequence[Place], open_at: Sequence[Place]) -> str:
    """As in `pods of pool gpu, not nodes there`."""
    qualified = _spans_clusters(stopped, open_at)
    if tells(with_network(pool_of), stopped, open_at):
        of, where = pool_of, f"of {pools(stopped, qualified=qualified)}"
    else:
        of, where = node_of, f"on {nodes(stopped, qualified=qualified)}"
    there = {*map(of, stopped)}
    beside = [place for place in open_at if of(place) in there]
    contrast = f", not {networks(beside)} there" if beside else ""
    return f"{networks(stopped)} {where}{contrast}"


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
