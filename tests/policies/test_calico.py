"""Calico: tiers, orders, rules and network sets, and where Kubernetes NetworkPolicies stand among them."""

from typing import Any

import pytest

from preflight.model.flow import FlowVerdict, Reason, Transfer
from preflight.model.report import Engine
from preflight.policies.kubernetes.calico.selector import DEPTH_LIMIT, parse
from preflight.policies.kubernetes.fields import Malformed
from preflight.policies.kubernetes.labels import Labelled
from tests.policies.asking import ALLOWED, API, DENIED, PUBLIC, UNKNOWN, ask, last, pod

V3 = "projectcalico.org/v3"
PASSES = {"action": "Pass"}
ALLOWS = {"action": "Allow"}
DENIES = {"action": "Deny"}
KUBERNETES = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "web", "namespace": "shop"},
}
CLOSED = {**KUBERNETES, "spec": {"policyTypes": ["Egress"]}}
OPEN = {**KUBERNETES, "spec": {"policyTypes": ["Egress"], "egress": [{}]}}


def policy(*rules: dict[str, Any], name: str = "all", api: str = V3, **spec: Any) -> dict[str, Any]:
    """A GlobalNetworkPolicy."""
    return {
        "apiVersion": api,
        "kind": "GlobalNetworkPolicy",
        "metadata": {"name": name},
        "spec": {"types": ["Egress"], "egress": list(rules), **spec},
    }


def namespaced(*rules: dict[str, Any], namespace: str = "shop", **spec: Any) -> dict[str, Any]:
    found = policy(*rules, name="own", **spec)
    return {**found, "kind": "NetworkPolicy", "metadata": {"name": "own", "namespace": namespace}}


def tier(name: str, order: float | None, action: str | None = None) -> dict[str, Any]:
    spec = {
        key: value
        for key, value in (("order", order), ("defaultAction", action))
        if value is not None
    }
    return {"apiVersion": V3, "kind": "Tier", "metadata": {"name": name}, "spec": spec}


def network_set(
    *nets: str, domains: tuple[str, ...] = (), namespace: str | None = None, **labels: str
) -> dict[str, Any]:
    return {
        "apiVersion": V3,
        "kind": "NetworkSet" if namespace else "GlobalNetworkSet",
        "metadata": {
            "name": "set",
            "labels": labels,
            **({"namespace": namespace} if namespace else {}),
        },
        "spec": {"nets": list(nets), "allowedEgressDomains": list(domains)},
    }


def to(action: str = "Allow", protocol: str | None = None, **destination: Any) -> dict[str, Any]:
    return {
        "action": action,
        "destination": destination,
        **({"protocol": protocol} if protocol else {}),
    }


SECURITY = tier("security", 100)


@pytest.mark.parametrize(
    ("given", "verdict", "reason"),
    [
        ([policy(ALLOWS)], ALLOWED, Reason.EXPLICIT_ALLOW),
        ([policy(DENIES)], DENIED, Reason.EXPLICIT_DENY),
        ([policy()], DENIED, Reason.TIER_DEFAULT_DENY),
        ([policy({"action": "Log"})], DENIED, Reason.TIER_DEFAULT_DENY),
        ([policy(PASSES)], ALLOWED, Reason.PASSED),
        ([policy(DENIES, selector="app == 'db'")], ALLOWED, Reason.NOT_SELECTED),
        ([policy(ALLOWS, order=1), policy(DENIES, order=2, name="b")], ALLOWED, Reason.EXPLICIT_ALLOW),
        ([policy(ALLOWS, order=2), policy(DENIES, order=1, name="b")], DENIED, Reason.EXPLICIT_DENY),
        ([policy(ALLOWS, name="z"), policy(DENIES, order=9e9, name="b")], DENIED, Reason.EXPLICIT_DENY),
        ([policy(DENIES, name="a"), policy(ALLOWS, name="b")], DENIED, Reason.EXPLICIT_DENY),
        ([SECURITY, policy(PASSES, tier="security"), policy(DENIES)], DENIED, Reason.EXPLICIT_DENY),
        ([SECURITY, policy(ALLOWS, tier="security"), policy(DENIES)], ALLOWED, Reason.EXPLICIT_ALLOW),
        ([SECURITY, policy(tier="security"), policy(ALLOWS)], DENIED, Reason.TIER_DEFAULT_DENY),
        ([tier("security", 100, "Pass"), policy(tier="security"), policy(ALLOWS)], ALLOWED, Reason.EXPLICIT_ALLOW),
        ([tier("late", None), policy(DENIES, tier="late"), policy(ALLOWS)], ALLOWED, Reason.EXPLICIT_ALLOW),
        ([policy(DENIES, tier="security"), policy(ALLOWS)], UNKNOWN, Reason.NEEDS_LIVE_DATA),
        ([SECURITY, policy(DENIES, tier="security", selector="app == 'db'"), policy(ALLOWS)], ALLOWED, Reason.EXPLICIT_ALLOW),
        ([policy(DENIES, api="crd.projectcalico.org/v1")], DENIED, Reason.EXPLICIT_DENY),
        ([policy(DENIES, doNotTrack=True)], ALLOWED, None),
    ],
)  # fmt: skip
def test_tiers_orders_and_rules_decide_in_turn(
    given: list[dict[str, Any]], verdict: FlowVerdict, reason: Reason | None
) -> None:
    said = ask(*given)
    assert said.verdict is verdict
    assert reason is None or last(said).reason is reason


