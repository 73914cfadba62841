"""NetworkPolicy in its corners."""

from typing import Any

import pytest

from preflight.model.flow import FlowVerdict, Reason, Transfer
from preflight.model.report import Engine
from tests.policies.asking import (
    ALLOWED,
    API,
    DENIED,
    METADATA_NAME,
    PUBLIC,
    UNKNOWN,
    ask,
    last,
    pod,
)


def policy(name: str = "web", namespace: str = "shop", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }


def egress(*rules: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return policy(policyTypes=["Egress"], egress=list(rules), **spec)


def block(cidr: str, *without: str) -> dict[str, Any]:
    return {"ipBlock": {"cidr": cidr, **({"except": list(without)} if without else {})}}


HTTPS = {"port": 443, "protocol": "TCP"}
DNS = {"ports": [{"port": 53, "protocol": "UDP"}]}
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace"}


# which policies count


@pytest.mark.parametrize(
    ("spec", "verdict", "reason"),
    [
        pytest.param({}, ALLOWED, Reason.NOT_SELECTED, id="nothing said means ingress only"),
        pytest.param({"egress": [{}]}, ALLOWED, Reason.EXPLICIT_ALLOW, id="egress rules imply it"),
        pytest.param({"egress": []}, ALLOWED, Reason.NOT_SELECTED, id="an empty list implies none"),
        pytest.param(
            {"policyTypes": ["Egress"]}, DENIED, Reason.NO_EGRESS_RULES, id="named without rules"
        ),
        pytest.param(
            {"policyTypes": ["Ingress"], "egress": [DNS]},
            ALLOWED,
            Reason.NOT_SELECTED,
            id="rules that policyTypes leave out have no effect",
        ),
        pytest.param(
            {"policyTypes": ["Ingress", "Egress"], "egress": [DNS]},
            DENIED,
            Reason.DEFAULT_DENY,
            id="rules for something else",
        ),
    ],
)
def test_policy_types_decide_whether_egress_is_closed(
    spec: dict[str, Any], verdict: FlowVerdict, reason: Reason
) -> None:
    spec = (
        {
            **spec,
            "egress": [
                {**rule, "to": [block("10.0.0.0/8")]} if rule else rule for rule in spec["egress"]
            ],
        }
        if "egress" in spec
        else spec
    )
    said = last(ask(policy(**spec)))
    assert (said.verdict, said.reason) == (verdict, reason)


def test_egress_rules_without_effect_are_remarked() -> None:
    said = last(ask(policy(policyTypes=["Ingress"], egress=[DNS])))
    assert 'Egress rules without effect, since policyTypes leave Egress out: "shop/web"' in (
        said.explanation
    )


@pytest.mark.parametrize(
    ("selector", "verdict"),
    [
        (None, DENIED),
        ({}, DENIED),
        ({"matchLabels": {"app": "web"}}, DENIED),
        ({"matchLabels": {"app": "other"}}, ALLOWED),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}, DENIED),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}, ALLOWED),
        ({"matchExpressions": [{"key": "x", "operator": "NotIn", "values": ["y"]}]}, DENIED),
        ({"matchExpressions": [{"key": "x", "operator": "DoesNotExist"}]}, DENIED),
        ({"matchExpressions": [{"key": "x", "operator": "Exists"}]}, ALLOWED),
    ],
)
def test_a_pod_is_closed_by_a_policy_that_selects_it(selector: Any, verdict: FlowVerdict) -> None:
    said = ask(egress(podSelector=selector), source=pod(labels={"app": "web"}))
    assert said.verdict is verdict


def test_a_policy_of_another_namespace_has_nothing_to_do_with_the_pod() -> None:
    assert last(ask(policy(namespace="bank", policyTypes=["Egress"]))).reason is Reason.NOT_SELECTED


def test_pods_on_the_host_network_are_not_covered() -> None:
    said = last(ask(egress(), source=pod(host_network=True)))
    assert (said.verdict, said.reason) == (ALLOWED, Reason.NOT_SELECTED)
    assert "uses its node's network" in said.explanation


def test_what_denies_a_pod_is_no_verdict_while_its_network_is_not_known() -> None:
    said = last(ask(egress(), source=pod(network_known=False)))
    assert (said.verdict, said.name) == (UNKNOWN, "shop/web")
    assert "not covered if it uses its node's" in said.explanation


# what rules match


