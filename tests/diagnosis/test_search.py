"""What a finding tells the people who keep the logs: when, from where to where, and a query for the logs that can hold it."""

from datetime import timedelta

import pytest

from preflight.diagnosis.device import DEVICES
from preflight.diagnosis.remedy import BY_NOBODY
from preflight.model.diagnosis import Cause
from preflight.model.endpoint import Protocol
from preflight.model.evidence import Delivery, Evidence, Outcome, Transport
from preflight.model.plan import Stage
from preflight.model.search import LogKind, LogSearch
from tests.diagnosis.asking import judged
from tests.factories import (
    ADDRESS,
    CORPORATE,
    HOST,
    NOW,
    asked,
    at,
    attempt,
    certificate,
    check,
    checked,
    connected,
    evidence,
    exchanged,
    from_hosts,
    healthy,
    lookup,
    peer,
    presented,
    shaken,
    to_proxy,
    tunnelled,
    via,
)

FLOWS = [
    LogKind.AZURE_FIREWALL_NETWORK_RULES,
    LogKind.AZURE_VNET_FLOW_LOGS,
    LogKind.AZURE_NSG_FLOW_LOGS,
    LogKind.AWS_VPC_FLOW_LOGS,
]
NAMES = [LogKind.AZURE_FIREWALL_APPLICATION_RULES, LogKind.AWS_NETWORK_FIREWALL_ALERTS]
QUESTIONS = [LogKind.AZURE_FIREWALL_DNS_PROXY, LogKind.AWS_RESOLVER_QUERY_LOGS]


def searched(*run: Evidence) -> LogSearch:
    finding = judged(*run).findings[0]
    assert finding.search
    return finding.search


def intercepted(by: str) -> Evidence:
    look = presented(certificate(by, HOST))
    return checked(HOST, connected(), shaken(Outcome.UNTRUSTED), controls=(look,))


def page(status: int, body: bytes) -> Evidence:
    answer = exchanged(port=80, status=status, body=body)
    return checked(HOST, connected(port=80), answer, port=80, protocol=Protocol.HTTP)


def by_proxy(outcome: Outcome) -> Evidence:
    return checked(HOST, to_proxy(), tunnelled(outcome), route=via())


SILENT = evidence([lookup(Outcome.DROPPED), lookup(Outcome.DROPPED, transport=Transport.TCP)])


@pytest.mark.parametrize(
    ("mine", "logs"),
    [
        (checked(HOST, connected(Outcome.DROPPED)), FLOWS),
        (checked(HOST, connected(Outcome.REFUSED)), FLOWS),
        (checked(HOST, asked(Outcome.REFUSED), port=123, protocol=Protocol.UDP), FLOWS),
        (checked(HOST, connected(), shaken(Outcome.RESET)), NAMES),
        (checked(HOST, connected(), shaken(Outcome.CLOSED)), NAMES),
        (checked(HOST, connected(), shaken(), exchanged(Outcome.RESET)), NAMES),
        (checked(ADDRESS, connected(), shaken(Outcome.RESET, name=None)), []),
        (evidence([lookup(Outcome.NXDOMAIN)]), QUESTIONS),
        (evidence([lookup(Outcome.OK, "0.0.0.0")]), QUESTIONS),
        (SILENT, FLOWS),
        (by_proxy(Outcome.DENIED), [LogKind.SQUID_ACCESS_LOG]),
        (by_proxy(Outcome.AUTH_REQUIRED), [LogKind.SQUID_ACCESS_LOG]),
        (by_proxy(Outcome.UPSTREAM_FAILED), [LogKind.SQUID_ACCESS_LOG, *NAMES]),
        (checked(HOST, to_proxy(Outcome.DROPPED), route=via()), FLOWS),
        (
            evidence(
                [lookup(Outcome.NXDOMAIN, name="proxy.contoso.example")], of=check(route=via())
            ),
            QUESTIONS,
        ),
        (page(470, b"Action: Deny. Reason: No rule matched."), NAMES),
        (page(403, b"powered by fortiguard"), []),
        (page(403, b"this website is blocked by your network operator"), []),
        (intercepted(CORPORATE), NAMES),
        (intercepted("Fortinet"), []),
    ],
)
def test_a_query_is_made_for_the_logs_that_can_hold_it(mine: Evidence, logs: list[LogKind]) -> None:
    assert [query.log for query in searched(mine).queries] == logs


def test_the_window_holds_every_decisive_packet_with_a_margin_in_whole_minutes() -> None:
    run = (
        checked("a.example", connected(Outcome.DROPPED, at=at(0.25))),
        checked("b.example", connected(Outcome.DROPPED, at=at(9), elapsed=5.2)),
    )
    found = searched(*run)
    assert found.begin == NOW - timedelta(minutes=5)
    assert found.end == NOW + timedelta(minutes=6)


def test_a_packet_of_a_whole_minute_needs_no_more() -> None:
    found = searched(checked(HOST, connected(Outcome.DROPPED, at=NOW, elapsed=60)))
    assert (found.begin, found.end) == (at(-300), at(360))


