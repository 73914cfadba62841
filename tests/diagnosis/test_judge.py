"""A whole run: rows, findings, waivers."""

from datetime import date
from typing import Any

import pytest

from preflight.diagnosis import judge
from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.endpoint import Protocol, Requirement
from preflight.model.evidence import Evidence, Outcome, Transport
from preflight.model.plan import Stage
from preflight.model.profile import Waiver
from preflight.model.report import Allow, BlockedBy, Engine, Finding
from tests.diagnosis.asking import TODAY, judged
from tests.factories import (
    ADDRESS,
    CORPORATE,
    HOST,
    asked,
    at,
    attempt,
    certificate,
    check,
    checked,
    connected,
    endpoint,
    evidence,
    exchanged,
    from_hosts,
    healthy,
    lookup,
    plan,
    presented,
    shaken,
    to_proxy,
    tunnelled,
    via,
)

HOSTS = tuple(f"h{number}.example" for number in range(18))


def dropped(host: str = HOST, **fields: Any) -> Evidence:
    return checked(host, connected(Outcome.DROPPED), **fields)


def without_dns(host: str) -> Evidence:
    lost = (
        lookup(Outcome.DROPPED, name=host),
        lookup(Outcome.DROPPED, name=host, transport=Transport.TCP),
    )
    return evidence(lost, of=check(host))


def intercepted(host: str, *, by: str = CORPORATE) -> Evidence:
    look = presented(certificate(by, host), name=host)
    return checked(host, connected(), shaken(Outcome.UNTRUSTED, name=host), controls=(look,))


# rows


def test_an_open_run_has_rows_and_no_findings() -> None:
    found = judged(healthy())
    (row,) = found.endpoints
    assert found.findings == ()
    assert (row.verdict, row.stage, row.cause, row.findings) == (Verdict.REACHABLE, None, None, ())


def test_a_row_sums_up_every_stage() -> None:
    (row,) = judged(healthy()).endpoints
    assert row.dns
    assert row.tls
    assert row.http
    assert (row.dns.resolver, row.dns.rcode, row.dns.elapsed) == ("10.0.0.10:53", "NOERROR", 0.002)
    assert [str(address) for address in row.dns.addresses] == [ADDRESS]
    assert (row.tls.version, row.tls.trusted) == ("TLSv1.3", True)
    assert row.tls.issuer == "CN=Issuing CA 01, O=Microsoft Corporation"
    assert (row.http.method, row.http.status, row.http.server) == ("GET", 404, "Kestrel")
    (address,) = row.addresses
    assert (address.timings.tcp, address.timings.tls, address.timings.http) == (0.02, 0.02, 0.02)
    assert [line.action for line in row.evidence] == ["lookup", "connect", "handshake", "exchange"]


def test_through_a_proxy_only_the_steps_with_the_service_have_times() -> None:
    steps = (to_proxy(elapsed=0.5), tunnelled(elapsed=0.4), shaken(elapsed=0.3), exchanged())
    (row,) = judged(checked(HOST, *steps, route=via())).endpoints
    (address,) = row.addresses
    assert (address.timings.tcp, address.timings.tls, address.timings.http) == (None, 0.3, 0.02)


def test_the_handshake_with_a_proxy_is_not_the_services() -> None:
    greeting = shaken(stage=Stage.PROXY, name="proxy.contoso.example")
    steps = (to_proxy(), greeting, tunnelled(Outcome.DENIED))
    (row,) = judged(checked(HOST, *steps, route=via())).endpoints
    assert [address.timings.tls for address in row.addresses] == [None]


def test_a_step_that_never_ended_has_no_time() -> None:
    (row,) = judged(checked(HOST, connected(), shaken(Outcome.DROPPED))).endpoints
    timings = row.addresses[0].timings
    assert (timings.tcp, timings.tls, timings.http) == (0.02, None, None)


def test_a_row_shows_the_certificate_that_was_presented() -> None:
    (row,) = judged(intercepted(HOST)).endpoints
    assert row.tls
    assert (row.tls.trusted, row.tls.issuer) == (False, f"CN=Issuing CA 01, O={CORPORATE}")