@pytest.mark.parametrize(
    ("rule", "to", "verdict"),
    [
        ({}, f"{PUBLIC}:443", ALLOWED),
        ({"to": [], "ports": []}, f"{PUBLIC}:443", ALLOWED),
        ({"to": [block("20.42.0.0/16")]}, f"{PUBLIC}:443", ALLOWED),
        ({"to": [block("20.42.0.0/16", "20.42.65.0/24")]}, f"{PUBLIC}:443", DENIED),
        ({"to": [block("20.42.0.0/16", "20.42.66.0/24")]}, f"{PUBLIC}:443", ALLOWED),
        (
            {"to": [block("20.42.0.0/16", "20.42.65.0/24"), block("20.42.65.85/32")]},
            f"{PUBLIC}:443",
            ALLOWED,
        ),
        ({"to": [block("0.0.0.0/0")]}, "[2001:db8::1]:443", DENIED),
        ({"to": [block("::/0")]}, "[2001:db8::1]:443", ALLOWED),
        ({"to": [block("::/0")]}, f"{PUBLIC}:443", DENIED),
        ({"to": [{"namespaceSelector": {}}]}, f"{PUBLIC}:443", DENIED),
        ({"to": [{"podSelector": {}}]}, f"{PUBLIC}:443", DENIED),
        ({"ports": [HTTPS]}, f"{PUBLIC}:443", ALLOWED),
        ({"ports": [{"port": 443}]}, f"{PUBLIC}:443", ALLOWED),
        ({"ports": [{"port": 443, "protocol": "UDP"}]}, f"{PUBLIC}:443", DENIED),
        ({"ports": [{"protocol": "TCP"}]}, f"{PUBLIC}:443", ALLOWED),
        ({"ports": [{"protocol": "SCTP"}]}, f"{PUBLIC}:443", DENIED),
        ({"ports": [{"port": 440, "endPort": 443}]}, f"{PUBLIC}:443", ALLOWED),
        ({"ports": [{"port": 440, "endPort": 442}]}, f"{PUBLIC}:443", DENIED),
        ({"ports": [{"port": "https"}]}, f"{PUBLIC}:443", DENIED),
    ],
)
def test_a_rule_matches_by_destination_and_port(
    rule: dict[str, Any], to: str, verdict: FlowVerdict
) -> None:
    assert ask(egress(rule), to=to).verdict is verdict


def other(namespace: str = "bank", **labels: str) -> Any:
    return pod(
        namespace,
        "db-1",
        labels,
        namespace_labels={"team": "money"},
        ports=(("https", 443, Transfer.TCP), ("dns", 53, Transfer.UDP)),
    )


@pytest.mark.parametrize(
    ("peer", "to", "verdict"),
    [
        ({"podSelector": {}}, other("shop"), ALLOWED),
        ({"podSelector": {}}, other("bank"), DENIED),
        ({"podSelector": {"matchLabels": {"app": "db"}}}, other("shop", app="db"), ALLOWED),
        ({"podSelector": {"matchLabels": {"app": "db"}}}, other("shop", app="x"), DENIED),
        ({"namespaceSelector": {}}, other("bank"), ALLOWED),
        ({"namespaceSelector": {"matchLabels": {"team": "money"}}}, other("bank"), ALLOWED),
        ({"namespaceSelector": {"matchLabels": {METADATA_NAME: "bank"}}}, other("bank"), ALLOWED),
        ({"namespaceSelector": {"matchLabels": {"name": "bank"}}}, other("bank"), DENIED),
        (
            {
                "namespaceSelector": {"matchLabels": {"team": "money"}},
                "podSelector": {"matchLabels": {"app": "db"}},
            },
            other("bank", app="x"),
            DENIED,
        ),
        ({"podSelector": {}}, pod("shop", host_network=True), DENIED),
    ],
)
def test_a_peer_selects_pods_by_namespace_and_labels(
    peer: dict[str, Any], to: Any, verdict: FlowVerdict
) -> None:
    assert ask(egress({"to": [peer]}), to=to).verdict is verdict


def test_one_entry_holds_together_and_two_entries_hold_alone() -> None:
    both = {
        "namespaceSelector": {"matchLabels": {"team": "money"}},
        "podSelector": {"matchLabels": {"app": "db"}},
    }
    apart = [{key: value} for key, value in both.items()]
    stranger = other("bank", app="x")
    assert ask(egress({"to": [both]}), to=stranger).verdict is DENIED
    assert ask(egress({"to": apart}), to=stranger).verdict is ALLOWED


@pytest.mark.parametrize(
    ("name", "protocol", "verdict"),
    [
        ("https", "TCP", ALLOWED),
        ("dns", "UDP", DENIED),
        ("http", "TCP", DENIED),
        ("https", "UDP", DENIED),
    ],
)
def test_a_named_port_is_the_destination_pods_own(
    name: str, protocol: str, verdict: FlowVerdict
) -> None:
    rule = {"ports": [{"port": name, "protocol": protocol}]}
    assert ask(egress(rule), to=other()).verdict is verdict


