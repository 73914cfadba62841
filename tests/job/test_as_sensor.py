"""In the sensor's place: its namespace, its labels and its resolver, whatever its DaemonSet is called."""

from typing import Any

import pytest

from preflight.errors import ClusterError
from preflight.job.as_sensor import find
from preflight.kube import DAEMON_SETS
from tests.fakes.kube import FakeKube


def sensor(kube: FakeKube, name: str, namespace: str = "mdc", **spec: Any) -> None:
    template = {"metadata": {"labels": {"app": "defender", "of": name}}, "spec": spec}
    metadata = {"name": name, "namespace": namespace}
    kube.put(DAEMON_SETS, {"metadata": metadata, "spec": {"template": template}})


def test_the_publisher_is_taken_for_it_alone_needs_a_way_out() -> None:
    kube = FakeKube()
    sensor(kube, "microsoft-defender-collector-ds", "kube-system")
    sensor(kube, "microsoft-defender-publisher-ds", "kube-system")
    found = find(kube)

    assert found.namespace == "kube-system"
    assert ("of", "microsoft-defender-publisher-ds") in found.labels


def test_who_calls_a_workload_of_his_own_so_is_not_taken_for_it() -> None:
    """Our pods, and the Secret with the proxy's credentials, go where it is."""
    kube = FakeKube()
    sensor(kube, "microsoft-defender-publisher", "tenant")
    assert not find(kube).is_at_home

    sensor(kube, "microsoft-defender-collector-ds", "mdc")
    assert (find(kube).namespace, find(kube).is_at_home) == ("mdc", True)


@pytest.mark.parametrize(
    "name",
    [
        "microsoft-defender-collectors-ds",
        "azuredefender-publisher-ds",
        "azuredefender-collector-ds",
    ],
)
def test_other_charts_and_older_names_are_known(name: str) -> None:
    kube = FakeKube()
    sensor(kube, name)

    assert find(kube).namespace == "mdc"


def test_its_resolver_in_the_nodes_network_is_taken_over() -> None:
    kube = FakeKube()
    sensor(kube, "microsoft-defender-publisher-ds", hostNetwork=True, dnsPolicy="Default")

    assert find(kube).dns_policy == "Default"


def test_a_pods_resolver_says_nothing_of_the_nodes_network() -> None:
    kube = FakeKube()
    sensor(kube, "microsoft-defender-publisher-ds", dnsPolicy="ClusterFirst")

    assert find(kube).dns_policy == "ClusterFirstWithHostNet"


def test_without_a_sensor_its_names_are_told() -> None:
    with pytest.raises(ClusterError, match=r"microsoft-defender-publisher\*") as caught:
        find(FakeKube())

    assert caught.value.exit_code == 4
