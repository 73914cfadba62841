"""How a handshake ends, who vouches for the peer, and what it means."""

from datetime import timedelta
from typing import Any

import pytest

from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.endpoint import Trust
from preflight.model.evidence import Control, Evidence, Experiment, Outcome, Transport
from preflight.model.plan import Stage
from tests.diagnosis.asking import diagnosed, said
from tests.factories import (
    ADDRESS,
    CORPORATE,
    HOST,
    MICROSOFT,
    NOW,
    attempt,
    certificate,
    checked,
    connected,
    endpoint,
    evidence,
    exchanged,
    healthy,
    hop,
    presented,
    shaken,
    to_proxy,
    traced,
    tunnelled,
    via,
)

BLOCKED, DEGRADED = Verdict.BLOCKED, Verdict.DEGRADED
LIKELY, CONFIRMED, POSSIBLE = Confidence.LIKELY, Confidence.CONFIRMED, Confidence.POSSIBLE
OTHER = "mcr.microsoft.com"
ROOT_G2 = "6a170583db584151e1c454eeca2a64cc5d8e484a5bd1156e720b4458654ee9e5"


def hello(outcome: Outcome, *controls: Control, **fields: Any) -> Evidence:
    return checked(HOST, connected(), shaken(outcome, **fields), controls=controls)


@pytest.mark.parametrize(
    ("outcome", "cause"),
    [
        (Outcome.RESET, Cause.TLS_RESET),
        (Outcome.DROPPED, Cause.TLS_DROPPED),
        (Outcome.CLOSED, Cause.TLS_CLOSED),
        (Outcome.ALERT, Cause.TLS_ALERT),
        (Outcome.VERSION, Cause.TLS_VERSION),
    ],
)
def test_an_end_after_the_client_hello_without_contrast_is_the_plain_cause(
    outcome: Outcome, cause: Cause
) -> None:
    found = diagnosed(hello(outcome))
    assert said(found) == (BLOCKED, cause, LIKELY)
    assert found.stage is Stage.TLS


@pytest.mark.parametrize(
    ("outcome", "cause", "confidence"),
    [
        (Outcome.RESET, Cause.TLS_SNI_RESET, LIKELY),
        (Outcome.DROPPED, Cause.TLS_SNI_DROPPED, POSSIBLE),
    ],
)
@pytest.mark.parametrize(
    "answer", [Outcome.OK, Outcome.UNTRUSTED, Outcome.NAME_MISMATCH, Outcome.VERSION]
)
def test_a_name_that_fails_where_another_is_answered_is_filtered_by_name(
    outcome: Outcome, cause: Cause, confidence: Confidence, answer: Outcome
) -> None:
    found = diagnosed(hello(outcome), checked(OTHER, connected(), shaken(answer, name=OTHER)))
    assert said(found) == (BLOCKED, cause, confidence)
    assert OTHER in found.explanation
    assert found.observations[0].outcome is answer, "the contrast is part of the evidence"


@pytest.mark.parametrize(
    "answer", [Outcome.RESET, Outcome.DROPPED, Outcome.NOT_TLS, Outcome.CLOSED]
)
def test_another_name_that_fails_as_well_is_no_contrast(answer: Outcome) -> None:
    found = diagnosed(hello(Outcome.RESET), checked(OTHER, connected(), shaken(answer, name=OTHER)))
    assert found.cause is Cause.TLS_RESET


def test_another_name_at_another_address_is_no_contrast() -> None:
    assert diagnosed(hello(Outcome.RESET), healthy(OTHER, "203.0.113.20")).cause is Cause.TLS_RESET


def test_another_name_at_another_port_is_no_contrast() -> None:
    elsewhere = checked(OTHER, connected(port=8443), shaken(port=8443, name=OTHER), port=8443)
    assert diagnosed(hello(Outcome.RESET), elsewhere).cause is Cause.TLS_RESET


