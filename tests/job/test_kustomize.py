"""`kubectl apply -k job/overlays/…`: the same Job as the command makes, for those who have no Python."""

import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from preflight.cli.check import check
from preflight.cli.group import cli
from preflight.job import documents, template
from preflight.model.fleet import Network
from tests.job.pod_security import violations

JOB = Path(__file__).resolve().parents[2] / "job"
ENVIRONMENTS = ("aks", "eks", "gke", "arc")


def base() -> dict[str, Any]:
    return documents.template()


def kustomization(overlay: str) -> dict[str, Any]:
    loaded = yaml.safe_load((JOB / "overlays" / overlay / "kustomization.yaml").read_text())
    assert isinstance(loaded, dict)
    return loaded


def patched(overlay: str) -> dict[str, Any]:
    """The base with the overlay's JSON patch (RFC 6902: test, replace and add are all that is used)."""
    made = base()
    assert kustomization(overlay)["resources"] == ["../../base"]
    (patch,) = kustomization(overlay)["patches"]
    assert patch["target"] == {"kind": made["kind"], "name": made["metadata"]["name"]}
    for step in yaml.safe_load(patch["patch"]):
        *path, last = step["path"].strip("/").split("/")
        holder: Any = made
        for key in path:
            holder = holder[int(key)] if isinstance(holder, list) else holder[key]
        place: Any = int(last) if isinstance(holder, list) else last
        if step["op"] == "test":
            assert holder[place] == step["value"]
        else:
            assert step["op"] in {"replace", "add"}
            holder[place] = step["value"]
    return made


def pod(job: dict[str, Any]) -> dict[str, Any]:
    spec: dict[str, Any] = job["spec"]["template"]["spec"]
    return spec


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_changes_that_word_alone(environment: str) -> None:
    said, expected = patched(environment), base()
    args = pod(said)["containers"][0]["args"]
    pod(expected)["containers"][0]["args"][1] = f"--environment={environment}"

    assert said == expected
    assert (
        check.make_context("check", args[1:], parent=check_root()).params["environment"]
        == environment
    )
    assert violations(pod(said)) == []
    kubernetes_validate.validate(said, "1.37", strict=True)


def check_root() -> Any:
    import click

    return click.Context(cli, **cli.context_settings)


def test_host_network_is_what_the_command_makes_of_it() -> None:
    overlay = pod(patched("host-network"))
    settings = template.Settings(
        run="x",
        delivery=template.Delivery(image=overlay["containers"][0]["image"]),
        arguments=("--environment=auto",),
        deadline=120.0,
    )
    command = pod(template.job(base(), settings, name="x", network=Network.HOST))

    assert overlay == command
    assert violations(overlay) == ["Host Namespaces"]


def test_the_cron_job_is_made_from_the_base() -> None:
    """To make it anew: documents.as_yaml([template.cron_job(documents.template(), schedule="0 6 * * *")])."""
    made = yaml.safe_load((JOB / "overlays" / "cronjob" / "cronjob.yaml").read_text())

    assert made == template.cron_job(base(), schedule="0 6 * * *")
    kubernetes_validate.validate(made, "1.37", strict=True)


def test_every_overlay_and_resource_is_there() -> None:
    overlays = {folder.name for folder in (JOB / "overlays").iterdir()}
    files = [
        folder / name
        for folder in [JOB / "base", *(JOB / "overlays").iterdir()]
        for name in yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
    ]

    assert overlays == {*ENVIRONMENTS, "host-network", "cronjob"}
    assert [file for file in files if not file.exists()] == []


@pytest.mark.cluster
@pytest.mark.parametrize("overlay", [*ENVIRONMENTS, "host-network", "cronjob"])
def test_kubectl_renders_it(overlay: str) -> None:
    """Needs kubectl alone, which the default run does not count on."""
    rendered = subprocess.run(
        ["kubectl", "kustomize", str(JOB / "overlays" / overlay)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    expected = (
        template.cron_job(base(), schedule="0 6 * * *")
        if overlay == "cronjob"
        else patched(overlay)
    )

    assert yaml.safe_load(rendered) == expected