def test_a_handshake_that_nobody_looked_into_has_no_certificate() -> None:
    (row,) = judged(checked(HOST, connected(), shaken(Outcome.RESET))).endpoints
    assert row.tls
    assert (row.tls.subject, row.tls.trusted, row.tls.version) == (None, None, None)


def test_an_unverified_look_is_neither_trusted_nor_not() -> None:
    (row,) = judged(checked(HOST, connected(), shaken(verified=False))).endpoints
    assert row.tls
    assert row.tls.trusted is None


def test_a_row_shows_where_the_aliases_lead() -> None:
    aliased = lookup(chain=("a.example", "edge\x1b.example"))
    (row,) = judged(evidence([aliased], healthy().attempts)).endpoints
    assert row.dns
    assert row.dns.canonical_name == "edge\\x1b.example"


def test_a_row_names_the_hosts_file_as_what_decided() -> None:
    (row,) = judged(evidence([from_hosts()], healthy().attempts)).endpoints
    assert row.dns
    assert (row.dns.resolver, row.dns.rcode) == ("hosts file", None)


def test_a_row_without_an_answer_names_no_resolver() -> None:
    (row,) = judged(without_dns(HOST)).endpoints
    assert row.dns
    assert (row.dns.resolver, row.dns.addresses, row.dns.elapsed) == (None, (), 5.0)


def test_a_row_of_a_resolver_that_is_not_known_names_none() -> None:
    (row,) = judged(evidence([lookup(destination=None)], healthy().attempts)).endpoints
    assert row.dns
    assert row.dns.resolver is None


def test_the_row_shows_the_resolver_whose_answer_held_addresses() -> None:
    given = [lookup(), lookup(Outcome.NO_DATA, resolver="10.0.0.11:53")]
    (row,) = judged(evidence(given, healthy().attempts)).endpoints
    assert row.dns
    assert row.dns.resolver == "10.0.0.10:53"


def test_a_literal_address_has_no_dns_part() -> None:
    literal = lookup(transport=Transport.LITERAL, destination=None, name=ADDRESS)
    (row,) = judged(evidence([literal], healthy().attempts)).endpoints
    assert row.dns is None


def test_the_row_shows_the_attempt_that_decided() -> None:
    failing = attempt(connected(address="203.0.113.11"), shaken(Outcome.RESET, "203.0.113.11"))
    (row,) = judged(evidence(attempts=(*healthy().attempts, failing))).endpoints
    assert row.cause is Cause.PATH_PARTIAL_ADDRESSES
    assert row.tls
    assert row.tls.trusted is None
    assert row.http is None


def test_an_endpoint_that_cannot_be_probed_is_skipped_with_its_reason() -> None:
    skipped = endpoint("{workspace_id}.ods.example", skipped="give --workspace-id")
    (row,) = judge(plan(skipped), (), (), TODAY).endpoints
    assert (row.verdict, row.explanation) == (Verdict.SKIPPED, "give --workspace-id")


def test_an_endpoint_without_evidence_is_not_measured_and_not_lost() -> None:
    (row,) = judge(plan(endpoint()), (), (), TODAY).endpoints
    assert (row.verdict, row.cause, row.explanation) == (
        Verdict.INCONCLUSIVE,
        None,
        "Not measured.",
    )


def test_evidence_for_no_endpoint_of_the_plan_is_left_out() -> None:
    assert judge(plan(), (healthy(),), (), TODAY).endpoints == ()


def test_one_check_answers_for_every_endpoint_that_needs_it() -> None:
    ids = ("sensor", "policy")
    endpoints = tuple(endpoint(id=id_, component=id_) for id_ in ids)
    found = judge(plan(*endpoints), (dropped(ids=ids),), (), TODAY)
    assert [row.cause for row in found.endpoints] == [Cause.TCP_DROPPED, Cause.TCP_DROPPED]
    (finding,) = found.findings
    assert finding.endpoints == ids