def test_staged_policies_are_not_enforced() -> None:
    staged = {**policy(DENIES), "kind": "StagedGlobalNetworkPolicy"}
    assert ask(staged).path == ()


@pytest.mark.parametrize(
    ("given", "verdict", "engine"),
    [
        ([CLOSED, policy(ALLOWS, order=10)], ALLOWED, Engine.CALICO),
        ([OPEN, policy(DENIES, order=10)], DENIED, Engine.CALICO),
        ([OPEN, policy(DENIES, order=2000)], ALLOWED, Engine.KUBERNETES_NETWORK_POLICY),
        ([CLOSED, policy(ALLOWS, order=2000)], ALLOWED, Engine.CALICO),
        ([CLOSED, policy(ALLOWS)], ALLOWED, Engine.CALICO),
        ([CLOSED, policy(selector="app == 'db'")], DENIED, Engine.KUBERNETES_NETWORK_POLICY),
        ([CLOSED, SECURITY, policy(ALLOWS, tier="security")], ALLOWED, Engine.CALICO),
        (
            [CLOSED, SECURITY, policy(PASSES, tier="security")],
            DENIED,
            Engine.KUBERNETES_NETWORK_POLICY,
        ),
    ],
)
def test_network_policies_stand_in_the_default_tier_at_order_1000(
    given: list[dict[str, Any]], verdict: FlowVerdict, engine: Engine
) -> None:
    said = ask(*given)
    assert (said.verdict, last(said).engine) == (verdict, engine)


def test_network_policies_share_the_guilt_of_the_default_tier() -> None:
    said = ask(CLOSED, policy())
    assert [(one.engine, one.name) for one in said.blocked_by] == [
        (Engine.CALICO, "all"),
        (Engine.KUBERNETES_NETWORK_POLICY, "shop/web"),
    ]


def test_the_admin_tier_of_kubernetes_comes_after_tiers_of_lower_order() -> None:
    admin = {
        "apiVersion": "policy.networking.k8s.io/v1alpha1",
        "kind": "AdminNetworkPolicy",
        "metadata": {"name": "admin"},
        "spec": {
            "priority": 1,
            "subject": {"namespaces": {}},
            "egress": [{"action": "Deny", "to": [{"networks": ["0.0.0.0/0"]}]}],
        },
    }
    early = ask(admin, SECURITY, policy(ALLOWS, tier="security"))
    late = ask(admin, tier("late", 5000), policy(ALLOWS, tier="late"))
    assert (early.verdict, late.verdict) == (ALLOWED, DENIED)


@pytest.mark.parametrize(
    ("spec", "counts"),
    [
        ({"types": ["Egress"]}, True),
        ({"types": ["Ingress"], "egress": [DENIES]}, False),
        ({"types": None, "egress": [DENIES]}, True),
        ({"types": None, "ingress": [ALLOWS]}, False),
        ({"types": None, "ingress": [ALLOWS], "egress": [DENIES]}, True),
        ({"types": None}, False),
    ],
)
def test_types_decide_whether_egress_is_closed(spec: dict[str, Any], counts: bool) -> None:
    assert ask(policy(**{"egress": [], **spec})).verdict is (DENIED if counts else ALLOWED)


