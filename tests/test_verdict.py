"""What is said of a run in which nothing could be measured."""

from dataclasses import replace

from preflight.model.diagnosis import Verdict
from preflight.model.endpoint import Requirement
from preflight.model.report import ReportVerdict
from tests.report.builders import endpoint, report


def test_where_everything_was_skipped_nothing_passed() -> None:
    skipped = replace(endpoint(), verdict=Verdict.SKIPPED, requirement=Requirement.LEGACY)
    assert report(skipped).verdict is ReportVerdict.INCONCLUSIVE