def test_rows_keep_the_plans_order() -> None:
    run = [healthy(host) for host in reversed(HOSTS)]
    found = judged(*run, of=tuple(map(endpoint, HOSTS)))
    assert [row.id for row in found.endpoints] == list(HOSTS)


# findings


def test_without_dns_eighteen_endpoints_are_one_finding_and_none_is_blocked() -> None:
    found = judged(*map(without_dns, HOSTS))
    (finding,) = found.findings
    assert {row.verdict for row in found.endpoints} == {Verdict.INCONCLUSIVE}
    assert {row.cause for row in found.endpoints} == {Cause.DNS_RESOLVER_UNREACHABLE}
    assert finding.endpoints == HOSTS
    assert [(rule.fqdn, rule.port, rule.protocol) for rule in finding.allow] == [
        ("10.0.0.10", 53, Protocol.UDP),
        ("10.0.0.10", 53, Protocol.TCP),
    ]
    assert "17 more hosts" in finding.explanation
    assert finding.title == "No resolver answers: 10.0.0.10:53"


def test_the_same_interceptor_on_many_hosts_is_one_finding_and_another_is_another() -> None:
    run = [intercepted(host) for host in HOSTS[:3]] + [intercepted("x.example", by="Fortinet")]
    first, second = judged(*run).findings
    assert first.endpoints == HOSTS[:3]
    assert [by.name for by in first.blocked_by] == [CORPORATE]
    assert second.endpoints == ("x.example",)


def test_everything_blocked_alike_is_no_egress_from_here() -> None:
    (finding,) = judged(*map(dropped, HOSTS)).findings
    assert finding.title.startswith("No egress from here: ")


def test_a_single_blocked_endpoint_is_not_called_no_egress() -> None:
    (finding,) = judged(dropped()).findings
    assert finding.title == f"The connection request gets no answer at all: {HOST}"


def test_several_blocked_endpoints_beside_an_open_one_are_not_called_no_egress() -> None:
    (finding,) = judged(healthy(), *map(dropped, HOSTS[:2])).findings
    assert finding.title.endswith(f"{HOSTS[0]} and {HOSTS[1]}")


def test_a_finding_says_what_it_means_and_what_to_ask_for() -> None:
    (finding,) = judged(dropped()).findings
    assert finding.account.startswith(f"The SYN to {HOST}")
    assert finding.account.endswith("decides by address and port.")
    assert finding.ask_for.startswith("Outbound TCP")
    assert finding.explanation == f"{finding.account} To ask for: {finding.ask_for}"


@pytest.mark.parametrize(
    ("mine", "action", "detail"),
    [
        (evidence([lookup(Outcome.NXDOMAIN)]), "lookup", f"A {HOST} over udp"),
        (
            checked(HOST, connected(), shaken(Outcome.RESET)),
            "handshake",
            f"server name {HOST}",
        ),
        (
            checked(ADDRESS, connected(), shaken(Outcome.RESET, name=None)),
            "handshake",
            "no server name",
        ),
        (checked(HOST, connected(), shaken(), exchanged(Outcome.RESET)), "exchange", "GET /"),
        (
            checked(HOST, asked(Outcome.REFUSED), port=123, protocol=Protocol.UDP),
            "datagram",
            "NTP client request",
        ),
        (checked(HOST, connected(Outcome.DROPPED)), "connect", ""),
    ],
)
def test_the_packet_to_look_for_is_in_the_evidence_and_not_in_the_text(
    mine: Evidence, action: str, detail: str
) -> None:
    (finding,) = judged(mine).findings
    line = next(line for line in finding.evidence if line.outcome != "ok")
    assert line.action == action
    assert line.source
    assert line.destination
    assert line.detail.startswith(detail)
    assert line.destination not in finding.ask_for
    assert line.source not in finding.explanation


def test_a_sinkhole_of_the_hosts_file_is_blamed_on_it_and_has_no_packet() -> None:
    (finding,) = judged(evidence([from_hosts("0.0.0.0")])).findings
    assert [line.destination for line in finding.evidence] == [None]
    assert finding.blocked_by == (
        BlockedBy(engine=Engine.DNS, name="hosts file", rule=None, source=None),
    )


