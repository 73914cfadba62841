"""How a proxy answers, and what it means."""

from dataclasses import replace
from typing import Any

import pytest

from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.endpoint import Protocol
from preflight.model.evidence import Evidence, Headers, Outcome, PathStep, Transport
from preflight.model.plan import Stage, ViaProxy
from preflight.model.vantage import Credentials
from tests.diagnosis.asking import diagnosed, judged, said
from tests.factories import (
    HOST,
    PROXY_PEER,
    attempt,
    check,
    checked,
    endpoint,
    evidence,
    exchanged,
    healthy,
    lookup,
    proxy,
    shaken,
    to_proxy,
    tunnelled,
    via,
)

BLOCKED = Verdict.BLOCKED
LIKELY, CONFIRMED = Confidence.LIKELY, Confidence.CONFIRMED
URL = "http://proxy.contoso.example:3128"


def through(*steps: PathStep, **fields: Any) -> Evidence:
    return checked(HOST, to_proxy(), *steps, **({"route": via()} | fields))


def in_clear(status: int, headers: Headers = (), body: bytes = b"") -> Evidence:
    answer = exchanged(address="10.0.0.20", port=3128, status=status, headers=headers, body=body)
    return through(answer, protocol=Protocol.HTTP, port=80)


def test_an_open_path_through_a_proxy_is_reachable() -> None:
    found = diagnosed(through(tunnelled(), shaken(), exchanged()))
    assert said(found) == (Verdict.REACHABLE, None, CONFIRMED)
    assert "private endpoint" not in found.explanation, "the address is the proxy's"


@pytest.mark.parametrize(
    ("outcome", "nested", "confidence"),
    [
        (Outcome.DROPPED, "tcp.dropped", LIKELY),
        (Outcome.REFUSED, "tcp.refused", CONFIRMED),
        (Outcome.UNREACHABLE, "tcp.unreachable", CONFIRMED),
    ],
)
def test_a_proxy_that_cannot_be_connected_to_is_unreachable(
    outcome: Outcome, nested: str, confidence: Confidence
) -> None:
    found = diagnosed(checked(HOST, to_proxy(outcome), route=via()))
    assert said(found) == (BLOCKED, Cause.PROXY_UNREACHABLE, confidence)
    assert (found.scope, found.stage) == (URL, Stage.PROXY)
    assert f"({nested})" in found.explanation


@pytest.mark.parametrize("outcome", [Outcome.UNTRUSTED, Outcome.RESET, Outcome.NOT_TLS])
def test_a_tls_proxy_whose_own_handshake_fails_is_unreachable(outcome: Outcome) -> None:
    own = shaken(outcome, "10.0.0.20", 3128, "proxy.contoso.example", stage=Stage.PROXY)
    assert said(diagnosed(through(own))) == (BLOCKED, Cause.PROXY_UNREACHABLE, CONFIRMED)


@pytest.mark.parametrize("outcome", [Outcome.LOCAL, Outcome.UNKNOWN])
def test_a_connection_to_the_proxy_that_ends_in_no_known_way_is_inconclusive(
    outcome: Outcome,
) -> None:
    found = diagnosed(checked(HOST, to_proxy(outcome), route=via()))
    assert (found.verdict, found.cause) == (Verdict.INCONCLUSIVE, None)


@pytest.mark.parametrize(
    ("outcome", "nested", "confidence"),
    [
        (Outcome.NXDOMAIN, "dns.nxdomain", CONFIRMED),
        (Outcome.SERVFAIL, "dns.servfail", CONFIRMED),
        (Outcome.CNAME_LOOP, "dns", LIKELY),
        (Outcome.DROPPED, "dns.resolver_unreachable", LIKELY),
    ],
)
def test_a_proxy_whose_name_does_not_resolve_is_unreachable(
    outcome: Outcome, nested: str, confidence: Confidence
) -> None:
    mine = evidence([lookup(outcome, name="proxy.contoso.example")], of=check(route=via()))
    found = diagnosed(mine)
    assert said(found) == (BLOCKED, Cause.PROXY_UNREACHABLE, confidence)
    assert f"({nested})" in found.explanation


