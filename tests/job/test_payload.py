"""The program as a pod gets it: the same bytes each time, small enough, and enough to run `check` with nothing else."""

import json
import lzma
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from preflight.cli.job.delivery import packed
from preflight.job import bootstrap
from preflight.job.payload import APPLIED_PART_LIMIT, PART_LIMIT, Payload
from preflight.job.template import payload_maps

CONFIG_MAP_LIMIT = 1024 * 1024


@pytest.fixture(scope="module")
def payload() -> Payload:
    return packed()


@pytest.fixture(scope="module")
def archive(payload: Payload) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(lzma.decompress(payload.data)))


def started(payload: Payload, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The pod's command, run by a Python that finds no installed package."""
    (folder / "parts").mkdir(exist_ok=True)
    for number, part in enumerate(payload.parts(100_000)):
        (folder / "parts" / f"part-{number:03}").write_bytes(part)
    script = bootstrap.command(payload.sha256)[-1]
    script = script.replace(repr(bootstrap.PAYLOAD_FOLDER), repr(str(folder / "parts")))
    script = script.replace(repr(bootstrap.SCRATCH_FOLDER), repr(str(folder)))
    return subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", script, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PREFLIGHT_TERMINATION_LOG": str(folder / "last-words")},
    )


def test_is_the_same_each_time(payload: Payload) -> None:
    assert packed() == payload


def test_every_part_fits_into_a_config_map(payload: Payload) -> None:
    assert max(map(len, payload.parts())) <= PART_LIMIT < CONFIG_MAP_LIMIT
    assert b"".join(payload.parts()) == payload.data
    assert len(payload.data) <= 2 * PART_LIMIT


def test_a_part_for_kubectl_apply_fits_into_its_annotation_too(payload: Payload) -> None:
    (first, *_) = payload_maps(payload.parts(APPLIED_PART_LIMIT)[:1], ["name"], "manifest")

    assert len(json.dumps(first)) < 256 * 1024 - 1_000


def test_holds_source_and_data_alone(archive: zipfile.ZipFile) -> None:
    endings = {Path(name).suffix for name in archive.namelist()}

    assert endings == {".py", ".json", ".yaml", ".pem"}


def test_leaves_out_what_a_pod_has_no_use_for(archive: zipfile.ZipFile) -> None:
    rooms = {name.split("/")[1] for name in archive.namelist() if name.startswith("preflight/")}

    assert not rooms & {"attribution", "blame.py", "demo", "job", "kube", "objects", "policies"}
    assert not [name for name in archive.namelist() if name.startswith(("kubernetes", "tabulate"))]


def test_checks_from_a_bare_python_and_leaves_its_last_words(
    payload: Payload, tmp_path: Path
) -> None:
    options = ("--only-endpoint", "127.0.0.1:9", "--timeout", "1", "--quiet", "--output=json")
    ran = started(payload, tmp_path, "check", *options)

    assert ran.stderr == ""
    assert json.loads(ran.stdout)["endpoints"][0]["cause"] == "tcp.refused"
    assert ran.returncode == 1
    assert json.loads((tmp_path / "last-words").read_text())["verdict"] == "blocked"


def test_knows_the_catalogue_and_reads_the_users_own(payload: Payload, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("version: [")
    ran = started(payload, tmp_path, "check", "--environment=aks", f"--catalog={own}")

    assert ran.returncode == 2
    assert "own.yaml:1" in ran.stderr


@pytest.mark.parametrize("damage", [b"", b"xx"])
def test_does_not_start_what_is_not_what_was_sent(
    payload: Payload, tmp_path: Path, damage: bytes
) -> None:
    broken = Payload(data=payload.data[:-1] + damage, sha256=payload.sha256)
    ran = started(broken, tmp_path, "check")

    assert ran.returncode == 4
    assert ran.stderr == (
        "the program cannot be unpacked: its digest is not the one that was sent\n"
    )
