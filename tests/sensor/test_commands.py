"""The documented commands: which are shown where, what is filled in, and what never is."""

from collections.abc import Callable

import pytest

from preflight.kube import CONFIG_MAPS, DAEMON_SETS
from preflight.model.sensor import Advice, ClusterResource, Purpose
from preflight.sensor import gather
from preflight.sensor.status import status
from tests.fakes.kube import FakeKube
from tests.sensor import clusters
from tests.sensor.clusters import put, workload


def shown(kube: FakeKube) -> tuple[Advice, ...]:
    return status(gather(kube)).advice


@pytest.mark.parametrize(
    ("cluster", "begins"),
    [
        (
            clusters.aks,
            ["az aks update --enable-defender", "helm install defender-k8s", "64def556"],
        ),
        (clusters.eks, ["az k8s-extension create", "helm install defender-k8s", "708b60a6"]),
        (clusters.gke, ["az k8s-extension create", "helm install defender-k8s", "708b60a6"]),
        (
            lambda: clusters.connect_arc(clusters.on_premises(), extension=False),
            ["az k8s-extension create", "708b60a6"],
        ),
        (clusters.on_premises, []),
        (
            clusters.aks_add_on,
            [
                *("az aks update --enable-defender", "az aks update --disable-defender"),
                "64def556-fbad-4622-930e-72d1d5589bf5",
            ],
        ),
        (
            lambda: clusters.chart(clusters.connect_arc(clusters.on_premises()), release=None),
            [
                *("az k8s-extension create", "az k8s-extension delete"),
                "708b60a6-d253-4fe0-9114-4be4c00f012c",
            ],
        ),
        (
            lambda: clusters.chart(clusters.gke()),
            ["helm list", "708b60a6-d253-4fe0-9114-4be4c00f012c"],
        ),
    ],
)
def test_each_cluster_gets_the_commands_that_apply_to_it(
    cluster: Callable[[], FakeKube], begins: list[str]
) -> None:
    firsts = [advice.lines[0] for advice in shown(cluster())]

    assert [line.startswith(begin) for line, begin in zip(firsts, begins, strict=True)] == [
        True for _ in begins
    ]


@pytest.mark.parametrize(
    "cluster", [clusters.aks, clusters.aks_add_on, lambda: clusters.chart(clusters.eks())]
)
def test_every_command_says_where_it_is_documented_and_as_of_when(
    cluster: Callable[[], FakeKube],
) -> None:
    for advice in shown(cluster()):
        assert advice.source.url
        assert advice.source.url.startswith("https://")
        assert advice.source.dated


def test_the_clusters_own_resource_id_is_filled_in() -> None:
    kube = clusters.aks_add_on()
    env = [{"name": "AZURE_RESOURCE_ID", "value": clusters.RESOURCE_ID}]
    put(kube, DAEMON_SETS, workload("microsoft-defender-publisher-ds", "kube-system", env=env))

    found = status(gather(kube))

    assert found.resource == ClusterResource(
        subscription="aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", group="rg-shop", name="shop"
    )
    removal = next(a for a in found.advice if a.purpose is Purpose.REMOVE)
    assert removal.lines == (
        "az aks update --disable-defender --subscription aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee "
        "--resource-group rg-shop --name shop",
    )


@pytest.mark.parametrize(
    ("cluster", "first"),
    [(clusters.eks, True), (lambda: clusters.connect_arc(clusters.eks(), extension=False), False)],
)
def test_the_extension_needs_a_connected_cluster_which_is_said_where_it_is_none(
    cluster: Callable[[], FakeKube], first: bool
) -> None:
    assert ("has to be connected to Azure Arc" in shown(cluster())[0].title) is first


def test_what_is_not_known_stands_in_angle_brackets() -> None:
    (line,) = shown(clusters.aks())[0].lines

    assert line == (
        "az aks update --enable-defender --subscription <subscription-id> "
        "--resource-group <resource-group> --name <cluster-name>"
    )


@pytest.mark.parametrize(
    "value",
    [
        "/subscriptions/x/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/shop",
        clusters.RESOURCE_ID + "; rm -rf /",
        clusters.RESOURCE_ID.replace("rg-shop", "rg$(reboot)"),
        clusters.RESOURCE_ID + "\n",
        "\x1b[2J",
    ],
)
def test_a_resource_id_of_another_form_is_not_filled_in(value: str) -> None:
    kube = clusters.aks()
    env = [{"name": "AZURE_RESOURCE_ID", "value": value}]
    put(kube, DAEMON_SETS, workload("microsoft-defender-publisher-ds", "kube-system", env=env))

    assert status(gather(kube)).resource is None


def test_a_resource_group_with_parentheses_is_quoted() -> None:
    kube = clusters.aks()
    value = clusters.RESOURCE_ID.replace("rg-shop", "rg(shop)")
    env = [{"name": "AZURE_RESOURCE_ID", "value": value}]
    put(kube, DAEMON_SETS, workload("microsoft-defender-publisher-ds", "kube-system", env=env))

    assert "--resource-group 'rg(shop)'" in shown(kube)[1].lines[0]


def test_settings_of_the_arc_agents_of_another_form_are_not_filled_in() -> None:
    kube = clusters.connect_arc(clusters.on_premises())
    data = {
        "AZURE_SUBSCRIPTION_ID": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "AZURE_RESOURCE_GROUP": "rg",
        "AZURE_RESOURCE_NAME": "x`reboot`",
    }
    name = {"name": "azure-clusterconfig", "namespace": "azure-arc"}
    put(kube, CONFIG_MAPS, {"metadata": name, "data": data})

    assert status(gather(kube)).resource is None


def test_a_release_of_a_strange_name_is_left_to_the_reader() -> None:
    kube = clusters.chart(clusters.eks(), release="defender-k8s;reboot")

    lines = [line for advice in shown(kube) for line in advice.lines]

    assert "helm uninstall <release> --namespace mdc" in lines
