"""What is typed for `job` → what pods get: validated before anything is made, and no secret where anyone can read it."""

from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from preflight.cli.check import check
from preflight.cli.group import cli
from preflight.cli.job.run import run
from preflight.cli.job.wanted import Wanted, parallel, wanted
from preflight.codec import encode
from preflight.errors import CatalogError, UsageError
from preflight.job.template import FILES_FOLDER, STOCK_IMAGE, Toleration
from preflight.model.fleet import Network
from tests.cli.running import preflight
from tests.fakes.api_server import api_server
from tests.job.making import healthy

ROOT = click.Context(cli, **cli.context_settings)
PEM = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n"


def typed(*options: str) -> dict[str, Any]:
    return run.make_context("run", list(options), parent=ROOT).params


def asked(*options: str) -> Wanted:
    return wanted(typed(*options))


def in_the_pod(*options: str) -> dict[str, Any]:
    """What `check` in the pod understands of it."""
    return check.make_context("check", list(asked(*options).arguments), parent=ROOT).params


class TestArguments:
    def test_reach_check_as_they_were_typed(self) -> None:
        understood = in_the_pod(
            *("--environment", "eks", "--cloud", "usgov", "--region", "eu-west-1"),
            *("--component", "monitor", "--component", "pki", "--all", "--no-control"),
            *("--endpoint", "a.example:8443", "--only-endpoint", "b.example"),
            *("--dns-server", "10.0.0.10", "--waive", "x=known@2027-01-01"),
            *("--set", "dns_server=10.0.0.11", "--timeout", "3", "--deadline", "60"),
            *("--sensor-version", "0.9.44", "--proxy", "http://proxy.example:3128"),
        )

        assert understood["environment"] == "eks"
        assert understood["component"] == ("monitor", "pki")
        assert understood["everything"] is understood["no_control"] is True
        assert understood["endpoint"] == ("a.example:8443",)
        assert understood["waive"] == ("x=known@2027-01-01",)
        assert understood["values"] == ("dns_server=10.0.0.11",)
        assert understood["deadline"] == "60"
        assert understood["proxy"] == "http://proxy.example:3128"

    @pytest.mark.parametrize(
        "options",
        [
            ("--region", "West Europe"),
            ("--dns-server", "resolver.example"),
            ("--only-endpoint", "https://x/"),
            ("--sensor-version", "1"),
            ("--timeout", "0"),
            ("--deadline", "x"),
            ("--waive", "x"),
            ("--set", "nothing=1"),
            ("--proxy", "http://p:1", "--no-proxy"),
            ("--image", "-x"),
            ("--node-selector", "x"),
            ("--toleration", "a:Never"),
            ("--image-pull-secret", "Not A Name"),
        ],
    )
    def test_that_cannot_be_are_refused_here_and_not_in_a_pod(
        self, options: tuple[str, ...]
    ) -> None:
        with pytest.raises(UsageError):
            asked(*options)


class TestFiles:
    def test_travel_with_the_job_and_are_found_there(self, tmp_path: Path) -> None:
        (tmp_path / "corp.pem").write_text(PEM)
        found = asked("--ca-file", str(tmp_path / "corp.pem"))

        assert found.files == (("ca.pem", PEM),)
        assert f"--ca-file={FILES_FOLDER}/ca.pem" in found.arguments

    @pytest.mark.parametrize("content", [b"no certificate", b"\xff\xfe", b"x" * 1_100_000])
    def test_that_are_no_certificates_are_refused(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "corp.pem").write_bytes(content)
        with pytest.raises(UsageError, match="--ca-file"):
            asked("--ca-file", str(tmp_path / "corp.pem"))

    def test_that_no_config_map_holds_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "corp.pem").write_text(PEM + "#" * 1_100_000)
        with pytest.raises(UsageError, match="more than 1 MB"):
            asked("--ca-file", str(tmp_path / "corp.pem"))

    def test_of_the_catalogue_are_read_here_first(self, tmp_path: Path) -> None:
        (tmp_path / "own.yaml").write_text("version: [")
        with pytest.raises(CatalogError, match=r"own\.yaml:2"):
            asked("--catalog", str(tmp_path / "own.yaml"))


