"""What other names at the address, the same name elsewhere and repeats say of a handshake that failed."""

from typing import Any

import pytest

from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.evidence import Control, Evidence, Experiment, Handshake, Outcome, PathStep
from tests.diagnosis.asking import diagnosed, said
from tests.factories import (
    HOST,
    MICROSOFT,
    attempt,
    certificate,
    checked,
    connected,
    healthy,
    shaken,
)

BLOCKED = Verdict.BLOCKED
LIKELY, CONFIRMED, POSSIBLE = Confidence.LIKELY, Confidence.CONFIRMED, Confidence.POSSIBLE
OTHER, THIRD = "mcr.microsoft.com", "login.microsoftonline.com"
ELSEWHERE = "203.0.113.20"
RESET, DROPPED = Outcome.RESET, Outcome.DROPPED


def greeted(name: str | None = OTHER, outcome: Outcome = Outcome.OK, **fields: Any) -> Handshake:
    """A handshake of an experiment: not judged."""
    return shaken(outcome, name=name, verified=False, **fields)


def control(experiment: Experiment, *steps: PathStep) -> Control:
    return Control(
        name=experiment, address=attempt(connected()).address, observations=(connected(), *steps)
    )


def another_name(*steps: PathStep) -> Control:
    return control(Experiment.ANOTHER_NAME, *steps)


def another_address(outcome: Outcome = Outcome.OK, **fields: Any) -> Control:
    return control(Experiment.ANOTHER_ADDRESS, greeted(HOST, outcome, address=ELSEWHERE, **fields))


def repeat(*steps: PathStep) -> Control:
    return Control(name=Experiment.REPEAT, address=attempt(connected()).address, observations=steps)


def again(outcome: Outcome = RESET) -> Control:
    """Twice the same."""
    return repeat(connected(), shaken(outcome), connected(), shaken(outcome))


def hello(outcome: Outcome, *controls: Control, **fields: Any) -> Evidence:
    return checked(HOST, connected(), shaken(outcome, **fields), controls=controls)


# another name, same address


@pytest.mark.parametrize(
    ("outcome", "cause"), [(RESET, Cause.TLS_SNI_RESET), (DROPPED, Cause.TLS_SNI_DROPPED)]
)
def test_a_name_that_only_the_experiment_tried_is_a_contrast(
    outcome: Outcome, cause: Cause
) -> None:
    silent_again = repeat(connected(), shaken(DROPPED))
    controls = (silent_again,) if outcome is DROPPED else ()
    found = diagnosed(hello(outcome, another_name(greeted()), *controls))
    assert said(found) == (BLOCKED, cause, LIKELY)
    assert f"answers one for {OTHER}" in found.explanation


def test_other_names_that_meet_the_same_end_are_no_contrast_and_are_told() -> None:
    found = diagnosed(hello(RESET, another_name(greeted(outcome=RESET), greeted(THIRD, RESET))))
    assert said(found) == (BLOCKED, Cause.TLS_RESET, LIKELY)
    assert f"{OTHER} and {THIRD} meets the same end" in found.explanation


def test_other_names_that_fared_differently_are_not_said_to_fare_alike() -> None:
    tried = another_name(greeted(outcome=RESET), greeted(THIRD, DROPPED))
    assert "meets the same end" not in diagnosed(hello(RESET, tried)).explanation


@pytest.mark.parametrize(
    ("outcome", "cause"), [(RESET, Cause.TLS_SNI_RESET), (DROPPED, Cause.TLS_SNI_DROPPED)]
)
def test_a_hello_without_a_name_that_is_answered_makes_it_likely_and_no_more(
    outcome: Outcome, cause: Cause
) -> None:
    found = diagnosed(hello(outcome, another_name(greeted(None)), again(outcome)))
    assert said(found) == (BLOCKED, cause, LIKELY)
    assert "answers one without a server name" in found.explanation


@pytest.mark.parametrize("outcome", [RESET, DROPPED, Outcome.CLOSED, Outcome.ALERT])
def test_a_hello_without_a_name_that_is_refused_says_nothing(outcome: Outcome) -> None:
    """Many a service wants a name."""
    assert diagnosed(hello(RESET, another_name(greeted(None, outcome)))).cause is Cause.TLS_RESET


