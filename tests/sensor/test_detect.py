"""What a cluster says of itself, and where it says too little."""

from collections.abc import Callable

import pytest

from preflight.kube import CONFIG_MAPS, DAEMON_SETS, DEPLOYMENTS, NODES
from preflight.model.diagnosis import Confidence
from preflight.model.endpoint import Cloud, Environment
from preflight.model.sensor import Detected
from preflight.sensor import Inventory, detect, gather
from tests.fakes.kube import FakeKube, refused
from tests.sensor import clusters
from tests.sensor.clusters import WORKSPACE, aks_node, node, put, workload


def seen(kube: FakeKube) -> Detected:
    return detect(gather(kube))


@pytest.mark.parametrize(
    ("cluster", "environment", "region", "cloud", "version"),
    [
        (clusters.aks, Environment.AKS, "westeurope", Cloud.PUBLIC, None),
        (clusters.aks_add_on, Environment.AKS, "westeurope", Cloud.PUBLIC, None),
        (
            lambda: clusters.aks_add_on(version="0.8.61", endpoint=True),
            *(Environment.AKS, "westeurope", Cloud.PUBLIC, (0, 8, 61)),
        ),
        (
            lambda: clusters.chart(clusters.aks()),
            *(Environment.AKS, "westeurope", Cloud.PUBLIC, (0, 10, 36)),
        ),
        (clusters.eks, Environment.EKS, "eu-west-1", None, None),
        (
            lambda: clusters.chart(clusters.eks()),
            *(Environment.EKS, "eu-west-1", Cloud.PUBLIC, (0, 10, 36)),
        ),
        (clusters.gke, Environment.GKE, "europe-west1", None, None),
        (
            lambda: clusters.connect_arc(clusters.on_premises()),
            *(Environment.ARC, "westeurope", Cloud.PUBLIC, None),
        ),
        (
            lambda: clusters.connect_arc(clusters.eks(), region="northeurope"),
            *(Environment.EKS, "eu-west-1", Cloud.PUBLIC, None),
        ),
        (clusters.on_premises, None, None, None, None),
    ],
)
def test_every_kind_of_cluster_is_known_by_what_is_on_it(
    cluster: Callable[[], FakeKube],
    environment: Environment | None,
    region: str | None,
    cloud: Cloud | None,
    version: tuple[int, int, int] | None,
) -> None:
    found = seen(cluster())

    assert found.environment.value is environment
    assert found.region.value == region
    assert found.cloud.value is cloud
    assert found.sensor_version.value == version


def test_a_fact_names_the_objects_on_which_it_rests() -> None:
    found = seen(clusters.aks()).environment

    assert found.confidence is Confidence.CONFIRMED
    assert [(clue.where, clue.says) for clue in found.clues] == [
        ("node aks-system-00001", "label kubernetes.azure.com/cluster, provider ID azure://"),
        ("node aks-system-00002", "label kubernetes.azure.com/cluster, provider ID azure://"),
    ]


def test_a_thousand_nodes_leave_three_clues() -> None:
    kube = clusters.aks(*(f"aks-{number:05}" for number in range(1000)))

    assert len(seen(kube).environment.clues) == 3


def test_machines_of_a_cloud_without_its_label_are_not_taken_for_its_managed_cluster() -> None:
    kube = FakeKube()
    put(kube, NODES, node("self-made-1", "azure:///subscriptions/x/virtualMachines/1"))

    found = seen(kube).environment

    assert found.value is None
    assert "machines of Azure" in found.doubt
    assert "somebody may run it there themselves" in found.doubt


def test_an_arc_connected_cluster_on_machines_of_azure_is_arc() -> None:
    kube = FakeKube()
    put(kube, NODES, node("self-made-1", "azure:///subscriptions/x/virtualMachines/1"))

    assert seen(clusters.connect_arc(kube)).environment.value is Environment.ARC