def test_a_handshake_without_a_name_is_no_contrast() -> None:
    nameless = checked(ADDRESS, connected(), shaken(name=None))
    assert diagnosed(hello(Outcome.RESET), nameless).cause is Cause.TLS_RESET


def test_a_check_that_sent_no_name_is_not_filtered_by_name() -> None:
    mine = checked(ADDRESS, connected(), shaken(Outcome.RESET, name=None))
    assert diagnosed(mine, healthy(OTHER)).cause is Cause.TLS_RESET


def test_a_name_that_was_answered_once_is_not_filtered_by_name() -> None:
    again = checked(HOST, connected(), shaken(), exchanged(), ids=("again",))
    assert diagnosed(hello(Outcome.RESET), again, healthy(OTHER)).cause is Cause.TLS_RESET


def test_names_that_share_only_the_proxys_address_are_no_contrast() -> None:
    def through(host: str, outcome: Outcome) -> Evidence:
        steps = (to_proxy(), tunnelled(), shaken(outcome, "10.0.0.20", 3128, host))
        return checked(host, *steps, route=via())

    found = diagnosed(through(HOST, Outcome.RESET), through(OTHER, Outcome.OK))
    assert found.cause is Cause.TLS_RESET
    assert "through the proxy" in found.explanation


def test_a_name_that_is_reset_at_two_addresses_is_confirmed_to_be_filtered() -> None:
    second = "203.0.113.11"
    mine = evidence(
        attempts=(
            attempt(connected(), shaken(Outcome.RESET)),
            attempt(connected(address=second), shaken(Outcome.RESET, second)),
        )
    )
    found = diagnosed(mine, healthy(OTHER), healthy(OTHER, second))
    assert said(found) == (BLOCKED, Cause.TLS_SNI_RESET, CONFIRMED)


def test_silence_is_not_confirmed_even_when_it_is_repeated() -> None:
    second = "203.0.113.11"
    mine = evidence(
        attempts=(
            attempt(connected(), shaken(Outcome.DROPPED)),
            attempt(connected(address=second), shaken(Outcome.DROPPED, second)),
        )
    )
    found = diagnosed(mine, healthy(OTHER), healthy(OTHER, second))
    assert said(found) == (BLOCKED, Cause.TLS_SNI_DROPPED, LIKELY)


def test_the_alerts_name_is_told() -> None:
    assert (
        '"unrecognized_name"'
        in diagnosed(hello(Outcome.ALERT, alert="unrecognized_name")).explanation
    )


@pytest.mark.parametrize("alert", ["certificate_required", "bad_certificate", "unknown_ca"])
def test_an_alert_about_a_client_certificate_may_be_the_services_own(alert: str) -> None:
    found = diagnosed(hello(Outcome.ALERT, alert=alert))
    assert (found.verdict, found.cause) == (Verdict.INCONCLUSIVE, None)
    assert "client certificate" in found.explanation


def test_plain_text_on_the_tls_port_is_quoted_and_not_tls() -> None:
    found = diagnosed(hello(Outcome.NOT_TLS, first_bytes=b"HTTP/1.1 403 Forbidden\r\n\x1b[2J"))
    assert said(found) == (BLOCKED, Cause.TLS_NOT_TLS, CONFIRMED)
    assert '"HTTP/1.1 403 Forbidden\\x0d\\x0a\\x1b[2J"' in found.explanation


def test_plain_text_with_a_makers_mark_names_the_maker() -> None:
    page = b"HTTP/1.1 403 Forbidden\r\nServer: x\r\n\r\n<title>FortiGuard Web Filtering</title>"
    assert "Fortinet" in diagnosed(hello(Outcome.NOT_TLS, first_bytes=page)).explanation


# interception