@pytest.mark.parametrize(
    ("spec", "selected"),
    [
        ({}, True),
        ({"selector": "all()"}, True),
        ({"selector": "app == 'web'"}, True),
        ({"selector": "app != 'web'"}, False),
        ({"selector": "projectcalico.org/namespace == 'shop'"}, True),
        ({"selector": "projectcalico.org/orchestrator == 'k8s'"}, True),
        ({"namespaceSelector": "team == 'money'"}, True),
        ({"namespaceSelector": "projectcalico.org/name == 'bank'"}, False),
        ({"namespaceSelector": "kubernetes.io/metadata.name in {'shop'}"}, True),
    ],
)
def test_a_policy_selects_by_labels_of_pod_and_namespace(
    spec: dict[str, Any], selected: bool
) -> None:
    source = pod(labels={"app": "web"}, namespace_labels={"team": "money"}, service_account="robot")
    assert ask(policy(DENIES, **spec), source=source).verdict is (DENIED if selected else ALLOWED)


def test_a_namespaced_policy_stays_in_its_namespace() -> None:
    assert ask(namespaced(DENIES)).verdict is DENIED
    assert ask(namespaced(DENIES, namespace="bank")).verdict is ALLOWED


# destinations


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        (to(nets=["20.0.0.0/8"]), ALLOWED),
        (to(nets=["10.0.0.0/8"]), DENIED),
        (to(notNets=["20.0.0.0/8"]), DENIED),
        (to(nets=["20.0.0.0/8"], notNets=["20.42.65.85/32"]), DENIED),
        (to(nets=["20.0.0.0/8"], notNets=["20.42.65.86/32"]), ALLOWED),
        (to(protocol="TCP", ports=[443]), ALLOWED),
        (to(protocol="TCP", ports=["400:500"]), ALLOWED),
        (to(protocol="TCP", ports=[80, "8000:9000"]), DENIED),
        (to(protocol="TCP", ports=["https"]), DENIED),
        (to(protocol="TCP", notPorts=[443]), DENIED),
        (to(protocol="TCP", notPorts=[80]), ALLOWED),
        (to(protocol="UDP"), DENIED),
        ({"action": "Allow", "protocol": 6}, ALLOWED),
        ({"action": "Allow", "notProtocol": "TCP"}, DENIED),
        ({"action": "Allow", "notProtocol": "UDP"}, ALLOWED),
        ({"action": "Allow", "ipVersion": 4}, ALLOWED),
        ({"action": "Allow", "ipVersion": 6}, DENIED),
        ({"action": "Allow", "protocol": "ICMP"}, DENIED),
        ({"action": "Allow", "source": {"selector": "app == 'web'"}}, ALLOWED),
        ({"action": "Allow", "source": {"selector": "app == 'db'"}}, DENIED),
        ({"action": "Allow", "source": {"nets": ["10.0.0.0/8"]}}, UNKNOWN),
        ({"action": "Allow", "http": {"methods": ["GET"]}}, UNKNOWN),
        ({"action": "Allow", "protocol": "GRE"}, UNKNOWN),
        ({"action": "Reject"}, UNKNOWN),
        (to(nets=["nowhere"]), UNKNOWN),
        (to(selector="app = 'x'"), UNKNOWN),
        (to(services={"name": "x", "namespace": "y"}), UNKNOWN),
        (to(selector="app == 'x'"), UNKNOWN),
        (to(serviceAccounts={"names": ["x"]}), DENIED),
        (to(colour=["blue"]), UNKNOWN),
    ],
)  # fmt: skip
def test_every_condition_of_a_rule_has_to_hold(rule: dict[str, Any], verdict: FlowVerdict) -> None:
    assert ask(policy(rule), source=pod(labels={"app": "web"})).verdict is verdict


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ([network_set("20.0.0.0/8", use="azure"), policy(to(selector="use == 'azure'"))], ALLOWED),
        ([network_set("20.0.0.0/8", use="other"), policy(to(selector="use == 'azure'"))], DENIED),
        ([network_set("10.0.0.0/8", use="azure"), policy(to(selector="use == 'azure'"))], DENIED),
        ([network_set("10.0.0.0/8", use="azure"), policy(to(notSelector="use == 'azure'"))], ALLOWED),
        ([network_set("20.0.0.0/8", use="azure"), policy(to(notSelector="use == 'azure'"))], DENIED),
        ([network_set("20.0.0.0/8", use="azure"), namespaced(to(selector="use == 'azure'"))], DENIED),
        (
            [network_set("20.0.0.0/8", use="azure"), namespaced(to(selector="use == 'azure'", namespaceSelector="global()"))],
            ALLOWED,
        ),
        ([network_set("20.0.0.0/8", namespace="shop", use="azure"), namespaced(to(selector="use == 'azure'"))], ALLOWED),
        ([network_set("20.0.0.0/8", namespace="bank", use="azure"), namespaced(to(selector="use == 'azure'"))], DENIED),
    ],
)  # fmt: skip
def test_selectors_reach_addresses_through_network_sets(
    given: list[dict[str, Any]], verdict: FlowVerdict
) -> None:
    assert ask(*given).verdict is verdict


