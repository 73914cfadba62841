"""Vantages side by side: as few columns as show everything, and never more than can be read."""

import pytest
from hypothesis import given

from preflight.model.fleet import FleetReport
from preflight.report.fleet.columns import MOST, cells, columns, outcomes
from preflight.report.fleet.matrix import fitting
from preflight.report.style import Style
from tests.diagnosis.vantages.clusters import (
    HOST,
    IDS,
    NO_ANSWER,
    POD,
    RESET,
    State,
    compared,
    seen,
)
from tests.diagnosis.vantages.test_properties import Seen, quick, vantages


def heads(fleet: FleetReport) -> list[tuple[str, ...]]:
    return [column.heads for column in columns(fleet)]


def test_vantages_that_ended_alike_are_one_column() -> None:
    fleet = compared(
        seen("s1", POD, a=RESET),
        seen("g1", POD, "gpu", a=RESET),
        seen("s1", HOST),
        seen("g1", HOST, "gpu"),
    )
    assert heads(fleet) == [("all", "nodes"), ("all", "pods")]


def test_everything_alike_is_a_single_column() -> None:
    fleet = compared(seen("s1", POD), seen("s1", HOST), seen("g1", HOST, "gpu"))
    assert heads(fleet) == [("all", "pods+nodes")]


def test_a_pool_is_named_where_it_alone_differs() -> None:
    fleet = compared(seen("s1", POD), seen("g1", POD, "gpu", a=RESET), seen("c1", POD, "spot"))
    assert heads(fleet) == [("gpu", "pods"), ("2 pools", "pods")]


def test_clusters_are_named_where_there_are_several() -> None:
    fleet = compared(seen("s1", POD, context="weu", a=RESET), seen("s1", POD, context="neu"))
    assert heads(fleet) == [("neu", "system", "pods"), ("weu", "system", "pods")]


def test_pools_are_left_out_where_nobody_knows_any() -> None:
    assert heads(compared(seen("s1", POD, None, a=RESET), seen("s1", HOST, None))) == [
        ("nodes",),
        ("pods",),
    ]


def test_one_node_that_differs_has_a_column_and_is_named() -> None:
    fleet = compared(
        *(seen(f"g{n}", POD, "gpu", stops={"a": RESET} if n == 3 else None) for n in range(9))
    )
    odd = next(column for column in columns(fleet) if len(column.vantages) == 1)
    assert odd.where == "pods of pool gpu, 1 of 9 there: g3"


def mixed(*, third: bool = True) -> FleetReport:
    """Pods of one pool and the node of another end alike, and everything else does."""
    return compared(
        seen("n1", POD, "p1", a=NO_ANSWER),
        seen("n1", HOST, "p1"),
        seen("n2", POD, "p2"),
        seen("n2", HOST, "p2", a=NO_ANSWER),
        *((seen("n3", POD, "p3"), seen("n3", HOST, "p3")) if third else ()),
    )


def test_a_column_never_names_a_place_that_is_in_another() -> None:
    """Pods of p1 and the node of p2 are not `pods and nodes of pools p1 and p2`."""
    assert [column.where for column in columns(mixed())] == [
        "nodes of pools p1, p3: n1, n3",
        "pods of pool p1: n1",
        "nodes of pool p2: n2",
        "pods of pools p2, p3: n2, n3",
    ]


def test_pods_and_nodes_of_the_same_pools_stay_together() -> None:
    fleet = compared(
        *(seen(node, network, node) for node in ("p1", "p2") for network in (POD, HOST)),
        seen("p3", POD, "p3", a=RESET),
        seen("p3", HOST, "p3", a=RESET),
    )
    assert heads(fleet) == [("2 pools", "pods+nodes"), ("p3", "pods+nodes")]


def _kinds(fleet: FleetReport, vantages: tuple[int, ...]) -> set[tuple[object, ...]]:
    own = [fleet.places[position] for position in vantages]
    return {(one.context, one.pool, one.network) for one in own}


@quick
@given(vantages)
def test_every_place_that_a_head_names_is_below_it(pairs: list[Seen]) -> None:
    fleet = compared(*pairs)
    everything = _kinds(fleet, tuple(range(len(fleet.reports))))
    for column in columns(fleet):
        own = _kinds(fleet, column.vantages)
        parts = [set(part) for part in zip(*own, strict=True)]
        named = {
            one
            for one in everything
            if all(name in part for name, part in zip(one, parts, strict=True))
        }
        assert own == named


@quick
@given(vantages)
def test_every_vantage_is_in_one_column(pairs: list[Seen]) -> None:
    fleet = compared(*pairs)
    told = sorted(position for column in columns(fleet) for position in column.vantages)
    assert told == [*range(len(fleet.reports))]


def unlike(number: int) -> FleetReport:
    """Nodes that each ended in a way of their own, in three pools and both networks."""
    ids = [f"e{bit}" for bit in range(8)]
    pairs = []
    for index in range(number):
        stops: dict[str, State] = {
            id_: NO_ANSWER for bit, id_ in enumerate(ids) if index >> bit & 1
        }
        pool = ("system", "gpu", "spot")[index % 3]
        pairs.append(seen(f"n{index:03}", (POD, HOST)[index % 2], pool, ids=ids, stops=stops))
    return compared(*pairs)


def test_too_many_are_put_together_by_pool_and_network() -> None:
    fleet = unlike(60)
    assert len(columns(fleet)) == 6
    assert sum(len(column.vantages) for column in columns(fleet)) == 60


def test_a_cell_then_says_how_many_it_holds_for() -> None:
    fleet = unlike(60)
    (first, *_) = cells(fleet, columns(fleet))["e0"]
    assert first is not None
    assert first.asked == 10
    assert 0 < first.alike <= first.asked


@pytest.mark.parametrize("most", [1, 2, 3, 6])
def test_never_more_than_were_asked_for(most: int) -> None:
    shown = columns(unlike(60), most=most)
    assert len(shown) <= most
    assert sorted(position for column in shown for position in column.vantages) == [*range(60)]


def test_outcomes_keep_everything_apart_that_differs() -> None:
    assert len(outcomes(unlike(60))) == 60


@pytest.mark.parametrize(("width", "number"), [(100, MOST), (80, MOST), (60, 3)])
def test_a_narrow_terminal_shows_fewer(width: int, number: int) -> None:
    assert fitting(Style(width=width)) == number


def test_an_endpoint_that_was_not_asked_somewhere_has_no_cell_there() -> None:
    fleet = compared(seen("s1", POD, a=RESET), seen("s1", HOST, ids=IDS[1:]))
    assert cells(fleet, columns(fleet))["a"][0] is None


def test_the_worst_of_several_is_shown() -> None:
    fleet = compared(
        *(seen(f"g{n}", POD, stops={"a": RESET} if n == 1 else None) for n in range(3))
    )
    (only_column,) = columns(fleet, most=1)
    (cell,) = cells(fleet, (only_column,))["a"]
    assert cell is not None
    assert cell.result.cause is RESET.cause
    assert (cell.alike, cell.asked) == (1, 3)