def test_a_proxys_name_that_is_never_answered_while_others_are() -> None:
    mine = evidence([lookup(Outcome.DROPPED, name="proxy.contoso.example")], of=check(route=via()))
    found = diagnosed(mine, healthy("mcr.microsoft.com"))
    assert said(found) == (BLOCKED, Cause.PROXY_UNREACHABLE, LIKELY)
    assert "(dns.query_dropped)" in found.explanation


def test_407_asks_for_credentials() -> None:
    found = diagnosed(through(tunnelled(Outcome.AUTH_REQUIRED)))
    assert said(found) == (BLOCKED, Cause.PROXY_AUTH_REQUIRED, CONFIRMED)
    assert "asks for a user" in found.explanation


def test_407_in_spite_of_credentials_rejects_them_without_showing_them() -> None:
    secret = proxy(credentials=Credentials(user="svc", password="hunter2"))
    found = diagnosed(through(tunnelled(Outcome.AUTH_REQUIRED), route=ViaProxy(secret)))
    assert "rejects the credentials" in found.explanation
    assert "hunter2" not in repr(found)


def test_a_refusal_is_denied_with_the_proxys_own_words() -> None:
    refusal = tunnelled(Outcome.DENIED, reason="Forbidden\x1b")
    found = diagnosed(through(refusal))
    assert said(found) == (BLOCKED, Cause.PROXY_DENIED, CONFIRMED)
    assert '403 "Forbidden\\x1b"' in found.explanation


@pytest.mark.parametrize("outcome", [Outcome.RESET, Outcome.CLOSED])
def test_a_proxy_that_ends_the_connection_instead_of_answering_likely_denies(
    outcome: Outcome,
) -> None:
    found = diagnosed(through(tunnelled(outcome, status=None)))
    assert said(found) == (BLOCKED, Cause.PROXY_DENIED, LIKELY)


def test_a_proxy_that_cannot_reach_the_destination_says_so() -> None:
    refusal = tunnelled(Outcome.UPSTREAM_FAILED, headers=(("x-squid-error", "ERR_DNS_FAIL 0"),))
    found = diagnosed(through(refusal))
    assert said(found) == (BLOCKED, Cause.PROXY_UPSTREAM_FAILED, CONFIRMED)
    assert '503 "ERR_DNS_FAIL 0"' in found.explanation


@pytest.mark.parametrize(
    "error", ["ERR_CANNOT_FORWARD 0", "ERR_DNS_FAIL 0", "ERR_CONNECT_FAIL 111"]
)
def test_squid_that_cannot_get_out_has_not_refused_whatever_its_status(error: str) -> None:
    refusal = tunnelled(Outcome.DENIED, status=500, headers=(("x-squid-error", error),))
    found = diagnosed(through(refusal))
    assert said(found) == (BLOCKED, Cause.PROXY_UPSTREAM_FAILED, CONFIRMED)
    assert f'500 "{error}"' in found.explanation


def test_squid_that_refuses_has_refused_whatever_its_status() -> None:
    refusal = tunnelled(
        Outcome.DENIED, status=500, headers=(("x-squid-error", "ERR_ACCESS_DENIED 0"),)
    )
    assert diagnosed(through(refusal)).cause is Cause.PROXY_DENIED


def test_a_proxy_that_never_answers_connect_is_dropped() -> None:
    found = diagnosed(through(tunnelled(Outcome.DROPPED)))
    assert said(found) == (BLOCKED, Cause.PROXY_DROPPED, LIKELY)


@pytest.mark.parametrize("outcome", [Outcome.MALFORMED, Outcome.TOO_LARGE])
def test_an_answer_to_connect_that_is_no_http_is_inconclusive(outcome: Outcome) -> None:
    found = diagnosed(through(tunnelled(outcome, status=None)))
    assert (found.verdict, found.cause) == (Verdict.INCONCLUSIVE, None)


def test_a_bare_tcp_tunnel_proves_nothing() -> None:
    found = diagnosed(through(tunnelled(), port=9000, protocol=Protocol.TCP))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "firewalls complete TCP themselves" in found.explanation


def test_a_failed_handshake_inside_the_tunnel_is_the_services_not_the_proxys() -> None:
    found = diagnosed(through(tunnelled(), shaken(Outcome.CLOSED)))
    assert found.cause is Cause.TLS_CLOSED


# clear HTTP through a proxy, in absolute form


