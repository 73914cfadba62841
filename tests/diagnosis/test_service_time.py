"""An old certificate and a wrong clock: what the service itself says of the time decides between them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.evidence import Certificate, Control, Evidence, Experiment, Outcome
from tests.diagnosis.asking import diagnosed, said
from tests.factories import (
    ADDRESS,
    CORPORATE,
    HOST,
    NOW,
    at,
    attempt,
    certificate,
    checked,
    connected,
    exchanged,
    presented,
    shaken,
    to_proxy,
    tunnelled,
    via,
)

BLOCKED = Verdict.BLOCKED
OLD = certificate(not_after=NOW - timedelta(days=3))
SKEWED = timedelta(days=-10)
RIGHT = timedelta(0)


def stated(skew: timedelta) -> str:
    return f"{NOW + skew:%a, %d %b %Y %H:%M:%S} GMT"


def told(date: str, leaf: Certificate = OLD, address: str = ADDRESS, **fields: Any) -> Control:
    """The control: a handshake that ignores dates, and the answer with that Date."""
    proof: dict[str, Any] = {
        "verified": True,
        "ignores_dates": True,
        "certificates": (leaf,),
        "at": at(0.5),
    }
    return Control(
        name=Experiment.TRUE_TIME,
        address=attempt(connected(address=address)).address,
        observations=(
            connected(address=address),
            replace(shaken(), **(proof | fields)),
            exchanged(headers=(("date", date),), at=at(0.6)),
        ),
    )


def failing(
    *controls: Control, outcome: Outcome = Outcome.EXPIRED, leaf: Certificate = OLD
) -> Evidence:
    return checked(HOST, connected(), shaken(outcome), controls=(presented(leaf), *controls))


def test_the_services_own_time_proves_a_wrong_clock() -> None:
    found = diagnosed(failing(told(stated(SKEWED))))
    assert said(found) == (BLOCKED, Cause.HOST_CLOCK_SKEW, Confidence.CONFIRMED)
    assert "10 days ahead" in found.explanation


def test_a_service_whose_time_agrees_proves_an_old_certificate() -> None:
    found = diagnosed(failing(told(stated(RIGHT))))
    assert said(found) == (BLOCKED, Cause.TLS_EXPIRED, Confidence.CONFIRMED)
    assert "states the same time" in found.explanation


def test_a_time_by_which_the_certificate_is_old_as_well_proves_it_too() -> None:
    found = diagnosed(failing(told(stated(timedelta(days=-2)))))
    assert said(found) == (BLOCKED, Cause.TLS_EXPIRED, Confidence.CONFIRMED)


def test_a_certificate_that_expired_within_the_uncertainty_of_clocks_is_only_likely() -> None:
    just = certificate(not_after=NOW - timedelta(minutes=1))
    found = diagnosed(failing(told(stated(timedelta(minutes=-2)), just), leaf=just))
    assert said(found) == (BLOCKED, Cause.TLS_EXPIRED, Confidence.LIKELY)


def test_a_valid_leaf_with_a_right_clock_points_above_it() -> None:
    fresh = certificate()
    found = diagnosed(failing(told(stated(RIGHT), fresh), leaf=fresh))
    assert said(found) == (BLOCKED, Cause.TLS_EXPIRED, Confidence.CONFIRMED)
    assert "one above it" in found.explanation


def test_behind_a_proxy_the_services_own_time_counts_as_well() -> None:
    seen = checked(
        HOST,
        to_proxy(),
        tunnelled(),
        shaken(Outcome.EXPIRED),
        controls=(presented(OLD, address="10.0.0.20"), told(stated(SKEWED), address="10.0.0.20")),
        route=via(),
    )
    assert said(diagnosed(seen))[1:] == (Cause.HOST_CLOCK_SKEW, Confidence.CONFIRMED)


@pytest.mark.parametrize(
    "unproven",
    [
        {"outcome": Outcome.UNTRUSTED},
        {"verified": False, "ignores_dates": False},
        {"certificates": (certificate(CORPORATE),)},
        {"certificates": ()},
    ],
    ids=["untrusted", "only looked at", "another issuer", "no certificate"],
)
def test_what_is_not_proven_to_be_the_service_is_not_believed(unproven: dict[str, Any]) -> None:
    found = diagnosed(failing(told(stated(SKEWED), **unproven)))
    assert said(found) == (BLOCKED, Cause.TLS_EXPIRED, Confidence.LIKELY)


def test_the_services_own_time_outweighs_two_witnesses_in_clear() -> None:
    liars = [
        checked(
            host,
            connected(port=80),
            exchanged(port=80, headers=(("date", stated(SKEWED)),)),
            protocol="http",
            port=80,
        )
        for host in ("crl.example", "ocsp.example")
    ]
    assert diagnosed(failing(), *liars).cause is Cause.HOST_CLOCK_SKEW
    assert diagnosed(failing(told(stated(RIGHT))), *liars).cause is Cause.TLS_EXPIRED


@pytest.mark.parametrize(
    "date",
    [
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
    ],
)
def test_a_date_at_the_end_of_time_is_none(date: str) -> None:
    late = exchanged(headers=(("date", date),), at=at(-9), elapsed=0.0)
    other = checked("other.example", connected(), shaken(name="other.example"), late)
    found = diagnosed(failing(told(date)), other)
    assert said(found) == (BLOCKED, Cause.TLS_EXPIRED, Confidence.LIKELY)