@pytest.mark.parametrize("outcome", [Outcome.UNTRUSTED, Outcome.EXPIRED, Outcome.NOT_YET_VALID])
def test_a_foreign_issuer_for_the_right_name_is_interception(outcome: Outcome) -> None:
    found = diagnosed(hello(outcome, presented(certificate(CORPORATE))))
    assert said(found) == (BLOCKED, Cause.TLS_INTERCEPTED, CONFIRMED)
    assert f'"{CORPORATE}"' in found.explanation
    assert found.scope == CORPORATE


def test_an_interceptor_that_answers_nearer_than_the_host_is_placed() -> None:
    way = traced(
        hop(1, router="10.0.0.1"),
        hop(2, Outcome.OK),
        hop(3, router="192.0.2.1", transport=Transport.UDP),
    )
    found = diagnosed(hello(Outcome.UNTRUSTED, presented(certificate(CORPORATE)), way))
    assert said(found) == (BLOCKED, Cause.TLS_INTERCEPTED, CONFIRMED)
    assert "answers in the host's place: 10.0.0.1 or the next one." in found.explanation


def test_a_foreign_issuer_that_this_host_trusts_is_still_interception() -> None:
    found = diagnosed(
        checked(HOST, connected(), shaken(certificates=(certificate(CORPORATE),)), exchanged())
    )
    assert said(found) == (DEGRADED, Cause.TLS_INTERCEPTED, CONFIRMED)
    assert "does not support TLS inspection" in found.explanation
    assert found.stage is Stage.TLS


def test_a_foreign_issuer_without_organisation_is_named_in_full() -> None:
    leaf = certificate(None, issued_by="CN=contoso-ca, DC=contoso")
    found = diagnosed(hello(Outcome.UNTRUSTED, presented(leaf)))
    assert found.cause is Cause.TLS_INTERCEPTED
    assert '"CN=contoso-ca, DC=contoso"' in found.explanation


def test_an_interceptor_that_lets_no_answer_through_blocks() -> None:
    leaf = shaken(certificates=(certificate(CORPORATE),))
    found = diagnosed(checked(HOST, connected(), leaf, exchanged(Outcome.CLOSED)))
    assert said(found) == (BLOCKED, Cause.TLS_INTERCEPTED, LIKELY)


def test_interception_without_a_request_is_named_but_not_judged() -> None:
    found = diagnosed(checked(HOST, connected(), shaken(certificates=(certificate(CORPORATE),))))
    assert said(found) == (Verdict.INCONCLUSIVE, Cause.TLS_INTERCEPTED, CONFIRMED)


def test_an_old_certificate_of_an_interceptor_is_not_said_to_be_distrusted() -> None:
    old = certificate(CORPORATE, not_after=NOW - timedelta(days=3))
    found = diagnosed(hello(Outcome.EXPIRED, presented(old)))
    assert said(found) == (BLOCKED, Cause.TLS_INTERCEPTED, CONFIRMED)
    assert "outside its validity" in found.explanation
    assert "does not trust" not in found.explanation


def test_a_maker_of_interceptors_is_named_from_the_issuer() -> None:
    found = diagnosed(hello(Outcome.UNTRUSTED, presented(certificate("Zscaler Inc."))))
    assert "as Zscaler makes them" in found.explanation


def test_the_same_foreign_issuer_on_other_hosts_is_told() -> None:
    other = checked(
        OTHER, connected(), shaken(name=OTHER, certificates=(certificate(CORPORATE, OTHER),))
    )
    found = diagnosed(hello(Outcome.UNTRUSTED, presented(certificate(CORPORATE))), other)
    assert "seen on 1 other host" in found.explanation


def test_a_well_known_public_authority_is_only_possibly_an_interceptor() -> None:
    leaf = shaken(certificates=(certificate("Let's Encrypt"),))
    found = diagnosed(checked(HOST, connected(), leaf, exchanged()))
    assert said(found) == (DEGRADED, Cause.TLS_INTERCEPTED, POSSIBLE)