def test_a_cluster_of_fargate_alone_is_eks() -> None:
    kube = FakeKube()
    fargate = node("fargate-ip-10-0-1-1", "aws:///eu-west-1a/fargate")
    fargate["metadata"]["labels"]["eks.amazonaws.com/compute-type"] = "fargate"
    put(kube, NODES, fargate)

    assert seen(kube).environment.value is Environment.EKS


def test_nodes_of_two_kinds_give_no_environment() -> None:
    kube = clusters.aks("aks-1")
    put(kube, NODES, clusters.eks_node("ip-1"))

    found = seen(kube).environment

    assert found.value is None
    assert found.doubt == "the nodes disagree: aks, eks"


def test_virtual_nodes_say_nothing_of_region_and_environment() -> None:
    kube = clusters.aks("aks-1")
    virtual = aks_node("virtual-node-aci", region="other")
    virtual["metadata"]["labels"]["type"] = "virtual-kubelet"
    put(kube, NODES, virtual)

    assert seen(kube).region.value == "westeurope"


@pytest.mark.parametrize(
    ("region", "cloud"),
    [("usgovvirginia", Cloud.USGOV), ("chinanorth3", Cloud.CHINA), ("eastus2", Cloud.PUBLIC)],
)
def test_the_cloud_of_aks_is_read_off_its_region_which_is_likely_and_no_more(
    region: str, cloud: Cloud
) -> None:
    kube = FakeKube()
    put(kube, NODES, aks_node("aks-1", region=region))

    found = seen(kube).cloud

    assert (found.value, found.confidence) == (cloud, Confidence.LIKELY)


def test_the_publishers_endpoint_names_the_cloud_for_certain() -> None:
    found = seen(clusters.aks_add_on(endpoint=True)).cloud

    assert (found.value, found.confidence) == (Cloud.PUBLIC, Confidence.CONFIRMED)


def test_the_tag_of_an_image_is_not_the_sensors_version() -> None:
    """security-publisher:1.0.67 is an image of an add-on whose own version nothing states."""
    found = seen(clusters.aks_add_on()).sensor_version

    assert found.value is None
    assert "each image has a line of its own" in found.doubt


def test_workloads_of_two_versions_give_no_version() -> None:
    kube = clusters.chart(clusters.aks())
    labels = {"app.kubernetes.io/version": "0.8.61"}
    put(
        kube, DAEMON_SETS, workload("microsoft-defender-collector-ds", "kube-system", labels=labels)
    )

    found = seen(kube).sensor_version

    assert found.value is None
    assert "disagree" in found.doubt


def test_the_admission_controllers_version_is_not_the_sensors() -> None:
    kube = clusters.aks()
    env = [{"name": "CHART_VERSION", "value": "0.12.30"}]
    put(kube, DAEMON_SETS, workload("defender-admission-controller", "mdc", env=env))

    assert seen(kube).sensor_version.value is None


def test_the_workspace_id_comes_from_the_sensors_secret() -> None:
    found = seen(clusters.aks_add_on()).workspace_id

    assert found.value == WORKSPACE
    assert found.clues[0].where == "secret kube-system/microsoft-defender-ws-secret"


def test_only_the_workspace_id_is_ever_asked_of_a_secret() -> None:
    kube = clusters.aks_add_on()

    inventory = gather(kube)

    assert ("get", "secrets", "microsoft-defender-ws-secret") in kube.calls
    assert clusters.KEY not in repr(inventory)


def test_something_else_under_wsid_is_not_repeated() -> None:
    found = seen(clusters.aks_add_on(workspace=clusters.KEY)).workspace_id

    assert found.value is None
    assert clusters.KEY not in repr(found)


def test_companions_are_components_of_the_catalogue() -> None:
    kube = clusters.chart(clusters.connect_arc(clusters.eks()))

    assert seen(kube).components == ("arc-agents", "defender-sensor", "gated-deployment")


def test_azure_policy_is_known_by_its_own_pods_and_by_gatekeeper() -> None:
    kube = clusters.aks()
    put(
        kube,
        DEPLOYMENTS,
        workload("gatekeeper-controller", "gatekeeper-system", kind="Deployment"),
        workload("gatekeeper-of-ours", "games", kind="Deployment"),
    )

    assert seen(kube).components == ("azure-policy",)