def test_any_of_several_policies_is_enough() -> None:
    closed, opened = egress(), policy("open", policyTypes=["Egress"], egress=[{"ports": [HTTPS]}])
    said = last(ask(closed, opened))
    assert (said.verdict, said.name, said.rule) == (ALLOWED, "shop/open", "spec.egress[0]")


# names, addresses and what is not known


def test_every_address_of_a_name_has_to_be_allowed() -> None:
    rules = [DNS, {"to": [block(f"{PUBLIC}/32")]}]
    one = ask(egress(*rules), to=f"{API}:443", addresses=[PUBLIC])
    two = ask(egress(*rules), to=f"{API}:443", addresses=[PUBLIC, "20.42.65.86"])
    assert (one.verdict, two.verdict) == (ALLOWED, DENIED)
    assert f"{API} (20.42.65.86)" in last(two).explanation


def test_a_name_without_addresses_cannot_be_compared_with_a_block() -> None:
    said = last(ask(egress(DNS, {"to": [block("20.42.0.0/16")]}), to=f"{API}:443"))
    assert (said.verdict, said.reason) == (UNKNOWN, Reason.NEEDS_LIVE_DATA)
    assert f"the addresses of {API} are not given" in said.explanation


def test_all_of_ipv4_holds_every_name() -> None:
    assert ask(egress(DNS, {"to": [block("0.0.0.0/0")]}), to=f"{API}:443").verdict is ALLOWED


def test_a_name_that_no_rule_could_reach_is_denied_without_its_addresses() -> None:
    assert ask(egress(DNS), to=f"{API}:443").verdict is DENIED


def test_whether_blocks_cover_pods_is_left_to_the_plugin() -> None:
    said = last(ask(egress({"to": [block("0.0.0.0/0")]}), to=other()))
    assert said.verdict is UNKNOWN
    assert "depends on the network plugin" in said.explanation


def test_a_label_that_is_not_known_makes_no_verdict() -> None:
    closed = egress(podSelector={"matchLabels": {"tier": "front"}})
    said = last(ask(closed, source=pod(labels={"app": "web"}, labels_known=False)))
    assert (said.verdict, said.reason) == (UNKNOWN, Reason.NEEDS_LIVE_DATA)
    assert "has the label tier" in said.explanation


def test_a_policy_that_might_not_select_the_pod_but_allows_it_changes_nothing() -> None:
    opened = egress({"ports": [HTTPS]}, podSelector={"matchLabels": {"tier": "front"}})
    assert ask(opened, source=pod(labels_known=False)).verdict is ALLOWED


def test_labels_and_namespaces_come_from_the_documents() -> None:
    inventory = """
    {apiVersion: v1, kind: Namespace, metadata: {name: bank, labels: {team: money}}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: db, namespace: bank}
    spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, ports: [{name: https, containerPort: 443}]}]}}}
    """
    rule = {
        "to": [
            {
                "namespaceSelector": {"matchLabels": {"team": "money"}},
                "podSelector": {"matchLabels": {"app": "db"}},
            }
        ],
        "ports": [{"port": "https"}],
    }
    bare = pod("bank", "db", labels_known=False)
    assert ask(inventory, egress(rule), to=bare).verdict is ALLOWED


