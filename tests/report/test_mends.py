"""What the rules of a finding are for, by cause: the mend is not always a rule in a firewall."""

import pytest

from preflight.model.diagnosis import Cause
from preflight.model.endpoint import Protocol
from preflight.model.plan import Stage
from preflight.model.report import Allow, EndpointResult
from preflight.report.mends import Mend, by_name, mend, rule_text
from tests.report.builders import endpoint, finding, observed, report, stopped, vantage

BY_PROXY = (observed(Stage.PROXY, "tunnel"), observed(Stage.TLS, "handshake", "reset", after=9))


def purpose(cause: Cause, *stops: EndpointResult) -> Mend:
    stopped_there = stops or (stopped("a", "a.test", Stage.TCP, cause, "dropped"),)
    one = finding(*stopped_there, cause=cause)
    return mend(one, report(endpoint(), *stopped_there, findings=(one,)))


def by_proxy(id_: str = "a") -> EndpointResult:
    return stopped(id_, "a.test", Stage.TLS, Cause.TLS_RESET, "reset", evidence=BY_PROXY)


@pytest.mark.parametrize(
    "cause",
    [
        Cause.TCP_DROPPED,
        Cause.TCP_REFUSED,
        Cause.TLS_SNI_RESET,
        Cause.TLS_RESET,
        Cause.HTTP_BLOCK_PAGE,
        Cause.PATH_PARTIAL_ADDRESSES,
        Cause.DNS_RESOLVER_UNREACHABLE,
        Cause.PROXY_UNREACHABLE,
    ],
)
def test_what_a_packet_filter_or_name_filter_stops_is_opened(cause: Cause) -> None:
    found = purpose(cause)
    assert (found.label, found.where) == ("Open", "outbound from 10.1.0.4 to")
    assert found.is_network


@pytest.mark.parametrize(
    "cause",
    [
        cause
        for cause in Cause
        if cause.startswith("dns.") and cause is not Cause.DNS_RESOLVER_UNREACHABLE
    ],
)
def test_what_fails_for_its_name_is_mended_in_dns_first(cause: Cause) -> None:
    found = purpose(cause)
    assert found.label == "Then open"
    assert found.where.startswith("once the name resolves, if not open yet: outbound from")


@pytest.mark.parametrize(
    ("cause", "label", "where"),
    [
        (Cause.TLS_INTERCEPTED, "Exempt", "from TLS inspection, for connections from 10.1.0.4 to"),
        (
            Cause.PROXY_DENIED,
            "Allow",
            "in the proxy's access list, for requests from 10.1.0.4 to",
        ),
        (
            Cause.PROXY_AUTH_REQUIRED,
            "Exempt",
            "from authentication at the proxy, for requests from 10.1.0.4 to",
        ),
        (
            Cause.PROXY_DROPPED,
            "Then allow",
            "once the proxy answers, if not allowed yet: for requests from 10.1.0.4 to",
        ),
    ],
)
def test_what_an_inspector_or_a_proxy_decides_is_mended_there_and_by_name(
    cause: Cause, label: str, where: str
) -> None:
    found = purpose(cause)
    assert (found.label, found.where, found.is_network) == (label, where, False)


def test_behind_a_proxy_the_way_out_is_the_proxys_own() -> None:
    failed = purpose(Cause.PROXY_UPSTREAM_FAILED)
    assert failed.where == "outbound from the proxy's own address to"
    inside = purpose(Cause.TLS_RESET, by_proxy("a"), by_proxy("b"))
    assert inside.where == "at the proxy, and outbound from the proxy's own address to"


def test_a_finding_of_both_ways_is_opened_from_here() -> None:
    direct = stopped("b", "b.test", Stage.TLS, Cause.TLS_RESET, "reset")
    assert purpose(Cause.TLS_RESET, by_proxy(), direct).where == "outbound from 10.1.0.4 to"


def test_an_experiment_by_the_proxy_does_not_make_it_the_way_out() -> None:
    aside = observed(Stage.PROXY, "tunnel", after=9, detail="control other_route: CONNECT a")
    direct = stopped("a", "a.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")
    tried = stopped(
        "a", "a.test", Stage.TCP, Cause.TCP_DROPPED, "dropped", evidence=(*direct.evidence, aside)
    )
    assert purpose(Cause.TCP_DROPPED, tried).where == "outbound from 10.1.0.4 to"


def test_the_way_to_the_proxy_itself_is_opened_from_here() -> None:
    lost = stopped("a", "a.test", Stage.PROXY, Cause.PROXY_UNREACHABLE, "dropped")
    assert purpose(Cause.PROXY_UNREACHABLE, lost).where == "outbound from 10.1.0.4 to"


def test_a_finding_of_unknown_endpoints_is_opened_from_here() -> None:
    one = finding(endpoints=("gone",))
    assert mend(one, report(findings=(one,))).where == "outbound from 10.1.0.4 to"


def test_without_a_known_address_the_source_is_this_host() -> None:
    one = finding(endpoint())
    assert mend(one, report(vantage=vantage(addresses=()))).where == "outbound from this host to"


def test_labels_fit_their_column() -> None:
    assert all(len(purpose(cause).label) <= 10 for cause in Cause)


def rule(fqdn: str = "a.test", tag: str | None = None, port: int = 443) -> Allow:
    return Allow(fqdn=fqdn, port=port, protocol=Protocol.HTTPS, service_tag=tag)


def test_two_tags_of_one_name_are_one_rule() -> None:
    rules = by_name((rule(tag="A"), rule("b.test"), rule(tag="B"), rule(tag="A"), rule(port=80)))
    assert [(one.fqdn, one.port, tags) for one, tags in rules] == [
        ("a.test", 443, ("A", "B")),
        ("b.test", 443, ()),
        ("a.test", 80, ()),
    ]


def test_tags_are_told_as_what_stands_for_addresses() -> None:
    assert rule_text(rule()) == "a.test, TCP 443 (HTTPS)"
    assert rule_text(rule(), ("A",)) == "a.test, TCP 443 (HTTPS); by address: Azure service tag A"
    assert rule_text(rule(), ("A", "B")).endswith("Azure service tags A and B")
