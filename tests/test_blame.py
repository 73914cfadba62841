"""A report and the policies given → the report that names them."""

from dataclasses import replace
from typing import Any

import pytest

from preflight.blame import blamed
from preflight.model.diagnosis import Cause, Confidence
from preflight.model.document import Document
from preflight.model.flow import Origin
from preflight.model.plan import Stage
from preflight.model.report import Engine, Report
from preflight.model.vantage import VantageKind
from tests.report.builders import finding, looked_up, observed, report, stopped, vantage

IN_POD = vantage(kind=VantageKind.POD, namespace="shop", pod="web-1")


def document(body: dict[str, Any], line: int = 1) -> Document:
    return Document(body=body, origin=Origin(file="policies.yaml", line=line))


DENY = document(
    {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "deny", "namespace": "shop"},
        "spec": {"podSelector": {}, "policyTypes": ["Egress"]},
    }
)
POD = document(
    {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web-1", "namespace": "shop", "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "web"}]},
    }
)
SQUID = document({"squid.conf": "acl all src all\nhttp_access deny all\n"})


def measured(cause: Cause, stage: Stage, outcome: str, **changes: Any) -> Report:
    row = stopped("api", "api.example.test", stage, cause, outcome)
    if stage is Stage.DNS:
        row = replace(row, evidence=(looked_up(row.host, outcome),))
    return report(row, findings=(finding(row, cause=cause),), **changes)


def test_a_policy_that_isolates_the_pod_is_confirmed_by_dropped_packets() -> None:
    made = blamed(measured(Cause.TCP_DROPPED, Stage.TCP, "dropped", vantage=IN_POD), [DENY, POD])
    (by,) = made.findings[0].blocked_by
    assert (by.engine, by.name, by.source, by.confidence) == (
        Engine.KUBERNETES_NETWORK_POLICY,
        "shop/deny",
        "policies.yaml:1",
        Confidence.CONFIRMED,
    )


def test_the_same_policy_binds_no_host() -> None:
    made = blamed(measured(Cause.TCP_DROPPED, Stage.TCP, "dropped"), [DENY, POD])
    assert [by.engine for by in made.findings[0].blocked_by] == [Engine.UNKNOWN]
    assert "look past them" not in made.findings[0].explanation


def test_a_proxys_rules_are_asked_for_the_host_and_policies_for_the_proxy() -> None:
    """The policy denies the proxy's address, and squid the host: what was seen is squid's denial."""
    tunnel = observed(Stage.PROXY, "tunnel", "denied", destination="10.0.0.20:3128")
    row = stopped(
        "api", "api.example.test", Stage.PROXY, Cause.PROXY_DENIED, "denied", evidence=(tunnel,)
    )
    seen = report(
        row,
        findings=(finding(row, cause=Cause.PROXY_DENIED),),
        vantage=vantage(proxy="http://10.0.0.20:3128"),
    )
    (by, *_) = blamed(seen, [SQUID]).findings[0].blocked_by
    assert (by.engine, by.confidence) == (Engine.SQUID, Confidence.CONFIRMED)


def test_without_policies_that_concern_it_a_report_keeps_its_findings_and_says_so() -> None:
    before = measured(Cause.TCP_DROPPED, Stage.TCP, "dropped", vantage=IN_POD)
    given = blamed(before, [POD])
    assert given.findings == before.findings
    assert "concerns connections from here" in given.notices[-1]


def nsg(port: str) -> Document:
    rule = {
        "name": "deny",
        "priority": 100,
        "direction": "Outbound",
        "access": "Deny",
        "protocol": "*",
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": port,
    }
    return document(
        {"name": "nsg", "type": "Microsoft.Network/networkSecurityGroups", "securityRules": [rule]}
    )


def test_a_rule_that_may_allow_is_not_named_but_the_one_that_denies_behind_it() -> None:
    closed = nsg("443").body["securityRules"][0]
    allowing = {**closed, "name": "tag", "priority": 90, "access": "Allow"}
    tagged = {**allowing, "destinationAddressPrefix": "AzureMonitor"}
    group = document({**nsg("443").body, "securityRules": [tagged, closed]})
    (by,) = (
        blamed(measured(Cause.TCP_DROPPED, Stage.TCP, "dropped"), [group]).findings[0].blocked_by
    )
    assert (by.name, by.rule, by.confidence) == ("nsg", "100 deny", Confidence.POSSIBLE)


@pytest.mark.parametrize("cause", [Cause.DNS_NXDOMAIN, Cause.DNS_RESOLVER_UNREACHABLE])
def test_a_rule_about_the_host_is_not_to_blame_for_a_name_that_led_nowhere(cause: Cause) -> None:
    made = blamed(measured(cause, Stage.DNS, "dropped"), [nsg("443")])
    assert "100 deny" not in {by.rule for by in made.findings[0].blocked_by}


def test_a_rule_about_the_resolver_is_confirmed_where_nobody_answers() -> None:
    made = blamed(measured(Cause.DNS_RESOLVER_UNREACHABLE, Stage.DNS, "dropped"), [nsg("53")])
    (by,) = made.findings[0].blocked_by
    assert (by.engine, by.name, by.confidence) == (Engine.AZURE_NSG, "nsg", Confidence.CONFIRMED)


def test_a_policy_that_forgets_dns_is_confirmed_by_silent_resolvers() -> None:
    seen = measured(Cause.DNS_RESOLVER_UNREACHABLE, Stage.DNS, "dropped", vantage=IN_POD)
    (by,) = blamed(seen, [DENY, POD]).findings[0].blocked_by
    assert (by.name, by.confidence) == ("shop/deny", Confidence.CONFIRMED)