@pytest.mark.parametrize(
    "rule",
    [
        {"to": "0.0.0.0/0"},
        {"to": [{}]},
        {"to": [{"ipBlock": {"cidr": "10.0.0.0/33"}}]},
        {"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}, "podSelector": {}}]},
        {"to": [{"serviceSelector": {}}]},
        {"ports": [{"port": "443"}]},
        {"ports": [{"port": 0}]},
        {"ports": [{"port": 443, "endPort": 80}]},
        {"ports": [{"endPort": 80}]},
        {"ports": [{"port": 443, "protocol": "QUIC"}]},
        {"ports": [{"port": True}]},
        {"toFQDNs": [{"matchName": API}]},
    ],
)
def test_a_rule_that_the_api_would_refuse_is_not_guessed_at(rule: dict[str, Any]) -> None:
    said = last(ask(egress(rule)))
    assert (said.verdict, said.reason, said.rule) == (UNKNOWN, Reason.UNSUPPORTED, "spec.egress[0]")


@pytest.mark.parametrize(
    "spec",
    [
        None,
        7,
        {"podSelector": [], "policyTypes": ["Egress"]},
        {"policyTypes": "Egress"},
        {"egress": 7},
    ],
)
def test_a_policy_that_cannot_be_read_makes_no_verdict(spec: Any) -> None:
    broken = {**policy(), "spec": spec}
    said = ask(broken)
    assert said.verdict is (ALLOWED if spec is None else UNKNOWN)


# what is said of a denial


def test_the_nearest_miss_is_named_with_what_it_allows() -> None:
    near = policy(
        "web",
        policyTypes=["Egress"],
        egress=[DNS, {"to": [block("20.0.0.0/8")], "ports": [{"port": 80}]}],
    )
    said = last(ask(policy("all", policyTypes=["Egress"]), near))
    assert (said.reason, said.name, said.rule) == (
        Reason.PORT_MISMATCH,
        "shop/web",
        "spec.egress[1]",
    )
    assert "leads there, but only on 80/TCP" in said.explanation
    assert said.origin is not None
    assert (said.origin.file, said.origin.line) == ("file.yaml", 2)


def test_every_policy_that_isolates_the_pod_is_named() -> None:
    said = ask(
        egress(), policy("second", policyTypes=["Egress"]), policy("third", policyTypes=["Egress"])
    )
    assert [one.name for one in said.blocked_by] == ["shop/second", "shop/third", "shop/web"]
    assert {one.engine for one in said.blocked_by} == {Engine.KUBERNETES_NETWORK_POLICY}


def test_what_would_open_it_is_said() -> None:
    said = last(ask(egress(DNS)))
    assert f'add an egress rule to {PUBLIC}, port 443/TCP, to "shop/web"' in said.explanation


# the resolver


def to_dns(namespace: dict[str, Any] | None, labels: dict[str, str]) -> dict[str, Any]:
    peer: dict[str, Any] = {"podSelector": {"matchLabels": labels}}
    if namespace is not None:
        peer["namespaceSelector"] = namespace
    return {"to": [peer], "ports": [{"port": 53, "protocol": "UDP"}]}


OPEN = {"to": [block("0.0.0.0/0")], "ports": [HTTPS]}


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [
        ([OPEN], DENIED),
        ([OPEN, DNS], ALLOWED),
        ([OPEN, {"ports": [{"port": 53, "protocol": "TCP"}]}], DENIED),
        ([OPEN, to_dns({}, {"k8s-app": "kube-dns"})], ALLOWED),
        ([OPEN, to_dns(None, {"k8s-app": "kube-dns"})], DENIED),
        (
            [
                OPEN,
                to_dns({"matchLabels": {METADATA_NAME: "kube-system"}}, {"k8s-app": "kube-dns"}),
            ],
            ALLOWED,
        ),
        ([OPEN, to_dns({"matchLabels": {METADATA_NAME: "dns"}}, {"k8s-app": "kube-dns"})], DENIED),
        ([OPEN, {"to": [block("169.254.20.10/32")], **DNS}], ALLOWED),
        ([OPEN, to_dns({}, {"app": "our-own-dns"})], ALLOWED),
    ],
)
def test_a_name_has_to_be_asked_for(rules: list[dict[str, Any]], verdict: FlowVerdict) -> None:
    said = ask(egress(*rules), to=f"{API}:443", addresses=[PUBLIC])
    assert said.verdict is verdict
    assert last(said).reason is (Reason.DNS_BLOCKED if verdict is DENIED else Reason.EXPLICIT_ALLOW)


def test_a_rule_for_an_address_at_port_53_may_be_for_the_resolvers_service() -> None:
    pods = """
    apiVersion: v1
    kind: Pod
    metadata: {name: coredns-1, namespace: kube-system, labels: {k8s-app: kube-dns}}
    spec: {}
    status: {podIP: 10.244.0.2}
    """
    by_service = {"to": [block("10.0.0.10/32")], **DNS}
    assert ask(pods, egress(OPEN, by_service), to=f"{API}:443").verdict is ALLOWED
    assert last(ask(pods, egress(OPEN), to=f"{API}:443")).reason is Reason.DNS_BLOCKED


def test_a_private_address_may_be_a_pod_while_no_pods_are_given() -> None:
    closed = egress({"to": [{"namespaceSelector": {}}]})
    some_pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": {}}
    assert ask(closed, to="10.0.0.10:443").verdict is UNKNOWN
    assert ask(closed, some_pod, to="10.0.0.10:443").verdict is DENIED
    assert ask(closed, to=f"{API}:443", addresses=["10.0.0.10"]).verdict is DENIED


def test_an_address_needs_no_resolver() -> None:
    assert ask(egress(OPEN)).verdict is ALLOWED