def test_the_containers_setting_is_the_weakest_word_on_the_version() -> None:
    kube = clusters.aks()
    env = [{"name": "CHART_VERSION", "value": "0.11.7-preview"}]
    put(kube, DAEMON_SETS, workload("microsoft-defender-publisher-ds", "mdc", env=env))

    found = seen(kube).sensor_version

    assert (found.value, found.confidence) == ((0, 11, 7), Confidence.LIKELY)


def test_an_api_server_in_trouble_leaves_a_gap_without_a_right() -> None:
    kube = clusters.aks()
    kube.refusals["list", "daemonsets.apps"] = refused(500, "InternalError", "etcd is down")

    (gap,) = gather(kube).gaps

    assert (gap.reason, gap.needs) == ("etcd is down", "")


def test_settings_of_the_sensor_stand_in_for_nodes_that_may_not_be_listed() -> None:
    kube = clusters.aks()
    env = [
        {"name": "CLUSTER_DISTRIBUTION", "value": "aks"},
        {"name": "AZURE_RESOURCE_REGION", "value": "West Europe"},
    ]
    put(kube, DAEMON_SETS, workload("microsoft-defender-publisher-ds", "mdc", env=env))
    kube.denied.add(("list", "nodes"))

    found = seen(kube)

    assert (found.environment.value, found.environment.confidence) == (
        Environment.AKS,
        Confidence.LIKELY,
    )
    assert (found.region.value, found.region.confidence) == ("westeurope", Confidence.LIKELY)


@pytest.mark.parametrize(
    "kind", ["nodes", "daemonsets.apps", "deployments.apps", "configmaps", "secrets"]
)
def test_a_missing_right_becomes_a_gap_with_the_right_that_is_needed(kind: str) -> None:
    kube = clusters.chart(clusters.aks())
    kube.denied |= {("list", kind), ("get", kind)}

    gaps = gather(kube).gaps

    assert gaps
    assert all(kind in gap.needs for gap in gaps)
    assert all("forbidden" in gap.reason for gap in gaps)


def test_without_the_right_to_list_everywhere_the_known_namespaces_are_looked_at() -> None:
    class Narrow(FakeKube):
        """Lists workloads in one namespace at a time."""

        def list(self, resource, *, namespace=None, labels="", fields=""):  # type: ignore[no-untyped-def]  # as above
            if namespace is None and resource is not NODES:
                self.denied.add(("list", resource.kind))
            try:
                return FakeKube.list(
                    self, resource, namespace=namespace, labels=labels, fields=fields
                )
            finally:
                self.denied.discard(("list", resource.kind))

    kube = Narrow(name="narrow")
    kube.objects = clusters.chart(clusters.aks()).objects

    inventory = gather(kube)

    assert len(inventory.daemonsets) == 2
    assert inventory.gaps == ()


@pytest.mark.parametrize(
    "body", [None, [], "text", {"metadata": 7}, {"metadata": {"labels": ["x"]}}]
)
def test_malformed_objects_say_nothing(body: object) -> None:
    """What an API server of unknown make may answer."""
    broken = (
        body
        if isinstance(body, dict)
        else {"metadata": {"name": "x"}, "spec": body, "status": body}
    )
    found = detect(
        Inventory(nodes=(broken,), daemonsets=(broken,), deployments=(broken,), pods=(broken,))
    )

    assert found.environment.value is None


def test_an_arc_setting_of_an_unknown_form_is_left_out() -> None:
    kube = clusters.connect_arc(clusters.on_premises(), region="\x1b[31mwest europe;rm -rf")

    assert seen(kube).region.value is None


def test_the_arc_agents_settings_alone_are_likely() -> None:
    kube = clusters.on_premises()
    put(kube, CONFIG_MAPS, {"metadata": {"name": "azure-clusterconfig", "namespace": "azure-arc"}})

    found = seen(kube).arc_connected

    assert (found.value, found.confidence) == (True, Confidence.LIKELY)
