"""`job run` on a real cluster: every place named rightly, every failure explained, nothing left behind."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests.e2e.cluster import (
    HOST,
    eventually,
    interrupt,
    job,
    kubectl,
    left,
    net,
    objects,
    start,
)

pytestmark = pytest.mark.cluster

INTERNET = "20.50.0.0/16"
POD, HOST_POD = "pod", "host-network-pod"


def running(namespace: str) -> list[str]:
    """The names of pods that run now."""
    pods = objects("pods", namespace, "--field-selector=status.phase=Running")
    return [pod["metadata"]["name"] for pod in pods]


@pytest.mark.usefixtures("_cut")
class TestThreeNodes:
    def test_each_place_is_named_with_what_is_blocked_there(
        self, look: tuple[str, ...], namespace: str
    ) -> None:
        net("block", "kc-n1", "pods", "--to", INTERNET)
        net("block", "kc-n2", "host", "--to", INTERNET)
        ran = job("run", *look)

        assert ran.code == 1, ran.err
        assert ran.places == {
            ("kc-n1", POD): "blocked",
            ("kc-n1", HOST_POD): "pass",
            ("kc-n2", POD): "pass",
            ("kc-n2", HOST_POD): "blocked",
            ("kc-n3", POD): "pass",
            ("kc-n3", HOST_POD): "pass",
        }
        assert {one["cause"] for one in ran.fleet["findings"]} == {"tcp.dropped"}
        assert {r["vantage"]["pool"] for r in ran.fleet["reports"]} == {"pool1", "pool2", "pool3"}
        assert ran.failures == []
        assert left(namespace) == []

    def test_pods_blocked_everywhere_is_said_of_pods_and_not_of_nodes(
        self, look: tuple[str, ...], namespace: str
    ) -> None:
        for node in ("kc-n1", "kc-n2", "kc-n3"):
            net("block", node, "pods", "--to", INTERNET, "--how", "reset")
        (finding,) = job("run", *look).fleet["findings"]

        assert finding["cause"] == "tcp.refused"
        assert finding["scope"]["networks"] == ["pod"]
        assert left(namespace) == []


class TestInterrupted:
    @pytest.fixture(autouse=True)
    def _slow(self, _cut: None) -> None:
        """A pod that looks takes half a minute."""
        for node in ("kc-n1", "kc-n2", "kc-n3"):
            net("block", node, "all", "--to", INTERNET)

    def test_by_ctrl_c_reports_and_removes_everything(
        self, look: tuple[str, ...], namespace: str
    ) -> None:
        process = start("run", *look, "--timeout", "25", "--nodes", "one")
        eventually(lambda: running(namespace))
        ran = interrupt(process)

        assert ran.code == 130, ran.err
        assert {reason for _, _, reason in ran.failures} == {"interrupted"}
        assert left(namespace) == []

    def test_by_a_kill_leaves_only_what_goes_by_itself(
        self, look: tuple[str, ...], namespace: str
    ) -> None:
        process = start("run", *look, "--timeout", "25", "--nodes", "one", "--network", "pod")
        eventually(lambda: running(namespace))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        (made,) = objects("jobs", namespace)
        owners = [
            one["metadata"]["ownerReferences"][0]["uid"] for one in objects("configmaps", namespace)
        ]

        assert made["spec"]["activeDeadlineSeconds"] <= 600
        assert made["spec"]["ttlSecondsAfterFinished"] <= 5_000
        assert owners == [made["metadata"]["uid"]] * 2

        kubectl(
            "delete", "job", "-n", namespace, made["metadata"]["name"]
        )  # as its time to live does
        eventually(lambda: left(namespace) == [])

    def test_by_the_deletion_of_a_pod_says_so_and_leaves_nothing(
        self, look: tuple[str, ...], namespace: str
    ) -> None:
        process = start("run", *look, "--timeout", "25", "--nodes", "one", "--network", "pod")
        (pod,) = eventually(lambda: running(namespace))
        kubectl("delete", "pod", "-n", namespace, pod, "--wait=false")
        out, err = process.communicate(timeout=120)
        found = json.loads(out)
        reports, failures = found["reports"], found["failures"]

        assert found["verdict"] == "inconclusive", err
        assert [f["reason"] for f in failures] == ["pod-lost"] or "deleted" in reports[0][
            "notices"
        ][-1]
        assert left(namespace) == []


class TestLog:
    def test_that_cannot_be_reached_is_replaced_by_the_termination_message(
        self, look: tuple[str, ...], namespace: str
    ) -> None:
        """The API server asks the kubelet for logs at port 10250, as through the tunnel of a managed cluster."""
        rule = "tcp dport 10250 reject with tcp reset;"
        hook = "type filter hook input priority -5;"
        table = "\n".join(("table inet e2e {", "chain in {", hook, rule, "}", "}", ""))
        net("exec", "kc-n1", "nft", "-f", "-", given=table)
        try:
            ran = job("run", *look, "--nodes", "one", "--network", "pod")
        finally:
            net("exec", "kc-n1", "nft", "delete", "table", "inet", "e2e")
        (report,) = ran.fleet["reports"]

        assert ran.code == 0, ran.err
        assert report["endpoints"][0]["verdict"] == "reachable"
        assert report["endpoints"][0]["evidence"] == []
        assert "Why its log could not be read" in report["notices"][-1]

    @pytest.mark.usefixtures("_cut")
    def test_that_cannot_be_reached_still_gives_stage_and_cause(
        self, look: tuple[str, ...], namespace: str, reader: str
    ) -> None:
        """With a user who may not read logs."""
        net("block", "kc-n1", "pods", "--to", INTERNET, "--how", "reset")
        ran = job("run", *look, "--nodes", "one", "--network", "pod", kubeconfig=reader)
        (report,) = ran.fleet["reports"]
        (endpoint,) = report["endpoints"]

        assert ran.code == 1, ran.err
        assert (endpoint["stage"], endpoint["cause"]) == ("tcp", "tcp.refused")
        assert any("get pods/log" in notice for notice in ran.fleet["notices"])


class TestPodThatDoesNotStart:
    def test_because_of_its_image_names_the_registry(
        self, look: tuple[str, ...], namespace: str
    ) -> None:
        image = ("--image", "registry.corp.example/library/python:3.11")
        ran = job("run", *look, "--nodes", "one", "--network", "pod", *image)

        assert ran.code == 4
        assert ran.failures == [("kc-n1", "pod", "image-pull")]
        assert ran.fleet["failures"][0]["detail"].startswith("from registry.corp.example: ")
        eventually(lambda: left(namespace) == [])  # this kubelet takes its time with such a pod

    def test_because_a_webhook_denies_host_network_goes_on_with_pods(
        self, look: tuple[str, ...], namespace: str, webhook: str
    ) -> None:
        """Pod Security as newer clusters have it, played by a webhook: this API server has none of its own."""
        ran = job("run", *look)
        (failure,) = ran.fleet["failures"]

        assert ran.code == 3, ran.err
        assert {kind for _, kind in ran.places} == {POD}
        assert len(ran.places) == 3
        assert (failure["network"], failure["node"], failure["reason"]) == (
            "host",
            None,
            "admission",
        )
        assert webhook in failure["detail"]
        assert "no host network here" in failure["detail"]
        assert left(namespace) == []


def test_missing_rights_are_named_before_anything_is_made(
    look: tuple[str, ...], namespace: str, nobody: str
) -> None:
    ran = job("run", *look, kubeconfig=nobody)

    assert ran.code == 4
    assert "create jobs.batch" in ran.err
    assert "create configmaps" in ran.err
    assert left(namespace) == []


def test_a_cordoned_node_is_left_out_and_named(look: tuple[str, ...], namespace: str) -> None:
    kubectl("cordon", "kc-n3")
    try:
        ran = job("run", *look, "--network", "pod")
    finally:
        kubectl("uncordon", "kc-n3")

    assert {node for node, _ in ran.places} == {"kc-n1", "kc-n2"}
    assert "left out because cordoned: kc-n3" in ran.fleet["notices"]


def test_as_the_sensor_runs_in_its_namespace_with_its_labels(
    look: tuple[str, ...], namespace: str
) -> None:
    """A DaemonSet of that name without a pod is enough: only what it says of itself is taken over."""
    labels = {"app": "defender", "dsName": "microsoft-defender-publisher"}
    sensor = {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "microsoft-defender-publisher-ds", "namespace": namespace},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "nodeSelector": {"no": "where"},
                    "containers": [{"name": "c", "image": "none"}],
                },
            },
        },
    }
    kubectl("apply", "-f", "-", given=json.dumps(sensor))
    options = [option for option in look if option not in {"--namespace", namespace}]
    ran = job("run", *options, "--as-sensor", "--nodes", "one", "--network", "pod", "--keep")
    (pod,) = objects("pods", namespace)

    assert ran.code == 0, ran.err
    assert labels.items() <= pod["metadata"]["labels"].items()
    assert job("clean", "--namespace", namespace).code == 0
    eventually(lambda: left(namespace) == [])


def test_the_projects_own_image_needs_no_payload(
    look: tuple[str, ...], namespace: str, own_image: str
) -> None:
    ran = job("run", *look, "--image", own_image, "--nodes", "one", "--keep")
    maps = objects("configmaps", namespace)

    assert ran.code == 0, ran.err
    assert len(ran.places) == 2
    assert [list(one["data"]) for one in maps] == [["ca.pem"]]
    assert job("clean", "--namespace", namespace).code == 0


def test_applied_by_hand_it_is_collected_and_cleaned(service: Path, namespace: str) -> None:
    options = ("--environment", "aks", "--only-endpoint", HOST, "--ca-file", str(service))
    manifests = job("manifest", *options, "--namespace", namespace)
    assert manifests.code == 0, manifests.err
    kubectl("apply", "-f", "-", given=manifests.out)
    ran = job("collect", "--namespace", namespace, "--wait", "60", "--output", "json")

    assert ran.code == 0, ran.err
    assert {kind for _, kind in ran.places} == {POD, HOST_POD}
    cleaned = job("clean", "--namespace", namespace)
    assert "removed" in cleaned.out
    eventually(lambda: left(namespace) == [])


def test_as_a_kustomize_base_with_an_overlay_it_runs_without_python(
    namespace: str, own_image: str
) -> None:
    root = Path(__file__).resolve().parents[2]
    rendered = kubectl("kustomize", str(root / "job" / "overlays" / "aks"))
    rendered = rendered.replace("registry.example/defender-preflight:0.1.0", own_image)
    kubectl("apply", "-n", namespace, "-f", "-", given=rendered)
    collected = job("collect", "-n", namespace, "--wait", "120", "-o", "json")

    assert collected.fleet["reports"][0]["profile"]["environment"] == "aks"
    subprocess.run(["kubectl", "delete", "job", "--all", "-n", namespace], check=True)