def test_a_self_signed_leaf_is_foreign_whatever_organisation_it_claims() -> None:
    name = f"CN={HOST}, O={MICROSOFT}"
    leaf = certificate(MICROSOFT, subject=name, issued_by=name)
    found = diagnosed(hello(Outcome.UNTRUSTED, presented(leaf), verify_code=18))
    assert said(found) == (BLOCKED, Cause.TLS_INTERCEPTED, LIKELY)
    assert "self-signed" in found.explanation


@pytest.mark.parametrize(
    "issuer", ["Microsoft Corporation", "MICROSOFT CORP.", "DigiCert, Inc.", "DigiCert"]
)
def test_spellings_of_an_expected_issuer_are_not_foreign(issuer: str) -> None:
    leaf = shaken(certificates=(certificate(issuer),))
    assert diagnosed(checked(HOST, connected(), leaf, exchanged())).verdict is Verdict.REACHABLE


def test_where_the_issuers_are_unknown_only_a_maker_of_interceptors_is_foreign() -> None:
    def seen(issuer: str) -> Evidence:
        return checked(HOST, connected(), shaken(certificates=(certificate(issuer),)), exchanged())

    unknown = endpoint(issuers=())
    assert diagnosed(seen("Example CA"), of=unknown).verdict is Verdict.REACHABLE
    assert diagnosed(seen("Fortinet"), of=unknown).cause is Cause.TLS_INTERCEPTED


def test_a_foreign_certificate_for_another_name_is_not_interception() -> None:
    look = presented(certificate(CORPORATE, "portal.contoso.example"))
    assert diagnosed(hello(Outcome.NAME_MISMATCH, look)).cause is Cause.TLS_NAME_MISMATCH
    assert diagnosed(hello(Outcome.UNTRUSTED, look)).cause is Cause.TLS_UNTRUSTED


def test_a_name_mismatch_with_the_right_name_is_left_to_the_handshakes_verdict() -> None:
    found = diagnosed(hello(Outcome.NAME_MISMATCH, presented(certificate(CORPORATE))))
    assert found.cause is Cause.TLS_NAME_MISMATCH


def test_a_look_at_another_address_says_nothing_about_this_one() -> None:
    look = presented(certificate(CORPORATE), address="203.0.113.99")
    assert diagnosed(hello(Outcome.UNTRUSTED, look)).cause is Cause.TLS_UNTRUSTED


def test_another_control_is_not_taken_for_a_look_at_the_chain() -> None:
    look = presented(certificate(CORPORATE))
    other = Control(name=Experiment.REPEAT, address=look.address, observations=look.observations)
    assert diagnosed(hello(Outcome.UNTRUSTED, other)).cause is Cause.TLS_UNTRUSTED


# what the handshake itself says


@pytest.mark.parametrize("code", [20, 21])
def test_an_incomplete_chain_of_the_services_own_issuer_is_not_interception(code: int) -> None:
    found = diagnosed(hello(Outcome.UNTRUSTED, presented(certificate()), verify_code=code))
    assert said(found) == (DEGRADED, Cause.TLS_UNTRUSTED, LIKELY)
    assert "Microsoft TLS RSA Root G2" in found.explanation


def test_a_chain_that_ends_in_a_genuine_new_root_is_an_old_trust_store() -> None:
    root = certificate(sha256=ROOT_G2)
    found = diagnosed(hello(Outcome.UNTRUSTED, presented(certificate(), root), verify_code=19))
    assert said(found) == (DEGRADED, Cause.TLS_UNTRUSTED, LIKELY)


def test_a_chain_that_ends_in_an_unknown_root_of_the_right_name_is_not_excused() -> None:
    found = diagnosed(hello(Outcome.UNTRUSTED, presented(certificate()), verify_code=19))
    assert said(found) == (BLOCKED, Cause.TLS_UNTRUSTED, POSSIBLE)


def test_an_untrusted_chain_that_nobody_looked_at_is_only_untrusted() -> None:
    found = diagnosed(hello(Outcome.UNTRUSTED, verify_code=20))
    assert said(found) == (BLOCKED, Cause.TLS_UNTRUSTED, POSSIBLE)
    assert "look the same" in found.explanation


