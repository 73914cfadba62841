"""What the tools themselves say of the text, where they are installed; `readers` says it everywhere."""

import shutil
import subprocess
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from preflight.allow import render
from preflight.model.request import Request
from tests.allow.builders import MIXED, SENSOR, request

EVERY = (request(*MIXED), request(*MIXED, source=("2001:db8::/48", "10.0.0.0/8")), request(SENSOR))


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.mark.parametrize("asked", EVERY)
def test_kubernetes_knows_every_field_of_the_network_policy(asked: Request) -> None:
    (policy,) = yaml.safe_load_all(render(asked, "network-policy").text)

    kubernetes_validate.validate(policy, "1.31", strict=True)


@pytest.mark.parametrize("asked", EVERY)
def test_terraform_would_write_it_alike(asked: Request, tmp_path: Path) -> None:
    file = tmp_path / "rules.tf"
    file.write_text(render(asked, "azure-firewall-terraform").text, encoding="utf-8")

    ended = subprocess.run(
        [tool("terraform"), "fmt", "-check", "-diff", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (0, "")


@pytest.mark.parametrize("asked", EVERY)
def test_squid_understands_every_line(asked: Request, tmp_path: Path) -> None:
    file = tmp_path / "squid.conf"
    lines = render(asked, "squid").text
    file.write_text(f"http_port 127.0.0.1:3128\n{lines}http_access deny all\n", encoding="utf-8")

    ended = subprocess.run(
        [tool("squid"), "-k", "parse", "-f", str(file)], capture_output=True, text=True, check=False
    )

    troubles = [line for line in ended.stderr.splitlines() if "WARNING" in line or "ERROR" in line or "FATAL" in line]  # fmt: skip
    assert (ended.returncode, troubles) == (0, [])


def test_squid_does_not_start_with_a_gap_for_a_source(tmp_path: Path) -> None:
    file = tmp_path / "squid.conf"
    file.write_text(render(request(SENSOR, source=()), "squid").text, encoding="utf-8")

    ended = subprocess.run(
        [tool("squid"), "-k", "parse", "-f", str(file)], capture_output=True, text=True, check=False
    )

    assert "SOURCE_CIDR" in ended.stderr
    assert ended.returncode != 0


def test_a_shell_runs_no_command_with_a_gap_even_after_an_error(tmp_path: Path) -> None:
    lines = render(request(SENSOR, source=()), "gcp").text

    ended = subprocess.run(
        [tool("bash"), "--norc", "--noprofile", "-i"],
        input=f"gcloud() {{ echo ran; }}\nFIREWALL_POLICY=policy\n{lines}\nexit 0\n",
        capture_output=True,
        text=True,
        check=False,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )

    assert "SOURCE_CIDR" in ended.stderr
    assert "ran" not in ended.stdout


@pytest.mark.parametrize("asked", EVERY)
def test_a_shell_understands_the_commands(asked: Request) -> None:
    ended = subprocess.run(
        [tool("bash"), "-n"],
        input=render(asked, "gcp").text,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, "")
