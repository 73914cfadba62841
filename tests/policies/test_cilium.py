"""Cilium: what closes a pod, what opens it, and how names get their addresses."""

from typing import Any

import pytest

from preflight.model.flow import FlowVerdict, Reason, Transfer
from preflight.model.report import Engine
from tests.policies.asking import ALLOWED, API, DENIED, PUBLIC, UNKNOWN, ask, last, pod

EVERYONE: dict[str, Any] = {"endpointSelector": {}}
KUBE_DNS = {
    "matchLabels": {"k8s:io.kubernetes.pod.namespace": "kube-system", "k8s-app": "kube-dns"}
}
NETWORK_POLICY = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "web", "namespace": "shop"},
}


def policy(name: str = "web", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {**EVERYONE, **spec},
    }


def clusterwide(name: str = "all", **spec: Any) -> dict[str, Any]:
    return {
        **policy(name, **spec),
        "kind": "CiliumClusterwideNetworkPolicy",
        "metadata": {"name": name},
    }


def ports(*numbers: int | str, protocol: str = "TCP", **more: Any) -> list[dict[str, Any]]:
    return [{"ports": [{"port": str(one), "protocol": protocol} for one in numbers], **more}]


def dns(*patterns: str, to: Any = None) -> dict[str, Any]:
    """The rule that teaches Cilium the addresses of names."""
    rules = {"dns": [{"matchPattern": one} for one in patterns]}
    return {"toEndpoints": [to or KUBE_DNS], "toPorts": ports(53, protocol="ANY", rules=rules)}


def named(*names: str, **more: Any) -> dict[str, Any]:
    return {
        "toFQDNs": [{"matchPattern" if "*" in one else "matchName": one} for one in names],
        **more,
    }


# what closes


@pytest.mark.parametrize(
    ("spec", "verdict", "reason"),
    [
        ({"egress": []}, ALLOWED, Reason.NOT_SELECTED),
        ({}, ALLOWED, Reason.NOT_SELECTED),
        ({"ingress": [{}]}, ALLOWED, Reason.NOT_SELECTED),
        ({"egress": [{}]}, DENIED, Reason.DEFAULT_DENY),
        ({"egress": [{"toPorts": []}]}, DENIED, Reason.DEFAULT_DENY),
        ({"egressDeny": [{}]}, DENIED, Reason.NO_EGRESS_RULES),
        ({"egress": [{"toEndpoints": []}]}, DENIED, Reason.DEFAULT_DENY),
        ({"egress": [{"toEntities": ["cluster"]}]}, DENIED, Reason.DEFAULT_DENY),
        ({"egressDeny": [{"toCIDR": ["10.0.0.0/8"]}]}, DENIED, Reason.NO_EGRESS_RULES),
        (
            {"egressDeny": [{"toCIDR": ["10.0.0.0/8"]}], "enableDefaultDeny": {"egress": False}},
            ALLOWED,
            Reason.NOT_SELECTED,
        ),
        ({"egress": [{"toPorts": ports(80)}]}, DENIED, Reason.PORT_MISMATCH),
    ],
)
def test_a_policy_closes_what_it_selects_when_it_has_egress(
    spec: dict[str, Any], verdict: FlowVerdict, reason: Reason
) -> None:
    said = last(ask(policy(**spec)))
    assert (said.verdict, said.reason, said.engine) == (verdict, reason, Engine.CILIUM)


def test_one_policy_that_closes_is_enough() -> None:
    mild = policy("mild", egress=[{"toCIDR": ["10.0.0.0/8"]}], enableDefaultDeny={"egress": False})
    strict = policy("strict", egress=[{"toCIDR": ["10.0.0.0/8"]}])
    assert ask(mild).verdict is ALLOWED
    assert [one.name for one in ask(mild, strict).blocked_by] == ["shop/strict"]