def test_an_untrusted_chain_of_a_service_with_unknown_issuers_is_only_untrusted() -> None:
    found = diagnosed(
        hello(Outcome.UNTRUSTED, presented(certificate("Example CA")), verify_code=20),
        of=endpoint(issuers=()),
    )
    assert said(found) == (BLOCKED, Cause.TLS_UNTRUSTED, POSSIBLE)
    assert '"Example CA"' in found.explanation


def test_an_api_server_that_another_ca_signed_is_untrusted() -> None:
    found = diagnosed(
        hello(
            Outcome.UNTRUSTED, presented(certificate(None, issued_by="CN=other")), verify_code=20
        ),
        of=endpoint(trust=Trust.CLUSTER),
    )
    assert found.cause is Cause.TLS_UNTRUSTED
    assert "cluster CA" in found.explanation


def test_an_api_server_whose_ca_is_unknown_is_not_judged_and_says_how_to_give_it() -> None:
    found = diagnosed(
        checked(HOST, connected(), shaken(verified=False), trust=Trust.CLUSTER),
        of=endpoint(trust=Trust.CLUSTER),
    )
    assert (found.verdict, found.cause) == (Verdict.INCONCLUSIVE, None)
    assert "--cluster-ca-file" in found.explanation


def test_an_unverified_handshake_of_any_other_service_proves_nothing() -> None:
    found = diagnosed(checked(HOST, connected(), shaken(verified=False)))
    assert (found.verdict, found.cause) == (Verdict.INCONCLUSIVE, None)


def test_an_answer_over_an_unverified_handshake_proves_nothing() -> None:
    found = diagnosed(checked(HOST, connected(), shaken(verified=False), exchanged()))
    assert found.verdict is Verdict.INCONCLUSIVE


def test_an_expired_certificate_that_was_seen_is_likely_so() -> None:
    old = certificate(not_after=NOW - timedelta(days=3))
    found = diagnosed(hello(Outcome.EXPIRED, presented(old)))
    assert said(found) == (BLOCKED, Cause.TLS_EXPIRED, LIKELY)
    assert "2026-11-20" in found.explanation


def test_an_expiry_elsewhere_in_the_chain_is_only_possible() -> None:
    found = diagnosed(hello(Outcome.EXPIRED, presented(certificate())))
    assert said(found) == (BLOCKED, Cause.TLS_EXPIRED, POSSIBLE)


def test_a_certificate_of_the_future_is_outside_its_validity_too() -> None:
    found = diagnosed(hello(Outcome.NOT_YET_VALID))
    assert said(found) == (BLOCKED, Cause.TLS_EXPIRED, POSSIBLE)
    assert "not valid yet" in found.explanation


def test_a_certificate_for_another_name_is_told_with_its_names() -> None:
    look = presented(certificate(MICROSOFT, "evil\x1b.example"))
    found = diagnosed(hello(Outcome.NAME_MISMATCH, look))
    assert said(found) == (BLOCKED, Cause.TLS_NAME_MISMATCH, CONFIRMED)
    assert '"evil\\x1b.example"' in found.explanation


def test_a_certificate_without_names_is_told_with_its_subject() -> None:
    look = presented(certificate(MICROSOFT, names=(), subject="CN=old"))
    assert '"CN=old"' in diagnosed(hello(Outcome.NAME_MISMATCH, look)).explanation


def test_a_name_mismatch_that_nobody_looked_at_is_likely() -> None:
    assert said(diagnosed(hello(Outcome.NAME_MISMATCH))) == (
        BLOCKED,
        Cause.TLS_NAME_MISMATCH,
        LIKELY,
    )


@pytest.mark.parametrize("outcome", [Outcome.MALFORMED, Outcome.TOO_LARGE, Outcome.UNKNOWN])
def test_a_handshake_that_ends_in_no_known_way_is_inconclusive(outcome: Outcome) -> None:
    found = diagnosed(hello(outcome))
    assert (found.verdict, found.cause, found.stage) == (Verdict.INCONCLUSIVE, None, Stage.TLS)


