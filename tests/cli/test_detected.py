"""What a cluster says of itself fills what was left out, and nothing that was typed."""

from typing import Any

import pytest

from preflight.cli.detected import filled, remarks
from preflight.kube import NODES
from preflight.model.sensor import Detected
from preflight.sensor import detect, gather
from tests.fakes.kube import FakeKube
from tests.sensor import clusters
from tests.sensor.clusters import WORKSPACE, aks_node, put

LEFT_OUT: dict[str, Any] = {
    "environment": "auto",
    "cloud": "public",
    "region": None,
    "workspace_id": None,
    "sensor_version": None,
    "component": (),
}


def of(kube: FakeKube) -> Detected:
    return detect(gather(kube))


def test_everything_that_was_left_out_comes_from_the_cluster() -> None:
    detected = of(clusters.aks_add_on(version="0.8.61"))

    assert filled(LEFT_OUT, detected, cloud_typed=False) == {
        "environment": "aks",
        "cloud": "public",
        "region": "westeurope",
        "workspace_id": WORKSPACE,
        "sensor_version": "0.8.61",
        "component": (),
    }


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("environment", "arc"),
        ("region", "northeurope"),
        ("workspace_id", "00000000-0000-0000-0000-000000000000"),
        ("sensor_version", "0.9.1"),
    ],
)
def test_what_was_typed_stays(option: str, value: str) -> None:
    detected = of(clusters.aks_add_on(version="0.8.61"))

    assert filled(LEFT_OUT | {option: value}, detected, cloud_typed=True)[option] == value


@pytest.mark.parametrize(("typed", "cloud"), [(False, "usgov"), (True, "public")])
def test_the_cloud_is_the_clusters_unless_it_was_typed(typed: bool, cloud: str) -> None:
    kube = FakeKube()
    put(kube, NODES, aks_node("aks-1", region="usgovvirginia"))

    assert filled(LEFT_OUT, of(kube), cloud_typed=typed)["cloud"] == cloud


def test_what_nothing_tells_stays_left_out() -> None:
    found = filled(LEFT_OUT, of(clusters.on_premises()), cloud_typed=False)

    assert found == LEFT_OUT


def test_what_was_taken_is_said_with_what_it_rests_on() -> None:
    said = remarks(LEFT_OUT | {"region": "westeurope"}, of(clusters.aks()), cloud_typed=False)

    assert said == (
        "environment aks, by node aks-system-00001: label kubernetes.azure.com/cluster, provider ID azure://",
    )


def test_an_environment_that_cannot_be_told_is_said_with_why() -> None:
    (said,) = remarks(LEFT_OUT, of(clusters.on_premises()), cloud_typed=False)

    assert said.startswith(
        "the environment cannot be told: no node has the label of AKS, EKS or GKE"
    )
