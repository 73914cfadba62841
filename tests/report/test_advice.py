"""The last words of a report: they fit the verdict."""

from preflight.model.diagnosis import Cause, Verdict
from preflight.model.endpoint import Requirement
from preflight.model.plan import Stage
from preflight.report.advice import elsewhere, next_steps
from tests.report.builders import endpoint, finding, report, skipped, stopped, unmeasured

DROPPED = stopped("mcr-rest", "mcr.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")
FAULTY = endpoint(verdict=Verdict.DEGRADED, cause=Cause.TLS_INTERCEPTED, findings=("F1",))


def test_a_pass_has_nothing_left_to_do_and_looks_elsewhere() -> None:
    assert next_steps(report()) == ""
    assert "is then not the reason" in elsewhere(report())


def test_a_blocked_run_hands_its_findings_over_and_is_compared_afterwards() -> None:
    blocked = report(DROPPED, findings=(finding(DROPPED),))
    assert next_steps(blocked).startswith("Give the findings to the people who run the firewall")
    assert "report diff" in next_steps(blocked)
    assert elsewhere(blocked) == ""


def test_a_degraded_run_never_says_that_the_network_is_fine() -> None:
    degraded = report(FAULTY, findings=(finding(FAULTY),))
    assert "the sensor may still fail" in next_steps(degraded)
    assert "Give the findings" in next_steps(degraded)
    assert elsewhere(degraded).startswith("If it fails although the above is mended")


def test_a_degraded_run_without_findings_points_to_what_is_said_above() -> None:
    one = stopped(
        "a", "a.test", Stage.TCP, Cause.TCP_DROPPED, "dropped", requirement=Requirement.OPTIONAL
    )
    assert next_steps(report(endpoint(), one)).startswith("What is said above")


def test_an_inconclusive_run_says_what_to_supply() -> None:
    lacking = report(endpoint(), skipped(requirement=Requirement.REQUIRED))
    assert next_steps(lacking).startswith("Supply what is said to be missing")
    assert "Give the findings" not in next_steps(lacking)
    assert elsewhere(lacking) == ""


def test_an_inconclusive_run_with_findings_hands_those_over_first() -> None:
    lost = unmeasured(findings=("F1",))
    steps = next_steps(
        report(lost, findings=(finding(lost, cause=Cause.DNS_RESOLVER_UNREACHABLE),))
    )
    assert steps.startswith("Give the findings")
    assert "cannot be judged before" in steps
    assert "Supply" not in steps


def test_an_inconclusive_run_of_silence_alone_is_run_again() -> None:
    assert next_steps(report(unmeasured())) == (
        "What was not measured is not known to be open: run this again."
    )
