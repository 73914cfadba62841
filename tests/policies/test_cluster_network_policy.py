"""The policies of administrators, and what is left to NetworkPolicies between their tiers."""

from typing import Any

import pytest

from preflight.model.flow import FlowVerdict, Reason
from preflight.model.report import Engine
from tests.policies.asking import ALLOWED, API, DENIED, PUBLIC, UNKNOWN, ask, last, pod

SUBJECT: dict[str, Any] = {"namespaces": {}}
EVERYWHERE = {"networks": ["0.0.0.0/0", "::/0"]}


def rule(action: str, *to: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"action": action, "to": list(to or (EVERYWHERE,)), **more}


def admin(
    *rules: dict[str, Any], priority: int = 10, name: str = "platform", **spec: Any
) -> dict[str, Any]:
    return {
        "apiVersion": "policy.networking.k8s.io/v1alpha1",
        "kind": "AdminNetworkPolicy",
        "metadata": {"name": name},
        "spec": {"priority": priority, "subject": SUBJECT, "egress": list(rules), **spec},
    }


def baseline(*rules: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "policy.networking.k8s.io/v1alpha1",
        "kind": "BaselineAdminNetworkPolicy",
        "metadata": {"name": "default"},
        "spec": {"subject": SUBJECT, "egress": list(rules)},
    }


def cluster(
    *rules: dict[str, Any], tier: str = "Admin", api: str = "policy.networking.k8s.io/v1alpha2"
) -> dict[str, Any]:
    return {
        "apiVersion": api,
        "kind": "ClusterNetworkPolicy",
        "metadata": {"name": "platform"},
        "spec": {"tier": tier, "priority": 10, "subject": SUBJECT, "egress": list(rules)},
    }


def network_policy(*rules: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"policyTypes": ["Egress"], "egress": list(rules)},
    }


CLOSED, OPEN = network_policy(), network_policy({})


@pytest.mark.parametrize(
    ("given", "verdict", "engines"),
    [
        ([admin(rule("Allow")), CLOSED], ALLOWED, ["cluster-network-policy"]),
        ([admin(rule("Deny")), OPEN], DENIED, ["cluster-network-policy"]),
        (
            [admin(rule("Pass")), CLOSED],
            DENIED,
            ["cluster-network-policy", "kubernetes-network-policy"],
        ),
        ([admin(), CLOSED], DENIED, ["cluster-network-policy", "kubernetes-network-policy"]),
        ([baseline(rule("Deny"))], DENIED, ["cluster-network-policy"]),
        ([baseline(rule("Deny")), OPEN], ALLOWED, ["kubernetes-network-policy"]),
        ([baseline(rule("Allow")), CLOSED], DENIED, ["kubernetes-network-policy"]),
        ([admin(rule("Pass")), baseline(rule("Deny"))], DENIED, ["cluster-network-policy"] * 2),
        ([admin(rule("Allow")), baseline(rule("Deny"))], ALLOWED, ["cluster-network-policy"]),
        ([cluster(rule("Accept")), CLOSED], ALLOWED, ["cluster-network-policy"]),
        ([cluster(rule("Deny"), tier="Baseline")], DENIED, ["cluster-network-policy"]),
        (
            [cluster(rule("Deny"), api="networking.k8s.aws/v1alpha1"), OPEN],
            DENIED,
            ["cluster-network-policy"],
        ),
    ],
)
def test_tiers_decide_in_their_order(
    given: list[dict[str, Any]], verdict: FlowVerdict, engines: list[str]
) -> None:
    said = ask(*given)
    assert said.verdict is verdict
    assert [one.engine for one in said.path] == engines


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ([rule("Deny", {"networks": [f"{PUBLIC}/32"]}), rule("Allow")], DENIED),
        ([rule("Allow"), rule("Deny", {"networks": [f"{PUBLIC}/32"]})], ALLOWED),
        ([rule("Allow", ports=[{"portNumber": {"protocol": "TCP", "port": 80}}]), rule("Deny")], DENIED),
        ([rule("Allow", ports=[{"portRange": {"protocol": "TCP", "start": 400, "end": 500}}]), rule("Deny")], ALLOWED),
        ([rule("Allow", ports=[{"portNumber": {"protocol": "UDP", "port": 443}}]), rule("Deny")], DENIED),
        ([rule("Deny", {"namespaces": {}})], ALLOWED),
        ([rule("Deny", {"pods": {"namespaceSelector": {}, "podSelector": {}}})], ALLOWED),
        ([rule("Allow", {"domainNames": ["*.microsoft.com"]}), rule("Deny")], ALLOWED),
        ([rule("Allow", {"domainNames": ["microsoft.com"]}), rule("Deny")], DENIED),
    ],
)  # fmt: skip
def test_the_first_rule_that_matches_decides(
    given: list[dict[str, Any]], verdict: FlowVerdict
) -> None:
    asked = ask(admin(*given, rule("Allow")), to=f"{API}:443", addresses=[PUBLIC])
    assert asked.path[0].verdict is verdict