# the clock


def off_by(skew: timedelta, host: str = OTHER, **fields: Any) -> Evidence:
    date = f"{NOW + skew:%a, %d %b %Y %H:%M:%S} GMT"
    steps = (connected(address="203.0.113.20"), shaken(address="203.0.113.20", name=host))
    return checked(
        host, *steps, exchanged(address="203.0.113.20", headers=(("date", date),)), **fields
    )


def in_clear(skew: timedelta, host: str) -> Evidence:
    date = f"{NOW + skew:%a, %d %b %Y %H:%M:%S} GMT"
    return checked(
        host,
        connected(port=80),
        exchanged(port=80, headers=(("date", date),)),
        protocol="http",
        port=80,
    )


AHEAD = timedelta(days=400)
FUTURE = presented(
    certificate(not_before=NOW + timedelta(days=390), not_after=NOW + timedelta(days=600))
)


def test_a_certificate_that_fails_only_by_this_hosts_clock_is_a_clock_skew() -> None:
    found = diagnosed(hello(Outcome.NOT_YET_VALID, FUTURE), off_by(AHEAD))
    assert said(found) == (BLOCKED, Cause.HOST_CLOCK_SKEW, CONFIRMED)
    assert "400 days behind" in found.explanation


def test_a_clock_that_runs_ahead_is_told_in_hours() -> None:
    old = presented(certificate(not_after=NOW - timedelta(hours=1)))
    found = diagnosed(hello(Outcome.EXPIRED, old), off_by(timedelta(hours=-3)))
    assert found.cause is Cause.HOST_CLOCK_SKEW
    assert "3.0 hours ahead" in found.explanation


def test_a_small_skew_is_told_in_minutes() -> None:
    old = presented(certificate(not_after=NOW - timedelta(minutes=10)))
    found = diagnosed(hello(Outcome.EXPIRED, old), off_by(timedelta(minutes=-30)))
    assert "30 minutes ahead" in found.explanation


def test_a_skew_that_does_not_mend_the_certificate_is_not_the_cause() -> None:
    found = diagnosed(hello(Outcome.NOT_YET_VALID, FUTURE), off_by(timedelta(days=1)))
    assert found.cause is Cause.TLS_EXPIRED


def test_a_right_clock_leaves_the_certificate_expired() -> None:
    old = presented(certificate(not_after=NOW - timedelta(minutes=1)))
    assert (
        diagnosed(hello(Outcome.EXPIRED, old), off_by(timedelta(minutes=-2))).cause
        is Cause.TLS_EXPIRED
    )


def test_one_clear_answer_is_too_little_to_blame_the_clock_and_two_are_likely() -> None:
    one = in_clear(AHEAD, "crl.example")
    failing = hello(Outcome.NOT_YET_VALID, FUTURE)
    assert diagnosed(failing, one).cause is Cause.TLS_EXPIRED
    both = diagnosed(failing, one, in_clear(AHEAD, "ocsp.example"))
    assert said(both) == (BLOCKED, Cause.HOST_CLOCK_SKEW, LIKELY)


@pytest.mark.parametrize(
    "date", ["", "now", "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 2027 08:49:37 CET"]
)
def test_a_date_that_cannot_be_read_blames_nobody(date: str) -> None:
    odd = checked(OTHER, connected(), shaken(name=OTHER), exchanged(headers=(("date", date),)))
    assert diagnosed(hello(Outcome.NOT_YET_VALID, FUTURE), odd).cause is Cause.TLS_EXPIRED


def test_a_clock_is_not_blamed_for_a_certificate_that_nobody_saw() -> None:
    assert diagnosed(hello(Outcome.NOT_YET_VALID), off_by(AHEAD)).cause is Cause.TLS_EXPIRED
