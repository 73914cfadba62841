"""What stands beside NetworkPolicies: policies for names, Services, and what is not evaluated here."""

from typing import Any

import pytest

from preflight.model.flow import FlowVerdict, Reason, Transfer
from preflight.model.report import Engine
from tests.policies.asking import ALLOWED, API, DENIED, PUBLIC, UNKNOWN, ask, last, pod

DNS = {"ports": [{"port": 53, "protocol": "UDP"}]}


def kin(api: str, kind: str, *rules: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": {"name": "names", "namespace": "shop"},
        "spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": list(rules), **spec},
    }


def fqdn(*matches: dict[str, Any], port: int = 443) -> dict[str, Any]:
    rule = {"matches": list(matches), "ports": [{"protocol": "TCP", "port": port}]}
    found = kin("networking.gke.io/v1alpha1", "FQDNNetworkPolicy", rule)
    del found["spec"]["policyTypes"]
    return found


def application(*names: str) -> dict[str, Any]:
    rule = {"to": [{"domainNames": list(names)}], "ports": [{"port": 443}]}
    return kin("networking.k8s.aws/v1alpha1", "ApplicationNetworkPolicy", rule, DNS)


RESOLVER = kin("networking.k8s.io/v1", "NetworkPolicy", DNS)


@pytest.mark.parametrize(
    ("policy", "verdict"),
    [
        (fqdn({"name": API}), ALLOWED),
        (fqdn({"pattern": "*.cloud.defender.microsoft.com"}), ALLOWED),
        (fqdn({"pattern": "*.microsoft.com"}), DENIED),
        (fqdn({"name": API}, port=80), DENIED),
        (fqdn({}), UNKNOWN),
        (application(API), ALLOWED),
        (application("*.microsoft.com"), ALLOWED),
        (application("microsoft.com"), DENIED),
    ],
)
def test_names_are_allowed_together_with_network_policies(
    policy: dict[str, Any], verdict: FlowVerdict
) -> None:
    said = ask(RESOLVER, policy, to=f"{API}:443", addresses=[PUBLIC])
    assert said.verdict is verdict


def test_a_policy_for_names_isolates_the_pod() -> None:
    said = last(ask(fqdn({"name": "other.example"}), to=f"{API}:443"))
    assert (said.verdict, said.name) == (DENIED, "shop/names")
    assert said.explanation.startswith('FQDNNetworkPolicy "shop/names" isolates the pod')


def test_a_network_policy_has_no_names() -> None:
    odd = kin("networking.k8s.io/v1", "NetworkPolicy", {"to": [{"domainNames": [API]}]})
    assert last(ask(odd)).reason is Reason.UNSUPPORTED


SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: db, namespace: bank}
spec:
  clusterIP: 10.0.5.5
  selector: {app: db}
  ports: [{port: 443, targetPort: https}, {port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Pod
metadata: {name: db-1, namespace: bank, labels: {app: db, x: y}}
spec: {containers: [{ports: [{name: https, containerPort: 8443}]}]}
"""


@pytest.mark.parametrize(
    ("port", "allowed", "verdict"),
    [("443", 8443, ALLOWED), ("443", 443, DENIED), ("80", 8080, ALLOWED), ("80", 80, DENIED)],
)
def test_policies_see_the_pod_and_port_behind_a_service(
    port: str, allowed: int, verdict: FlowVerdict
) -> None:
    rule = {
        "to": [{"namespaceSelector": {}, "podSelector": {"matchLabels": {"x": "y"}}}],
        "ports": [{"port": allowed}],
    }
    opened = kin("networking.k8s.io/v1", "NetworkPolicy", rule)
    said = ask(SERVICE, opened, to=f"10.0.5.5:{port}")
    assert said.verdict is verdict
    assert said.flow.destination.transfer is Transfer.TCP


def test_of_a_service_whose_pods_are_not_given_only_the_selector_is_known() -> None:
    service = SERVICE.split("---", maxsplit=1)[0]
    by_label = {"to": [{"namespaceSelector": {}, "podSelector": {"matchLabels": {"x": "y"}}}]}
    assert (
        ask(
            service, kin("networking.k8s.io/v1", "NetworkPolicy", by_label), to="10.0.5.5:443"
        ).verdict
        is UNKNOWN
    )


@pytest.mark.parametrize(
    ("api", "kind", "spec", "engine"),
    [
        ("k8s.ovn.org/v1", "EgressFirewall", {}, Engine.UNKNOWN),
        ("crd.antrea.io/v1beta1", "ClusterNetworkPolicy", {}, Engine.UNKNOWN),
        (
            "networking.istio.io/v1",
            "Sidecar",
            {"outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"}},
            Engine.ISTIO,
        ),
    ],
)
def test_what_is_not_evaluated_is_not_passed_over(
    api: str, kind: str, spec: dict[str, Any], engine: Engine
) -> None:
    other = {**kin(api, kind), "spec": spec}
    said = last(ask(other))
    assert (said.verdict, said.engine, said.reason) == (UNKNOWN, engine, Reason.UNSUPPORTED)
    assert ask(other, source=pod(host_network=True)).verdict is ALLOWED


def test_a_sidecar_that_restricts_nothing_says_nothing() -> None:
    assert ask({**kin("networking.istio.io/v1", "Sidecar"), "spec": {"egress": []}}).path == ()


def test_what_another_product_restricts_elsewhere_says_nothing() -> None:
    assert ask(kin("k8s.ovn.org/v1", "EgressFirewall"), source=pod("bank")).path == ()