def test_407_in_clear_http_asks_for_credentials() -> None:
    assert diagnosed(in_clear(407)).cause is Cause.PROXY_AUTH_REQUIRED


def test_the_proxys_own_refusal_in_clear_http_is_denied() -> None:
    found = diagnosed(in_clear(403, (("x-squid-error", "ERR_ACCESS_DENIED 0"),)))
    assert said(found) == (BLOCKED, Cause.PROXY_DENIED, CONFIRMED)
    assert "refuses with 403" in found.explanation


def test_the_proxys_own_failure_in_clear_http_is_upstream() -> None:
    found = diagnosed(in_clear(504, (("proxy-status", "squid; error=connection_timeout"),)))
    assert found.cause is Cause.PROXY_UPSTREAM_FAILED


def test_a_503_in_clear_http_that_nobody_signs_is_inconclusive() -> None:
    found = diagnosed(in_clear(503))
    assert (found.verdict, found.cause) == (Verdict.INCONCLUSIVE, None)
    assert "service or a proxy" in found.explanation


def test_a_404_in_clear_http_through_a_proxy_is_likely_the_services() -> None:
    assert said(diagnosed(in_clear(404))) == (Verdict.REACHABLE, None, LIKELY)


def test_a_served_page_with_a_proxys_mark_is_not_a_refusal() -> None:
    found = diagnosed(in_clear(200, (("proxy-status", "squid"),)))
    assert found.verdict is Verdict.REACHABLE


# the report


def test_one_unreachable_proxy_is_one_finding_whatever_the_number_of_endpoints() -> None:
    run = [
        checked(host, to_proxy(Outcome.DROPPED), route=via())
        for host in (HOST, "mcr.microsoft.com")
    ]
    (finding,) = judged(*run).findings
    assert finding.cause is Cause.PROXY_UNREACHABLE
    assert finding.endpoints == (HOST, "mcr.microsoft.com")
    assert [(each.fqdn, each.port, each.protocol) for each in finding.allow] == [
        ("proxy.contoso.example", 3128, Protocol.TCP)
    ]


@pytest.mark.parametrize(
    ("headers", "engine"),
    [
        ((), "proxy"),
        ((("via", "1.1 fw (squid/6.6)"),), "squid"),
        ((("x-squid-error", "ERR"),), "squid"),
    ],
)
def test_the_proxy_that_refused_is_named(headers: Headers, engine: str) -> None:
    (finding,) = judged(through(tunnelled(Outcome.DENIED, headers=headers))).findings
    (by,) = finding.blocked_by
    assert (by.engine, by.name) == (engine, URL)


def test_a_silent_proxy_is_named_without_a_make() -> None:
    (finding,) = judged(through(tunnelled(Outcome.DROPPED))).findings
    assert [(by.engine, by.name) for by in finding.blocked_by] == [("proxy", URL)]


def test_through_a_proxy_the_row_says_nothing_of_the_hosts_own_name() -> None:
    (row,) = judged(through(tunnelled(), shaken(), exchanged())).endpoints
    assert row.dns is None
    assert str(row.addresses[0].address) == PROXY_PEER.partition(":")[0]


def test_an_address_given_for_the_proxy_needs_no_lookup() -> None:
    given = lookup(Outcome.OK, "10.0.0.20", transport=Transport.LITERAL, destination=None)
    steps = attempt(to_proxy(), tunnelled(), shaken(), exchanged())
    mine = evidence([given], (steps,), of=check(route=via("10.0.0.20")))
    assert diagnosed(mine).verdict is Verdict.REACHABLE


def test_the_proxys_own_certificate_is_not_the_services() -> None:
    own = shaken(name="proxy.contoso.example", stage=Stage.PROXY)
    foreign = replace(own, certificates=())
    found = diagnosed(through(foreign, tunnelled(), shaken(), exchanged()), of=endpoint())
    assert said(found) == (Verdict.REACHABLE, None, CONFIRMED)


def test_a_proxy_that_cannot_be_reached_is_what_its_finding_is_about() -> None:
    (finding,) = judged(checked(HOST, to_proxy(Outcome.REFUSED), route=via())).findings
    assert finding.title == "The proxy cannot be reached: http://proxy.contoso.example:3128"
