"""Figures, their goals, and how both are shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from statistics import median

NAME_WIDTH = 50


@unique
class Unit(StrEnum):
    """What a figure is counted in."""

    SECONDS = "s"
    MILLISECONDS = "ms"
    MEGABYTES = "MB"

    @property
    def decimals(self) -> int:
        """How many decimals are worth reading."""
        return 3 if self is Unit.SECONDS else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One thing measured several times."""

    name: str
    unit: Unit
    values: tuple[float, ...]
    """In the order they were measured; at least one."""
    goal: float | None = None
    """What the judged figure may be at most; None where there is nothing to hold it against."""
    judged_by_largest: bool = False
    """Whether every run has to stay within the goal, and not just the median: so for memory."""

    @property
    def median(self) -> float:
        """The middle value."""
        return median(self.values)

    @property
    def judged(self) -> float:
        """The figure that the goal is for."""
        return max(self.values) if self.judged_by_largest else self.median

    @property
    def is_missed(self) -> bool:
        """Whether there is a goal and it was missed."""
        return self.goal is not None and self.judged > self.goal


def table(measurements: Sequence[Measurement]) -> str:
    """The figures as lines of text under one line of headings."""
    heading = f"{'':{NAME_WIDTH}}{'min':>9}{'median':>9}{'max':>9}"
    return "\n".join([heading, *(_row(each) for each in measurements)])


def _row(measured: Measurement) -> str:
    def figure(value: float) -> str:
        return f"{value:.{measured.unit.decimals}f}"

    figures = "".join(
        f"{figure(value):>9}"
        for value in (min(measured.values), measured.median, max(measured.values))
    )
    row = f"{measured.name:{NAME_WIDTH}}{figures} {measured.unit:2}"
    if measured.goal is None:
        return row.rstrip()
    statistic = "max" if measured.judged_by_largest else "median"
    return (
        f"{row}  {'MISSED' if measured.is_missed else 'met'}: {statistic} ≤ {figure(measured.goal)}"
    )


def conclusion(measurements: Sequence[Measurement]) -> str:
    """One line that says which goals were missed, or that none was."""
    missed = [each.name for each in measurements if each.is_missed]
    if not missed:
        return "Every goal is met."
    return f"{len(missed)} {'goal is' if len(missed) == 1 else 'goals are'} MISSED: {'; '.join(missed)}."


def document(measurements: Sequence[Measurement], machine: dict[str, str]) -> dict[str, object]:
    """The same for scripts: one JSON object."""
    return {
        "machine": machine,
        "measurements": [
            {
                "name": each.name,
                "unit": each.unit.value,
                "values": list(each.values),
                "min": min(each.values),
                "median": each.median,
                "max": max(each.values),
                "goal": each.goal,
                "goal_is_for": None
                if each.goal is None
                else "max"
                if each.judged_by_largest
                else "median",
                "missed": each.is_missed,
            }
            for each in measurements
        ],
    }
