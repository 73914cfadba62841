"""When two sources are one question: rules that choose by labels make no difference between nodes and addresses."""

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest

from preflight.model.document import Document
from preflight.model.flow import Destination, Flow, FlowVerdict, Origin, Workload
from preflight.policies import Rules

ONE = Workload(
    namespace="mdc",
    pod="a",
    labels=(("app", "x"),),
    node="n1",
    address=ip_address("10.0.0.1"),
)
OTHER = replace(ONE, pod="b", node="n2", address=ip_address("10.0.0.2"))


def document(api_version: str, kind: str, **spec: Any) -> Document:
    body = {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": "one", "namespace": "mdc"},
    }
    return Document(body={**body, "spec": spec}, origin=Origin(context="prod"))


BY_LABELS = {
    "a network policy": document(
        "networking.k8s.io/v1", "NetworkPolicy", podSelector={}, policyTypes=["Egress"]
    ),
    "an administrator's": document("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"),
    "one of Cilium's for pods": document(
        "cilium.io/v2", "CiliumClusterwideNetworkPolicy", endpointSelector={}
    ),
    "a pod": document("v1", "Pod"),
}
BY_PLACE = {
    "one of Cilium's for nodes": document(
        "cilium.io/v2", "CiliumClusterwideNetworkPolicy", nodeSelector={}
    ),
    "one of Calico's": document("crd.projectcalico.org/v1", "NetworkPolicy", selector="all()"),
    "an export": Document(body={"securityRules": []}, origin=Origin(file="nsg.json")),
}


@pytest.mark.parametrize("given", BY_LABELS.values(), ids=BY_LABELS)
def test_pods_with_the_same_labels_are_one_question(given: Document) -> None:
    rules = Rules([given])
    assert rules.known(ONE) == rules.known(OTHER)
    assert rules.known(ONE) != rules.known(replace(ONE, host_network=True))
    assert rules.known(ONE) != rules.known(replace(ONE, labels=(("app", "y"),)))


@pytest.mark.parametrize("given", BY_PLACE.values(), ids=BY_PLACE)
def test_where_nodes_or_addresses_may_matter_each_is_asked_about(given: Document) -> None:
    rules = Rules([BY_LABELS["a network policy"], given])
    assert rules.known(ONE) != rules.known(OTHER)


def test_what_is_asked_for_all_is_answered_as_for_each() -> None:
    rules = Rules([BY_LABELS["a network policy"]])
    to = Destination(host="api.example.test", addresses=(ip_address("20.50.0.10"),))
    (each, both) = (
        rules.explain(Flow(source=one, destination=to)) for one in (ONE, rules.known(ONE))
    )
    assert each.path == both.path
    assert each.verdict is FlowVerdict.DENIED
