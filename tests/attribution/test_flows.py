"""Which flows a report asks the rules about."""

from ipaddress import ip_address

import pytest

from preflight.attribution import measured, packets, questions, requests, source_of
from preflight.model.diagnosis import Cause
from preflight.model.endpoint import Protocol
from preflight.model.flow import Destination, Flow, Transfer, Workload
from preflight.model.plan import Stage
from preflight.model.report import EndpointResult
from preflight.model.vantage import VantageKind
from tests.report.builders import (
    dns,
    endpoint,
    looked_up,
    observed,
    reached,
    report,
    skipped,
    stopped,
    unmeasured,
    vantage,
)

POD = Workload(namespace="kube-system", pod="sensor")
TUNNEL = observed(Stage.PROXY, "tunnel", destination="10.0.0.20:3128")


def sent(*rows: EndpointResult, proxy: str | None = None) -> dict[str, Flow]:
    return packets(report(*rows, vantage=vantage(proxy=proxy)), POD)


def test_every_endpoint_that_was_probed_is_asked_about_with_the_addresses_seen() -> None:
    (flow,) = sent(endpoint("api"), skipped()).values()
    assert flow.source is POD
    assert flow.destination.host == "api.cloud.defender.microsoft.com"
    assert [str(a) for a in flow.destination.addresses] == ["20.50.1.9"]
    assert (flow.destination.port, flow.destination.transfer) == (443, Transfer.TCP)


def test_a_host_that_was_reached_is_asked_about_at_the_addresses_that_answered() -> None:
    """Of an address that nobody tried, or that failed, the rules may say what they like."""
    row = endpoint("api", dns=dns("20.50.1.9", "20.50.1.10"), addresses=(reached("20.50.1.9"),))
    (flow,) = measured(report(row), POD).values()
    assert [str(a) for a in flow.destination.addresses] == ["20.50.1.9"]


@pytest.mark.parametrize("cause", [Cause.DNS_RESOLVER_UNREACHABLE, Cause.DNS_QUERY_DROPPED])
def test_of_a_lookup_that_met_silence_the_question_is_asked_about(cause: Cause) -> None:
    silent = looked_up("api.example.test", "dropped")
    row = stopped("api", "api.example.test", Stage.DNS, cause, "dropped", evidence=(silent,))
    (flow,) = questions(report(row), POD).values()
    assert flow.destination == Destination(
        addresses=(ip_address("10.0.0.10"),), port=53, transfer=Transfer.UDP
    )


def test_a_lookup_that_was_answered_asks_nobody_about_packets() -> None:
    row = stopped("api", "api.example.test", Stage.DNS, Cause.DNS_NXDOMAIN, "nxdomain")
    assert questions(report(row, endpoint()), POD) == {}


def test_datagrams_are_udp() -> None:
    (flow,) = sent(unmeasured("ntp", port=123, protocol=Protocol.UDP)).values()
    assert (flow.destination.port, flow.destination.transfer) == (123, Transfer.UDP)


def test_a_host_that_is_an_address_has_no_name() -> None:
    (flow,) = sent(endpoint("api", host="20.50.1.9")).values()
    assert (flow.destination.host, str(flow.destination.addresses[0])) == (None, "20.50.1.9")


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("http://proxy.contoso.example:3128", "proxy.contoso.example", 3128),
        ("https://proxy.contoso.example", "proxy.contoso.example", 443),
    ],
)
def test_what_goes_through_a_proxy_is_sent_to_it(url: str, host: str, port: int) -> None:
    (flow,) = sent(endpoint("api", evidence=(TUNNEL,)), proxy=url).values()
    assert (flow.destination.host, flow.destination.port) == (host, port)


def test_what_a_proxy_is_asked_for_is_the_host_at_addresses_that_only_the_proxy_knows() -> None:
    made = report(endpoint("api", evidence=(TUNNEL,)), endpoint("direct"))
    asked = requests(made, POD)
    assert list(asked) == ["api"]
    assert asked["api"].destination.host == "api.cloud.defender.microsoft.com"
    assert asked["api"].destination.addresses == ()


def test_a_report_of_a_pod_begins_in_that_pod_whose_labels_it_does_not_tell() -> None:
    made = source_of(vantage(kind=VantageKind.POD, namespace="shop", pod="web-1"))
    assert (made.namespace, made.pod, made.host_network) == ("shop", "web-1", False)
    assert not made.labels_known


def test_a_report_of_a_node_is_bound_by_no_policy_of_pods() -> None:
    assert source_of(vantage(kind=VantageKind.HOST_NETWORK_POD)).host_network
    assert source_of(vantage()).host_network
