"""`endpoints list`, `show` and `validate`, as click runs them."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from preflight.cli.endpoints import endpoints
from preflight.errors import CatalogError, ExitCode, PreflightError

OURS = """\
component: ours
entries:
  - {id: ours, fqdn: registry.example.com, clouds: any, environments: any, requirement: required, purpose: Images}
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(endpoints, arguments, standalone_mode=False)


def text(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exception is None, result.exception
    assert result.return_value == ExitCode.OK
    return result.output


def refusal(*arguments: str) -> str:
    """The message of a refused call; nothing was written to standard output."""
    result = run(*arguments)
    assert isinstance(result.exception, PreflightError)
    assert result.exception.exit_code == ExitCode.USAGE
    assert result.stdout == ""
    return str(result.exception)


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    file = tmp_path / "ours.yaml"
    file.write_text(OURS, encoding="utf-8")
    return file


@pytest.mark.parametrize("arguments", [["-h"], ["--help"]])
@pytest.mark.parametrize("command", [[], ["list"], ["show"], ["validate"]])
def test_every_command_has_help_with_an_example(command: list[str], arguments: list[str]) -> None:
    result = CliRunner().invoke(endpoints, [*command, *arguments])
    assert result.exit_code == 0
    assert "defender-preflight endpoints " in result.output
    assert "\\b" not in result.output


def test_list_shows_the_whole_catalogue_within_100_columns() -> None:
    shown = text("list")
    assert "169 of 169 entries" in shown
    assert max(map(len, shown.splitlines())) <= 100


def test_list_narrows_by_every_option() -> None:
    shown = text(
        "list",
        "--environment",
        "arc",
        "--cloud",
        "usgov",
        "--component",
        "arc-agents",
        "--requirement",
        "required",
    )
    assert "arc-his-regional-usgov" in shown
    assert "arc-sts-usgov" not in shown
    assert "public" not in shown
    assert "mcr-rest" not in shown


def test_list_since_shows_what_changed_and_when() -> None:
    shown = text("list", "--since", "2026-08-01")
    assert shown.startswith("Catalogue of 2026-11-23: 4 changes since 2026-08-01\n")
    assert "2026-08-18\n" in shown
    assert "Defender for Cloud retired in this cloud" in shown


def test_list_gives_json() -> None:
    document = json.loads(text("list", "--component", "pki", "-o", "json"))
    assert {entry["component"] for entry in document["entries"]} == {"pki"}


def test_list_gives_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(text("list", "--component", "pki", "-o", "csv"))))
    assert {row["component"] for row in rows} == {"pki"}


def test_list_writes_several_formats_to_files(tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    assert "mcr-rest" in text("list", "-o", "table", "-o", f"json={file}")
    assert json.loads(file.read_text(encoding="utf-8"))["catalog_version"] == "2026-11-23"


def test_list_takes_a_users_entries_as_well(ours: Path) -> None:
    shown = text("list", "--catalog", str(ours), "--component", "ours")
    assert "1 of 170 entries" in shown
    assert "registry.example.com" in shown


def test_list_refuses_an_unknown_component_and_suggests_one() -> None:
    message = refusal("list", "--component", "arc-agent")
    assert message.startswith("--component 'arc-agent' is unknown; did you mean 'arc-agents'? ")
    assert "? The components are aks-base," in message
    assert "image-pull" in message


def test_list_refuses_an_invalid_file_with_file_line_and_key(ours: Path) -> None:
    ours.write_text(OURS + "zzz: 1\n", encoding="utf-8")
    result = run("list", "--catalog", str(ours))
    assert isinstance(result.exception, CatalogError)
    assert (result.exception.line, result.exception.key) == (4, "zzz")


@pytest.mark.parametrize(
    "arguments", [["--environment", "mars"], ["--since", "soon"], ["--requirement", "x"]]
)
def test_list_refuses_a_wrong_option(arguments: list[str]) -> None:
    result = CliRunner().invoke(endpoints, ["list", *arguments])
    assert result.exit_code == 2
    assert "Invalid value" in result.output


def test_list_refuses_an_unknown_format() -> None:
    assert "html" in refusal("list", "-o", "html")


def test_show_tells_everything_of_one_entry() -> None:
    shown = text("show", "mdc-sensor-api-public")
    assert "*.cloud.defender.microsoft.com" in shown
    assert "GET /api/connectivity/v1/ answers 200-209" in shown
    assert "https://learn.microsoft.com/azure/aks/outbound-rules-control-egress" in shown


def test_show_gives_json() -> None:
    assert json.loads(text("show", "mcr-data", "-o", "json"))["id"] == "mcr-data"


def test_show_finds_a_users_entry(ours: Path) -> None:
    assert "registry.example.com" in text("show", "ours", "--catalog", str(ours))


def test_show_refuses_an_unknown_id_and_suggests_close_ones() -> None:
    message = refusal("show", "mcr-dta")
    assert message.startswith("no entry 'mcr-dta'; did you mean mcr-data")


def test_show_repeats_an_unknown_id_escaped_and_cut() -> None:
    message = refusal("show", "\x1b[31m" + "x" * 500)
    assert message.isprintable()
    assert len(message) < 200


def test_validate_counts_the_entries_of_a_valid_file(ours: Path) -> None:
    assert text("validate", str(ours)) == f"{ours}: 1 entry, valid\n"


def test_validate_takes_the_files_of_the_catalogue_itself() -> None:
    file = Path(__file__).parents[2] / "endpoints" / "pki.yaml"
    assert text("validate", str(file)) == f"{file}: 7 entries, valid\n"


def test_validate_names_every_problem_and_fails(ours: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(OURS.replace("clouds: any", "clouds: [mars]") + "zzz: 1\n", encoding="utf-8")
    result = run("validate", str(wrong), str(ours))
    assert result.return_value == ExitCode.USAGE
    assert result.stdout.splitlines() == [
        f"{wrong}:3: entries[0].clouds[0]: 'mars' is not known, use public, usgov, china",
        f"{wrong}:4: zzz: unknown key",
        f"{ours}: 1 entry, valid",
    ]


def test_validate_names_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    absent = tmp_path / "absent.yaml"
    result = run("validate", str(absent))
    assert result.return_value == ExitCode.USAGE
    assert result.stdout == f"{absent}:1: file: cannot be read: No such file or directory\n"


def test_validate_needs_a_file() -> None:
    assert CliRunner().invoke(endpoints, ["validate"]).exit_code == 2


def test_a_file_that_is_missing_from_the_catalogue_folder_is_not_valid() -> None:
    missing = Path(__file__).parents[2] / "endpoints" / "nope.yaml"
    result = run("validate", str(missing))
    assert result.return_value == ExitCode.USAGE
    assert result.output.endswith(": file: cannot be read: No such file or directory\n")
