"""How a request is answered, by whom, and what it means."""

from typing import Any

import pytest

from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.endpoint import Answer, Endpoint, Protocol, Trust
from preflight.model.evidence import Evidence, Headers, Outcome
from preflight.model.plan import Stage
from tests.diagnosis.asking import diagnosed, said
from tests.factories import (
    CORPORATE,
    HOST,
    certificate,
    checked,
    connected,
    endpoint,
    exchanged,
    healthy,
    shaken,
)

BLOCKED, REACHABLE = Verdict.BLOCKED, Verdict.REACHABLE
LIKELY, CONFIRMED, POSSIBLE = Confidence.LIKELY, Confidence.CONFIRMED, Confidence.POSSIBLE
UNKNOWN_ISSUERS = endpoint(issuers=())


def clear(
    status: int = 200, headers: Headers = (), body: bytes = b"", host: str = HOST
) -> Evidence:
    answer = exchanged(port=80, status=status, headers=headers, body=body)
    return checked(host, connected(port=80), answer, port=80, protocol=Protocol.HTTP)


def inside_tls(
    status: int = 200,
    headers: Headers = (),
    body: bytes = b"",
    issuer: str = "Microsoft Corporation",
) -> Evidence:
    leaf = shaken(certificates=(certificate(issuer),))
    return checked(HOST, connected(), leaf, exchanged(status=status, headers=headers, body=body))


def over_http(**answer: Any) -> Endpoint:
    return endpoint(port=80, protocol=Protocol.HTTP, answer=Answer(**answer))


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 429, 500, 503])
def test_any_status_of_the_authentic_service_proves_the_path(status: int) -> None:
    assert said(diagnosed(healthy(status=status))) == (REACHABLE, None, CONFIRMED)


def test_a_refusal_page_of_the_authentic_service_is_not_a_block_page() -> None:
    page = inside_tls(403, body=b"<h1>Access denied: blocked by your administrator's policy</h1>")
    assert said(diagnosed(page)) == (REACHABLE, None, CONFIRMED)


def test_an_authentic_service_without_its_usual_mark_is_reachable_with_less_confidence() -> None:
    found = diagnosed(healthy(), of=endpoint(answer=Answer(header="x-ms-request-id")))
    assert said(found) == (REACHABLE, None, LIKELY)
    assert "lacks the mark" in found.explanation


def test_an_authentic_service_with_its_mark_is_confirmed() -> None:
    of = endpoint(answer=Answer(header="x-ms-request-id"))
    found = diagnosed(inside_tls(404, (("x-ms-request-id", "1"),)), of=of)
    assert said(found) == (REACHABLE, None, CONFIRMED)


def test_a_verified_peer_of_unknown_issuers_is_reachable_with_less_confidence() -> None:
    found = diagnosed(healthy(), of=UNKNOWN_ISSUERS)
    assert said(found) == (REACHABLE, None, LIKELY)
    assert "would not show" in found.explanation


def test_an_api_server_that_the_cluster_ca_vouches_for_is_confirmed() -> None:
    leaf = shaken(certificates=(certificate(None, issued_by="CN=kubernetes"),))
    mine = checked(HOST, connected(), leaf, exchanged(status=401), trust=Trust.CLUSTER)
    assert said(diagnosed(mine, of=endpoint(trust=Trust.CLUSTER))) == (REACHABLE, None, CONFIRMED)


def test_a_verified_handshake_whose_certificate_is_unknown_proves_no_service() -> None:
    found = diagnosed(checked(HOST, connected(), shaken(certificates=()), exchanged()))
    assert found.verdict is Verdict.INCONCLUSIVE


def test_a_private_address_that_works_is_a_private_endpoint() -> None:
    found = diagnosed(healthy(address="10.1.2.3"))
    assert said(found) == (REACHABLE, None, CONFIRMED)
    assert "private endpoint" in found.explanation


# clear HTTP


def test_an_answer_in_clear_http_is_likely_the_services() -> None:
    assert said(diagnosed(clear(404), of=over_http())) == (REACHABLE, None, LIKELY)


def test_an_overloaded_service_in_clear_http_is_no_block_page() -> None:
    busy = clear(503, (("retry-after", "30"),), b"<h1>Service Unavailable</h1>")
    assert said(diagnosed(busy, of=over_http())) == (REACHABLE, None, LIKELY)


def test_an_answer_in_clear_http_with_a_documented_status_but_without_its_mark_is_possible() -> (
    None
):
    of = over_http(header="x-ms-blob-type", statuses=((200, 200),))
    assert said(diagnosed(clear(200), of=of)) == (REACHABLE, None, POSSIBLE)


def test_an_answer_in_clear_http_without_mark_and_status_is_somebody_elses() -> None:
    of = over_http(header="x-ms-blob-type", statuses=((200, 200),))
    found = diagnosed(clear(403), of=of)
    assert said(found) == (BLOCKED, Cause.HTTP_BLOCK_PAGE, POSSIBLE)


