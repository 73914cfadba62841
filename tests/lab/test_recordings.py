"""What each scenario's run saw is judged anew, without a network: the diagnosis still says what the lab expects.

`python -m tests.lab --record tests/lab/recordings` records them again, when observations have changed or a scenario is new.
"""

import re
from functools import cache
from pathlib import Path

import pytest

from preflight.cli.exit_code import exit_code
from preflight.diagnosis import judge
from tests.lab.record import Recording, dumps, harmless, loads
from tests.lab.scenario import Scenario
from tests.lab.scenarios import SCENARIOS
from tests.lab.score import mark
from tests.lab.trial import Result, Said
from tests.report.builders import report

RECORDINGS = Path(__file__).parent / "recordings"
RECORDED = [each for each in SCENARIOS if each.is_recorded]
EACH = pytest.mark.parametrize("scenario", RECORDED, ids=[each.name for each in RECORDED])
LARGEST = 100_000
"""Bytes of one recording."""
ALL = 3_000_000
OF_A_MACHINE = re.compile(r"/(?:home|root|tmp|var|work|etc|usr)/|Traceback")


@cache
def text_of(name: str) -> str:
    return (RECORDINGS / f"{name}.json").read_text(encoding="utf-8")


@EACH
def test_it_is_judged_as_the_lab_expects(scenario: Scenario) -> None:
    recording = loads(text_of(scenario.name))
    assert mark(scenario, _result(scenario, recording)).differences == ()


@EACH
def test_a_recording_is_small_and_tells_nothing_of_the_machine_it_was_made_on(
    scenario: Scenario,
) -> None:
    text = text_of(scenario.name)
    assert len(text) < LARGEST
    assert not OF_A_MACHINE.search(text)


@EACH
def test_a_recording_is_as_it_would_be_written_today(scenario: Scenario) -> None:
    text = text_of(scenario.name)
    assert dumps(harmless(loads(text))) == text


def test_every_recording_is_a_scenarios_and_all_of_them_are_small() -> None:
    files = sorted(RECORDINGS.iterdir())
    assert {file.name for file in files} == {f"{each.name}.json" for each in RECORDED}
    assert sum(file.stat().st_size for file in files) < ALL


def _result(scenario: Scenario, recording: Recording) -> Result:
    """What would have been reported."""
    judgement = judge(recording.plan, recording.evidence, recording.waivers, recording.today)
    texts = {each.id: f"{each.title} {each.explanation}" for each in judgement.findings}
    return Result(
        name=scenario.name,
        said={
            asked: Said(
                verdict=row.verdict.value,
                stage=row.stage.value if row.stage else None,
                cause=row.cause.value if row.cause else None,
                explanation="\n".join([row.explanation, *(texts[each] for each in row.findings)]),
            )
            for asked in scenario.hosts
            for row in judgement.endpoints
            if asked in {row.host, f"{row.host}:{row.port}"}
        },
        code=exit_code(report(endpoints=judgement.endpoints)),
        findings=tuple(each.cause.value for each in judgement.findings),
    )
