"""The image of the Job: built from this tree alone, with what the lock file pins."""

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

import preflight

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "job" / "Dockerfile").read_text(encoding="utf-8")
STEPS = [
    line.split(maxsplit=1)
    for line in DOCKERFILE.replace("\\\n", " ").splitlines()
    if line and not line.startswith("#")
]
"""(instruction, the rest of its line)."""


def instructions(name: str) -> list[str]:
    return [rest for instruction, rest in STEPS if instruction == name]


def copied_from_the_checkout() -> list[str]:
    copies = [rest.split() for rest in instructions("COPY") if not rest.startswith("--from")]
    return [source for words in copies for source in words[:-1]]


class TestBase:
    def test_every_stage_begins_with_the_same_named_python(self) -> None:
        (argument,) = instructions("ARG")

        assert re.fullmatch(r"PYTHON=python:3\.\d+-slim-[a-z]+", argument)
        assert instructions("FROM") == ["${PYTHON} AS build", "${PYTHON}"]

    def test_nothing_follows_a_moving_tag(self) -> None:
        assert "latest" not in DOCKERFILE

    def test_no_host_of_a_registry_or_an_index_is_named(self) -> None:
        assert not re.search(r"://|--index|--extra-index|--trusted-host", DOCKERFILE)


class TestBuild:
    def test_copies_files_that_exist(self) -> None:
        assert copied_from_the_checkout() != []
        assert [name for name in copied_from_the_checkout() if not (ROOT / name).exists()] == []

    def test_copies_everything_that_the_build_reads(self) -> None:
        project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        read = re.findall(r'^(?:readme = |license-files = \[)"([^"]+)"', project, re.MULTILINE)

        assert read == ["README.md", "LICENSE"]
        assert {
            *read,
            *("pyproject.toml", "hatch_build.py", "preflight", "endpoints"),
        } <= set(copied_from_the_checkout())

    def test_installs_what_the_lock_file_pins_by_its_hashes(self) -> None:
        assert any(
            "--require-hashes --requirement requirements/runtime.txt" in step
            for step in instructions("RUN")
        )

    def test_nothing_else_is_downloaded(self) -> None:
        installs = re.findall(r"pip install ([^&]*)", " && ".join(instructions("RUN")))

        assert len(installs) == 2
        assert installs[1].split() == ["--no-deps", "--no-build-isolation", "."]

    def test_removes_all_that_only_the_build_needed(self) -> None:
        (removed,) = re.findall(r"pip uninstall --yes +(.*)", " && ".join(instructions("RUN")))

        assert set(removed.split()) == {*needed_by_the_build_alone(), "pip"}


def needed_by_the_build_alone() -> set[str]:
    """The pins that only the build backend asks for, as the lock file's comments say."""
    lock = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9-]+)==[^#]*# via (.*)$", lock, re.MULTILINE)
    askers = {name: [asker.strip() for asker in via.split(",")] for name, via in pins}
    alone: set[str] = set()
    for _ in askers:  # each round finds what the previous one's finds ask for
        alone |= {
            name
            for name, via in askers.items()
            if all("::build-system" in asker or asker in alone for asker in via)
        }
    return alone


class TestImage:
    def test_runs_as_the_user_of_the_manifest(self) -> None:
        job = yaml.safe_load((ROOT / "job" / "base" / "job.yaml").read_text(encoding="utf-8"))
        context = job["spec"]["template"]["spec"]["securityContext"]

        assert instructions("USER") == [f"{context['runAsUser']}:{context['runAsGroup']}"]
        assert STEPS.index(["USER", instructions("USER")[0]]) > STEPS.index(["FROM", "${PYTHON}"])

    def test_begins_with_the_command_so_that_arguments_follow_it(self) -> None:
        (entry,) = instructions("ENTRYPOINT")

        assert entry == '["/opt/defender-preflight/bin/defender-preflight"]'


class TestContext:
    """What travels to the builder."""

    ignored = (ROOT / "job" / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()

    def test_holds_nothing_that_is_not_named(self) -> None:
        assert next(line for line in self.ignored if not line.startswith("#")) == "*"

    def test_holds_all_that_is_copied(self) -> None:
        admitted = [line[1:] for line in self.ignored if line.startswith("!")]

        assert sorted(admitted) == sorted(copied_from_the_checkout())

    @pytest.mark.parametrize("name", ["preflight", "endpoints"])
    def test_leaves_out_only_what_a_build_makes(self, name: str) -> None:
        patterns = [
            line
            for line in self.ignored
            if not line.startswith(("#", "!")) and line not in {"", "*"}
        ]
        left_out = {
            file.name
            for file in (ROOT / name).rglob("*")
            if any(fnmatch(file.relative_to(ROOT).as_posix(), pattern) for pattern in patterns)
        }

        assert left_out <= {"__pycache__", ".compiled.json"}


class TestInstructions:
    def test_name_this_version(self) -> None:
        readme = (ROOT / "job" / "README.md").read_text(encoding="utf-8")
        tags = re.findall(r"defender-preflight:([0-9][0-9.]*[0-9])", readme + DOCKERFILE)

        assert set(tags) == {preflight.__version__}

    def test_edit_a_line_that_the_manifest_has(self) -> None:
        readme = (ROOT / "job" / "README.md").read_text(encoding="utf-8")
        (found,) = set(re.findall(r"sed 's\|([^|]+)\|", readme))

        assert (ROOT / "job" / "base" / "job.yaml").read_text(encoding="utf-8").count(found) == 1