@pytest.mark.parametrize(
    ("selector", "verdict"),
    [
        ({"matchLabels": {"app": "web"}}, DENIED),
        ({"matchLabels": {"k8s:app": "web"}}, DENIED),
        ({"matchLabels": {"any:app": "web"}}, DENIED),
        ({"matchLabels": {"app": "db"}}, ALLOWED),
        ({"matchLabels": {"io.kubernetes.pod.namespace": "shop"}}, DENIED),
        ({"matchLabels": {"io.cilium.k8s.namespace.labels.team": "money"}}, DENIED),
        ({"matchLabels": {"io.cilium.k8s.namespace.labels.team": "x"}}, ALLOWED),
        ({"matchLabels": {"io.cilium.k8s.policy.serviceaccount": "robot"}}, DENIED),
        ({"matchLabels": {"reserved:host": ""}}, ALLOWED),
        ({"matchLabels": {"container:app": "web"}}, UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_endpoints_are_selected_by_labels_of_several_sources(
    selector: Any, verdict: FlowVerdict
) -> None:
    source = pod(labels={"app": "web"}, namespace_labels={"team": "money"}, service_account="robot")
    closed = {"egress": [{"toEndpoints": []}], "endpointSelector": selector}
    assert ask(policy(**closed), source=source).verdict is verdict
    assert ask(clusterwide(**closed), source=source).verdict is verdict


def test_a_namespaced_policy_stays_in_its_namespace() -> None:
    closed = policy(egress=[{"toEndpoints": []}])
    assert ask(closed, source=pod("bank")).verdict is ALLOWED
    assert ask(clusterwide(egress=[{"toEndpoints": []}]), source=pod("bank")).verdict is DENIED


def test_several_specs_are_several_policies() -> None:
    both = {
        **policy(),
        "specs": [
            {**EVERYONE, "egress": [{"toEndpoints": []}]},
            {**EVERYONE, "egress": [{"toEntities": ["world"]}]},
        ],
    }
    del both["spec"]
    assert last(ask(both)).rule == "specs[1].egress[0]"


# where rules lead


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        ({}, DENIED),
        ({"toPorts": ports(443)}, ALLOWED),
        ({"toCIDR": ["20.0.0.0/8"]}, ALLOWED),
        ({"toCIDR": ["20.42.65.85"]}, ALLOWED),
        ({"toCIDRSet": [{"cidr": "20.0.0.0/8", "except": ["20.42.0.0/16"]}]}, DENIED),
        ({"toCIDRSet": [{"cidr": "20.0.0.0/8"}]}, ALLOWED),
        ({"toCIDRSet": [{"cidrGroupRef": "azure"}]}, UNKNOWN),
        ({"toEntities": ["world"]}, ALLOWED),
        ({"toEntities": ["all"]}, ALLOWED),
        ({"toEntities": ["world-ipv4"]}, ALLOWED),
        ({"toEntities": ["world-ipv6"]}, DENIED),
        ({"toEntities": ["cluster", "host", "remote-node", "health"]}, DENIED),
        ({"toEntities": ["kube-apiserver"]}, UNKNOWN),
        ({"toEndpoints": [{}]}, DENIED),
        ({"toEndpoints": []}, DENIED),
        ({"toServices": [{"k8sService": {"serviceName": "x"}}]}, UNKNOWN),
        ({"toGroups": [{"aws": {}}]}, UNKNOWN),
        ({"toEntities": ["world"], "toPorts": ports(443)}, ALLOWED),
        ({"toEntities": ["world"], "toPorts": ports(80)}, DENIED),
        ({"toEntities": ["world"], "toPorts": ports(443, protocol="UDP")}, DENIED),
        ({"toEntities": ["world"], "toPorts": ports(443, protocol="ANY")}, ALLOWED),
        ({"toEntities": ["world"], "toPorts": [{"ports": [{"port": "0"}]}]}, ALLOWED),
        ({"toEntities": ["world"], "toPorts": [{"ports": [{"port": "400", "endPort": 500}]}]}, ALLOWED),
        ({"toEntities": ["world"], "toPorts": ports("https")}, DENIED),
        ({"toEntities": ["world"], "icmps": [{"fields": [{"type": 8}]}]}, DENIED),
        ({"toEntities": ["mars"]}, UNKNOWN),
        ({"toRequires": [{}]}, UNKNOWN),
        ({"toEntities": ["world"], "authentication": {"mode": "required"}}, UNKNOWN),
        ({"toEntities": ["world"], "toPorts": ports(443, rules={"http": [{"path": "/"}]})}, UNKNOWN),
        ({"toEntities": ["world"], "toPorts": ports(443, serverNames=[API])}, UNKNOWN),
        ({"toEntities": ["world"], "toPorts": ports("x", protocol="QUIC")}, UNKNOWN),
        ({"toSomething": []}, UNKNOWN),
    ],
)  # fmt: skip
def test_a_rule_leads_to_addresses_entities_and_ports(
    rule: dict[str, Any], verdict: FlowVerdict
) -> None:
    assert ask(policy(egress=[rule])).verdict is verdict


def test_a_cidr_group_that_is_given_is_read() -> None:
    group = {
        "apiVersion": "cilium.io/v2alpha1",
        "kind": "CiliumCIDRGroup",
        "metadata": {"name": "azure"},
        "spec": {"externalCIDRs": ["20.0.0.0/8"]},
    }
    assert (
        ask(group, policy(egress=[{"toCIDRSet": [{"cidrGroupRef": "azure"}]}])).verdict is ALLOWED
    )


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        ({"toEndpoints": [{"matchLabels": {"app": "db"}}]}, DENIED),
        ({"toEndpoints": [{"matchLabels": {"app": "db", "io.kubernetes.pod.namespace": "bank"}}]}, ALLOWED),
        ({"toEntities": ["cluster"]}, ALLOWED),
        ({"toEntities": ["world"]}, DENIED),
        ({"toCIDR": ["0.0.0.0/0"]}, DENIED),
        ({"toEntities": ["cluster"], "toPorts": ports("https")}, ALLOWED),
    ],
)  # fmt: skip
def test_pods_are_reached_by_labels_and_never_by_addresses(
    rule: dict[str, Any], verdict: FlowVerdict
) -> None:
    database = pod("bank", "db-1", {"app": "db"}, ports=(("https", 443, Transfer.TCP),))
    assert ask(policy(egress=[rule]), to=database).verdict is verdict


