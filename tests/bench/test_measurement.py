"""Figures against their goals."""

import json

from bench.measurement import Measurement, Unit, conclusion, document, table


def measured(
    *values: float, goal: float | None = None, judged_by_largest: bool = False
) -> Measurement:
    return Measurement(
        name="check",
        unit=Unit.SECONDS,
        values=values,
        goal=goal,
        judged_by_largest=judged_by_largest,
    )


def test_goal_for_time_is_judged_by_the_median() -> None:
    assert not measured(0.3, 0.4, 9.0, goal=0.4).is_missed
    assert measured(0.3, 0.5, 0.5, goal=0.4).is_missed


def test_goal_for_memory_is_judged_by_the_worst_run() -> None:
    assert measured(50, 50, 61, goal=60, judged_by_largest=True).is_missed
    assert not measured(50, 50, 60, goal=60, judged_by_largest=True).is_missed


def test_figure_without_goal_is_never_missed() -> None:
    assert not measured(1e9).is_missed


def test_table_says_minimum_median_maximum_and_whether_the_goal_was_met() -> None:
    heading, met, missed, free = table(
        [measured(0.31, 0.30, 0.35, goal=0.4), measured(0.5, goal=0.4), measured(0.5)]
    ).splitlines()

    assert heading.split() == ["min", "median", "max"]
    assert met.split() == ["check", "0.300", "0.310", "0.350", "s", "met:", "median", "≤", "0.400"]
    assert "MISSED: median ≤ 0.400" in missed
    assert free.split() == ["check", "0.500", "0.500", "0.500", "s"]


def test_conclusion_names_each_missed_goal() -> None:
    assert conclusion([measured(0.3, goal=0.4), measured(0.5)]) == "Every goal is met."
    assert conclusion([measured(0.5, goal=0.4)]) == "1 goal is MISSED: check."
    assert conclusion([measured(0.5, goal=0.4)] * 2) == "2 goals are MISSED: check; check."


def test_document_is_json_with_every_value() -> None:
    written = json.loads(json.dumps(document([measured(2, 1, 3, goal=2)], {"processors": "2"})))

    assert written == {
        "machine": {"processors": "2"},
        "measurements": [
            {
                "name": "check",
                "unit": "s",
                "values": [2, 1, 3],
                "min": 1,
                "median": 2,
                "max": 3,
                "goal": 2,
                "goal_is_for": "median",
                "missed": False,
            }
        ],
    }
