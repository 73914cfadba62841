"""Names that are let through one by one where the documentation asks for a wildcard, and services that mind strange names themselves."""

from typing import Any

import pytest

from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.evidence import Control, Evidence, Experiment, Handshake, Outcome
from tests.diagnosis.asking import diagnosed, said
from tests.factories import (
    ADDRESS,
    CORPORATE,
    MICROSOFT,
    attempt,
    certificate,
    connected,
    endpoint,
    evidence,
    exchanged,
    healthy,
    shaken,
)
from tests.factories import check as check_of

HOST = "0f1e.ods.opinsights.azure.com"
WILDCARD = "*.ods.opinsights.azure.com"
LABEL = "preflight-check.ods.opinsights.azure.com"
STRANGE = "mcr.microsoft.com"
REACHABLE, DEGRADED = Verdict.REACHABLE, Verdict.DEGRADED
MISSING = Cause.PATH_WILDCARD_MISSING
ONE = certificate(MICROSOFT, HOST)
ALL = certificate(MICROSOFT, WILDCARD)


def greeted(name: str = LABEL, outcome: Outcome = Outcome.RESET, **fields: Any) -> Handshake:
    return shaken(outcome, name=name, verified=False, **fields)


def answered(name: str = STRANGE, **fields: Any) -> Handshake:
    return greeted(name, Outcome.OK, **{"certificates": (ALL,)} | fields)


def seen(*found: Handshake, leaf: Any = ALL, wildcard: str | None = WILDCARD) -> Evidence:
    """An open path, and what the experiment saw beside it."""
    main = attempt(connected(), shaken(name=HOST, certificates=(leaf,)), exchanged())
    control = Control(
        name=Experiment.OTHER_LABEL, address=main.address, observations=(connected(), *found)
    )
    return evidence(attempts=(main,), controls=(control,), of=check_of(HOST, wildcard=wildcard))


@pytest.mark.parametrize("outcome", [Outcome.RESET, Outcome.CLOSED, Outcome.ALERT, Outcome.DROPPED])
def test_a_label_that_is_refused_where_a_strange_name_is_answered_needs_the_wildcard(
    outcome: Outcome,
) -> None:
    found = diagnosed(seen(greeted(outcome=outcome), answered(), greeted(outcome=outcome)))
    assert said(found) == (DEGRADED, MISSING, Confidence.LIKELY)
    assert f"allows this one name instead of {WILDCARD}" in found.explanation
    assert found.stage is None


def test_a_certificate_for_the_one_name_leaves_it_possible_that_the_service_minds_others() -> None:
    found = diagnosed(seen(greeted(), answered(), greeted(), leaf=ONE))
    assert said(found) == (DEGRADED, MISSING, Confidence.POSSIBLE)


def test_a_label_that_is_answered_shows_that_the_wildcard_is_allowed() -> None:
    assert diagnosed(seen(answered(LABEL))).verdict is REACHABLE


def test_a_service_that_minds_every_strange_name_is_no_filter() -> None:
    """As IIS does with bindings by name, and any server that is told to."""
    mine = seen(greeted(), greeted(STRANGE), greeted())
    assert diagnosed(mine).verdict is REACHABLE


def test_a_refusal_that_nothing_is_compared_with_says_nothing() -> None:
    assert diagnosed(seen(greeted(), greeted())).verdict is REACHABLE


def test_a_name_that_the_service_has_a_certificate_for_is_not_strange_to_it() -> None:
    """A front door with both names is known to mind all others."""
    at_home = answered(certificates=(certificate(MICROSOFT, STRANGE),))
    assert diagnosed(seen(greeted(), at_home, greeted())).verdict is REACHABLE


def test_a_strange_name_that_a_device_answers_says_nothing_of_the_service() -> None:
    device = answered(certificates=(certificate(CORPORATE, "portal.contoso.example"),))
    assert diagnosed(seen(greeted(), device, greeted())).verdict is REACHABLE


def test_an_alert_for_the_strange_name_is_the_services_own_way_to_mind() -> None:
    assert (
        diagnosed(seen(greeted(), greeted(STRANGE, Outcome.ALERT), greeted())).verdict is REACHABLE
    )


@pytest.mark.parametrize(
    "found",
    [
        (greeted(), answered()),
        (greeted(), answered(), greeted(outcome=Outcome.DROPPED)),
        (greeted(), answered(), answered(LABEL)),
        (greeted(), answered(), greeted(outcome=Outcome.LOCAL)),
    ],
)
def test_a_label_that_is_not_refused_twice_alike_may_be_an_accident(
    found: tuple[Handshake, ...],
) -> None:
    assert diagnosed(seen(*found)).verdict is REACHABLE


def test_silence_that_is_no_longer_than_an_answer_takes_is_slowness() -> None:
    slow = greeted(outcome=Outcome.DROPPED, elapsed=1.0)
    assert diagnosed(seen(slow, answered(elapsed=0.4), slow)).verdict is REACHABLE


def test_what_was_asked_at_another_address_says_nothing_of_this_one() -> None:
    elsewhere = greeted(address="203.0.113.77")
    assert diagnosed(seen(elsewhere, answered(), elsewhere)).verdict is REACHABLE


def test_a_name_documented_as_such_misses_no_wildcard() -> None:
    assert diagnosed(seen(greeted(), answered(), greeted(), wildcard=None)).verdict is REACHABLE


def test_another_host_of_the_wildcard_that_is_filtered_has_a_row_of_its_own() -> None:
    """Its own finding asks for the wildcard; the one that passes is not held responsible for it."""
    blocked = evidence(
        attempts=(
            attempt(connected(), shaken(Outcome.RESET, name="a1b2.ods.opinsights.azure.com")),
        ),
        of=check_of("a1b2.ods.opinsights.azure.com", wildcard=WILDCARD),
    )
    mine = healthy(HOST, wildcard=WILDCARD)
    assert diagnosed(mine, blocked).verdict is REACHABLE
    found = diagnosed(blocked, mine, of=endpoint("a1b2.ods.opinsights.azure.com", fqdn=WILDCARD))
    assert found.cause is Cause.TLS_SNI_RESET


def test_a_path_that_is_blocked_anyway_misses_more_than_the_wildcard() -> None:
    main = attempt(connected(), shaken(name=HOST), exchanged(Outcome.RESET))
    control = Control(
        name=Experiment.OTHER_LABEL,
        address=main.address,
        observations=(greeted(), answered(), greeted()),
    )
    mine = evidence(attempts=(main,), controls=(control,), of=check_of(HOST, wildcard=WILDCARD))
    assert diagnosed(mine).cause is Cause.HTTP_RESET
    assert str(main.address) == ADDRESS
