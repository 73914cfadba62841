"""The Job that people apply by hand: safe under "restricted", and understood by the command that it runs."""

import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

import preflight
from preflight.cli import arguments
from preflight.cli.check import check
from preflight.cli.group import cli
from preflight.model.vantage import VantageKind
from preflight.report import FORMATS
from preflight.vantage import Places, cluster_ca_file, read_vantage

JOB = Path(__file__).resolve().parents[2] / "job" / "base"


@pytest.fixture(scope="module")
def job() -> dict[str, Any]:
    (loaded,) = yaml.safe_load_all((JOB / "job.yaml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(scope="module")
def pod(job: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = job["spec"]["template"]["spec"]
    return spec


@pytest.fixture(scope="module")
def container(pod: dict[str, Any]) -> dict[str, Any]:
    (only,) = pod["containers"]
    assert isinstance(only, dict)
    return only


@pytest.fixture(scope="module")
def understood(container: dict[str, Any]) -> dict[str, Any]:
    return read_by_check(container["args"][1:])


def read_by_check(options: list[str]) -> dict[str, Any]:
    """The options as the command itself reads them; click's error where it does not."""
    root = click.Context(cli, **cli.context_settings)
    return check.make_context("check", list(options), parent=root).params


def bytes_of(quantity: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(Mi|Gi)", quantity).groups()  # type: ignore[union-attr]  # no match fails too
    return int(number) * {"Mi": 2**20, "Gi": 2**30}[unit]


class TestJob:
    def test_is_a_job_of_the_stable_api(self, job: dict[str, Any]) -> None:
        assert (job["apiVersion"], job["kind"]) == ("batch/v1", "Job")

    def test_runs_once_however_it_ends(self, job: dict[str, Any], pod: dict[str, Any]) -> None:
        assert job["spec"]["backoffLimit"] == 0
        assert pod["restartPolicy"] == "Never"

    def test_goes_by_itself(self, job: dict[str, Any]) -> None:
        assert 0 < job["spec"]["ttlSecondsAfterFinished"] <= 86_400

    def test_is_not_ended_before_the_run_itself_would_end(
        self, job: dict[str, Any], understood: dict[str, Any]
    ) -> None:
        """Kubernetes removes the pods of a Job that is out of time, and with them the report."""
        assert job["spec"]["activeDeadlineSeconds"] > 2 * float(understood["deadline"])

    def test_its_pods_carry_the_jobs_own_labels(self, job: dict[str, Any]) -> None:
        assert job["spec"]["template"]["metadata"]["labels"] == job["metadata"]["labels"]

    def test_may_run_on_any_linux_node(self, pod: dict[str, Any]) -> None:
        assert pod["tolerations"] == [{"operator": "Exists"}]
        assert pod["nodeSelector"] == {"kubernetes.io/os": "linux"}


class TestRestricted:
    """Pod Security Standards, "restricted" (kubernetes.io/docs/concepts/security/pod-security-standards, 2026-11-23)."""

    @pytest.mark.parametrize("sharing", ["hostNetwork", "hostPID", "hostIPC"])
    def test_shares_nothing_of_the_node(self, pod: dict[str, Any], sharing: str) -> None:
        assert sharing not in pod

    def test_has_one_container_and_none_before_it(self, pod: dict[str, Any]) -> None:
        assert len(pod["containers"]) == 1
        assert not {"initContainers", "ephemeralContainers"} & pod.keys()

    def test_runs_as_a_numbered_user_that_is_not_root(self, pod: dict[str, Any]) -> None:
        context = pod["securityContext"]

        assert context["runAsNonRoot"] is True
        assert isinstance(context["runAsUser"], int)
        assert context["runAsUser"] > 0
        assert context["runAsGroup"] > 0

    def test_has_the_runtimes_seccomp_profile(self, pod: dict[str, Any]) -> None:
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}

    def test_cannot_gain_privileges(self, container: dict[str, Any]) -> None:
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert "privileged" not in container["securityContext"]

    def test_has_no_capability(self, container: dict[str, Any]) -> None:
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}

    def test_takes_nothing_of_it_back_in_the_container(self, container: dict[str, Any]) -> None:
        taken = {"runAsNonRoot", "runAsUser", "seccompProfile", "procMount", "seLinuxOptions"}

        assert not taken & container["securityContext"].keys()

    def test_mounts_only_what_restricted_admits(self, pod: dict[str, Any]) -> None:
        assert [set(volume) - {"name"} for volume in pod["volumes"]] == [{"configMap"}]

    def test_listens_on_no_port_of_the_node(self, container: dict[str, Any]) -> None:
        assert "ports" not in container


class TestModesty:
    def test_cannot_write_to_its_file_system(self, container: dict[str, Any]) -> None:
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert all(mount["readOnly"] is True for mount in container["volumeMounts"])

    def test_has_no_token_of_a_service_account(self, pod: dict[str, Any]) -> None:
        assert pod["automountServiceAccountToken"] is False
        assert "serviceAccountName" not in pod

    def test_asks_for_little_and_is_bounded(self, container: dict[str, Any]) -> None:
        asked, most = container["resources"]["requests"], container["resources"]["limits"]

        assert asked.keys() == most.keys() == {"cpu", "memory"}
        assert bytes_of(asked["memory"]) <= bytes_of(most["memory"]) <= 128 * 2**20


class TestImage:
    def test_is_the_one_of_this_version(self, container: dict[str, Any]) -> None:
        name, _, tag = container["image"].rpartition(":")

        assert name == "registry.example/defender-preflight"
        assert tag == preflight.__version__

    def test_is_not_asked_for_again_where_a_node_has_it(self, container: dict[str, Any]) -> None:
        assert container["imagePullPolicy"] == "IfNotPresent"


class TestCommand:
    def test_is_the_images_own(self, container: dict[str, Any]) -> None:
        assert "command" not in container
        assert container["args"][0] == "check"

    def test_is_understood(self, understood: dict[str, Any]) -> None:
        assert understood["environment"] == "auto"

    def test_writes_the_report_and_nothing_else_into_the_log(
        self, container: dict[str, Any], understood: dict[str, Any]
    ) -> None:
        """The log mixes standard output and standard error."""
        assert understood["quiet"] is True
        assert [arguments.output(text, formats=FORMATS) for text in understood["outputs"]] == [
            ("json", None)
        ]
        assert not {"tty", "stdin"} & container.keys()

    def test_suggested_options_are_understood_too(self) -> None:
        lines = (JOB / "job.yaml").read_text(encoding="utf-8").splitlines()
        suggested = [found[1] for line in lines if (found := re.match(r" +# - (--\S+)$", line))]

        assert suggested != []
        read_by_check(suggested)


class TestSurroundings:
    def test_tell_the_report_where_it_looked_from(
        self, container: dict[str, Any], tmp_path: Path
    ) -> None:
        fields = {
            "spec.nodeName": "node-1",
            "metadata.name": "defender-preflight-x7k2p",
            "metadata.namespace": "mdc",
        }
        environ = {
            entry["name"]: entry["value"]
            if "value" in entry
            else fields[entry["valueFrom"]["fieldRef"]["fieldPath"]]
            for entry in container["env"]
        }
        vantage = read_vantage(environ, Places(service_account=tmp_path), addresses=tuple)

        assert vantage.kind is VantageKind.POD
        assert vantage.node == "node-1"
        assert vantage.pod == "defender-preflight-x7k2p"
        assert vantage.namespace == "mdc"

    def test_put_the_clusters_authority_where_check_looks_for_it(
        self, pod: dict[str, Any], container: dict[str, Any], tmp_path: Path
    ) -> None:
        (volume,), (mount,) = pod["volumes"], container["volumeMounts"]
        (item,) = volume["configMap"]["items"]
        (tmp_path / item["path"]).touch()

        assert mount["name"] == volume["name"]
        assert volume["configMap"]["name"] == "kube-root-ca.crt"
        assert mount["mountPath"] == Places().service_account.as_posix()
        assert cluster_ca_file(Places(service_account=tmp_path)) == tmp_path / "ca.crt"

    def test_missing_authority_keeps_no_pod_from_starting(self, pod: dict[str, Any]) -> None:
        assert pod["volumes"][0]["configMap"]["optional"] is True