class TestProxy:
    def test_with_credentials_stands_in_no_argument(self) -> None:
        found = asked("--proxy", "http://user:hunter2@proxy.example:3128")

        assert "hunter2" not in " ".join(found.arguments)
        assert found.secret_proxy == "http://user:hunter2@proxy.example:3128"

    async def test_with_credentials_is_written_into_no_manifest(self) -> None:
        ended = await preflight("job", "manifest", "--proxy", "http://user:hunter2@proxy:3128")

        assert ended.code == 2
        assert "hunter2" not in ended.out + ended.err


class TestPods:
    def test_are_of_the_stock_image_and_bring_the_program(self) -> None:
        assert asked().image == STOCK_IMAGE
        assert asked().brings_program
        assert not asked("--image", "r.example/defender-preflight:0.1.0").brings_program

    def test_look_from_both_networks_unless_one_is_named(self) -> None:
        assert asked().networks == (Network.POD, Network.HOST)
        assert asked("--network", "host").networks == (Network.HOST,)

    def test_go_where_labels_and_tolerations_say(self) -> None:
        found = asked("--node-selector", "agentpool=gpu", "--toleration", "sku=gpu:NoSchedule")

        assert found.node_selector == (("agentpool", "gpu"),)
        assert found.tolerations == (Toleration(key="sku", value="gpu", effect="NoSchedule"),)
        assert asked("--toleration", "sku").tolerations[0].value is None

    @pytest.mark.parametrize("text", ["0", "501", "-1", "many", ""])
    def test_are_a_sensible_number_at_once(self, text: str) -> None:
        with pytest.raises(UsageError):
            parallel(text)


class TestManifest:
    async def test_is_the_same_each_time_and_complete(self) -> None:
        options = ("job", "manifest", "--environment", "aks", "--namespace", "mdc")
        first, second = [await preflight(*options) for _ in range(2)]
        found = list(yaml.safe_load_all(first.out))
        carried = {one["metadata"]["name"] for one in found if one["kind"] == "ConfigMap"}
        jobs = [one for one in found if one["kind"] == "Job"]
        volumes = jobs[0]["spec"]["template"]["spec"]["volumes"]
        (mounted,) = [one["projected"]["sources"] for one in volumes if "projected" in one]

        assert first.out == second.out
        assert [one["metadata"]["name"] for one in jobs] == [
            "defender-preflight",
            "defender-preflight-host",
        ]
        assert {one["configMap"]["name"] for one in mounted} == carried
        assert {one["metadata"]["namespace"] for one in found} == {"mdc"}

    async def test_with_a_schedule_is_a_cron_job(self) -> None:
        image = ("--image", "registry.example/defender-preflight:0.1.0")
        ended = await preflight("job", "manifest", *image, "--schedule", "0 6 * * *")

        assert [one["kind"] for one in yaml.safe_load_all(ended.out)] == ["CronJob", "CronJob"]

    @pytest.mark.parametrize("schedule", ["", "now", "0 6 * *", "0 6 * * *; rm"])
    async def test_with_a_schedule_that_is_none_is_refused(self, schedule: str) -> None:
        ended = await preflight("job", "manifest", "--schedule", schedule)

        assert ended.code == 2
        assert "--schedule" in ended.err


class TestCluster:
    async def test_that_cannot_be_reached_is_one_line_and_exit_code_4(self, tmp_path: Path) -> None:
        with api_server() as gone:
            file = gone.kubeconfig(tmp_path)
        ended = await preflight("job", "run", "--environment", "aks", "--kubeconfig", file)

        assert ended.code == 4
        assert ended.err.startswith("Error: the API server of 'blue' cannot be reached: ")
        assert ended.err.count("\n") == 1

    async def test_that_no_kubeconfig_names_is_one_line_and_exit_code_4(
        self, tmp_path: Path
    ) -> None:
        ended = await preflight("job", "collect", "--kubeconfig", str(tmp_path / "none"))

        assert ended.code == 4
        assert ended.err.count("\n") == 1

    async def test_without_rights_is_told_which_and_nothing_is_made(self, tmp_path: Path) -> None:
        with api_server() as api:
            review = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
            api.on("POST", review, {"status": {"allowed": False}})
            file = api.kubeconfig(tmp_path)
            ended = await preflight("job", "run", "--environment", "aks", "--kubeconfig", file)
            made = {path for method, path, _, _ in api.requests if method == "POST"}

        assert ended.code == 4
        assert "missing rights in namespace 'mdc' of 'blue': create jobs.batch" in ended.err
        assert "hunter2" not in ended.out + ended.err
        assert made == {review}