def blame(mine: Evidence) -> list[tuple[str, str | None]]:
    (finding,) = judged(mine).findings
    return [(by.engine, by.name) for by in finding.blocked_by]


def test_a_resolver_is_blamed_for_what_it_said() -> None:
    assert blame(evidence([lookup(Outcome.NXDOMAIN)])) == [("dns", "10.0.0.10:53")]


def test_nobody_is_known_to_have_dropped_a_syn() -> None:
    assert blame(dropped()) == [("unknown", None)]


def test_a_block_page_names_the_engine_where_the_contract_has_one() -> None:
    page = exchanged(port=80, status=470, body=b"Action: Deny. Reason: No rule matched.")
    mine = checked(HOST, connected(port=80), page, port=80, protocol=Protocol.HTTP)
    assert blame(mine) == [("azure-firewall", None)]


def test_an_interceptor_is_named_as_its_certificates_write_it() -> None:
    assert blame(intercepted(HOST, by="Contoso Firewall")) == [("unknown", "Contoso Firewall")]


def test_a_self_signed_certificate_names_nobody() -> None:
    own = certificate(None, issued_by=f"CN={HOST}", subject=f"CN={HOST}")
    mine = checked(HOST, connected(), shaken(Outcome.UNTRUSTED), controls=(presented(own),))
    assert blame(mine) == [("unknown", None)]


def test_what_no_rule_mends_blames_nobody_and_asks_for_no_rule() -> None:
    mine = checked(HOST, connected(), shaken(Outcome.EXPIRED))
    (finding,) = judged(mine).findings
    assert (finding.blocked_by, finding.allow) == ((), ())


def test_a_finding_asks_for_the_documented_names_with_their_tags() -> None:
    of = endpoint(fqdn="*.ods.example", service_tags=("AzureMonitor", "Storage"))
    (finding,) = judged(dropped(), of=(of,)).findings
    assert finding.allow == tuple(
        Allow(fqdn="*.ods.example", port=443, protocol=Protocol.HTTPS, service_tag=tag)
        for tag in ("AzureMonitor", "Storage")
    )


def test_a_rule_needed_by_two_endpoints_is_asked_for_once() -> None:
    endpoints = tuple(endpoint(host, fqdn="*.example") for host in HOSTS[:2])
    (finding,) = judged(*map(dropped, HOSTS[:2]), of=endpoints).findings
    assert len(finding.allow) == 1


def test_a_findings_evidence_is_bounded_in_order_and_holds_what_decided() -> None:
    run = [
        checked(host, connected(Outcome.DROPPED, at=at(9 - n))) for n, host in enumerate(HOSTS[:10])
    ]
    (finding,) = judged(*run).findings
    assert len(finding.evidence) == 8
    assert list(finding.evidence) == sorted(finding.evidence, key=lambda line: line.at)


def test_a_finding_is_as_sure_as_its_surest_endpoint() -> None:
    silent = lookup(Outcome.NXDOMAIN, name="b.example"), lookup(Outcome.DROPPED, record_type="AAAA")
    run = (
        evidence(silent, of=check("b.example")),
        evidence([lookup(Outcome.NXDOMAIN)]),
    )
    (finding,) = judged(*run).findings
    assert finding.confidence is Confidence.CONFIRMED


def causes(found: tuple[Finding, ...]) -> list[Cause]:
    return [finding.cause for finding in found]


def test_what_fails_the_run_comes_first() -> None:
    run = (
        checked(
            "a.example",
            connected(),
            shaken(certificates=(certificate(CORPORATE, "a.example"),)),
            exchanged(),
        ),
        checked("b.example", connected(Outcome.REFUSED, "203.0.113.2")),
        checked("c.example", connected(Outcome.UNREACHABLE, "203.0.113.3")),
        dropped("d.example"),
        dropped("e.example"),
    )
    endpoints = (
        endpoint("a.example"),
        endpoint("b.example", requirement=Requirement.OPTIONAL),
        endpoint("c.example"),
        endpoint("d.example"),
        endpoint("e.example"),
    )
    found = judged(*run, of=endpoints).findings
    assert causes(found) == [
        Cause.TCP_DROPPED,
        Cause.TCP_UNREACHABLE,
        Cause.TCP_REFUSED,
        Cause.TLS_INTERCEPTED,
    ]
    assert [finding.id for finding in found] == ["F1", "F2", "F3", "F4"]


