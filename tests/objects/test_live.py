"""What a live cluster holds, read with the rights that the user has."""

import pytest

from preflight.errors import RefusedError, UnreachableError
from preflight.kube import NAMESPACES, NETWORK_POLICIES, NODES, PODS
from preflight.objects import read_live
from preflight.objects.live import KINDS, Kind
from tests.fakes.kube import FakeKube

POLICY = {"metadata": {"name": "deny", "namespace": "shop"}, "spec": {"policyTypes": ["Egress"]}}


def served(*kinds: str) -> FakeKube:
    """A cluster that has the policies of Kubernetes alone, and these."""
    custom = {
        each.resource.kind for each in KINDS if each.resource.group not in {"", "networking.k8s.io"}
    }
    return FakeKube(name="prod", unserved=custom - set(kinds))


def test_items_of_lists_say_what_they_are_and_where_they_are_from() -> None:
    kube = served()
    kube.put(NETWORK_POLICIES, dict(POLICY))
    (found,) = read_live(kube).documents
    assert (found.body["kind"], found.body["apiVersion"]) == (
        "NetworkPolicy",
        "networking.k8s.io/v1",
    )
    assert found.origin.context == "prod"


def test_what_policies_are_about_comes_with_them_and_is_no_policy() -> None:
    kube = served()
    kube.put(NETWORK_POLICIES, dict(POLICY))
    kube.put(NAMESPACES, {"metadata": {"name": "shop"}})
    kube.put(NODES, {"metadata": {"name": "n1"}})
    kube.put(PODS, {"metadata": {"name": "web", "namespace": "shop"}})
    live = read_live(kube)
    assert [one.body["kind"] for one in live.documents] == [
        "Namespace",
        "Node",
        "Pod",
        "NetworkPolicy",
    ]
    assert live.policies == 1


def test_a_kind_that_the_cluster_does_not_serve_is_passed_over() -> None:
    kube = served()
    read_live(kube)
    assert not [name for verb, name, _ in kube.calls if verb == "list" and "cilium" in name]


def test_a_kind_that_it_serves_is_read() -> None:
    kube = served("ciliumnetworkpolicies.cilium.io")
    cilium = next(each for each in KINDS if each.kind == "CiliumNetworkPolicy")
    kube.put(cilium.resource, {"metadata": {"name": "fqdn", "namespace": "shop"}})
    (found,) = read_live(kube).documents
    assert found.body["apiVersion"] == "cilium.io/v2"


def test_a_right_that_is_missing_is_said_and_the_rest_is_read() -> None:
    kube = served()
    kube.put(NETWORK_POLICIES, dict(POLICY))
    kube.refusals["list", "nodes"] = RefusedError(
        request="list nodes", status=403, reason="Forbidden", message="no"
    )
    live = read_live(kube)
    assert live.remarks == (
        "not looked at, so no rule of theirs is named: Node (nodes): the right to list them is missing",
    )
    assert live.policies == 1
    assert live.is_complete


def test_rights_that_are_missing_for_one_reason_are_said_in_one_sentence() -> None:
    kube = served()
    for kind in ("nodes", "networkpolicies.networking.k8s.io"):
        kube.refusals["list", kind] = RefusedError(
            request="list", status=403, reason="Forbidden", message="no"
        )
    live = read_live(kube)
    (remark,) = live.remarks
    assert "Node (nodes), NetworkPolicy (networkpolicies.networking.k8s.io): the right" in remark
    assert not live.is_complete


def test_of_pods_only_those_of_the_namespaces_that_matter_are_read_where_they_are_named() -> None:
    kube = served()
    for namespace in ("kube-system", "shop"):
        kube.put(PODS, {"metadata": {"name": "one", "namespace": namespace}})
    (pod,) = read_live(kube, pods_of=("kube-system", "openshift-dns")).documents
    assert pod.body["metadata"]["namespace"] == "kube-system"


def test_a_cluster_that_cannot_be_reached_is_no_cluster_without_policies() -> None:
    kube = served()
    kube.refusals["list", "namespaces"] = UnreachableError("refused")
    with pytest.raises(UnreachableError):
        read_live(kube)


def test_no_kind_is_read_twice() -> None:
    keys = [(each.kind, each.resource) for each in KINDS]
    assert len(set(keys)) == len(keys)
    assert isinstance(KINDS[0], Kind)
