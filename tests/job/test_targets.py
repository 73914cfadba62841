"""Which nodes are looked from: each once, and every one that is left out by name."""

from typing import Any

import pytest

from preflight.job.targets import Nodes, Targets, anywhere, choose
from preflight.model.fleet import Network
from tests.job.making import node, pooled

BOTH = (Network.POD, Network.HOST)


def chosen(*nodes: dict[str, Any], wanted: Nodes = Nodes.ALL, **options: Any) -> Targets:
    given: dict[str, Any] = {"networks": (Network.POD,), "selector": {}} | options
    return choose(nodes, wanted=wanted, **given)


def names(found: Targets) -> list[str | None]:
    return [target.node for target in found.targets]


NODES = (pooled("a2", "apps"), pooled("a1", "apps"), pooled("g1", "gpu"), node("x1"))


def test_one_node_of_each_pool_and_one_of_none() -> None:
    assert names(chosen(*NODES, wanted=Nodes.POOLS)) == ["x1", "a1", "g1"]


def test_every_node_once_even_when_listed_twice() -> None:
    assert names(chosen(*NODES, *NODES)) == ["x1", "a1", "a2", "g1"]


def test_one_node() -> None:
    assert names(chosen(*NODES, wanted=Nodes.ONE)) == ["x1"]


def test_only_those_with_the_labels() -> None:
    selector = {"kubernetes.azure.com/agentpool": "gpu"}

    assert names(chosen(*NODES, selector=selector)) == ["g1"]


def test_pod_network_first_then_that_of_the_nodes() -> None:
    found = chosen(pooled("a1", "apps"), pooled("g1", "gpu"), networks=(Network.HOST, Network.POD))

    assert [(t.node, t.network) for t in found.targets] == [
        ("a1", Network.POD),
        ("g1", Network.POD),
        ("a1", Network.HOST),
        ("g1", Network.HOST),
    ]


@pytest.mark.parametrize(
    ("unfit", "why"),
    [
        (node("n") | {"spec": {"unschedulable": True}}, "cordoned"),
        (node("n", ready="False"), "not ready"),
        (node("n", ready="Unknown"), "not ready"),
        (node("n") | {"status": {}}, "not ready"),
        (node("n", type="virtual-kubelet"), "virtual"),
        (node("n", **{"eks.amazonaws.com/compute-type": "fargate"}), "virtual"),
        (node("n") | {"spec": {"taints": [{"key": "virtual-kubelet.io/provider"}]}}, "virtual"),
        (node("n", **{"kubernetes.io/os": "windows"}), "not Linux"),
    ],
)
def test_unfit_node_is_left_out_and_named(unfit: dict[str, Any], why: str) -> None:
    found = chosen(unfit, node("fit"))

    assert names(found) == ["fit"]
    assert found.notices == (f"left out because {why}: n",)


def test_pool_without_a_fit_node_is_named() -> None:
    found = chosen(
        pooled("a1", "apps"),
        pooled("g1", "gpu") | {"spec": {"unschedulable": True}},
        wanted=Nodes.POOLS,
    )

    assert found.notices[-1] == "no node of these pools could be looked from: gpu"


def test_many_names_are_counted() -> None:
    found = chosen(*(node(f"n{n:03}", ready="False") for n in range(500)))

    assert found.notices[0].endswith("n009 and 490 more")


@pytest.mark.parametrize(
    "broken", [{}, {"metadata": 7}, {"metadata": {"labels": ["x"]}, "spec": None}]
)
def test_malformed_node_is_not_ready_and_no_traceback(broken: dict[str, Any]) -> None:
    assert names(chosen(broken)) == []


def test_without_the_right_to_list_nodes_the_scheduler_chooses() -> None:
    found = anywhere(BOTH)

    assert [(t.node, t.network) for t in found.targets] == [
        (None, Network.POD),
        (None, Network.HOST),
    ]
    assert "scheduler" in found.notices[0]


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("agentpool", "p"),
        ("eks.amazonaws.com/nodegroup", "p"),
        ("cloud.google.com/gke-nodepool", "p"),
        ("karpenter.sh/nodepool", "p"),
    ],
)
def test_the_pool_is_known_on_every_cloud(label: str, value: str) -> None:
    assert chosen(node("n", **{label: value})).targets[0].pool == "p"
