"""What holds for any policies: their order does not matter, more rules never close, and the union is as the API describes it."""

import ipaddress
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from preflight.model.flow import Explanation
from tests.budget import examples
from tests.policies.asking import ALLOWED, DENIED, METADATA_NAME, UNKNOWN, ask, pod

LABELS = st.dictionaries(st.sampled_from("ab"), st.sampled_from("xy"), max_size=2)
EXPRESSIONS = st.lists(
    st.one_of(
        st.builds(
            lambda key, operator, values: {"key": key, "operator": operator, "values": values},
            st.sampled_from("ab"),
            st.sampled_from(["In", "NotIn"]),
            st.lists(st.sampled_from("xy"), min_size=1, max_size=2),
        ),
        st.builds(
            lambda key, operator: {"key": key, "operator": operator},
            st.sampled_from("ab"),
            st.sampled_from(["Exists", "DoesNotExist"]),
        ),
    ),
    max_size=2,
)
SELECTORS = st.builds(
    lambda labels, expressions: {"matchLabels": labels, "matchExpressions": expressions},
    LABELS,
    EXPRESSIONS,
)
CIDRS = st.sampled_from(
    ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "20.0.0.0/8", "::/0"]
)
PEERS = st.one_of(
    st.builds(
        lambda cidr, without: {"ipBlock": {"cidr": cidr, "except": without}},
        CIDRS,
        st.lists(CIDRS, max_size=1),
    ),
    st.builds(lambda selector: {"podSelector": selector}, SELECTORS),
    st.builds(lambda selector: {"namespaceSelector": selector}, SELECTORS),
    st.builds(
        lambda pods, spaces: {"podSelector": pods, "namespaceSelector": spaces},
        SELECTORS,
        SELECTORS,
    ),
)
PORTS = st.one_of(
    st.builds(lambda protocol: {"protocol": protocol}, st.sampled_from(["TCP", "UDP"])),
    st.builds(
        lambda port, protocol: {"port": port, "protocol": protocol},
        st.sampled_from([80, 443]),
        st.sampled_from(["TCP", "UDP"]),
    ),
    st.builds(
        lambda port, more: {"port": port, "endPort": port + more},
        st.sampled_from([80, 400, 443]),
        st.integers(0, 100),
    ),
)
RULES = st.fixed_dictionaries(
    {}, optional={"to": st.lists(PEERS, max_size=2), "ports": st.lists(PORTS, max_size=2)}
)
SPECS = st.fixed_dictionaries(
    {"podSelector": SELECTORS},
    optional={
        "policyTypes": st.lists(st.sampled_from(["Ingress", "Egress"]), min_size=1, max_size=2),
        "egress": st.lists(RULES, max_size=3),
    },
)
POLICIES = st.lists(st.tuples(st.sampled_from(["shop", "bank"]), SPECS), max_size=4)
TARGETS = st.sampled_from(
    ["10.1.2.3:443", "20.42.65.85:443", "20.42.65.85:80", "[2001:db8::1]:443"]
)


def policies(drawn: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    return [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": f"p{number}", "namespace": namespace},
            "spec": spec,
        }
        for number, (namespace, spec) in enumerate(drawn)
    ]


SOME_POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": {}}
"""With it the pods are known, so an address that none of them has is no pod's."""


# a naive reference, written from the API's own words


