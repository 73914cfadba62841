"""Every Job that is made: admitted by "restricted", valid in current Kubernetes, and bounded."""

from typing import Any

import kubernetes_validate
import pytest

from preflight.job import documents, template
from preflight.job.template import Toleration
from preflight.model.fleet import Network
from tests.job.making import SETTINGS, made
from tests.job.pod_security import violations

VARIANTS: dict[str, dict[str, Any]] = {
    "payload": {},
    "own image": {"delivery": template.Delivery(image="registry.example/defender-preflight:0.1.0")},
    "files and proxy": {"files": "some-files", "proxy_secret": "some-secret"},
    "pull secret": {"pull_secrets": ("corp",)},
    "as sensor": {"pod_labels": (("app", "defender"), ("dsName", "publisher"))},
    "one toleration": {"tolerations": (Toleration(key="gpu", value=None, effect="NoSchedule"),)},
}


def pod(job: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = job["spec"]["template"]["spec"]
    return spec


def container(job: dict[str, Any]) -> dict[str, Any]:
    (only,) = pod(job)["containers"]
    assert isinstance(only, dict)
    return only


@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
class TestEveryVariant:
    def test_passes_restricted_in_the_pod_network(self, changes: dict[str, Any]) -> None:
        assert violations(pod(made(**changes))) == []

    def test_breaks_only_one_control_in_the_nodes_network(self, changes: dict[str, Any]) -> None:
        assert violations(pod(made(Network.HOST, **changes))) == ["Host Namespaces"]

    @pytest.mark.parametrize("network", [Network.POD, Network.HOST])
    @pytest.mark.parametrize("version", ["1.28", "1.33", "1.37"])
    def test_is_valid_in_kubernetes(
        self, changes: dict[str, Any], network: Network, version: str
    ) -> None:
        kubernetes_validate.validate(made(network, **changes), version, strict=True)

    def test_is_bounded(self, changes: dict[str, Any]) -> None:
        spec = made(**changes)["spec"]

        assert spec["backoffLimit"] == 0
        assert spec["activeDeadlineSeconds"] > SETTINGS.deadline
        assert spec["ttlSecondsAfterFinished"] > 0

    def test_has_no_token_and_writes_only_into_memory(self, changes: dict[str, Any]) -> None:
        job = made(**changes)
        writable = [m["name"] for m in container(job)["volumeMounts"] if not m.get("readOnly")]
        in_memory = [
            v["name"]
            for v in pod(job)["volumes"]
            if v.get("emptyDir", {}).get("medium") == "Memory"
        ]

        assert pod(job)["automountServiceAccountToken"] is False
        assert writable == in_memory


@pytest.mark.parametrize(
    ("broken", "control"),
    [
        ({"hostNetwork": True}, "Host Namespaces"),
        ({"volumes": [{"name": "x", "hostPath": {"path": "/"}}]}, "Volume Types"),
        ({"securityContext": {}}, "Running as Non-root"),
        ({"securityContext": {"runAsNonRoot": True}}, "Seccomp"),
    ],
)
def test_the_check_of_restricted_finds_what_breaks_it(broken: dict[str, Any], control: str) -> None:
    assert control in violations(pod(made()) | broken)


class TestNode:
    def test_is_the_schedulers_only_choice(self) -> None:
        """By affinity, as DaemonSets do it: `nodeName` would pass by resources and taints."""
        affinity = pod(made())["affinity"]["nodeAffinity"]
        (term,) = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]

        assert term == {
            "matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-1"]}]
        }
        assert "nodeName" not in pod(made())

    def test_is_the_schedulers_choice_where_none_is_given(self) -> None:
        job = template.job(
            documents.template(),
            SETTINGS,
            name="job",
            network=Network.POD,
            node_selector={"pool": "gpu"},
        )

        assert pod(job)["nodeSelector"] == {"kubernetes.io/os": "linux", "pool": "gpu"}
        assert "virtual-kubelet" in str(pod(job)["affinity"])

    def test_every_taint_is_tolerated_unless_one_is_named(self) -> None:
        one = Toleration(key="gpu", value="yes", effect="NoSchedule")

        assert pod(made())["tolerations"] == [{"operator": "Exists"}]
        assert pod(made(tolerations=(one,)))["tolerations"] == [
            {"operator": "Equal", "key": "gpu", "value": "yes", "effect": "NoSchedule"}
        ]


class TestNetwork:
    def test_of_the_node_still_asks_the_clusters_resolver(self) -> None:
        host = pod(made(Network.HOST))

        assert (host["hostNetwork"], host["dnsPolicy"]) == (True, "ClusterFirstWithHostNet")

    def test_is_told_to_the_pod_which_cannot_see_it(self) -> None:
        said = {
            network: {v["name"]: v.get("value") for v in container(made(network))["env"]}
            for network in (Network.POD, Network.HOST)
        }

        assert said[Network.POD]["PREFLIGHT_HOST_NETWORK"] == "false"
        assert said[Network.HOST]["PREFLIGHT_HOST_NETWORK"] == "true"


class TestLabels:
    def test_of_the_sensor_win_on_the_pod_and_stay_off_the_job(self) -> None:
        job = made(pod_labels=((template.APP_LABEL, "defender-k8s-sensor"),))

        assert job["metadata"]["labels"][template.APP_LABEL] == template.APP
        assert (
            job["spec"]["template"]["metadata"]["labels"][template.APP_LABEL]
            == "defender-k8s-sensor"
        )
        assert job["spec"]["template"]["metadata"]["labels"][template.RUN_LABEL] == "test"


class TestBelongings:
    def test_cannot_be_changed_and_go_with_the_job(self) -> None:
        owner = {"metadata": {"name": "job", "uid": "uid-1"}}
        (manifest,) = template.payload_maps([b"x" * 10], ["map"], "test")
        one = template.owned(manifest, owner)

        assert one["immutable"] is True
        assert one["metadata"]["ownerReferences"][0]["uid"] == "uid-1"
        kubernetes_validate.validate(one, "1.37", strict=True)

    def test_credentials_of_a_proxy_stand_in_no_job(self) -> None:
        secret = template.proxy_secret("http://user:hunter2@proxy:3128", "s", "test")
        job = made(proxy_secret="s")

        kubernetes_validate.validate(secret, "1.37", strict=True)
        assert "hunter2" not in str(job)
        assert [
            v["name"] for v in container(job)["env"] if "secretKeyRef" in v.get("valueFrom", {})
        ] == [
            "HTTP_PROXY",
            "HTTPS_PROXY",
        ]


def test_the_first_job_of_a_thousand_outlives_the_last() -> None:
    lasting = SETTINGS.lasting(2_000, 50)

    assert lasting.keep_for >= 3600 + 40 * SETTINGS.active_deadline


@pytest.mark.parametrize(
    ("image", "own"),
    [
        ("registry.example/defender-preflight:0.1.0", True),
        ("registry.example:5000/x/defender-preflight@sha256:abc", True),
        ("docker.io/library/python:3.11-slim-bookworm", False),
        ("registry.example/defender-preflight/python:3.12", False),
    ],
)
def test_the_projects_own_image_is_known_by_its_name(image: str, own: bool) -> None:
    assert template.holds_program(image) is own


def test_a_cron_job_is_valid_and_never_overlaps() -> None:
    cron = template.cron_job(made(), schedule="0 6 * * *")

    kubernetes_validate.validate(cron, "1.37", strict=True)
    assert cron["spec"]["concurrencyPolicy"] == "Forbid"
    assert cron["spec"]["jobTemplate"]["metadata"]["labels"][template.APP_LABEL] == template.APP