def test_the_documented_body_is_a_mark_too() -> None:
    of = over_http(body="Healthy", statuses=((200, 200),))
    assert said(diagnosed(clear(200, body=b"Healthy\n"), of=of)) == (REACHABLE, None, LIKELY)
    assert said(diagnosed(clear(200, body=b"<html>"), of=of)) == (REACHABLE, None, POSSIBLE)


def test_a_compressed_body_is_not_compared() -> None:
    of = over_http(body="Healthy", statuses=((200, 200),))
    packed = clear(200, (("content-encoding", "gzip"),), b"\x1f\x8b")
    assert said(diagnosed(packed, of=of)) == (REACHABLE, None, LIKELY)


# block pages


@pytest.mark.parametrize(
    ("status", "headers", "body", "maker"),
    [
        (
            470,
            (),
            b"Action: Deny. Reason: No rule matched. Proceeding with default action.",
            "Azure Firewall",
        ),
        (403, (("x-squid-error", "ERR_ACCESS_DENIED 0"),), b"", "Squid"),
        (403, (("server", "Zscaler/6.2"),), b"", "Zscaler"),
        (303, (("location", "http://10.0.0.1:1000/fgtauth?0a"),), b"", "Fortinet"),
        (302, (("location", "https://block.opendns.com/?url=x"),), b"", "Cisco Umbrella"),
    ],
)
def test_a_status_or_header_that_only_a_middlebox_sends_is_a_block_page(
    status: int, headers: Headers, body: bytes, maker: str
) -> None:
    found = diagnosed(clear(status, headers, body), of=over_http())
    assert said(found) == (BLOCKED, Cause.HTTP_BLOCK_PAGE, CONFIRMED)
    assert maker in found.explanation
    assert found.scope.startswith(maker)
    assert found.stage is Stage.HTTP


@pytest.mark.parametrize(
    "body",
    [
        b"<title>FortiGuard Intrusion Prevention - Access Blocked</title>",
        b"Web Page Blocked",
        b"You have tried to access a web page which is in violation of your internet usage policy.",
    ],
)
def test_words_of_a_block_page_are_likely_one(body: bytes) -> None:
    found = diagnosed(clear(200, body=body), of=over_http())
    assert said(found) == (BLOCKED, Cause.HTTP_BLOCK_PAGE, LIKELY)


@pytest.mark.parametrize(
    "body",
    [
        b"By using this mirror you accept our acceptable use policy.",
        b"packages: squidguard, a web filter; dansguardian, a content filter",
        b"Sophos, FortiGuard and Zscaler users: see the documentation.",
    ],
)
def test_a_genuine_page_about_filters_and_policies_is_not_a_block_page(body: bytes) -> None:
    assert said(diagnosed(clear(200, body=body), of=over_http())) == (REACHABLE, None, LIKELY)


def test_a_captive_portals_status_is_a_block_page() -> None:
    assert said(diagnosed(clear(511), of=over_http())) == (
        BLOCKED,
        Cause.HTTP_BLOCK_PAGE,
        CONFIRMED,
    )


@pytest.mark.parametrize(
    "location",
    [
        "http://portal.contoso.example/login?u=1",
        "http://10.0.0.1/",
        "http://[fd00::1]:8080/",
        "https://user@wifi.contoso.example:8443",
    ],
)
def test_a_redirect_to_a_portal_is_a_block_page(location: str) -> None:
    found = diagnosed(clear(302, (("location", location),)), of=over_http())
    assert said(found) == (BLOCKED, Cause.HTTP_BLOCK_PAGE, LIKELY)


@pytest.mark.parametrize(
    "location",
    [
        "/login",
        f"https://{HOST}/login",
        "https://login.microsoft.com/portal",
        "https://cdn.example.net/file",
        "https://cdn.example.net/file?next=login",
        "",
    ],
)
def test_a_redirect_of_the_services_own_or_to_nowhere_special_is_not(location: str) -> None:
    assert diagnosed(clear(302, (("location", location),)), of=over_http()).verdict is REACHABLE


def test_a_location_without_a_redirect_is_not_a_portal() -> None:
    created = clear(201, (("location", "http://portal.contoso.example/"),))
    assert diagnosed(created, of=over_http()).verdict is REACHABLE


def test_the_page_of_a_host_of_that_maker_is_its_own() -> None:
    mine = clear(200, body=b"Powered by FortiGuard", host="www.fortinet.com")
    assert diagnosed(mine, of=over_http()).verdict is REACHABLE


@pytest.mark.parametrize("host", ["azure.archive.ubuntu.com", "management.azure.com"])
def test_a_host_with_azure_in_its_name_does_not_write_the_page_of_azure_firewall(
    host: str,
) -> None:
    page = clear(470, body=b"Action: Deny. Reason: No rule matched.", host=host)
    assert diagnosed(page, of=over_http()).cause is Cause.HTTP_BLOCK_PAGE


