"""Corners of every engine that are met seldom: what cannot be read, what is not known, and what is not ours."""

from typing import Any

import pytest

from preflight.model.endpoint import Environment
from preflight.model.flow import FlowVerdict, Reason, Transfer
from preflight.policies import Inventory, sensor
from preflight.policies.kubernetes import names
from preflight.policies.kubernetes.wording import LIMIT, listed, quoted
from tests.policies import test_calico as calico
from tests.policies import test_cilium as cilium
from tests.policies import test_cluster_network_policy as admin
from tests.policies import test_network_policy as network
from tests.policies.asking import (
    ALLOWED,
    API,
    DENIED,
    PUBLIC,
    UNKNOWN,
    ask,
    documents,
    last,
    pod,
)

NODE = """
apiVersion: v1
kind: Node
metadata: {name: n1, labels: {pool: system}}
status: {addresses: [{type: InternalIP, address: 10.224.0.4}, {type: Hostname, address: n1}, {address: 7}]}
"""
NODE_ADDRESS = "10.224.0.4:443"


@pytest.mark.parametrize(
    "selector",
    [
        {"matchExpressions": [{"key": "a", "operator": "Near", "values": ["b"]}]},
        {"matchExpressions": [{"key": "a", "operator": "In"}]},
        {"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]},
        {"matchExpressions": ["a"]},
        {"matchLabels": {"a": 7}},
    ],
)
def test_a_selector_that_the_api_would_refuse_selects_nobody_for_certain(selector: Any) -> None:
    assert ask(network.egress(podSelector=selector)).verdict is UNKNOWN


@pytest.mark.parametrize(
    "rule",
    [
        calico.to(protocol="TCP", ports=["80:443:9"]),
        calico.to(protocol="TCP", ports=["500:400"]),
        calico.to(serviceAccounts={"selector": "a == 'b'"}),
        {"action": "Allow", "ipVersion": 5},
        {"action": "Allow", "notProtocol": True},
        calico.to(nets="10.0.0.0/8"),
    ],
)
def test_a_rule_of_calico_that_cannot_be_read_is_no_verdict(rule: dict[str, Any]) -> None:
    assert ask(calico.policy(rule)).verdict is UNKNOWN


@pytest.mark.parametrize(
    "spec",
    [
        {"order": "first"},
        {"order": True},
        {"order": 10**400},
        {"selector": "a ="},
        {"serviceAccountSelector": "a == 'b'"},
        {"types": "Egress"},
    ],
)
def test_a_policy_of_calico_that_cannot_be_read_is_no_verdict(spec: dict[str, Any]) -> None:
    assert ask(calico.policy(calico.ALLOWS, **spec)).verdict is UNKNOWN


def test_a_tier_that_cannot_be_read_denies_last() -> None:
    odd = calico.tier("odd", 5, "Perhaps")
    assert ask(odd, calico.policy(tier="odd"), calico.policy(calico.ALLOWS)).verdict is ALLOWED


def test_a_network_set_that_cannot_be_read_is_no_verdict() -> None:
    broken = calico.network_set("nowhere", use="azure")
    said = last(ask(broken, calico.policy(calico.to(selector="use == 'azure'"))))
    assert (said.verdict, said.reason) == (UNKNOWN, Reason.UNSUPPORTED)
    assert 'the network set "set" cannot be read' in said.explanation


@pytest.mark.parametrize(
    ("selector", "verdict"),
    [
        ("team == 'money'", ALLOWED),
        ("team == 'x'", DENIED),
        ("projectcalico.org/name == 'bank'", ALLOWED),
    ],
)
def test_network_sets_are_chosen_by_their_namespace(selector: str, verdict: FlowVerdict) -> None:
    bank = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "bank", "labels": {"team": "money"}},
    }
    own = calico.network_set("20.0.0.0/8", namespace="bank", use="azure")
    world = calico.network_set("20.0.0.0/8", use="azure")
    rule = calico.to(selector="use == 'azure'", namespaceSelector=selector)
    assert ask(bank, own, world, calico.policy(rule)).verdict is verdict


