"""What was once seen is judged as it was, or the difference is looked at (see this package's docstring)."""

import re

import pytest

from tests.lab.record import dumps, harmless, loads
from tests.scenarios.replay import FOLDER, expected_of, names, replayed, text_of

LARGEST = 200_000
"""Bytes of one recording: a whole profile with all its experiments has half of it."""
OF_A_MACHINE = re.compile(r"/(?:home|root|tmp|var|work|etc|usr)/|Traceback")


@pytest.mark.parametrize("name", names())
def test_it_is_judged_as_it_was(name: str) -> None:
    assert replayed(name) == expected_of(name)


@pytest.mark.parametrize("name", names())
def test_a_recording_is_small_and_tells_nothing_of_the_machine_it_was_made_on(name: str) -> None:
    text = text_of(name)
    assert len(text) < LARGEST
    assert not OF_A_MACHINE.search(text)


@pytest.mark.parametrize("name", names())
def test_a_recording_is_as_it_would_be_written_today(name: str) -> None:
    text = text_of(name)
    recording = loads(text)
    assert dumps(harmless(recording)) == text


def test_every_folder_is_a_whole_scenario() -> None:
    folders = {path for path in FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders
    for folder in folders:
        assert {file.name for file in folder.iterdir()} == {"evidence.json", "expected.json"}