def test_a_server_name_is_compared_with_the_host() -> None:
    rules = [dns("*"), {"toEntities": ["world"], "toPorts": ports(443, serverNames=[API])}]
    assert ask(policy(egress=rules), to=f"{API}:443").verdict is ALLOWED
    assert ask(policy(egress=rules), to="other.example:443").verdict is DENIED


# deny, and union with NetworkPolicies


def test_a_deny_rule_beats_every_allow() -> None:
    opened = {**NETWORK_POLICY, "spec": {"policyTypes": ["Egress"], "egress": [{}]}}
    denied = policy("deny", egressDeny=[{"toCIDR": ["20.0.0.0/8"]}])
    said = ask(opened, policy("allow", egress=[{"toEntities": ["world"]}]), denied)
    assert [(one.name, one.rule, one.reason) for one in said.blocked_by] == [
        ("shop/deny", "spec.egressDeny[0]", Reason.EXPLICIT_DENY)
    ]


def test_a_deny_rule_in_doubt_matters_unless_something_else_denies() -> None:
    doubtful = policy("deny", egressDeny=[{"toServices": [{"k8sService": {}}]}])
    assert ask(doubtful, policy("allow", egress=[{"toEntities": ["world"]}])).verdict is UNKNOWN
    assert ask(doubtful).verdict is DENIED


def test_either_kind_of_policy_opens_what_the_other_closes() -> None:
    closed = {**NETWORK_POLICY, "spec": {"policyTypes": ["Egress"]}}
    opened = {**NETWORK_POLICY, "spec": {"policyTypes": ["Egress"], "egress": [{}]}}
    assert ask(closed, policy(egress=[{"toEntities": ["world"]}])).verdict is ALLOWED
    assert ask(opened, policy(egress=[{"toEndpoints": []}])).verdict is ALLOWED
    both = ask(closed, policy(egress=[{"toEndpoints": []}]))
    assert {one.engine for one in both.blocked_by} == {
        Engine.CILIUM,
        Engine.KUBERNETES_NETWORK_POLICY,
    }


