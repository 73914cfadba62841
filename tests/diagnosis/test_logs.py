"""Ready queries: every name and address a literal of the language, bounded, and nothing that ends one."""

import re
import subprocess
from datetime import timedelta
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.diagnosis.logs import LOGS, Trail, insights, kql, queries
from preflight.diagnosis.logs.sought import MOST, Sought
from preflight.model.search import LogKind, QueryLanguage
from preflight.model.vantage import Peer
from tests.factories import NOW, peer

HOSTILE = (
    'a" or true //',
    'a\\" | take 9',
    "a' | b",
    "a\n| union *",
    "$(id)",
    "`id`",
    "a;id",
    "-e",
    "*",
    "a b",
    "\x1b[2J",
    "\u202egnp.exe",
    "bücher.example",
    "x" * 300,
    "",
    ".",
)
FLOW_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"')


def sought(
    *names: str, destinations: tuple[Peer, ...] | None = None, own: str = "10.1.0.4"
) -> Sought:
    return Sought(
        begin=NOW,
        end=NOW + timedelta(minutes=10),
        sources=(ip_address(own),) if own else (),
        destinations=(peer("203.0.113.10:443"), peer("[2001:db8::9]:80"))
        if destinations is None
        else destinations,
        names=names or ("api.example.com",),
    )


def text(log: LogKind, of: Sought | None = None) -> str:
    made = queries(tuple(Trail), of or sought())
    return next(query.query for query in made if query.log is log)


def test_every_log_has_a_query() -> None:
    made = queries(tuple(Trail), sought())
    assert {query.log for query in made} == set(LogKind)
    assert {query.language for query in made} == set(QueryLanguage)
    assert set(LOGS) == set(Trail)


def test_application_rules_are_searched_by_name_in_both_forms() -> None:
    query = text(LogKind.AZURE_FIREWALL_APPLICATION_RULES)
    assert query.startswith(
        "let Begin = datetime(2026-11-23T09:00:00Z);\nlet End = datetime(2026-11-23T09:10:00Z);\nunion isfuzzy=true\n"
    )
    assert '| where Fqdn in~ ("api.example.com")' in query
    assert '| where Category == "AzureFirewallApplicationRule"' in query
    assert '| where Text has_any ("api.example.com")' in query


def test_network_rules_are_searched_by_address_and_port() -> None:
    query = text(LogKind.AZURE_FIREWALL_NETWORK_RULES)
    assert (
        '| where DestinationIp in ("203.0.113.10", "2001:db8::9") and DestinationPort in (443, 80)'
        in query
    )


def test_the_dns_proxys_names_may_end_with_a_dot() -> None:
    assert "trim_end(@'\\.', QueryName) in~ (\"api.example.com\")" in text(
        LogKind.AZURE_FIREWALL_DNS_PROXY
    )
    assert 'query_name in ["api.example.com."]' in text(LogKind.AWS_RESOLVER_QUERY_LOGS)


@pytest.mark.parametrize(
    ("log", "one", "several"),
    [
        (LogKind.AZURE_VNET_FLOW_LOGS, "DestIp", "DestPublicIps"),
        (LogKind.AZURE_NSG_FLOW_LOGS, "DestIP_s", "DestPublicIPs_s"),
    ],
)
def test_flow_records_hold_public_destinations_apart(log: LogKind, one: str, several: str) -> None:
    addresses = '("203.0.113.10", "2001:db8::9")'
    assert f"| where {one} in {addresses} or {several} has_any {addresses}" in text(log)


def test_a_flow_record_may_begin_before_the_window_and_end_after_it() -> None:
    query = text(LogKind.AZURE_VNET_FLOW_LOGS)
    assert "FlowStartTime <= End and FlowEndTime >= Begin" in query


def test_vpc_records_are_stamped_with_the_begin_of_their_interval() -> None:
    query = text(LogKind.AWS_VPC_FLOW_LOGS)
    assert query.startswith("# period: 2026-11-23 08:50:00 to 2026-11-23 09:10:00 UTC\n")
    assert '| filter dstAddr in ["203.0.113.10", "2001:db8::9"] and dstPort in [443, 80]\n' in query


