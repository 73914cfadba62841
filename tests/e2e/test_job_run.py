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
ONLY_DNS = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "only-dns"},
    "spec": {
        "podSelector": {"matchLabels": {"app.kubernetes.io/name": "defender-preflight"}},
        "policyTypes": ["Egress"],
        "egress": [{"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53}]}],
    },
}
"""It selects our own pods, and lets out nothing but questions for names."""


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
        named = {one["scope"]["words"]: one for one in ran.fleet["findings"]}
        assert set(named) == {
            "pods of node kc-n1 in pool pool1, not the node",
            "node kc-n2 in pool pool2, not its pods",
        }
        assert {one["cause"] for one in named.values()} == {"tcp.dropped"}
        assert [one["scope"]["networks"] for _, one in sorted(named.items())] == [["host"], ["pod"]]
        assert {r["vantage"]["pool"] for r in ran.fleet["reports"]} == {"pool1", "pool2", "pool3"}
        assert ran.failures == []
        assert left(namespace) == []

    def test_each_place_has_its_own_column_and_finding_in_the_table(
        self, look: tuple[str, ...], namespace: str, tmp_path: Path
    ) -> None:
        net("block", "kc-n1", "pods", "--to", INTERNET)
        net("block", "kc-n2", "host", "--to", INTERNET)
        table = tmp_path / "table.txt"
        ran = job("run", *look, "--output", f"table={table}")

        assert ran.code == 1, ran.err
        lines = table.read_text().splitlines()
        columns = [line[10:].strip() for line in lines if line.startswith("Column")]
        assert columns == [
            "nodes of pools pool1, pool3: kc-n1, kc-n3 (2 vantages)",
            "pods of pool pool1: kc-n1 (1 vantage)",
            "nodes of pool pool2: kc-n2 (1 vantage)",
            "pods of pools pool2, pool3: kc-n2, kc-n3 (2 vantages)",
        ]
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


@pytest.mark.usefixtures("_cut")
class TestRules:
    """A policy is stored by this cluster and enforced by nobody; what it would do is done in the nodes."""

    def drop(self, *whose: str) -> None:
        for node in ("kc-n1", "kc-n2", "kc-n3"):
            for one in whose:
                net("block", node, one, "--to", INTERNET)

    def apply(self, namespace: str) -> None:
        kubectl("apply", "-n", namespace, "-f", "-", given=json.dumps(ONLY_DNS))

    def test_a_policy_whose_effect_is_seen_is_named_and_confirmed(
        self, look: tuple[str, ...], namespace: str
    ) -> None:
        self.apply(namespace)
        self.drop("pods")
        (finding,) = job("run", *look).fleet["findings"]
        (rule,) = finding["blocked_by"]

        assert finding["scope"]["words"] == "pods, not nodes"
        assert rule["engine"] == "kubernetes-network-policy"
        assert rule["name"] == f"{namespace}/only-dns"
        assert rule["confidence"] == "confirmed"
        assert rule["source"] == kubectl("config", "current-context").strip()
        assert left(namespace) == []

    def test_a_policy_is_only_likely_where_the_nodes_stop_alike(
        self, look: tuple[str, ...], namespace: str
    ) -> None:
        self.apply(namespace)
        self.drop("all")
        (finding,) = job("run", *look).fleet["findings"]

        assert [one["confidence"] for one in finding["blocked_by"]] == ["likely"]
        assert "Their node stops alike" in finding["explanation"]

    def test_pods_that_no_policy_stops_are_not_laid_at_a_policys_door(
        self, look: tuple[str, ...], namespace: str
    ) -> None:
        self.drop("pods")
        (finding,) = job("run", *look).fleet["findings"]
        (unread,) = job("run", *look, "--no-policies").fleet["findings"]

        assert "none of them denies it" in finding["explanation"]
        assert [one["engine"] for one in finding["blocked_by"]] == ["unknown"]
        assert [one["engine"] for one in unread["blocked_by"]] == ["kubernetes-network-policy"]

    def test_a_policy_that_is_not_in_force_is_said(
        self, look: tuple[str, ...], namespace: str
    ) -> None:
        self.apply(namespace)
        ran = job("run", *look)

        assert ran.code == 0, ran.err
        notices = {one for report in ran.fleet["reports"] for one in report["notices"]}
        assert any(f"{namespace}/only-dns" in one and "not in force" in one for one in notices)

    def test_without_the_right_to_read_policies_the_run_goes_on_and_says_so(
        self, look: tuple[str, ...], namespace: str, reader: str
    ) -> None:
        ran = job("run", *look, "--nodes", "one", kubeconfig=reader)

        assert ran.code == 0, ran.err
        assert any(
            "networkpolicies.networking.k8s.io" in one and "right to list" in one
            for one in ran.fleet["notices"]
        )

    def test_a_policy_given_as_a_file_is_asked_too(
        self, look: tuple[str, ...], namespace: str, tmp_path: Path
    ) -> None:
        """As before it is applied, or of a cluster that may not be read."""
        policy = ONLY_DNS | {"metadata": {"name": "only-dns", "namespace": namespace}}
        file = tmp_path / "policy.json"
        file.write_text(json.dumps(policy))
        self.drop("pods")
        ran = job("run", *look, "--no-policies", "--policies", str(file))
        (rule,) = ran.fleet["findings"][0]["blocked_by"]

        assert (rule["name"], rule["confidence"]) == (f"{namespace}/only-dns", "confirmed")
        assert rule["source"].startswith(str(file))


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