def selects(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    for key, value in selector["matchLabels"].items():
        if labels.get(key) != value:
            return False
    for one in selector["matchExpressions"]:
        has, value = one["key"] in labels, labels.get(one["key"])
        holds = {
            "In": has and value in one.get("values", ()),
            "NotIn": not has or value not in one.get("values", ()),
            "Exists": has,
            "DoesNotExist": not has,
        }[one["operator"]]
        if not holds:
            return False
    return True


def peer_matches(peer: Mapping[str, Any], address: Any) -> bool:
    if "ipBlock" not in peer:
        return False
    inside = address in ipaddress.ip_network(peer["ipBlock"]["cidr"])
    return inside and not any(
        address in ipaddress.ip_network(out) for out in peer["ipBlock"]["except"]
    )


def port_matches(port: Mapping[str, Any], number: int) -> bool:
    if port.get("protocol", "TCP") != "TCP":
        return False
    first = port.get("port")
    return first is None or first <= number <= port.get("endPort", first)


def rule_matches(rule: Mapping[str, Any], address: Any, number: int) -> bool:
    to, ports = rule.get("to") or [], rule.get("ports") or []
    reaches = not to or any(peer_matches(peer, address) for peer in to)
    return reaches and (not ports or any(port_matches(port, number) for port in ports))


def reference(
    drawn: list[tuple[str, dict[str, Any]]], labels: Mapping[str, str], target: str
) -> bool:
    host, _, port = target.rpartition(":")
    address = ipaddress.ip_address(host.strip("[]"))
    isolating = [
        spec
        for namespace, spec in drawn
        if namespace == "shop"
        and selects(spec["podSelector"], labels)
        and ("Egress" in spec["policyTypes"] if "policyTypes" in spec else bool(spec.get("egress")))
    ]
    return not isolating or any(
        rule_matches(rule, address, int(port))
        for spec in isolating
        for rule in spec.get("egress", ())
    )


@examples(100)
@given(drawn=POLICIES, labels=LABELS, target=TARGETS)
def test_network_policies_agree_with_a_naive_reference(
    drawn: list[tuple[str, dict[str, Any]]], labels: dict[str, str], target: str
) -> None:
    said = ask(SOME_POD, *policies(drawn), source=pod("shop", labels=labels), to=target)
    assert said.verdict is (ALLOWED if reference(drawn, labels, target) else DENIED)


# any mixture of engines

CILIUM_RULES = st.sampled_from(
    [{}, {"toCIDR": ["20.0.0.0/8"]}, {"toEntities": ["world"]}, {"toEndpoints": []},
     {"toEntities": ["world"], "toPorts": [{"ports": [{"port": "443", "protocol": "TCP"}]}]},
     {"toServices": [{"k8sService": {}}]}, {"toMars": []}]
)  # fmt: skip
CILIUM = st.builds(
    lambda allow, deny, name: {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": f"c{name}", "namespace": "shop"},
        "spec": {"endpointSelector": {}, "egress": allow, **({"egressDeny": deny} if deny else {})},
    },
    st.lists(CILIUM_RULES, max_size=2),
    st.lists(CILIUM_RULES, max_size=1),
    st.integers(0, 999),
)
ADMIN = st.builds(
    lambda action, priority, cidr: {
        "apiVersion": "policy.networking.k8s.io/v1alpha1",
        "kind": "AdminNetworkPolicy",
        "metadata": {"name": f"a{priority}"},
        "spec": {
            "priority": priority,
            "subject": {"namespaces": {}},
            "egress": [{"action": action, "to": [{"networks": [cidr]}]}],
        },
    },
    st.sampled_from(["Allow", "Deny", "Pass", "Perhaps"]),
    st.integers(0, 1000),
    CIDRS,
)
CALICO = st.builds(
    lambda action, order, cidr, name: {
        "apiVersion": "projectcalico.org/v3",
        "kind": "GlobalNetworkPolicy",
        "metadata": {"name": f"g{name}"},
        "spec": {
            "types": ["Egress"],
            **({} if order is None else {"order": order}),
            "egress": [{"action": action, "destination": {"nets": [cidr]}}],
        },
    },
    st.sampled_from(["Allow", "Deny", "Pass", "Log"]),
    st.none() | st.integers(0, 2000),
    CIDRS,
    st.integers(0, 999),
)
KUBERNETES = st.builds(lambda spec: policies([("shop", spec)])[0], SPECS)
MIXTURES = st.one_of(
    st.lists(KUBERNETES | ADMIN | CILIUM, max_size=5),
    st.lists(KUBERNETES | ADMIN | CALICO, max_size=5),
)


def unique(mixture: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Objects of one kind with one name are one object; the last of them is what the cluster has."""
    return list({(one["kind"], one["metadata"]["name"]): one for one in mixture}.values())


def essence(said: Explanation) -> Any:
    """What is said, without the places where it was read."""
    return said.verdict, [
        (one.engine, one.verdict, one.reason, one.name, one.rule) for one in said.path
    ]


@examples(100)
@given(mixture=MIXTURES.map(unique), target=TARGETS, data=st.data())
def test_the_order_of_the_input_does_not_matter(
    mixture: list[dict[str, Any]], target: str, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(mixture))
    assert essence(ask(*mixture, to=target)) == essence(ask(*shuffled, to=target))


OPENNESS = {DENIED: 0, UNKNOWN: 1, ALLOWED: 2}


@examples(100)
@given(drawn=POLICIES, labels=LABELS, target=TARGETS, rule=RULES)
def test_another_rule_of_a_policy_that_isolates_never_closes(
    drawn: list[tuple[str, dict[str, Any]]],
    labels: dict[str, str],
    target: str,
    rule: dict[str, Any],
) -> None:
    more = [
        (space, {**spec, "egress": [*spec["egress"], rule]} if spec.get("egress") else spec)
        for space, spec in drawn
    ]
    before = ask(*policies(drawn), source=pod("shop", labels=labels), to=target)
    after = ask(*policies(more), source=pod("shop", labels=labels), to=target)
    assert OPENNESS[after.verdict] >= OPENNESS[before.verdict]


@examples(100)
@given(
    mixture=st.lists(KUBERNETES | CILIUM, max_size=4).map(unique), target=TARGETS, rule=CILIUM_RULES
)
def test_an_allow_rule_of_cilium_never_closes_what_is_closed_by_default_already(
    mixture: list[dict[str, Any]], target: str, rule: dict[str, Any]
) -> None:
    opening = {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": "opening", "namespace": "shop"},
        "spec": {"endpointSelector": {}, "egress": [rule], "enableDefaultDeny": {"egress": False}},
    }
    idle = {**opening, "spec": {"endpointSelector": {}, "ingress": [{}]}}
    before, after = ask(*mixture, idle, to=target), ask(*mixture, opening, to=target)
    assert OPENNESS[after.verdict] >= OPENNESS[before.verdict] or after.verdict is UNKNOWN


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 70_000) | st.sampled_from(["", "TCP", "0.0.0.0/0", "Egress", "a == 'b'", "all()"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["egress", "egressDeny", "to", "ports", "podSelector", "endpointSelector", "matchLabels", "policyTypes", "types",
             "subject", "priority", "tier", "action", "networks", "namespaces", "toPorts", "toFQDNs", "toCIDR", "selector",
             "destination", "nets", "protocol", "port", "rules", "dns", "order", "matchExpressions", "key", "operator", "values"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip
KINDS = st.sampled_from(
    [
        ("networking.k8s.io/v1", "NetworkPolicy"),
        ("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"),
        ("policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy"),
        ("cilium.io/v2", "CiliumNetworkPolicy"),
        ("cilium.io/v2", "CiliumClusterwideNetworkPolicy"),
        ("cilium.io/v2alpha1", "CiliumCIDRGroup"),
        ("projectcalico.org/v3", "NetworkPolicy"),
        ("projectcalico.org/v3", "GlobalNetworkPolicy"),
        ("projectcalico.org/v3", "GlobalNetworkSet"),
        ("projectcalico.org/v3", "Tier"),
        ("v1", "Pod"),
        ("v1", "Namespace"),
        ("v1", "Node"),
        ("apps/v1", "Deployment"),
    ]
)
METADATA = st.sampled_from(
    [
        {"name": "x", "namespace": "shop"},
        {"name": "x"},
        {"labels": {"a": 7}},
        None,
        "x",
        {"name": 7},
    ]
)
OBJECTS = st.builds(
    lambda kind, metadata, spec: {
        "apiVersion": kind[0],
        "kind": kind[1],
        "metadata": metadata,
        "spec": spec,
        "status": spec,
    },
    KINDS,
    METADATA,
    ANYTHING,
)


@examples(100)
@given(
    given_objects=st.lists(OBJECTS, max_size=4),
    target=st.sampled_from(["10.1.2.3:443", "api.example.com:443"]),
)
def test_nothing_that_is_malformed_raises(given_objects: list[dict[str, Any]], target: str) -> None:
    said = ask(
        *given_objects, to=target, source=pod("shop", namespace_labels={METADATA_NAME: "shop"})
    )
    assert said.verdict in OPENNESS
