"""What holds for the project as a whole: its documents, its lock files, its wheel, and what it loads at the start."""

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import preflight

ROOT = Path(__file__).resolve().parent.parent

HEAVY = (
    *("asn1crypto", "dns", "fastjsonschema", "httpcore", "httpx", "kubernetes", "tabulate", "yaml"),
    *("concurrent.futures", "csv", "email", "http.client", "json.decoder", "urllib.request", "xml"),
)
"""What nothing needs before the command line is parsed."""


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def project() -> dict[str, object]:
    loaded: dict[str, object] = tomllib.loads(text("pyproject.toml"))["project"]
    return loaded


def make_targets() -> list[str]:
    return re.findall(r"^([a-z]+):.*## ", text("Makefile"), flags=re.MULTILINE)


def commands(group: click.Group, prefix: str = "") -> list[str]:
    """Every command as it is typed, groups left out."""
    context = click.Context(group)
    typed: list[str] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            typed += commands(command, f"{prefix}{name} ")
        else:
            typed.append(f"{prefix}{name}")
    return typed


class TestDocuments:
    def test_readme_names_every_make_target(self) -> None:
        assert [
            target for target in make_targets() if f"make {target}" not in text("README.md")
        ] == []

    def test_contributing_names_every_make_target_but_help(self) -> None:
        described = re.findall(r"^\| `make ([a-z]+)`", text("CONTRIBUTING.md"), flags=re.MULTILINE)

        assert sorted(described) == sorted(set(make_targets()) - {"help"})

    def test_readme_names_every_command(self) -> None:
        group = import_module("preflight.cli.group").cli
        readme = text("README.md")

        assert [
            command for command in commands(group) if not re.search(rf"\b{command}\b", readme)
        ] == []

    def test_every_command_has_help(self) -> None:
        group = import_module("preflight.cli.group").cli

        assert commands(group) != []
        for command in commands(group):
            shown = subprocess.run(
                [sys.executable, "-m", "preflight", *command.split(), "--help"],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            )
            assert command.split()[-1] in shown.stdout

    def test_changelog_has_a_dated_section_for_this_version(self) -> None:
        heading = rf"^## \[{re.escape(preflight.__version__)}\] - \d{{4}}-\d\d-\d\d$"

        assert re.search(heading, text("CHANGELOG.md"), flags=re.MULTILINE)

    def test_changelog_names_the_version_of_the_catalogue(self) -> None:
        (version,) = re.findall(
            r"^version: (\S+)$", text("endpoints/catalog.yaml"), flags=re.MULTILINE
        )

        assert f"catalog: version {version}" in text("CHANGELOG.md")

    def test_license_is_the_one_that_the_metadata_names(self) -> None:
        assert project()["license"] == "MIT"
        assert text("LICENSE").startswith(
            "MIT License\n\nCopyright (c) 2026 The defender-preflight authors\n"
        )


def pinned(lock: str) -> dict[str, str]:
    """Distribution → version, as a lock file pins them."""
    found = re.findall(
        r"^([a-z0-9][a-z0-9.-]*)==(\S+) \\$", text(f"requirements/{lock}.txt"), flags=re.MULTILINE
    )
    return dict(found)


def declared(*extras: str) -> list[Requirement]:
    metadata = project()
    lines = list(metadata["dependencies"])  # type: ignore[call-overload]  # a TOML table is untyped
    for extra in extras:
        lines += metadata["optional-dependencies"][extra]  # type: ignore[index]  # so is this one
    return [Requirement(line) for line in lines]


class TestLockFiles:
    @pytest.mark.parametrize(("lock", "extras"), [("runtime", ()), ("dev", ("dev",))])
    def test_pins_what_the_metadata_asks_for(self, lock: str, extras: tuple[str, ...]) -> None:
        versions = pinned(lock)

        for requirement in declared(*extras):
            assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)])

    def test_dev_contains_runtime_in_the_same_versions(self) -> None:
        assert pinned("runtime").items() <= pinned("dev").items()

    @pytest.mark.parametrize("lock", ["runtime", "dev"])
    def test_every_pin_has_hashes_and_no_line_says_where_from(self, lock: str) -> None:
        lines = text(f"requirements/{lock}.txt").splitlines()
        shapes = (
            r"[a-z0-9.-]+==\S+ \\",
            r"    --hash=sha256:[0-9a-f]{64}( \\)?",
            r" +# (via )?\S.*",
        )

        assert [
            line for line in lines if not any(re.fullmatch(shape, line) for shape in shapes)
        ] == []
        for pin, following in pairwise(lines):
            assert "==" not in pin or following.startswith("    --hash=")

    def test_the_kubernetes_client_comes_only_with_its_extra(self) -> None:
        assert "kubernetes" not in pinned("runtime")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that this checkout gives, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "hatchling",
            "build",
            "--target",
            "wheel",
            "--directory",
            str(folder),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("defender_preflight-*.whl")
    with zipfile.ZipFile(built) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