def test_an_ip_block_of_a_network_policy_covers_no_pods_under_cilium() -> None:
    opened = {
        **NETWORK_POLICY,
        "spec": {
            "policyTypes": ["Egress"],
            "egress": [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}],
        },
    }
    assert ask(opened, to=pod("bank")).verdict is UNKNOWN
    assert ask(opened, policy(ingress=[{}]), to=pod("bank")).verdict is DENIED


# names


@pytest.mark.parametrize(
    ("rules", "verdict", "reason"),
    [
        ([dns("*"), named(API)], ALLOWED, Reason.EXPLICIT_ALLOW),
        ([dns("*.microsoft.com"), named(API)], DENIED, Reason.DNS_RULE_REFUSES_NAME),
        ([dns("**.microsoft.com"), named(API)], ALLOWED, Reason.EXPLICIT_ALLOW),
        ([dns(API), named("*.cloud.defender.microsoft.com")], ALLOWED, Reason.EXPLICIT_ALLOW),
        ([dns("*"), named("*.microsoft.com")], DENIED, Reason.DEFAULT_DENY),
        ([dns("*"), named("*.defender.microsoft.com")], DENIED, Reason.DEFAULT_DENY),
        ([named(API)], DENIED, Reason.NAME_NOT_LEARNED),
        (
            [{"toEndpoints": [KUBE_DNS], "toPorts": ports(53, protocol="UDP")}, named(API)],
            DENIED,
            Reason.NAME_NOT_LEARNED,
        ),
        ([dns("*"), named(API, toPorts=ports(443))], ALLOWED, Reason.EXPLICIT_ALLOW),
        ([dns("*"), named(API, toPorts=ports(80))], DENIED, Reason.PORT_MISMATCH),
        ([dns("other.example"), named(API)], DENIED, Reason.DNS_RULE_REFUSES_NAME),
        (
            [dns("*", to={"matchLabels": {"app": "elsewhere"}}), named(API)],
            DENIED,
            Reason.NAME_NOT_LEARNED,
        ),
        ([dns("other.example"), {"toEntities": ["world"]}], DENIED, Reason.DNS_RULE_REFUSES_NAME),
        ([{"toEntities": ["world"], "toPorts": ports(443)}], DENIED, Reason.DNS_BLOCKED),
        ([dns("*"), {"toEntities": ["world"]}], ALLOWED, Reason.EXPLICIT_ALLOW),
    ],
)
def test_names_are_allowed_where_they_are_learned(
    rules: list[dict[str, Any]], verdict: FlowVerdict, reason: Reason
) -> None:
    said = last(ask(policy(egress=rules), to=f"{API}:443", addresses=[PUBLIC]))
    assert (said.verdict, said.reason) == (verdict, reason)


def test_the_dns_rule_may_stand_in_another_policy() -> None:
    assert (
        ask(clusterwide(egress=[dns("*")]), policy(egress=[named(API)]), to=f"{API}:443").verdict
        is ALLOWED
    )


def test_an_address_alone_cannot_be_compared_with_names() -> None:
    said = last(ask(policy(egress=[dns("*"), named(API)])))
    assert said.verdict is UNKNOWN
    assert "which names lead to" in said.explanation


def test_the_host_network_is_left_to_the_host_firewall() -> None:
    nodes = clusterwide("nodes", egress=[{"toEntities": ["cluster"]}])
    nodes["spec"]["nodeSelector"] = nodes["spec"].pop("endpointSelector")
    own = pod(host_network=True)
    assert ask(nodes, source=own).verdict is UNKNOWN
    assert ask(policy(egress=[{"toEndpoints": []}]), source=own).verdict is ALLOWED
