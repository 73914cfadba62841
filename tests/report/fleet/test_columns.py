"""Vantages side by side: as few columns as show everything, and never more than can be read."""

import pytest

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
    assert odd.where == "pods of pool gpu: g3"


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