class TestCleanAndCollect:
    JOBS = "/apis/batch/v1/namespaces/mdc/jobs"
    MAPS = "/api/v1/namespaces/mdc/configmaps"

    async def test_clean_deletes_by_label_and_names_what_went(self, tmp_path: Path) -> None:
        listed = {"items": [{"metadata": {"name": "defender-preflight", "namespace": "mdc"}}]}
        with api_server() as api:
            api.on("GET", self.JOBS, listed)
            api.on("GET", self.MAPS, {"items": []})
            api.on("DELETE", f"{self.JOBS}/defender-preflight", {"kind": "Status"})
            api.refuse("GET", "/api/v1/namespaces/mdc/secrets", 403, "Forbidden", "no")
            ended = await preflight("job", "clean", "--kubeconfig", api.kubeconfig(tmp_path))
            asked_for = [
                query.get("labelSelector")
                for method, _, query, _ in api.requests
                if method == "GET"
            ]

        assert ended.code == 0
        assert ended.out == "removed mdc: jobs.batch/defender-preflight\n"
        assert set(asked_for) == {"app.kubernetes.io/name=defender-preflight"}

    async def test_clean_that_cannot_delete_says_so_with_exit_code_4(self, tmp_path: Path) -> None:
        listed = {"items": [{"metadata": {"name": "x", "namespace": "mdc"}}]}
        with api_server() as api:
            api.on("GET", self.JOBS, listed)
            for path in (self.MAPS, "/api/v1/namespaces/mdc/secrets"):
                api.on("GET", path, {"items": []})
            api.refuse("DELETE", f"{self.JOBS}/x", 403, "Forbidden", "alice may not")
            ended = await preflight("job", "clean", "--kubeconfig", api.kubeconfig(tmp_path))

        assert ended.code == 4
        assert "alice may not" in ended.err

    async def test_collect_that_finds_no_job_says_where_it_looked(self, tmp_path: Path) -> None:
        with api_server() as api:
            api.on("GET", self.JOBS, {"items": []})
            api.on("GET", "/api/v1/nodes", {"items": []})
            ended = await preflight("job", "collect", "--kubeconfig", api.kubeconfig(tmp_path))

        assert ended.code == 4
        assert "--namespace NAME" in ended.err

    async def test_collect_reads_a_log_and_exits_by_its_verdict(self, tmp_path: Path) -> None:
        labels = {"app.kubernetes.io/name": "defender-preflight"}
        job = {"metadata": {"name": "j", "namespace": "mdc", "labels": labels}}
        pod = {
            "metadata": {"name": "p", "creationTimestamp": "2026-11-27T10:00:00Z"},
            "spec": {"nodeName": "n1"},
            "status": {"phase": "Succeeded"},
        }
        with api_server() as api:
            api.on("GET", self.JOBS, {"items": [job]})
            api.on("GET", f"{self.JOBS}/j", job)
            api.on("GET", "/api/v1/nodes", {"items": []})
            api.on("GET", "/api/v1/namespaces/mdc/pods", {"items": [pod]})
            log = encode(healthy(), one_line=True).encode()
            api.on("GET", "/api/v1/namespaces/mdc/pods/p/log", b"noise\n" + log + b"\n")
            file = api.kubeconfig(tmp_path)
            ended = await preflight("job", "collect", "--kubeconfig", file, "-o", "json")

        assert ended.code == 0, ended.err
        assert ended.report["reports"][0]["vantage"]["node"] == "n1"
