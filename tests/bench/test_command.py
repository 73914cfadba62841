"""Running a command to its end."""

import sys
from pathlib import Path

import pytest

from bench.command import BenchmarkError, run


def test_sample_has_the_exit_code_the_last_words_and_what_it_took(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "import sys; held = b'x' * 60_000_000; sys.exit('no such host')",
    ]

    sample = run(command, environment={}, folder=tmp_path, limit=30)

    assert sample.exit_code == 1
    assert sample.errors == "no such host\n"
    assert sample.peak_bytes > 60_000_000
    assert 0 < sample.cpu_seconds <= sample.seconds


def test_command_that_hangs_is_ended_and_fails_the_benchmark(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(600)"]

    with pytest.raises(BenchmarkError, match="longer than 0 s"):
        run(command, environment={}, folder=tmp_path, limit=0.2)


def test_command_sees_only_the_environment_it_is_given(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import os, sys; sys.exit(' '.join(sorted(os.environ)))"]

    sample = run(
        command, environment={"LANG": "C.UTF-8", "HOME": "/nonexistent"}, folder=tmp_path, limit=30
    )

    assert sample.errors.split() == ["HOME", "LANG"]
