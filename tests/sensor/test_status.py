"""What is there, how it came there, and what is wrong with it."""

from collections.abc import Callable
from typing import Any

import pytest

from preflight.kube import DAEMON_SETS, DEPLOYMENTS, NODES, PODS
from preflight.model.diagnosis import Confidence
from preflight.model.sensor import (
    Coverage,
    Method,
    Role,
    SensorStatus,
    Severity,
    Standing,
    Trouble,
)
from preflight.sensor import gather
from preflight.sensor.status import status
from preflight.sensor.version import CHART
from tests.fakes.kube import FakeKube
from tests.sensor import clusters
from tests.sensor.clusters import aks_node, pod, put, workload

PUBLISHER = "microsoft-defender-publisher-ds"
BACK_OFF = {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}


def looked_at(kube: FakeKube) -> SensorStatus:
    return status(gather(kube))


def only_trouble(kube: FakeKube) -> Trouble:
    (trouble,) = looked_at(kube).troubles
    return trouble


@pytest.mark.parametrize(
    ("cluster", "method", "namespace", "confidence"),
    [
        (clusters.aks_add_on, Method.AKS_ADD_ON, "kube-system", Confidence.CONFIRMED),
        (
            lambda: clusters.aks_add_on(version="0.9.68", endpoint=True),
            *(Method.AKS_ADD_ON, "kube-system", Confidence.CONFIRMED),
        ),
        (
            lambda: clusters.chart(clusters.aks()),
            *(Method.HELM, "mdc", Confidence.CONFIRMED),
        ),
        (
            lambda: clusters.chart(clusters.eks(), release="microsoft-defender-for-containers"),
            *(Method.HELM, "mdc", Confidence.CONFIRMED),
        ),
        (
            lambda: clusters.chart(clusters.gke(), release="security"),
            *(Method.HELM, "mdc", Confidence.LIKELY),
        ),
        (
            lambda: clusters.chart(
                clusters.connect_arc(clusters.on_premises()),
                release="microsoft.azuredefender.kubernetes",
            ),
            *(Method.ARC_EXTENSION, "mdc", Confidence.CONFIRMED),
        ),
        (
            lambda: clusters.chart(clusters.connect_arc(clusters.eks()), release=None),
            *(Method.ARC_EXTENSION, "mdc", Confidence.CONFIRMED),
        ),
        (
            lambda: clusters.chart(
                clusters.connect_arc(clusters.eks(), extension=False), release=None
            ),
            *(Method.UNKNOWN, "mdc", Confidence.POSSIBLE),
        ),
    ],
)
def test_the_way_of_installation_is_told_by_release_and_extension_object(
    cluster: Callable[[], FakeKube], method: Method, namespace: str, confidence: Confidence
) -> None:
    found = looked_at(cluster())

    (install,) = found.installs
    assert (install.method, install.namespace, install.confidence) == (
        method,
        namespace,
        confidence,
    )
    assert install.clues
    assert found.standing is Standing.HEALTHY, found.troubles


def test_the_label_managed_by_aks_does_not_make_a_chart_the_add_on() -> None:
    """The chart labels its objects so wherever it is installed."""
    (install,) = looked_at(clusters.chart(clusters.eks())).installs

    assert install.method is Method.HELM


def test_the_charts_own_label_names_the_release_too() -> None:
    kube = clusters.aks()
    labels = {"release": "defender-k8s", "heritage": "Helm", "chart": f"{CHART}0.10.36"}
    put(kube, DAEMON_SETS, workload(PUBLISHER, "kube-system", labels=labels))

    found = looked_at(kube)

    assert (found.installs[0].method, found.installs[0].release) == (Method.HELM, "defender-k8s")
    assert found.detected.sensor_version.value == (0, 10, 36)


def test_in_kube_system_without_release_and_label_the_add_on_is_likely() -> None:
    kube = clusters.aks()
    put(kube, DAEMON_SETS, workload(PUBLISHER, "kube-system"))

    (install,) = looked_at(kube).installs

    assert (install.method, install.confidence) == (Method.AKS_ADD_ON, Confidence.LIKELY)


def test_two_installations_are_both_named() -> None:
    kube = clusters.chart(clusters.aks_add_on())

    assert [install.method for install in looked_at(kube).installs] == [
        Method.AKS_ADD_ON,
        Method.HELM,
    ]