DNS = to(protocol="UDP", ports=[53])


def test_domains_are_left_to_the_edition() -> None:
    sets = network_set(domains=("*.microsoft.com",), use="azure")
    by_set = policy(DNS, to(selector="use == 'azure'"))
    assert ask(sets, by_set, to=f"{API}:443", addresses=[PUBLIC]).verdict is UNKNOWN
    assert ask(sets, by_set, to="other.example:443", addresses=[PUBLIC]).verdict is DENIED
    named = policy(DNS, to(domains=["*.microsoft.com"]))
    assert ask(named, to=f"{API}:443", addresses=[PUBLIC]).verdict is UNKNOWN
    assert ask(named, to="other.example:443", addresses=[PUBLIC]).verdict is DENIED


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        (to(selector="app == 'db'"), ALLOWED),
        (to(selector="app == 'db'", namespaceSelector="projectcalico.org/name == 'bank'"), ALLOWED),
        (to(selector="app == 'db'", namespaceSelector="projectcalico.org/name == 'shop'"), DENIED),
        (to(namespaceSelector="has(team)"), ALLOWED),
        (to(namespaceSelector="global()"), DENIED),
        (to(serviceAccounts={"names": ["robot"]}), ALLOWED),
        (to(serviceAccounts={"names": ["other"]}), DENIED),
        (to(protocol="TCP", ports=["https"]), ALLOWED),
        (to(nets=["10.244.0.0/16"]), ALLOWED),
    ],
)
def test_pods_are_reached_by_labels_accounts_and_addresses(
    rule: dict[str, Any], verdict: FlowVerdict
) -> None:
    from ipaddress import ip_address

    database = pod(
        "bank",
        "db-1",
        {"app": "db"},
        namespace_labels={"team": "money"},
        service_account="robot",
        ports=(("https", 443, Transfer.TCP),),
        address=ip_address("10.244.1.7"),
    )
    assert ask(policy(rule), to=database).verdict is verdict


# what is said


def test_the_nearest_miss_of_a_tier_is_named() -> None:
    said = last(ask(policy(DNS, to(protocol="TCP", ports=[80], nets=["0.0.0.0/0"]))))
    assert (said.reason, said.name, said.rule) == (Reason.PORT_MISMATCH, "all", "spec.egress[1]")


def test_all_policies_of_the_tier_that_denies_are_named() -> None:
    said = ask(policy(name="a"), policy(name="b"), policy(name="c", selector="app == 'db'"))
    assert [one.name for one in said.blocked_by] == ["a", "b"]


def test_a_doubt_that_changes_nothing_is_no_doubt() -> None:
    assert ask(policy(to("Deny", selector="app == 'x'"), DENIES)).verdict is DENIED
    assert ask(policy(to("Deny", selector="app == 'x'"), ALLOWS)).verdict is UNKNOWN


def test_nodes_whose_interfaces_calico_guards_are_no_verdict() -> None:
    interface = {"apiVersion": V3, "kind": "HostEndpoint", "metadata": {"name": "node1-eth0"}}
    own = pod(host_network=True)
    assert last(ask(policy(DENIES), source=own)).engine is Engine.CALICO
    assert ask(policy(DENIES), source=own).verdict is ALLOWED
    assert last(ask(policy(DENIES), interface, source=own)).name == "node1-eth0"
    assert ask(policy(DENIES), interface, source=own).verdict is UNKNOWN


def test_a_selector_is_read_within_bounds() -> None:
    with pytest.raises(Malformed, match="nested deeper"):
        parse("(" * (DEPTH_LIMIT + 1) + "has(a)" + ")" * (DEPTH_LIMIT + 1))
    with pytest.raises(Malformed, match="longer than"):
        parse("a" * 70_000)
    asked = parse("!" * 60_001 + "has(a)")
    assert asked(Labelled({}, known=True, whose="it")).held is True