def test_a_hello_without_a_name_at_another_address_says_nothing() -> None:
    tried = another_name(greeted(None, address=ELSEWHERE))
    assert diagnosed(hello(RESET, tried)).cause is Cause.TLS_RESET


def test_silence_where_only_alerts_answer_others_is_possibly_a_path_that_loses_what_is_large() -> (
    None
):
    alerted = another_name(greeted(outcome=Outcome.ALERT))
    assert said(diagnosed(hello(DROPPED, alerted))) == (BLOCKED, Cause.TLS_SNI_DROPPED, POSSIBLE)
    both = another_name(greeted(outcome=Outcome.ALERT), greeted(THIRD))
    silent_again = repeat(connected(), shaken(DROPPED))
    found = diagnosed(hello(DROPPED, both, silent_again))
    assert said(found) == (BLOCKED, Cause.TLS_SNI_DROPPED, LIKELY)


def test_silence_that_came_once_is_what_a_lossy_link_does_too() -> None:
    found = diagnosed(hello(DROPPED, another_name(greeted())))
    assert said(found) == (BLOCKED, Cause.TLS_SNI_DROPPED, POSSIBLE)


def test_an_alert_for_another_name_shows_that_its_hello_arrived() -> None:
    alerted = another_name(greeted(outcome=Outcome.ALERT))
    assert said(diagnosed(hello(RESET, alerted))) == (BLOCKED, Cause.TLS_SNI_RESET, LIKELY)


# once more


def test_a_name_that_is_reset_every_time_is_confirmed_to_be_filtered() -> None:
    found = diagnosed(hello(RESET, another_name(greeted()), again()))
    assert said(found) == (BLOCKED, Cause.TLS_SNI_RESET, CONFIRMED)
    assert "2 repeats ended alike." in found.explanation


def test_silence_stays_likely_however_often_it_is_repeated() -> None:
    found = diagnosed(hello(DROPPED, another_name(greeted()), again(DROPPED)))
    assert said(found) == (BLOCKED, Cause.TLS_SNI_DROPPED, LIKELY)


def test_a_repeat_that_failed_otherwise_confirms_nothing() -> None:
    mixed = repeat(connected(), shaken(DROPPED))
    found = diagnosed(hello(RESET, another_name(greeted()), mixed))
    assert said(found) == (BLOCKED, Cause.TLS_SNI_RESET, LIKELY)
    assert "ended alike" not in found.explanation


@pytest.mark.parametrize(
    ("outcome", "cause"),
    [(RESET, Cause.TLS_RESET), (Outcome.CLOSED, Cause.TLS_CLOSED), (DROPPED, Cause.TLS_DROPPED)],
)
def test_without_a_contrast_repeats_confirm_no_more_than_that_it_lasts(
    outcome: Outcome, cause: Cause
) -> None:
    assert said(diagnosed(hello(outcome, again(outcome)))) == (BLOCKED, cause, LIKELY)


# another address


def test_a_name_that_is_answered_elsewhere_where_nothing_is_answered_here_is_not_what_decides() -> (
    None
):
    mine = hello(RESET, another_name(greeted(outcome=RESET)), another_address())
    found = diagnosed(mine, healthy(THIRD, ELSEWHERE))
    assert said(found) == (BLOCKED, Cause.TLS_RESET, LIKELY)
    assert (
        f"The same name is answered at {ELSEWHERE}:443, so it is not refused" in found.explanation
    )


def test_a_name_that_is_reset_elsewhere_too_is_told_and_confirms_nothing() -> None:
    """Whoever serves there may refuse names that it does not know."""
    mine = hello(RESET, another_name(greeted()), another_address(RESET))
    found = diagnosed(mine, healthy(THIRD, ELSEWHERE))
    assert said(found) == (BLOCKED, Cause.TLS_SNI_RESET, LIKELY)
    assert f"At {ELSEWHERE}:443, where another name is answered" in found.explanation