def test_a_cluster_without_a_sensor_is_said_to_have_none() -> None:
    found = looked_at(clusters.aks())

    assert (found.standing, found.installs, found.coverage) == (Standing.ABSENT, (), None)


def test_names_of_before_2024_are_known() -> None:
    kube = clusters.on_premises()
    put(
        kube,
        DAEMON_SETS,
        workload("azuredefender-publisher-ds", "azuredefender"),
        workload("azuredefender-collector-ds", "azuredefender"),
    )

    found = looked_at(kube)

    assert [each.role for each in found.workloads] == [Role.PUBLISHER, Role.COLLECTOR]
    assert found.installs[0].method is Method.ARC_EXTENSION


def replaced(kube: FakeKube, owner: str, namespace: str, **changes: Any) -> FakeKube:
    """The owner's pod on the first node in another state."""
    put(kube, PODS, pod(owner, kube.names(NODES)[0], namespace, **changes))
    return kube


@pytest.mark.parametrize(
    ("changes", "severity", "title", "words"),
    [
        (
            {"waiting": BACK_OFF, "last": {"reason": "Error", "exitCode": 1}, "restarts": 14},
            Severity.BROKEN,
            "microsoft-defender-publisher is started again and again (CrashLoopBackOff)",
            "It ended last with code 1, Error. The publisher is the part that needs the way out",
        ),
        (
            {"waiting": BACK_OFF, "last": {"reason": "OOMKilled", "exitCode": 137}},
            Severity.BROKEN,
            "microsoft-defender-publisher is started again and again (CrashLoopBackOff)",
            "code 137, OOMKilled. The kernel ended it at its memory limit",
        ),
        (
            {"last": {"reason": "OOMKilled", "exitCode": 137}, "restarts": 1},
            Severity.WARNING,
            "microsoft-defender-publisher ran out of memory (OOMKilled) and runs again",
            "memory limit",
        ),
        (
            {"last": {"reason": "Error", "exitCode": 2}, "restarts": 7},
            Severity.WARNING,
            "runs now, after 5 or more restarts",
            "It ended last with code 2, Error.",
        ),
        (
            {"waiting": {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "mcr"'}},
            Severity.BROKEN,
            "microsoft-defender-publisher has no image (ImagePullBackOff)",
            "mcr.microsoft.com and *.data.mcr.microsoft.com",
        ),
        (
            {"waiting": {"reason": "CreateContainerConfigError", "message": "secret not found"}},
            Severity.BROKEN,
            "microsoft-defender-publisher cannot start (CreateContainerConfigError)",
            "The kubelet says: secret not found.",
        ),
        ({"ready": False}, Severity.BROKEN, "the pod runs and is not ready", "do not report ready"),
        (
            {"waiting": {"reason": "CreateContainerError"}},
            Severity.BROKEN,
            "microsoft-defender-publisher cannot start (CreateContainerError)",
            "The kubelet gives no reason.",
        ),
        (
            {
                "initContainerStatuses": [
                    {"name": "old-file-cleaner", "state": {"terminated": {"exitCode": 3}}}
                ]
            },
            Severity.BROKEN,
            "old-file-cleaner has ended (code 3)",
            "The publisher is the part that needs the way out",
        ),
        (
            {"phase": "Failed", "reason": "Evicted", "message": "The node was low on memory"},
            Severity.BROKEN,
            "the pod has failed (Evicted)",
            "low on memory",
        ),
        (
            {
                "phase": "Pending",
                "conditions": [
                    {"type": "PodScheduled", "status": "False", "message": "Insufficient cpu"}
                ],
                "containerStatuses": [],
            },
            Severity.BROKEN,
            "the pod has no node",
            "The scheduler says: Insufficient cpu.",
        ),
        (
            {"phase": "Pending", "conditions": [], "containerStatuses": []},
            Severity.BROKEN,
            "the pod is not started yet",
            "kubectl describe pod",
        ),
    ],
)
def test_what_is_wrong_with_a_publisher_is_said_in_words(
    changes: dict[str, Any], severity: Severity, title: str, words: str
) -> None:
    found = only_trouble(replaced(clusters.aks_add_on(), PUBLISHER, "kube-system", **changes))

    assert found.workload == f"DaemonSet kube-system/{PUBLISHER}"
    assert (found.severity, found.title) == (severity, title)
    assert words in found.explanation
    assert found.nodes == ("aks-system-00001",)


def test_an_init_container_that_is_done_is_no_trouble() -> None:
    done = {"name": "old-file-cleaner", "state": {"terminated": {"exitCode": 0}}}
    kube = replaced(clusters.aks_add_on(), PUBLISHER, "kube-system", initContainerStatuses=[done])

    assert looked_at(kube).troubles == ()


@pytest.mark.parametrize("restarts", [0, 4])
def test_a_pod_that_is_well_is_no_trouble(restarts: int) -> None:
    kube = replaced(clusters.aks_add_on(), PUBLISHER, "kube-system", restarts=restarts)

    assert looked_at(kube).troubles == ()


def test_the_collector_is_not_blamed_on_egress() -> None:
    """It sends nothing."""
    kube = replaced(
        clusters.aks_add_on(),
        *("microsoft-defender-collector-ds", "kube-system"),
        waiting=BACK_OFF,
        last={"reason": "Error", "exitCode": 1},
    )

    assert "egress" not in only_trouble(kube).explanation


def test_pods_with_one_trouble_share_it() -> None:
    kube = clusters.aks_add_on("aks-1", "aks-2", "aks-3")
    for name in ("aks-1", "aks-2"):
        put(kube, PODS, pod(PUBLISHER, name, "kube-system", waiting=BACK_OFF))

    found = only_trouble(kube)

    assert found.nodes == ("aks-1", "aks-2")
    assert len(found.pods) == 2


def test_a_pod_on_its_way_out_is_no_trouble() -> None:
    kube = clusters.aks_add_on()
    leaving = pod(PUBLISHER, "aks-system-00001", "kube-system", ready=False)
    leaving["metadata"]["deletionTimestamp"] = "2026-11-27T10:00:00Z"
    put(kube, PODS, leaving)

    assert looked_at(kube).troubles == ()


def test_a_publisher_that_is_missing_altogether_is_named() -> None:
    kube = clusters.aks_add_on()
    kube.remove(DAEMON_SETS, PUBLISHER, "kube-system")

    found = only_trouble(kube)

    assert (found.severity, found.title) == (Severity.BROKEN, "the publisher is missing")


def test_a_daemonset_without_some_of_its_pods_is_broken() -> None:
    kube = clusters.aks_add_on()
    kube.objects["daemonsets.apps", "kube-system", PUBLISHER]["status"]["numberReady"] = 1

    assert only_trouble(kube).title == "1 of 2 pods are ready"


def test_a_companion_that_is_not_well_is_a_warning() -> None:
    kube = clusters.aks_add_on()
    put(kube, DEPLOYMENTS, workload("azure-policy", "kube-system", kind="Deployment", ready=0))

    found = looked_at(kube)

    assert found.standing is Standing.HEALTHY
    assert (found.troubles[0].severity, found.troubles[0].workload) == (
        Severity.WARNING,
        "Deployment kube-system/azure-policy",
    )


class TestCoverage:
    """On which nodes the sensor has no pod, and why."""

    @staticmethod
    def of(*further: dict[str, Any], **daemonset: Any) -> Coverage:
        kube = clusters.aks_add_on("aks-1")
        put(kube, NODES, *further)
        for name in (PUBLISHER, "microsoft-defender-collector-ds"):
            put(kube, DAEMON_SETS, workload(name, "kube-system", **daemonset))
        found = looked_at(kube).coverage
        assert found is not None
        return found

    def test_counts_the_nodes_with_publisher_and_collector(self) -> None:
        found = self.of()

        assert (found.nodes, found.covered, found.uncovered) == (1, 1, ())

    def test_names_a_taint_that_is_not_tolerated(self) -> None:
        taints = [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}]
        tolerations = [{"key": "CriticalAddonsOnly", "operator": "Exists"}]

        (uncovered,) = self.of(
            aks_node("gpu-1", pool="gpu", taints=taints), tolerations=tolerations
        ).uncovered

        assert (uncovered.node, uncovered.pool, uncovered.expected) == ("gpu-1", "gpu", False)
        assert uncovered.missing == (Role.PUBLISHER, Role.COLLECTOR)
        assert (
            uncovered.reason
            == "the DaemonSet does not tolerate the node's taint gpu=yes:NoSchedule"
        )

    @pytest.mark.parametrize(
        "toleration",
        [
            {"operator": "Exists"},
            {"key": "gpu", "operator": "Exists"},
            {"key": "gpu", "value": "yes", "effect": "NoSchedule"},
            {"operator": "Exists", "effect": "NoSchedule"},
        ],
    )
    def test_does_not_blame_a_taint_that_is_tolerated(self, toleration: dict[str, Any]) -> None:
        taints = [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}]

        (uncovered,) = self.of(aks_node("gpu-1", taints=taints), tolerations=[toleration]).uncovered

        assert "nothing in the node and the DaemonSet explains it" in uncovered.reason

    def test_does_not_blame_the_taint_of_a_cordoned_node(self) -> None:
        taints = [{"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}]

        (uncovered,) = self.of(aks_node("aks-2", taints=taints), tolerations=[]).uncovered

        assert "taint" not in uncovered.reason

    def test_expects_nothing_on_virtual_and_windows_nodes(self) -> None:
        virtual, windows = aks_node("virtual-node"), aks_node("win-1", pool="win")
        virtual["metadata"]["labels"]["type"] = "virtual-kubelet"
        windows["metadata"]["labels"]["kubernetes.io/os"] = "windows"

        found = self.of(virtual, windows).uncovered

        assert [(each.node, each.expected) for each in found] == [
            ("virtual-node", True),
            ("win-1", True),
        ]
        assert "virtual" in found[0].reason
        assert "Windows" in found[1].reason

    @pytest.mark.parametrize(
        ("expression", "reason"),
        [
            ({"key": "disk", "operator": "In", "values": ["ssd", "nvme"]}, "disk In (ssd, nvme)"),
            ({"key": "disk", "operator": "Exists"}, "disk Exists"),
            (
                {"key": "kubernetes.azure.com/cluster", "operator": "DoesNotExist"},
                "kubernetes.azure.com/cluster DoesNotExist",
            ),
            ({"key": "cores", "operator": "Gt", "values": ["4"]}, "cores Gt (4)"),
            ({"key": "generation", "operator": "Lt", "values": ["2"]}, "generation Lt (2)"),
            ({"key": "generation", "operator": "Gt", "values": ["x"]}, "generation Gt (x)"),
            (
                {"key": "kubernetes.io/os", "operator": "NotIn", "values": ["linux"]},
                "kubernetes.io/os NotIn (linux)",
            ),
        ],
    )
    def test_names_what_the_affinity_asks_for(
        self, expression: dict[str, Any], reason: str
    ) -> None:
        node = aks_node("aks-2")
        node["metadata"]["labels"]["generation"] = "2"

        (uncovered,) = [
            each for each in self.of(node, affinity=[expression]).uncovered if each.node == "aks-2"
        ]

        assert uncovered.reason == f"the DaemonSet asks for what the node has not: {reason}"

    @pytest.mark.parametrize(
        "expression",
        [
            {"key": "generation", "operator": "Gt", "values": ["1"]},
            {"key": "generation", "operator": "Lt", "values": ["3"]},
            {"key": "generation", "operator": "SomethingNew"},
        ],
    )
    def test_does_not_blame_what_holds_or_what_nobody_here_knows(
        self, expression: dict[str, Any]
    ) -> None:
        node = aks_node("aks-2")
        node["metadata"]["labels"]["generation"] = "2"

        (uncovered,) = self.of(node, affinity=[expression]).uncovered

        assert "nothing in the node and the DaemonSet explains it" in uncovered.reason

    def test_names_what_the_node_selector_asks_for(self) -> None:
        kube = clusters.aks_add_on("aks-1")
        found = workload(PUBLISHER, "kube-system")
        found["spec"]["template"]["spec"]["nodeSelector"] = {"tier": "gold"}
        put(kube, DAEMON_SETS, found)
        put(kube, NODES, aks_node("aks-2"))

        covered = looked_at(kube).coverage

        assert covered is not None
        assert covered.uncovered[0].reason.endswith("the node has not: tier=gold")

    def test_names_a_daemonset_that_is_not_there(self) -> None:
        kube = clusters.aks_add_on("aks-1")
        kube.remove(DAEMON_SETS, PUBLISHER, "kube-system")

        covered = looked_at(kube).coverage

        assert covered is not None
        assert covered.uncovered[0].reason == "there is no DaemonSet of the publisher"

    def test_names_a_node_that_is_not_ready(self) -> None:
        down = aks_node("aks-2")
        down["status"]["conditions"] = [{"type": "Ready", "status": "Unknown"}]

        (uncovered,) = self.of(down).uncovered

        assert uncovered.reason == "the node is not ready"

    def test_names_the_part_that_is_missing_alone(self) -> None:
        kube = clusters.aks_add_on("aks-1", "aks-2")
        kube.remove(PODS, f"{PUBLISHER}-aks-2", "kube-system")

        found = looked_at(kube).coverage

        assert found is not None
        assert [(each.node, each.missing) for each in found.uncovered] == [
            ("aks-2", (Role.PUBLISHER,))
        ]

    def test_is_not_told_without_the_pods(self) -> None:
        kube = clusters.aks_add_on()
        kube.denied.add(("list", "pods"))

        found = looked_at(kube)

        assert found.coverage is None
        assert found.standing is Standing.UNKNOWN
        assert found.workloads[0].restarts is None


class TestProxies:
    """Proxy settings in the containers' environment."""

    @staticmethod
    def shown(**env: Any) -> dict[str, str]:
        kube = clusters.aks()
        entries = [
            {"name": name, **(value if isinstance(value, dict) else {"value": value})}
            for name, value in env.items()
        ]
        put(kube, DAEMON_SETS, workload(PUBLISHER, "kube-system", env=entries))
        return {each.variable: each.value for each in looked_at(kube).proxies}

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            ("http://proxy.contoso.example:3128", "http://proxy.contoso.example:3128"),
            ("http://user:secret@proxy.contoso.example:3128/", "http://proxy.contoso.example:3128"),
            ("http://user:p@ss/word@proxy:3128", "http://proxy:3128"),
            ("proxy:3128", "http://proxy:3128"),
            ("http://[2001:db8::1]:3128", "http://[2001:db8::1]:3128"),
            ("http://us er:pass word", "set, in a form that is not shown here"),
            ("socks5://user:secret@proxy:1080", "socks5://proxy:1080"),
            ("user:secret@", "set, in a form that is not shown here"),
        ],
    )
    def test_are_shown_without_credentials(self, value: str, shown: str) -> None:
        assert self.shown(HTTPS_PROXY=value) == {"HTTPS_PROXY": shown}

    def test_are_known_in_either_case_once(self) -> None:
        assert self.shown(http_proxy="http://a:1", HTTP_PROXY="http://a:1") == {
            "HTTP_PROXY": "http://a:1"
        }

    def test_from_a_configmap_are_named(self) -> None:
        found = self.shown(HTTPS_PROXY={"valueFrom": {"configMapKeyRef": {"name": "proxies"}}})

        assert found == {"HTTPS_PROXY": "from the ConfigMap proxies"}

    def test_from_a_secret_are_not_read(self) -> None:
        found = self.shown(HTTPS_PROXY={"valueFrom": {"secretKeyRef": {"name": "proxy-config"}}})

        assert found == {"HTTPS_PROXY": "from the secret proxy-config, which is not read"}

    def test_exceptions_have_no_urls(self) -> None:
        found = self.shown(NO_PROXY=".svc, 10.0.0.0/8, http://user:secret@proxy")

        assert found == {"NO_PROXY": ".svc,10.0.0.0/8"}

    def test_empty_ones_are_none(self) -> None:
        assert self.shown(HTTPS_PROXY="") == {}


def test_a_message_of_the_kubelet_has_no_credentials() -> None:
    said = "proxyconnect tcp: dial http://svc:hunter2@proxy:3128: i/o timeout, mail@contoso.example"
    kube = replaced(
        clusters.aks_add_on(),
        *(PUBLISHER, "kube-system"),
        waiting={"reason": "ImagePullBackOff", "message": said},
    )

    found = only_trouble(kube).explanation

    assert "hunter2" not in found
    assert "http://***@contoso.example" in found
