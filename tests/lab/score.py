"""Holds what was said against what was expected, and counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.lab.scenario import Expected, Kind, Scenario
from tests.lab.trial import Result, Said

START = 10.0
"""Seconds that starting the interpreter and writing the report may take beside other runs."""
WRONG = frozenset({"blocked", "degraded"})
"""What a healthy host must not be called."""
ENOUGH = 0.95
"""Share of causes that must be exact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One scenario, judged."""

    scenario: Scenario
    result: Result
    is_right: bool
    """Every verdict and the exit code."""
    is_exact: bool
    """Every stage and cause too, with the words and the number of findings that are expected."""
    is_false_alarm: bool
    hangs: bool
    differences: tuple[str, ...]
    """What is not as expected, a line each."""


def mark(scenario: Scenario, result: Result) -> Mark:
    """Judge one run."""
    verdicts = tuple(_verdict_differences(scenario, result))
    causes = () if result.trouble else tuple(_cause_differences(scenario, result))
    hangs = tuple(_hanging(scenario, result))
    return Mark(
        scenario=scenario,
        result=result,
        is_right=not verdicts,
        is_exact=not verdicts and not causes,
        is_false_alarm=any(
            expected.verdict not in WRONG and said.verdict in WRONG
            for expected, said in _pairs(scenario, result)
        ),
        hangs=bool(hangs),
        differences=(*verdicts, *causes, *hangs),
    )


def _pairs(scenario: Scenario, result: Result) -> Iterable[tuple[Expected, Said]]:
    for host, expected in scenario.expect.items():
        if said := result.said.get(host):
            yield expected, said


def _verdict_differences(scenario: Scenario, result: Result) -> Iterable[str]:
    if result.trouble:
        yield result.trouble
        return
    for host, expected in scenario.expect.items():
        said = result.said.get(host)
        if said is None:
            yield f"{host}: not in the report"
        elif said.verdict != expected.verdict:
            yield f"{host}: {_of(said)} in place of {_of(expected)}: {said.explanation}"
    if result.code != scenario.code:
        yield f"exit code {result.code} in place of {scenario.code}"


def _cause_differences(scenario: Scenario, result: Result) -> Iterable[str]:
    for host, expected in scenario.expect.items():
        said = result.said.get(host)
        if said is None:
            continue
        if (said.stage, said.cause) != (expected.stage, expected.cause):
            yield f"{host}: {_of(said)} in place of {_of(expected)}: {said.explanation}"
        for words in expected.says:
            if words not in said.explanation:
                yield f"{host}: does not say {words!r}: {said.explanation}"
    if scenario.findings not in {None, len(result.findings)}:
        found = ", ".join(result.findings) or "none"
        yield f"findings: {found}; in place of {scenario.findings}"


def _of(said: Said | Expected) -> str:
    return f"{said.verdict} {said.stage or '-'} {said.cause or '-'}"


def _hanging(scenario: Scenario, result: Result) -> Iterable[str]:
    if result.seconds > scenario.limit or result.wall > scenario.limit + START:
        yield f"took {result.seconds:.2f} s ({result.wall:.1f} s with its start) of {scenario.limit:g} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """All scenarios together."""

    marks: tuple[Mark, ...]
    repeated: int = 0
    """Scenarios that took too long beside others, and were run once more alone."""
    seconds: float

    @property
    def right(self) -> int:
        """Scenarios with every verdict right."""
        return sum(each.is_right for each in self.marks)

    @property
    def exact(self) -> int:
        """Scenarios with every cause exact."""
        return sum(each.is_exact for each in self.marks)

    @property
    def false_alarms(self) -> int:
        """Scenarios in which something healthy was called blocked or degraded."""
        return sum(each.is_false_alarm for each in self.marks)

    @property
    def hangs(self) -> int:
        """Runs beyond their limit."""
        return sum(each.hangs for each in self.marks)

    @property
    def is_good(self) -> bool:
        """Whether the lab's goals are met."""
        count = len(self.marks)
        return (
            self.right == count
            and self.exact >= ENOUGH * count
            and not self.false_alarms
            and not self.hangs
        )

    def text(self) -> str:
        """The score in two lines."""
        count = len(self.marks)
        kinds = ", ".join(f"{_count(self.marks, kind)} {kind}" for kind in Kind)
        again = f", {self.repeated} repeated alone" if self.repeated else ""
        return (
            f"{count} scenarios ({kinds}) in {self.seconds:.0f} s{again}\n"
            f"verdicts right {self.right}/{count} ({_percent(self.right, count)}),"
            f" causes exact {self.exact}/{count} ({_percent(self.exact, count)}),"
            f" false alarms {self.false_alarms}, hangs {self.hangs}"
        )

    def document(self) -> dict[str, object]:
        """The score as JSON can hold it."""
        return {
            "scenarios": len(self.marks),
            "right": self.right,
            "exact": self.exact,
            "false_alarms": self.false_alarms,
            "hangs": self.hangs,
            "repeated": self.repeated,
            "seconds": round(self.seconds, 1),
            "results": [_row(each) for each in self.marks],
        }


def _count(marks: Sequence[Mark], kind: Kind) -> int:
    return sum(each.scenario.kind is kind for each in marks)


def _percent(part: int, whole: int) -> str:
    """Rounded down, so that only all of them are 100%."""
    return f"{100 * part // whole if whole else 0}%"


def _row(each: Mark) -> dict[str, object]:
    said = each.result.said
    return {
        "name": each.scenario.name,
        "kind": each.scenario.kind.value,
        "right": each.is_right,
        "exact": each.is_exact,
        "seconds": round(each.result.seconds, 3),
        "wall": round(each.result.wall, 3),
        "said": {host: _of(of) for host, of in said.items()},
        "differences": list(each.differences),
    }
