"""Vantages put together into as few columns as show everything that differs, and no more than can be read side by side."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from preflight.model.fleet import SEVERITY, FleetReport, Network, Place
from preflight.model.report import EndpointResult
from preflight.report.fleet.places import Heads, heads, where

MOST = 6
"""Columns that are legible side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Vantages that stand together."""

    vantages: tuple[int, ...]
    """Positions of their reports."""
    heads: Heads
    """Cluster, pool and network in a few words each."""
    where: str
    """The same in one line, with the nodes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One endpoint in one column."""

    result: EndpointResult
    """The worst there; of several, the first that has evidence."""
    alike: int
    """At how many of the column's vantages it ended so."""
    asked: int
    """At how many it was asked."""


def columns(fleet: FleetReport, most: int = MOST) -> tuple[Column, ...]:
    """Return the columns, in the order of their first vantage.

    Vantages whose endpoints all ended alike are one column; two, where pods and nodes are not those of the same pools, for a head names
    only what stands below it. Where that makes more than `most`, places that differ are put together by pool and network, by cluster
    and network, by network, or all of them; a cell then says how many it holds for.
    """
    places = fleet.places
    for by in (_apart(_by_outcome(fleet), places), *(_by(places, key) for key in KEYS)):
        if len(by) <= most:
            break
    return tuple(
        Column(
            vantages=vantages,
            heads=heads([places[position] for position in vantages], places),
            where=where([places[position] for position in vantages], places),
        )
        for vantages in by
    )


def outcomes(fleet: FleetReport) -> tuple[Column, ...]:
    """Return a column for each set of vantages whose endpoints all ended alike, however many there are."""
    return columns(fleet, most=max(1, len(fleet.reports)))


KEYS: tuple[Callable[[Place], Hashable], ...] = (
    lambda place: (place.context, place.pool, place.network),
    lambda place: (place.context, place.network),
    lambda place: place.network,
    lambda _: None,
)
"""What vantages are put together by, the finest first."""
PARTING: tuple[Callable[[Place], Hashable], ...] = (
    lambda place: place.network,
    lambda place: place.context,
)
"""What is kept apart where a head would say too much; the pools of one cluster and network are named one by one."""


def _by_outcome(fleet: FleetReport) -> list[tuple[int, ...]]:
    return _grouped(
        (
            position,
            tuple(
                sorted((one.id, *_ended(one), one.waived is not None) for one in report.endpoints)
            ),
        )
        for position, report in enumerate(fleet.reports)
    )


def _apart(groups: Sequence[tuple[int, ...]], places: Sequence[Place]) -> list[tuple[int, ...]]:
    """The groups, with networks apart, and then clusters, in those whose head would name a place that is in another one."""
    found = [part for group in groups for part in _honest(group, places, PARTING)]
    return sorted(found, key=lambda group: group[0])


def _honest(
    group: tuple[int, ...], places: Sequence[Place], keys: Sequence[Callable[[Place], Hashable]]
) -> list[tuple[int, ...]]:
    if not keys or _names_its_own(group, places):
        return [group]
    parts = _grouped((position, keys[0](places[position])) for position in group)
    return [one for part in parts for one in _honest(part, places, keys[1:])]


def _names_its_own(group: tuple[int, ...], places: Sequence[Place]) -> bool:
    """Whether clusters, pools and networks, each named by itself, are those of no place elsewhere."""
    own = {_kind(places[position]) for position in group}
    contexts, pools, networks = map(set, zip(*own, strict=True))
    return all(
        kind in own
        for kind in {_kind(place) for place in places}
        if kind[0] in contexts and kind[1] in pools and kind[2] in networks
    )


def _kind(place: Place) -> tuple[str | None, str | None, Network]:
    return place.context, place.pool, place.network


def _by(places: Sequence[Place], key: Callable[[Place], Hashable]) -> list[tuple[int, ...]]:
    return _grouped((position, key(place)) for position, place in enumerate(places))


def _grouped(keyed: Iterable[tuple[int, Hashable]]) -> list[tuple[int, ...]]:
    groups: dict[Hashable, list[int]] = {}
    for position, key in keyed:
        groups.setdefault(key, []).append(position)
    return [tuple(group) for group in groups.values()]


def _ended(endpoint: EndpointResult) -> tuple[str, str, str]:
    """What makes two results alike, as text, for only that can be sorted."""
    return (
        endpoint.verdict.value,
        endpoint.stage.value if endpoint.stage else "",
        endpoint.cause.value if endpoint.cause else "",
    )


Cells = dict[str, tuple[Cell | None, ...]]


def cells(fleet: FleetReport, shown: Sequence[Column]) -> Cells:
    """Return for each endpoint, in the order of the reports, what to show in each column; None where it was not asked there."""
    ids = dict.fromkeys(one.id for report in fleet.reports for one in report.endpoints)
    found = [_results(fleet, column) for column in shown]
    return {id_: tuple(_cell(results.get(id_, [])) for results in found) for id_ in ids}


def _results(fleet: FleetReport, column: Column) -> dict[str, list[EndpointResult]]:
    results: dict[str, list[EndpointResult]] = {}
    for position in column.vantages:
        for endpoint in fleet.reports[position].endpoints:
            results.setdefault(endpoint.id, []).append(endpoint)
    return results


def _cell(results: Sequence[EndpointResult]) -> Cell | None:
    if not results:
        return None
    chosen = worst_result(results)
    alike = sum(_ended(one) == _ended(chosen) for one in results)
    return Cell(result=chosen, alike=alike, asked=len(results))


def worst_result(results: Iterable[EndpointResult]) -> EndpointResult:
    """Return the result that counts where one endpoint has several: the worst, and of those one that can be proven."""
    return min(
        results,
        key=lambda one: (one.waived is not None, SEVERITY.index(one.verdict), not one.evidence),
    )
