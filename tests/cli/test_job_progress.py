"""What somebody who waits sees: one line that counts, and what should be known at once above it."""

import pytest

from preflight.cli.job.progress import Line, progress
from preflight.job.progress import Count

SOME = Count(total=6, waiting=1, starting=1, running=2, done=2, failed=1)


def test_all_clusters_are_counted_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    line = Line()
    line.changed("blue", SOME)
    line.changed("green", SOME)
    last = capsys.readouterr().err.split("\r")[-1]

    assert "4/12 places looked from, 4 running, 2 starting, 2 waiting, 2 failed; " in last
    assert "\n" not in last


def test_a_note_stays_above_and_is_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    line = Line()
    line.note("blue", "from \x1b[31mevil")
    line.finish()
    shown = capsys.readouterr().err

    assert "\x1b[31m" not in shown
    assert shown.count("\n") == 1
    assert shown.endswith("\r\x1b[K")


def test_the_cluster_is_named_where_there_are_several(capsys: pytest.CaptureFixture[str]) -> None:
    line = Line()
    line.changed("blue", SOME)
    line.changed("green", SOME)
    line.note("green", "unschedulable")

    assert "green: unschedulable\n" in capsys.readouterr().err


def test_nothing_is_shown_where_no_terminal_is(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(quiet=False) as listener:
        listener.changed("blue", SOME)
        listener.note("blue", "x")

    assert capsys.readouterr().err == ""