@pytest.mark.parametrize(
    ("protocols", "verdict"),
    [
        ([{"tcp": {"destinationPort": {"number": 443}}}], DENIED),
        ([{"tcp": {"destinationPort": {"range": {"start": 400, "end": 500}}}}], DENIED),
        ([{"tcp": {}}], DENIED),
        ([{"udp": {"destinationPort": {"number": 443}}}], ALLOWED),
        ([{"destinationNamedPort": "https"}], ALLOWED),
    ],
)
def test_protocols_of_v1alpha2_hold_ports(
    protocols: list[dict[str, Any]], verdict: FlowVerdict
) -> None:
    assert ask(cluster(rule("Deny", protocols=protocols))).verdict is verdict


def test_the_lower_priority_number_comes_first() -> None:
    given = [admin(rule("Deny"), priority=20, name="a"), admin(rule("Allow"), priority=5, name="b")]
    said = last(ask(*given))
    assert (said.verdict, said.name, said.rule) == (ALLOWED, "b", "spec.egress[0]")


def test_policies_of_one_priority_that_disagree_make_no_verdict() -> None:
    said = last(ask(admin(rule("Deny"), name="a"), admin(rule("Allow"), name="b")))
    assert said.verdict is UNKNOWN
    assert [one.name for one in (said, *said.also)] == ["a", "b"]
    assert "their order is undefined" in said.explanation


def test_policies_of_one_priority_that_agree_do() -> None:
    assert ask(admin(rule("Deny"), name="a"), admin(rule("Deny"), name="b")).verdict is DENIED


@pytest.mark.parametrize(
    ("subject", "verdict"),
    [
        ({"namespaces": {"matchLabels": {"team": "money"}}}, DENIED),
        ({"namespaces": {"matchLabels": {"team": "other"}}}, ALLOWED),
        (
            {"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "web"}}}},
            DENIED,
        ),
        (
            {"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "x"}}}},
            ALLOWED,
        ),
        ({}, UNKNOWN),
        ({"everyone": {}}, UNKNOWN),
    ],
)
def test_a_policy_has_a_subject(subject: dict[str, Any], verdict: FlowVerdict) -> None:
    source = pod(labels={"app": "web"}, namespace_labels={"team": "money"})
    assert ask(admin(rule("Deny"), subject=subject), source=source).verdict is verdict


def test_a_rule_carries_its_own_name() -> None:
    assert last(ask(admin(rule("Deny", name="no-internet")))).rule == 'spec.egress[0] "no-internet"'


@pytest.mark.parametrize(
    "broken",
    [
        rule("Refuse"),
        rule("Deny", {"fqdn": [API]}),
        rule("Deny", {"networks": ["nowhere"]}),
        rule("Deny", {"networks": ["10.0.0.0/8"], "namespaces": {}}),
        rule("Deny", ports=[{"port": 443}]),
        rule("Deny", {"domainNames": ["*.example.com"]}),
        {"action": "Deny"},
        {"action": "Deny", "to": [EVERYWHERE], "schedule": "weekdays"},
    ],
)
def test_a_rule_that_cannot_be_understood_makes_no_verdict(broken: dict[str, Any]) -> None:
    said = last(ask(admin(broken, rule("Allow"))))
    assert (said.verdict, said.reason) == (UNKNOWN, Reason.UNSUPPORTED)


def test_a_doubt_that_changes_nothing_is_no_doubt() -> None:
    broken = rule("Deny", {"fqdn": [API]})
    assert ask(admin(broken, rule("Deny"))).verdict is DENIED
    assert ask(admin(broken), CLOSED).verdict is DENIED


def test_a_tier_that_nothing_matches_names_its_nearest_miss() -> None:
    web = rule("Allow", name="web", ports=[{"portNumber": {"protocol": "TCP", "port": 80}}])
    said = ask(admin(web)).path[0]
    assert said.reason is Reason.PASSED
    assert 'Nearest: spec.egress[0] "web"' in said.explanation


def test_addresses_of_nodes_are_selected_by_the_nodes_labels() -> None:
    node = """
    apiVersion: v1
    kind: Node
    metadata: {name: n1, labels: {pool: system}}
    status: {addresses: [{type: InternalIP, address: 10.224.0.4}]}
    """
    system, user = (
        admin(rule("Deny", {"nodes": {"matchLabels": {"pool": pool}}}))
        for pool in ("system", "user")
    )
    assert ask(node, system, to="10.224.0.4:443").verdict is DENIED
    assert ask(node, user, to="10.224.0.4:443").verdict is ALLOWED
    assert ask(system, to="10.224.0.4:443").verdict is UNKNOWN
    assert ask(system).verdict is ALLOWED


def test_engines_are_named() -> None:
    assert last(ask(admin(rule("Deny")))).engine is Engine.CLUSTER_NETWORK_POLICY