def test_ports_say_nothing_of_icmp() -> None:
    rule = {"action": "Allow", "destination": {"ports": [443]}}
    assert ask(calico.policy(rule), protocol="ICMP").verdict is DENIED


def test_an_unresolved_name_has_no_version() -> None:
    rules = (calico.DNS, {"action": "Allow", "ipVersion": 4})
    assert ask(calico.policy(*rules), to=f"{API}:443").verdict is UNKNOWN


def test_domains_need_a_name() -> None:
    assert ask(calico.policy(calico.to(domains=["a.test"]))).verdict is UNKNOWN


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        ({"toNodes": [{"matchLabels": {"pool": "system"}}]}, ALLOWED),
        ({"toNodes": [{"matchLabels": {"pool": "user"}}]}, DENIED),
        ({"toEntities": ["cluster"]}, ALLOWED),
        ({"toEntities": ["world"]}, DENIED),
        ({"toEntities": ["host"]}, UNKNOWN),
        ({"toCIDR": ["10.0.0.0/8"]}, UNKNOWN),
    ],
)
def test_nodes_are_no_part_of_the_world(rule: dict[str, Any], verdict: FlowVerdict) -> None:
    assert ask(NODE, cilium.policy(egress=[rule]), to=NODE_ADDRESS).verdict is verdict


def test_of_a_private_address_it_is_not_known_whether_it_is_a_node() -> None:
    opened = cilium.policy(egress=[{"toEntities": ["world"]}])
    assert ask(opened, to=NODE_ADDRESS).verdict is UNKNOWN
    assert ask(cilium.policy(egress=[{"toNodes": [{}]}]), to=NODE_ADDRESS).verdict is UNKNOWN


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        ({"toFQDNs": [{}]}, UNKNOWN),
        ({"toFQDNs": [{"matchName": API}]}, DENIED),
        ({"toCIDRSet": [{"cidrGroupRef": "x"}]}, DENIED),
        ({"toServices": []}, DENIED),
    ],
)
def test_what_names_and_groups_say_of_pods(rule: dict[str, Any], verdict: FlowVerdict) -> None:
    said = ask(cilium.policy(egress=[rule]), to=pod("bank"))
    assert said.verdict is (UNKNOWN if "toCIDRSet" in rule else verdict)


def test_of_a_name_without_addresses_the_family_is_not_known() -> None:
    rules = [cilium.dns("*"), {"toEntities": ["world-ipv6"]}]
    assert ask(cilium.policy(egress=rules), to=f"{API}:443").verdict is UNKNOWN


@pytest.mark.parametrize(
    "spec",
    [
        {"egress": "all"},
        {"egress": [{}], "enableDefaultDeny": {"egress": "no"}},
        {"egress": [{"toPorts": [{"ports": [{"port": 443}], "terminatingTLS": {"secret": {}}}]}]},
        {"egress": [{"toPorts": [{"ports": [{"port": "70000", "protocol": "TCP"}]}]}]},
    ],
)
def test_a_policy_of_cilium_that_cannot_be_read_is_no_verdict(spec: dict[str, Any]) -> None:
    assert ask(cilium.policy(**spec)).verdict is UNKNOWN


def test_specs_that_are_no_list_are_no_verdict() -> None:
    assert ask({**cilium.policy(), "specs": 7}).verdict is UNKNOWN


def test_a_label_of_the_source_that_is_not_known_is_no_verdict_in_cilium() -> None:
    closed = cilium.policy(
        egress=[{"toEndpoints": []}], endpointSelector={"matchLabels": {"x": "y"}}
    )
    said = last(ask(closed, source=pod(labels_known=False)))
    assert (said.verdict, said.reason) == (UNKNOWN, Reason.NEEDS_LIVE_DATA)


def test_every_policy_of_cilium_that_closes_shares_the_guilt() -> None:
    closing = [cilium.policy(name, egress=[{"toEndpoints": []}]) for name in ("a", "b")]
    assert [one.name for one in ask(*closing).blocked_by] == ["shop/a", "shop/b"]