def test_a_name_that_is_filtered_here_and_answered_elsewhere_is_likely_filtered() -> None:
    mine = hello(RESET, another_name(greeted()), again(), another_address())
    found = diagnosed(mine, healthy(THIRD, ELSEWHERE))
    assert said(found) == (BLOCKED, Cause.TLS_SNI_RESET, LIKELY)
    assert "names are not filtered on the way to every address" in found.explanation


def test_no_answer_elsewhere_is_no_contrast_here() -> None:
    found = diagnosed(hello(RESET, another_address(RESET)), healthy(THIRD, ELSEWHERE))
    assert said(found) == (BLOCKED, Cause.TLS_RESET, LIKELY)


# closed and alerted


def test_a_close_for_one_name_alone_is_said_to_be_a_filter_by_name() -> None:
    found = diagnosed(hello(Outcome.CLOSED, another_name(greeted())))
    assert said(found) == (BLOCKED, Cause.TLS_CLOSED, LIKELY)
    assert f"It answers one for {OTHER}: a device on the way filters" in found.explanation
    assert found.observations[0].outcome is Outcome.OK


def test_a_close_for_every_name_is_not() -> None:
    tried = another_name(greeted(outcome=Outcome.CLOSED))
    found = diagnosed(hello(Outcome.CLOSED, tried))
    assert "filters by server name" not in found.explanation
    assert "meets the same end" in found.explanation


def test_an_alert_for_one_name_alone_names_the_contrast() -> None:
    mine = hello(Outcome.ALERT, another_name(greeted()), alert="handshake_failure")
    found = diagnosed(mine)
    assert said(found) == (BLOCKED, Cause.TLS_ALERT, LIKELY)
    assert f"goes on with one for {OTHER}" in found.explanation


def test_an_alert_for_every_name_is_no_contrast() -> None:
    tried = another_name(greeted(outcome=Outcome.ALERT))
    found = diagnosed(hello(Outcome.ALERT, tried, alert="access_denied"))
    assert said(found) == (BLOCKED, Cause.TLS_ALERT, LIKELY)
    assert "goes on with" not in found.explanation


@pytest.mark.parametrize("alert", ["handshake_failure", "insufficient_security", "internal_error"])
def test_an_alert_about_the_handshake_itself_may_be_the_services_own(alert: str) -> None:
    found = diagnosed(hello(Outcome.ALERT, alert=alert))
    assert said(found) == (BLOCKED, Cause.TLS_ALERT, POSSIBLE)
    assert "what this client offers" in found.explanation


def test_a_name_that_is_not_recognized_may_lead_to_a_wrong_address() -> None:
    found = diagnosed(hello(Outcome.ALERT, alert="unrecognized_name"))
    assert said(found) == (BLOCKED, Cause.TLS_ALERT, LIKELY)
    assert "may lead to a wrong address" in found.explanation


def test_it_probably_does_where_another_address_has_the_certificate_for_it() -> None:
    there = another_address(certificates=(certificate(MICROSOFT, HOST),))
    mine = hello(Outcome.ALERT, there, alert="unrecognized_name")
    assert said(diagnosed(mine, healthy(THIRD, ELSEWHERE))) == (BLOCKED, Cause.TLS_ALERT, POSSIBLE)
    strange = another_address(certificates=(certificate(MICROSOFT, THIRD),))
    mine = hello(Outcome.ALERT, strange, alert="unrecognized_name")
    assert said(diagnosed(mine, healthy(THIRD, ELSEWHERE))) == (BLOCKED, Cause.TLS_ALERT, LIKELY)


# without controls


def test_without_experiments_the_rest_of_the_run_still_gives_the_contrast() -> None:
    assert said(diagnosed(hello(RESET), healthy(OTHER))) == (BLOCKED, Cause.TLS_SNI_RESET, LIKELY)
    assert said(diagnosed(hello(RESET), healthy(OTHER, ELSEWHERE))) == (
        BLOCKED,
        Cause.TLS_RESET,
        LIKELY,
    )


def test_an_experiment_that_could_not_be_carried_out_is_no_evidence() -> None:
    unsent = shaken(Outcome.LOCAL, name=OTHER, verified=False, source=None)
    assert said(diagnosed(hello(RESET, another_name(unsent)))) == said(diagnosed(hello(RESET)))