class TestWheel:
    def test_contains_the_whole_catalogue(self, wheel: Path) -> None:
        ours = {file.name: file.read_bytes() for file in (ROOT / "endpoints").glob("*.yaml")}
        packed = {
            file.name: file.read_bytes()
            for file in (wheel / "preflight" / "_endpoints").glob("*.yaml")
        }

        assert ours
        assert packed == ours

    def test_contains_every_module_the_schemas_and_the_types_marker(self, wheel: Path) -> None:
        schemas = [file.name for file in (ROOT / "preflight").glob("*.schema.json")]
        names = ["py.typed", "report.schema.json", *schemas]
        modules = [
            str(file.relative_to(ROOT / "preflight")) for file in (ROOT / "preflight").rglob("*.py")
        ]

        assert [
            name for name in [*names, *modules] if not (wheel / "preflight" / name).is_file()
        ] == []

    def test_contains_nothing_but_the_package_and_its_metadata(self, wheel: Path) -> None:
        assert sorted(entry.name for entry in wheel.iterdir()) == [
            "defender_preflight-" + preflight.__version__ + ".dist-info",
            "preflight",
        ]

    def test_installs_both_names_of_the_command(self, wheel: Path) -> None:
        (scripts,) = wheel.glob("*.dist-info/entry_points.txt")

        assert "defender-preflight = preflight.__main__:start" in scripts.read_text()
        assert "kubectl-defender_preflight = preflight.__main__:start" in scripts.read_text()

    def test_reads_its_own_catalogue_where_there_is_no_checkout(
        self, wheel: Path, tmp_path: Path
    ) -> None:
        listed = subprocess.run(
            [sys.executable, "-m", "preflight", "endpoints", "list", "--environment", "aks"],
            cwd=tmp_path,
            env={"PYTHONPATH": str(wheel), "PYTHONSAFEPATH": "1", "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )

        assert listed.stderr == ""
        assert listed.returncode == 0
        assert "mcr.microsoft.com" in listed.stdout


def loaded_by(*arguments: str) -> set[str]:
    """The modules that a fresh interpreter imports when it runs with `arguments`."""
    traced = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {
        line.rpartition("|")[2].strip()
        for line in traced.stderr.splitlines()
        if line.startswith("import time:")
    }


def loaded_by_nothing() -> set[str]:
    """What the interpreter and its installation load by themselves."""
    return loaded_by("-c", "pass")


COMMANDS = (
    *("", "check", "demo", "endpoints list", "report show", "report diff"),
    *("rules", "rules explain", "rules request", "job", "job run", "job manifest", "job collect"),
    *("job clean", "sensor", "sensor status", "sensor simulate-alert", "sensor verify-removed"),
)


class TestStart:
    @pytest.mark.parametrize(
        "arguments",
        [
            ("-c", "import preflight.cli.check"),
            *(("-m", "preflight", *command.split(), "--help") for command in COMMANDS),
        ],
        ids=["import", *(f"{command} --help".strip() for command in COMMANDS)],
    )
    def test_loads_nothing_heavy(self, arguments: tuple[str, ...]) -> None:
        assert (
            sorted((loaded_by(*arguments) - loaded_by_nothing()) & {*HEAVY, "asyncio", "ssl"}) == []
        )

    def test_package_itself_loads_nothing(self) -> None:
        assert loaded_by("-c", "import preflight") - loaded_by_nothing() <= {"preflight"}


class TestSources:
    def test_no_file_speaks_of_the_machine_it_was_written_on(self) -> None:
        places = re.compile(r"/(?:work|root|home/[a-z]+)/(?:main|shared|\.)|/tmp/brief|file:///")
        folders = ("preflight", "endpoints", "bench", "requirements", "tests", ".ci")
        files = [
            file for folder in folders for file in (ROOT / folder).rglob("*") if file.is_file()
        ]
        texts = [
            file
            for file in files
            if file.suffix in {"", ".md", ".py", ".sh", ".toml", ".txt", ".yaml"}
        ]

        named = [
            str(file.relative_to(ROOT))
            for file in texts
            if places.search(file.read_text(encoding="utf-8"))
        ]
        assert named in ([], ["tests/test_project.py"])