def test_a_makers_name_in_front_of_somebody_elses_domain_is_not_at_home() -> None:
    page = clear(200, body=b"Powered by FortiGuard", host="fortinet.contoso.example")
    assert diagnosed(page, of=over_http()).cause is Cause.HTTP_BLOCK_PAGE


def test_a_page_inside_an_inspected_connection_is_a_block_page_and_says_both() -> None:
    found = diagnosed(inside_tls(403, body=b"Web Page Blocked", issuer=CORPORATE))
    assert said(found) == (BLOCKED, Cause.HTTP_BLOCK_PAGE, LIKELY)
    assert f'"{CORPORATE}"' in found.explanation


def test_a_genuine_answer_inside_an_inspected_connection_is_interception() -> None:
    of = endpoint(answer=Answer(header="x-ms-request-id"))
    mine = inside_tls(403, (("x-ms-request-id", "1"),), b"Web Page Blocked", CORPORATE)
    assert diagnosed(mine, of=of).cause is Cause.TLS_INTERCEPTED


def test_a_page_behind_a_verified_certificate_of_unknown_issuers_is_a_block_page() -> None:
    page = inside_tls(403, body=b"Web Page Blocked", issuer="Example CA")
    assert said(diagnosed(page, of=UNKNOWN_ISSUERS)) == (BLOCKED, Cause.HTTP_BLOCK_PAGE, LIKELY)


def test_a_sign_in_behind_a_verified_certificate_of_unknown_issuers_is_not() -> None:
    page = inside_tls(302, (("location", "https://login.example.net/portal"),), issuer="Example CA")
    assert diagnosed(page, of=UNKNOWN_ISSUERS).verdict is REACHABLE


def test_a_makers_mark_under_the_services_own_certificate_is_weaker() -> None:
    signed = inside_tls(470, body=b"Action: Deny. Reason: No rule matched.")
    assert said(diagnosed(signed)) == (BLOCKED, Cause.HTTP_BLOCK_PAGE, LIKELY)
    worded = inside_tls(403, body=b"<p>Powered by FortiGuard</p>")
    assert said(diagnosed(worded)) == (BLOCKED, Cause.HTTP_BLOCK_PAGE, POSSIBLE)


def test_words_of_a_page_under_the_services_own_certificate_need_its_mark_to_be_missing() -> None:
    page = inside_tls(403, body=b"Web Page Blocked")
    assert diagnosed(page).verdict is REACHABLE
    of = endpoint(answer=Answer(header="x-ms-request-id"))
    assert said(diagnosed(page, of=of)) == (BLOCKED, Cause.HTTP_BLOCK_PAGE, POSSIBLE)


# no answer


@pytest.mark.parametrize(
    ("outcome", "cause", "confidence"),
    [(Outcome.RESET, Cause.HTTP_RESET, LIKELY), (Outcome.DROPPED, Cause.HTTP_DROPPED, POSSIBLE)],
)
def test_a_request_that_is_not_answered_is_blocked(
    outcome: Outcome, cause: Cause, confidence: Confidence
) -> None:
    found = diagnosed(checked(HOST, connected(), shaken(), exchanged(outcome)))
    assert said(found) == (BLOCKED, cause, confidence)
    assert found.stage is Stage.HTTP


def test_a_close_after_the_request_is_inconclusive() -> None:
    found = diagnosed(checked(HOST, connected(), shaken(), exchanged(Outcome.CLOSED)))
    assert (found.verdict, found.cause) == (Verdict.INCONCLUSIVE, None)
    assert "closed the connection" in found.explanation


@pytest.mark.parametrize("outcome", [Outcome.MALFORMED, Outcome.TOO_LARGE])
def test_an_answer_that_is_not_http_is_inconclusive(outcome: Outcome) -> None:
    found = diagnosed(checked(HOST, connected(), shaken(), exchanged(outcome)))
    assert (found.verdict, found.cause) == (Verdict.INCONCLUSIVE, None)


ALERTED = exchanged(Outcome.ALERT, error="tlsv13 alert certificate required")


def test_an_alert_within_an_authentic_connection_is_the_services_own_answer() -> None:
    found = diagnosed(checked(HOST, connected(), shaken(), ALERTED))
    assert said(found) == (REACHABLE, None, LIKELY)
    assert "asks for a client certificate" in found.explanation


def test_an_alert_within_an_inspected_connection_is_not() -> None:
    inspected = shaken(certificates=(certificate(CORPORATE),))
    found = diagnosed(checked(HOST, connected(), inspected, ALERTED))
    assert said(found) == (BLOCKED, Cause.TLS_INTERCEPTED, LIKELY)


def test_an_alert_within_a_connection_that_was_not_verified_is_not() -> None:
    found = diagnosed(checked(HOST, connected(), shaken(verified=False), ALERTED))
    assert found.verdict is Verdict.INCONCLUSIVE