def test_addresses_of_nodes_are_no_pods_and_need_an_address() -> None:
    denying = admin.admin(admin.rule("Deny", {"nodes": {}}))
    assert ask(NODE, denying, to=pod("bank")).verdict is ALLOWED
    assert ask(NODE, denying, to=f"{API}:443").verdict is ALLOWED


def test_rules_of_administrators_that_are_no_list_are_no_verdict() -> None:
    broken = admin.admin()
    broken["spec"]["egress"] = "all"
    assert ask(broken).verdict is UNKNOWN


def test_domain_names_need_a_name() -> None:
    named = admin.admin(admin.rule("Allow", {"domainNames": [API]}), admin.rule("Deny"))
    assert ask(named).verdict is UNKNOWN
    assert ask(named, to=pod("bank")).verdict is UNKNOWN  # its address is not given


def test_the_dns_of_openshift_is_asked_at_its_own_port() -> None:
    openshift = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "openshift-dns"}}
    rule = {"ports": [{"port": 5353, "protocol": "UDP"}]}
    opened = network.egress(network.OPEN, rule)
    assert ask(openshift, opened, to=f"{API}:443", addresses=[PUBLIC]).verdict is ALLOWED
    said = last(ask(opened, to=f"{API}:443", addresses=[PUBLIC]))
    assert said.reason is Reason.DNS_BLOCKED


def test_a_named_port_of_a_pod_that_is_not_given_is_not_known() -> None:
    rule = {"ports": [{"port": "https"}]}
    assert ask(network.egress(rule), to=pod("bank", labels_known=False)).verdict is UNKNOWN
    known = pod("bank", labels_known=False, ports=(("https", 443, Transfer.TCP),))
    assert ask(network.egress(rule), to=known).verdict is ALLOWED


SENSOR = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: microsoft-defender-collector-ds, namespace: kube-system}
spec: {template: {metadata: {labels: {app: defender}}, spec: {hostNetwork: true}}}
---
apiVersion: v1
kind: Pod
metadata: {name: microsoft-defender-collector-ds-x1, namespace: kube-system, labels: {app: defender, controller-revision-hash: abc}}
spec: {hostNetwork: true}
"""


@pytest.mark.parametrize("odd", [[], {}, [{"a": 1}]])
def test_lists_and_mappings_where_words_belong_are_no_verdict(odd: Any) -> None:
    port = cilium.policy(egress=[{"toPorts": [{"ports": [{"port": "443", "protocol": odd}]}]}])
    last_port = cilium.policy(egress=[{"toPorts": [{"ports": [{"port": "1", "endPort": odd}]}]}])
    action = admin.admin({"action": odd, "to": [{"networks": ["0.0.0.0/0"]}]})
    for rules in (port, last_port, action):
        assert ask({"kind": odd, "apiVersion": "v1"}, rules).verdict is UNKNOWN


def test_a_pattern_of_many_stars_is_matched_at_once() -> None:
    assert not names.cilium("*e" * 30 + "x.example.com", "e" * 60 + ".example.com")


def test_the_sensors_pods_of_one_kind_are_one_source() -> None:
    (one,) = sensor(Inventory(documents(SENSOR)), Environment.AKS)
    assert (one.namespace, one.host_network) == ("kube-system", True)


def test_without_pods_the_documented_sensor_is_the_source() -> None:
    nothing = Inventory([])
    assert [one.namespace for one in sensor(nothing, Environment.AKS)] == ["kube-system"]
    assert [one.namespace for one in sensor(nothing, Environment.GKE)] == ["mdc"]


def test_names_are_quoted_escaped_and_cut() -> None:
    assert quoted("a/b") == '"a/b"'
    assert quoted('a"\\b\x1b\u202e\U000e0001') == r'"a\"\\b\x1b\u202e\U000e0001"'
    assert quoted("x" * 500) == '"' + "x" * LIMIT + '…"'
    assert listed(["a"] * 7) == "a, a, a, a, a and 2 more"
