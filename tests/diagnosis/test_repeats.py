"""What fails once and works at once again is unstable; what is never seen to work is not."""

from typing import Any

import pytest

from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.endpoint import Protocol
from preflight.model.evidence import Attempt, Control, Evidence, Experiment, Outcome, PathStep
from tests.diagnosis.asking import diagnosed, said
from tests.factories import (
    ADDRESS,
    CORPORATE,
    attempt,
    certificate,
    check,
    connected,
    evidence,
    exchanged,
    shaken,
    to_proxy,
    tunnelled,
    via,
)

BLOCKED, DEGRADED, REACHABLE = Verdict.BLOCKED, Verdict.DEGRADED, Verdict.REACHABLE
LIKELY, CONFIRMED = Confidence.LIKELY, Confidence.CONFIRMED
UNSTABLE = Cause.PATH_UNSTABLE
SECOND = "203.0.113.11"
WORKS = (connected(), shaken(), exchanged())


def repeat(*steps: PathStep, address: str = ADDRESS) -> Control:
    at = attempt(connected(address=address)).address
    return Control(name=Experiment.REPEAT, address=at, observations=steps)


def tried(main: Attempt, *controls: Control, **fields: Any) -> Evidence:
    return evidence(attempts=(main,), controls=controls, of=check(**fields))


@pytest.mark.parametrize(
    ("steps", "confidence"),
    [
        ((connected(Outcome.REFUSED),), CONFIRMED),
        ((connected(Outcome.UNREACHABLE),), CONFIRMED),
        ((connected(Outcome.DROPPED),), LIKELY),
        ((connected(), shaken(Outcome.RESET)), CONFIRMED),
        ((connected(), shaken(Outcome.CLOSED)), CONFIRMED),
        ((connected(), shaken(Outcome.DROPPED)), LIKELY),
        ((connected(), shaken(), exchanged(Outcome.RESET)), CONFIRMED),
        ((connected(), shaken(), exchanged(Outcome.DROPPED)), LIKELY),
    ],
)
def test_what_fails_and_then_reaches_the_service_is_unstable(
    steps: tuple[PathStep, ...], confidence: Confidence
) -> None:
    found = diagnosed(tried(attempt(*steps), repeat(*WORKS)))
    assert said(found) == (DEGRADED, UNSTABLE, confidence)
    assert found.stage is None
    assert "1 attempt at" in found.explanation


def test_one_success_among_failures_is_enough_and_all_are_counted() -> None:
    found = diagnosed(
        tried(attempt(connected(Outcome.REFUSED)), repeat(connected(Outcome.REFUSED), *WORKS))
    )
    assert said(found) == (DEGRADED, UNSTABLE, CONFIRMED)
    assert "2 attempts at" in found.explanation
    assert "1 more from another port reached" in found.explanation


def test_repeats_that_all_fail_leave_the_cause_of_the_failure() -> None:
    refused = connected(Outcome.REFUSED)
    assert diagnosed(tried(attempt(refused), repeat(refused, refused))).cause is Cause.TCP_REFUSED


def test_a_repeat_that_came_further_and_failed_there_reached_nothing() -> None:
    found = diagnosed(
        tried(attempt(connected(Outcome.DROPPED)), repeat(connected(), shaken(Outcome.RESET)))
    )
    assert found.cause is Cause.TCP_DROPPED


def test_a_repeat_that_was_cut_short_reached_nothing() -> None:
    found = diagnosed(tried(attempt(connected(Outcome.DROPPED)), repeat(connected(), shaken())))
    assert found.cause is Cause.TCP_DROPPED


def test_a_repeat_that_somebody_else_answered_reached_nothing() -> None:
    leaf = shaken(certificates=(certificate(CORPORATE),))
    main = attempt(connected(), shaken(Outcome.RESET))
    found = diagnosed(tried(main, repeat(connected(), leaf, exchanged())))
    assert (found.verdict, found.cause) == (BLOCKED, Cause.TLS_RESET)


def test_a_repeat_that_met_a_block_page_reached_nothing() -> None:
    page = exchanged(
        port=80, status=403, body=b"<title>FortiGuard Web Filtering</title> Web Page Blocked"
    )
    main = attempt(connected(port=80), exchanged(Outcome.RESET, port=80))
    found = diagnosed(
        tried(main, repeat(connected(port=80), page), protocol=Protocol.HTTP, port=80)
    )
    assert (found.verdict, found.cause) == (BLOCKED, Cause.HTTP_RESET)


def test_an_answer_in_clear_makes_it_no_surer_than_such_an_answer_is() -> None:
    main = attempt(connected(Outcome.REFUSED, port=80))
    again = repeat(connected(port=80), exchanged(port=80))
    found = diagnosed(tried(main, again, protocol=Protocol.HTTP, port=80))
    assert said(found) == (DEGRADED, UNSTABLE, LIKELY)


def test_bare_tcp_that_connects_now_and_then_proves_no_success() -> None:
    """Firewalls complete TCP themselves, so that a connection shows no service."""
    main = attempt(connected(Outcome.REFUSED))
    found = diagnosed(tried(main, repeat(connected()), protocol=Protocol.TCP))
    assert found.cause is Cause.TCP_REFUSED


def test_through_a_proxy_too() -> None:
    main = attempt(to_proxy(), tunnelled(), shaken(Outcome.RESET))
    again = Control(
        name=Experiment.REPEAT,
        address=main.address,
        observations=(to_proxy(), tunnelled(), shaken(), exchanged()),
    )
    assert diagnosed(tried(main, again, route=via())).cause is UNSTABLE


def test_a_step_that_this_host_would_not_send_is_not_the_paths() -> None:
    main = attempt(connected(Outcome.LOCAL, source=None), address=ADDRESS)
    assert diagnosed(tried(main, repeat(*WORKS))).cause is not UNSTABLE


def test_repeats_at_another_address_are_not_this_ones() -> None:
    again = repeat(*WORKS, address=SECOND)
    found = diagnosed(tried(attempt(connected(Outcome.REFUSED)), again))
    assert found.cause is Cause.TCP_REFUSED


def test_a_slow_answer_that_came_is_no_failure_whatever_its_repeat_met() -> None:
    """It was repeated because it was silent for a while."""
    again = repeat(connected(), shaken(Outcome.DROPPED))
    assert diagnosed(tried(attempt(*WORKS), again)).verdict is REACHABLE


def test_one_unstable_address_makes_a_host_unstable_that_works_at_the_other() -> None:
    bad = attempt(connected(Outcome.REFUSED))
    good = attempt(connected(address=SECOND), shaken(address=SECOND), exchanged(address=SECOND))
    found = diagnosed(evidence(attempts=(good, bad), controls=(repeat(*WORKS),)))
    assert said(found) == (DEGRADED, UNSTABLE, CONFIRMED)