def test_what_is_not_judged_comes_before_what_does_not_count() -> None:
    leaf = shaken(certificates=(certificate(CORPORATE),))
    run = (
        checked("b.example", connected(Outcome.REFUSED, "203.0.113.2")),
        checked(HOST, connected(), leaf),
    )
    endpoints = (endpoint("b.example", requirement=Requirement.LEGACY), endpoint())
    found = judged(*run, of=endpoints).findings
    assert causes(found) == [Cause.TLS_INTERCEPTED, Cause.TCP_REFUSED]


def test_the_required_endpoint_speaks_for_its_finding() -> None:
    endpoints = (endpoint("a.example", requirement=Requirement.OPTIONAL), endpoint("b.example"))
    (finding,) = judged(dropped("a.example"), dropped("b.example"), of=endpoints).findings
    assert finding.endpoints == ("b.example", "a.example")


def test_a_row_names_its_findings() -> None:
    found = judged(dropped(), healthy("mcr.microsoft.com"))
    assert [row.findings for row in found.endpoints] == [("F1",), ()]


# waivers


def waiver(id_: str = HOST, until: date | None = None, reason: str = "mirror") -> Waiver:
    return Waiver(id=id_, reason=reason, until=until)


def test_a_waived_endpoint_keeps_its_verdict_and_says_why_it_does_not_count() -> None:
    (row,) = judged(dropped(), waivers=(waiver(until=TODAY),)).endpoints
    assert row.verdict is Verdict.BLOCKED
    assert row.waived
    assert (row.waived.reason, row.waived.until) == ("mirror", TODAY)


def test_a_waiver_that_ended_yesterday_does_not_hold_and_is_told() -> None:
    (row,) = judged(
        dropped(), waivers=(waiver(until=date(2026, 11, 22), reason="x\x1b"),)
    ).endpoints
    assert row.waived is None
    assert 'A waiver ("x\\x1b") ended on 2026-11-22' in row.explanation


def test_a_waiver_of_an_entry_holds_for_its_endpoints_but_not_for_its_neighbours() -> None:
    endpoints = tuple(
        endpoint(host, id=id_) for host, id_ in zip(HOSTS, ("ods/a", "odsx", "ods"), strict=False)
    )
    run = [dropped(each.host, ids=(each.id,)) for each in endpoints]
    rows = judge(plan(*endpoints), run, (waiver("ods"),), TODAY).endpoints
    assert [row.waived is not None for row in rows] == [True, False, True]


def test_the_more_exact_waiver_wins() -> None:
    mine = endpoint(id="ods/a")
    waivers = (waiver("ods", reason="all"), waiver("ods/a", reason="this"))
    (row,) = judge(plan(mine), (dropped(ids=("ods/a",)),), waivers, TODAY).endpoints
    assert row.waived
    assert row.waived.reason == "this"


def test_a_waiver_that_nothing_needs_is_said_to_be_so() -> None:
    (row,) = judged(healthy(), waivers=(waiver(),)).endpoints
    assert row.waived
    assert "not needed" in row.explanation


def test_a_waived_block_comes_after_one_that_counts() -> None:
    run = (dropped("a.example"), checked("b.example", connected(Outcome.REFUSED, "203.0.113.2")))
    found = judged(*run, waivers=(waiver("a.example"),)).findings
    assert causes(found) == [Cause.TCP_REFUSED, Cause.TCP_DROPPED]


def test_the_stage_of_an_unjudged_run_is_where_it_stopped() -> None:
    (row,) = judged(without_dns(HOST)).endpoints
    assert row.stage is Stage.DNS
