"""What counts as right, exact, a false alarm and a hang."""

from dataclasses import replace

import pytest

from tests.lab.scenario import OPEN, Kind, Scenario, blocked, open_path
from tests.lab.score import START, Mark, Score, mark
from tests.lab.trial import Result, Said, read_report

HOST, OTHER = "blocked.example.test", "open.example.test"
SCENARIO = Scenario(
    name="example",
    kind=Kind.BLOCKED,
    expect={HOST: blocked("tcp.dropped", "2 hops"), OTHER: OPEN},
    code=1,
    findings=1,
)
AS_EXPECTED = Result(
    name="example",
    said={
        HOST: Said(verdict="blocked", stage="tcp", cause="tcp.dropped", explanation="2 hops away"),
        OTHER: Said(verdict="reachable", stage=None, cause=None, explanation=""),
    },
    code=1,
    findings=("tcp.dropped",),
    seconds=4.0,
    wall=4.3,
)


def with_said(host: str, **fields: str) -> Result:
    """The expected result, but for what is said of one host."""
    said = AS_EXPECTED.said
    return replace(AS_EXPECTED, said={**said, host: replace(said[host], **fields)})


def judged(result: Result) -> Mark:
    return mark(SCENARIO, result)


def test_as_expected_is_right_and_exact() -> None:
    found = judged(AS_EXPECTED)
    assert (found.is_right, found.is_exact, found.is_false_alarm, found.hangs) == (
        *(True, True),
        *(False, False),
    )
    assert found.differences == ()


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (with_said(HOST, cause="tcp.refused"), "blocked tcp tcp.refused in place of"),
        (with_said(HOST, stage="tls"), "blocked tls tcp.dropped in place of"),
        (with_said(HOST, explanation="nothing"), "does not say '2 hops'"),
        (replace(AS_EXPECTED, findings=("tcp.dropped",) * 2), "in place of 1"),
    ],
)
def test_another_cause_other_words_or_more_findings_are_right_and_not_exact(
    result: Result, words: str
) -> None:
    found = judged(result)
    assert (found.is_right, found.is_exact) == (True, False)
    assert words in found.differences[0]


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (with_said(HOST, verdict="degraded"), "degraded tcp tcp.dropped in place of"),
        (replace(AS_EXPECTED, code=3), "exit code 3 in place of 1"),
        (replace(AS_EXPECTED, said={}), "not in the report"),
        (Result(name="example", trouble="Traceback"), "Traceback"),
    ],
)
def test_another_verdict_or_none_is_wrong(result: Result, words: str) -> None:
    found = judged(result)
    assert (found.is_right, found.is_exact) == (False, False)
    assert any(words in line for line in found.differences)


def test_a_healthy_host_called_blocked_is_a_false_alarm_beside_blocked_ones_too() -> None:
    assert judged(with_said(OTHER, verdict="blocked")).is_false_alarm
    assert judged(with_said(OTHER, verdict="degraded")).is_false_alarm
    assert not judged(with_said(OTHER, verdict="inconclusive")).is_false_alarm
    assert not judged(with_said(HOST, verdict="degraded")).is_false_alarm


def test_two_step_budgets_and_a_half_second_are_the_limit() -> None:
    assert not judged(replace(AS_EXPECTED, seconds=4.5)).hangs
    assert judged(replace(AS_EXPECTED, seconds=4.51)).hangs
    assert judged(replace(AS_EXPECTED, wall=4.51 + START)).hangs


def test_a_hostile_peer_may_use_every_steps_budget() -> None:
    hostile = replace(SCENARIO, kind=Kind.HOSTILE)
    assert not mark(hostile, replace(AS_EXPECTED, seconds=8.0)).hangs
    assert mark(hostile, replace(AS_EXPECTED, seconds=8.6)).hangs


def score(*marks: Mark) -> Score:
    return Score(marks=marks, seconds=1.0)


def test_one_cause_in_twenty_may_be_inexact_and_no_more() -> None:
    good, inexact = judged(AS_EXPECTED), judged(with_said(HOST, cause="tcp.refused"))
    assert score(*[good] * 19, inexact).is_good
    assert not score(*[good] * 18, inexact, inexact).is_good


@pytest.mark.parametrize(
    "result",
    [
        replace(AS_EXPECTED, code=0),
        with_said(OTHER, verdict="blocked"),
        replace(AS_EXPECTED, seconds=5.0),
    ],
)
def test_no_verdict_may_be_wrong_nothing_be_a_false_alarm_and_nothing_hang(result: Result) -> None:
    assert not score(*[judged(AS_EXPECTED)] * 99, judged(result)).is_good


def test_the_score_is_told_in_figures() -> None:
    text = score(*[judged(AS_EXPECTED)] * 2, judged(replace(AS_EXPECTED, code=0))).text()
    assert "3 scenarios (3 blocked, 0 near miss" in text
    assert "verdicts right 2/3 (66%), causes exact 2/3 (66%), false alarms 0, hangs 0" in text


def test_a_command_that_ends_in_a_traceback_has_said_nothing() -> None:
    crashed = read_report(SCENARIO, "", "Traceback (most recent call last)", code=1, wall=0.1)
    assert "Traceback" in crashed.trouble
    assert not mark(SCENARIO, crashed).is_right


def test_words_may_stand_in_a_findings_own_text() -> None:
    printed = """{"duration_ms": 1500, "findings": [{"id": "f1", "cause": "tcp.dropped", "title": "a title",
        "explanation": "an explanation"}], "endpoints": [{"host": "blocked.example.test", "port": 443,
        "verdict": "blocked", "stage": "tcp", "cause": "tcp.dropped", "explanation": "own words", "findings": ["f1"]}]}"""
    result = read_report(SCENARIO, printed, "", code=1, wall=1.7)
    assert result.seconds == 1.5
    assert result.said[HOST].explanation == "own words\na title an explanation"
    says = replace(SCENARIO, expect={HOST: open_path("a title")})
    assert "does not say" not in " ".join(mark(says, result).differences)