def test_the_flow_is_that_of_the_packets_that_failed() -> None:
    fourth = connected(Outcome.DROPPED, at=at(0.1))
    sixth = connected(
        Outcome.DROPPED, "2001:db8:1::9", source=peer("[2001:db8::7]:40001"), at=at(0.2)
    )
    found = searched(evidence(attempts=(attempt(fourth), attempt(sixth))))
    assert found.sources == ("10.244.1.7", "2001:db8::7")
    assert found.destinations == (f"{ADDRESS}:443", "[2001:db8:1::9]:443")
    assert found.names == (HOST,)


def test_an_answered_name_of_the_same_address_is_not_searched_for() -> None:
    other = checked("mcr.microsoft.com", connected(), shaken(name="mcr.microsoft.com"), exchanged())
    found = searched(checked(HOST, connected(), shaken(Outcome.RESET)), other)
    assert found.names == (HOST,)
    assert "mcr.microsoft.com" not in "".join(query.query for query in found.queries)


def test_a_question_is_searched_for_by_its_name_at_its_resolver() -> None:
    found = searched(evidence([lookup(Outcome.NXDOMAIN)]))
    assert (found.sources, found.destinations) == (("10.244.1.7",), ("10.0.0.10:53",))
    assert found.names == (HOST,)


def test_an_inspected_connection_that_works_is_searched_for_all_the_same() -> None:
    leaf = shaken(certificates=(certificate(CORPORATE),))
    found = searched(checked(HOST, connected(), leaf, exchanged()))
    assert found.destinations == (f"{ADDRESS}:443",)
    assert found.queries


def test_what_is_nobodys_rule_has_nothing_to_search_for() -> None:
    (finding,) = judged(checked(HOST, connected(), shaken(Outcome.EXPIRED))).findings
    assert finding.search is None


def test_what_the_hosts_file_says_is_in_no_log() -> None:
    (finding,) = judged(evidence([from_hosts("0.0.0.0")])).findings
    assert finding.search is None


def test_a_run_of_many_hosts_stays_a_query_that_can_be_read() -> None:
    run = [
        checked(f"h{n}.example", connected(Outcome.DROPPED, f"203.0.113.{n}")) for n in range(1, 99)
    ]
    found = searched(*run)
    assert len(found.destinations) == len(found.names) == 20
    assert all(query.query.count("203.0.113.") <= 40 for query in found.queries)


# devices


def test_every_cause_has_a_typical_device_or_needs_none() -> None:
    own = BY_NOBODY | {Cause.PROXY_UNREACHABLE}
    assert set(DEVICES) == set(Cause) - own
    for text in DEVICES.values():
        assert len(text) < 100
        assert not text.endswith(".")


@pytest.mark.parametrize(
    ("mine", "words"),
    [
        (checked(HOST, connected(Outcome.DROPPED)), "drops SYNs"),
        (checked(HOST, connected(), shaken(Outcome.DROPPED)), "lets TCP connect and drops"),
        (evidence([lookup(Outcome.NXDOMAIN)]), "resolver policy"),
        (by_proxy(Outcome.DENIED), "explicit proxy"),
        (checked(HOST, to_proxy(Outcome.DROPPED), route=via()), "this source's way to the proxy"),
        (checked(HOST, to_proxy(Outcome.REFUSED), route=via()), "does not listen"),
    ],
)
def test_the_device_is_one_that_typically_behaves_so(mine: Evidence, words: str) -> None:
    assert words in searched(mine).device


def test_a_name_filter_is_named_only_where_another_name_is_answered() -> None:
    mine = checked(HOST, connected(), shaken(Outcome.RESET))
    other = healthy("mcr.microsoft.com")
    assert searched(mine, other).device.startswith("an FQDN rule")
    assert searched(mine).device.startswith("a firewall that completes TCP")


@pytest.mark.parametrize(
    ("is_acknowledged", "words"),
    [(True, "takes the ClientHello"), (False, "loses large packets")],
)
def test_who_acknowledged_a_silent_clienthello_had_it(is_acknowledged: bool, words: str) -> None:
    told = Delivery(is_acknowledged=is_acknowledged, retransmissions=3, mss=1460)
    mine = checked(HOST, connected(), shaken(Outcome.DROPPED, delivery=told))
    assert words in searched(mine).device


def test_a_proxy_whose_name_does_not_resolve_says_nothing_of_a_device() -> None:
    mine = evidence([lookup(Outcome.NXDOMAIN, name="p.example")], of=check(route=via()))
    assert searched(mine).device == ""


def test_tls_with_the_proxy_itself_is_searched_for_by_address() -> None:
    greeting = shaken(Outcome.RESET, stage=Stage.PROXY, name="proxy.contoso.example")
    found = searched(checked(HOST, to_proxy(), greeting, route=via()))
    assert [query.log for query in found.queries] == FLOWS
    assert found.device == ""
