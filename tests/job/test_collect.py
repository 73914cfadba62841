"""Home by the log, else by the termination message: the last line that is a report, whatever stands around it."""

import pytest

from preflight.codec import compact, encode
from preflight.job.collect import collect, has_ended, last_report
from preflight.model.fleet import FailureReason
from preflight.model.report import ReportVerdict
from tests.fakes.kube import FakeKube
from tests.job.making import NAMESPACE, ended, healthy

LINE = encode(healthy(), one_line=True).encode()


def test_the_last_line_that_is_a_report_counts() -> None:
    assert last_report(b"warning\n" + LINE + b"\n{broken\nbye\n") == healthy()


@pytest.mark.parametrize(
    "log", [b"", b"\n\n", LINE[:-10], b"{}", b"\xff\xfe{", b"[" * 10_000, b"{" * 10_000]
)
def test_a_log_without_one_has_none(log: bytes) -> None:
    assert last_report(log) is None


def test_a_log_that_was_cut_off_is_replaced_by_the_message() -> None:
    kube = FakeKube(logs={(NAMESPACE, "p"): LINE[:500]})
    pod = {"metadata": {"name": "p"}, "status": ended(message=compact.encode(healthy()))}
    found = collect(kube, pod, namespace=NAMESPACE)

    assert found.report is not None
    assert found.report.verdict is ReportVerdict.PASS
    assert found.report.endpoints[0].evidence == ()
    assert "no line of it is a report" in found.report.notices[-1]


@pytest.mark.parametrize("message", ["", "nonsense", "{}", "{" * 4096])
def test_a_message_that_is_none_leaves_the_reason(message: str) -> None:
    kube = FakeKube(logs={(NAMESPACE, "p"): b"Error: --region: needed\n"})
    pod = {"metadata": {"name": "p"}, "status": ended(code=2, reason="Error", message=message)}
    found = collect(kube, pod, namespace=NAMESPACE)

    assert found.report is None
    assert found.trouble is not None
    assert found.trouble.reason is FailureReason.CRASHED
    assert "--region: needed" in found.trouble.detail


def test_a_pod_has_ended_when_its_container_has_even_while_it_is_being_deleted() -> None:
    status = ended() | {"phase": "Running"}

    assert has_ended({"status": status})
    assert not has_ended({"status": {"phase": "Running"}})
    assert not has_ended({"status": {"phase": "Pending", "containerStatuses": []}})
