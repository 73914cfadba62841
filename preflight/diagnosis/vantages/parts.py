"""Places that no single property tells apart → the fewest parts of which each has one: `pods of node a` and `node b, not its pods`.

A node says first which part a place is in: where pods and node stop alike, it is one matter; pods that stop where their node gets
through are another, and so is a node whose pods get through. A part that has no property of its own is divided by cluster, and then by
pool. What comes and goes at random leaves many small parts, of which each would look like a pattern; that is said to be none.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from preflight.diagnosis.vantages.pattern import (
    Pattern,
    cluster_of,
    find_pattern,
    node_of,
    pool_of,
    tells,
    with_network,
)
from preflight.model.fleet import Network, Place

MOST = 3
"""Parts; more explain no more than the list of places does."""
SINGLE = 2
"""Parts of one node each in one pool. A part that is some of a pool's nodes has to be the only one there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some of the places where it stops."""

    positions: tuple[int, ...]
    """In the sequence that was divided, ascending."""
    stopped: tuple[Place, ...]
    others: tuple[Place, ...]
    """Where it stops too, in another part."""


def divide(stopped: Sequence[Place], open_at: Sequence[Place], total: int) -> tuple[Part, ...]:
    """The parts, by their first places; a single one where one property is enough, or where nothing is."""
    whole = (_part(range(len(stopped)), stopped),)
    if find_pattern(stopped, open_at, total) is not Pattern.MIXED:
        return whole
    found = tuple(sorted(_parts(stopped, open_at, total), key=lambda part: part.positions))
    is_fit = len(found) <= MOST and all(_has_pattern(part, open_at, total) for part in found)
    return found if is_fit and not _is_scattered(found, open_at) else whole


def _parts(stopped: Sequence[Place], open_at: Sequence[Place], total: int) -> Iterator[Part]:
    """Each way to stop as one part where that has a pattern; else by cluster, else by pool."""
    for way in _grouped(range(len(stopped)), _ways(stopped)):
        divided = [
            [_part(group, stopped) for group in _grouped(way, [of(stopped[at]) for at in way])]
            for of in (lambda _: None, cluster_of, pool_of)
        ]
        fit = (parts for parts in divided if all(_has_pattern(p, open_at, total) for p in parts))
        yield from next(fit, divided[-1])


def _ways(stopped: Sequence[Place]) -> list[object]:
    """Of each place, in which networks its node stops."""
    networks: dict[object, set[Network]] = {}
    for place in stopped:
        networks.setdefault(node_of(place), set()).add(place.network)
    return [tuple(sorted(networks[node_of(place)])) for place in stopped]


def _part(positions: Iterable[int], stopped: Sequence[Place]) -> Part:
    own = tuple(positions)
    inside = set(own)
    return Part(
        positions=own,
        stopped=tuple(stopped[at] for at in own),
        others=tuple(place for at, place in enumerate(stopped) if at not in inside),
    )


def _has_pattern(part: Part, open_at: Sequence[Place], total: int) -> bool:
    """Whether a property tells it from where it is open, and one from all the rest."""
    return all(
        find_pattern(part.stopped, rest, total) not in {Pattern.MIXED, Pattern.EVERYWHERE}
        for rest in (open_at, (*open_at, *part.others))
    )


def _is_scattered(parts: Sequence[Part], open_at: Sequence[Place]) -> bool:
    """Whether parts that are only some of a pool's nodes are such as chance makes them."""
    sizes: dict[object, list[int]] = {}
    for part in parts:
        if not _is_whole(part, open_at):
            for pool in {*map(pool_of, part.stopped)}:
                sizes.setdefault(pool, []).append(len({*map(node_of, part.stopped)}))
    return any(
        len(nodes) > SINGLE or (len(nodes) > 1 and max(nodes) > 1) for nodes in sizes.values()
    )


def _is_whole(part: Part, open_at: Sequence[Place]) -> bool:
    """Whether it is all that was measured of its pools in its networks."""
    return tells(with_network(pool_of), part.stopped, (*open_at, *part.others))


def _grouped(positions: Iterable[int], keys: Iterable[object]) -> list[list[int]]:
    groups: dict[object, list[int]] = {}
    for position, key in zip(positions, keys, strict=True):
        groups.setdefault(key, []).append(position)
    return list(groups.values())
