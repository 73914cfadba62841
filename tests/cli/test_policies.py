"""Rules that are compared with a report that is there already."""

import logging

import pytest

from preflight.cli.policies import kept
from preflight.model.report import Report
from tests.report.builders import report


def test_what_was_measured_outlives_a_bug_in_an_engine(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Report:
        raise ZeroDivisionError

    measured = report()
    with caplog.at_level(logging.ERROR, logger="preflight"):
        given = kept(measured, broken)
    assert given.endpoints == measured.endpoints
    assert "internal error (ZeroDivisionError)" in given.notices[-1]
    assert "could not be compared" in caplog.text


def test_an_interrupt_is_no_bug() -> None:
    def interrupted() -> Report:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept(report(), interrupted)
