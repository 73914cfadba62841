"""Where vantages are, in a column's head and in one line. Names are untrusted; they are escaped where they are printed."""

from collections.abc import Iterable, Sequence

from preflight.model.fleet import Failure, Network, Place

NETWORKS = {Network.POD: "pods", Network.HOST: "nodes", Network.LOCAL: "hosts"}
"""Whose network, in a column's head."""
NAMED = 3
"""Names before the rest is only counted."""

Heads = tuple[str, ...]
"""Lines of a column's head: the cluster where there are several, the pool where there is one, the network."""


def heads(own: Sequence[Place], places: Sequence[Place]) -> Heads:
    """Return the head of a column of these places, among all."""
    lines = [
        _short([place.context for place in own], [place.context for place in places], "clusters"),
        _short([place.pool for place in own], [place.pool for place in places], "pools"),
        networks(own),
    ]
    given = [_has_names(each.context for each in places), _has_names(each.pool for each in places)]
    return tuple(line for line, is_given in zip(lines, [*given, True], strict=True) if is_given)


def networks(places: Iterable[Place]) -> str:
    """Return whose networks they are, as in `pods+nodes`."""
    found = {place.network for place in places}
    return "+".join(name for network, name in NETWORKS.items() if network in found)


def _has_names(names: Iterable[str | None]) -> bool:
    return any(name is not None for name in names)


def _short(own: Sequence[str | None], every: Sequence[str | None], noun: str) -> str:
    """Return one name as it is, all of them as `all`, several as their number."""
    names = set(own)
    if len(names) == 1:
        return names.pop() or "-"
    return "all" if names == set(every) else f"{len(names)} {noun}"


def where(own: Sequence[Place], places: Sequence[Place]) -> str:
    """Return where a column's vantages are, as in `pods of pool gpu, 3 of 9 there: a, b, c`; the share where others of them differ."""
    parts = [
        " and ".join(networks(own).split("+")),
        _of("pool", [place.pool for place in own], [place.pool for place in places]),
        _of("cluster", [place.context for place in own], [place.context for place in places]),
    ]
    nodes = sorted({place.node for place in own if place.node})
    there = f": {_listed(nodes)}" if nodes else ""
    return f"{' '.join(filter(None, parts))}{_share(own, places)}{there}"


def _share(own: Sequence[Place], places: Sequence[Place]) -> str:
    """Return how many they are of those that their head names, unless they are all of them."""
    kinds = {(place.context, place.pool, place.network) for place in own}
    alike = sum((place.context, place.pool, place.network) in kinds for place in places)
    return "" if alike == len(own) else f", {len(own)} of {alike} there"


def _of(noun: str, own: Sequence[str | None], every: Sequence[str | None]) -> str:
    if not _has_names(every):
        return ""
    names = sorted({name or "without a name" for name in own})
    if len(names) > 1 and set(own) == set(every):
        return f"of {'both' if len(names) == 2 else f'all {len(names)}'} {noun}s"
    return f"of {noun}{'s' if len(names) > 1 else ''} {_listed(names)}"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    shown = ", ".join(names[:NAMED])
    return f"{shown} and {more} more" if more > 0 else shown


def missing(failure: Failure) -> str:
    """Return the place that gave no report, as in `pod on node gpu-1 (pool gpu)`."""
    who = {Network.POD: "pod", Network.HOST: "node's own network", Network.LOCAL: "host", None: ""}
    parts = (
        who[failure.network],
        f"{'on ' if failure.network is Network.POD else ''}node {failure.node}"
        if failure.node
        else "",
        f"pool {failure.pool}" if failure.pool else "",
        f"cluster {failure.context}" if failure.context else "",
    )
    return ", ".join(filter(None, parts)) or "a cluster"