def test_alerts_are_searched_by_the_name_in_tls_and_in_http() -> None:
    query = text(LogKind.AWS_NETWORK_FIREWALL_ALERTS)
    assert 'event.tls.sni in ["api.example.com"] or event.http.hostname in' in query


def test_the_proxys_log_is_read_between_two_instants() -> None:
    query = text(LogKind.SQUID_ACCESS_LOG)
    assert query.startswith(f"awk '$1 >= {int(NOW.timestamp())} && $1 <= ")
    assert query.endswith("grep -i -F -e api.example.com")
    assert subprocess.run(["sh", "-n", "-c", query], check=False).returncode == 0


def test_the_filter_by_source_is_there_but_off_for_nat_changes_sources() -> None:
    for query in queries(tuple(Trail), sought()):
        lines = [line.strip() for line in query.query.splitlines() if "10.1.0.4" in line]
        assert all(line.startswith(("//", "#")) for line in lines), query.query
        assert lines or query.log is LogKind.SQUID_ACCESS_LOG


def test_without_a_known_source_nothing_is_said_of_one() -> None:
    assert "NAT" not in text(LogKind.AZURE_FIREWALL_NETWORK_RULES, sought(own=""))
    assert "NAT" not in text(LogKind.AWS_VPC_FLOW_LOGS, sought(own=""))


def test_switched_on_the_filter_is_part_of_the_query() -> None:
    on = text(LogKind.AZURE_VNET_FLOW_LOGS).replace("// |", "|")
    assert '\n| where SrcIp in ("10.1.0.4") or isempty(SrcIp)\n' in on


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_host_name_is_in_no_query(name: str) -> None:
    assert sought(name).hosts == ()
    logs = {query.log for query in queries(tuple(Trail), sought(name))}
    assert logs == {query.log for query in queries((Trail.FLOW,), sought())}


def test_the_names_beside_a_hostile_one_are_still_searched_for() -> None:
    assert sought('a"b', "Good.Example.COM.").hosts == ("good.example.com",)


@given(st.text(max_size=40))
def test_any_text_is_one_literal_of_the_language(given_text: str) -> None:
    for language in (kql, insights):
        literal = language.literal(given_text)
        assert FLOW_LITERAL.fullmatch(literal)
        assert literal.isascii()
        assert literal.isprintable()


@given(st.lists(st.text(max_size=40), max_size=3))
def test_whatever_the_names_are_a_query_is_plain_text_with_whole_literals(names: list[str]) -> None:
    for query in queries(tuple(Trail), sought(*names)):
        assert query.query.isascii()
        assert all(line.isprintable() for line in query.query.splitlines())
        assert FLOW_LITERAL.sub("", query.query).count('"') == 0


def test_a_zone_that_only_this_host_knows_is_left_out() -> None:
    zoned = Peer(address=ip_address('fe80::1%a"b'), port=443)
    assert sought(destinations=(zoned,), own='fe80::2%a"b').addresses == ("fe80::1",)
    assert sought(own='fe80::2%a"b').own == ("fe80::2",)


def test_a_query_is_bounded() -> None:
    many = sought(
        *(f"h{n}.example" for n in range(99)),
        destinations=tuple(peer(f"203.0.113.{n}:{n}") for n in range(1, 99)),
    )
    assert len(many.hosts) == len(many.addresses) == len(many.ports) == MOST
    assert all(len(query.query) < 4000 for query in queries(tuple(Trail), many))


def test_a_query_is_one_paragraph_for_editors_run_what_stands_between_empty_lines() -> None:
    assert not any("\n\n" in query.query for query in queries(tuple(Trail), sought()))


def test_without_destinations_no_flow_is_searched_for() -> None:
    assert queries((Trail.FLOW,), sought(destinations=())) == ()
