"""`report show` and `report diff` as people call them."""

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from preflight.cli.report import DIFFERENCE_FORMATS
from preflight.cli.report import report as command
from preflight.codec import encode
from preflight.codec.document import LIMIT
from preflight.codec.fleet import encode_fleet
from preflight.errors import ExitCode, ReportError, UsageError
from preflight.model.diagnosis import Cause
from preflight.model.plan import Stage
from preflight.model.report import Report
from preflight.report.diff import DIFF_FORMATS
from preflight.report.fleet import FLEET_FORMATS
from tests.diagnosis.vantages.clusters import HOST, NO_ANSWER, POD, compared, seen
from tests.report.builders import endpoint, report, stopped, unmeasured

OPEN = report(endpoint("a", host="a.test"))
BLOCKED = report(stopped("a", "a.test", Stage.TCP, Cause.TCP_DROPPED, "dropped"))
UNCLEAR = report(unmeasured("a", "a.test"))


@pytest.fixture
def saved(tmp_path: Path) -> "Saved":
    return Saved(tmp_path)


class Saved:
    """Puts reports into files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, value: Report | bytes, name: str = "report.json") -> str:
        file = self._folder / name
        file.write_bytes(value if isinstance(value, bytes) else encode(value).encode())
        return str(file)


def call(*arguments: str, input: bytes | None = None) -> tuple[object, str]:  # noqa: A002 - the runner's own word
    """The exit code that the command returns, and what it wrote."""
    result: Result = CliRunner().invoke(command, arguments, input=input, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.return_value, result.stdout


def test_a_saved_report_is_shown_as_a_table(saved: Saved) -> None:
    code, text = call("show", saved(OPEN))
    assert code is ExitCode.OK
    assert "PASS: Every required endpoint can be reached from here." in text


def test_showing_a_blocked_report_is_a_success(saved: Saved) -> None:
    code, text = call("show", saved(BLOCKED))
    assert code is ExitCode.OK
    assert "BLOCKED" in text


def test_a_report_is_read_from_standard_input() -> None:
    _, text = call("show", "-", "-o", "csv", input=encode(OPEN).encode())
    assert text.splitlines()[1].startswith("a,")


def test_what_is_shown_as_json_is_the_report_itself(saved: Saved) -> None:
    _, text = call("show", saved(OPEN), "-o", "json")
    assert text == encode(OPEN, one_line=True) + "\n"


def test_several_formats_go_to_several_places(saved: Saved, tmp_path: Path) -> None:
    junit, markdown = tmp_path / "junit.xml", tmp_path / "ticket.md"
    _, text = call(
        "show", saved(OPEN), "-o", f"junit={junit}", "-o", f"markdown={markdown}", "-o", "csv"
    )
    assert text.startswith("id,fqdn,")
    assert junit.read_text().startswith("<?xml")
    assert markdown.read_text().startswith("# ")


def test_a_report_of_a_shell_that_writes_utf_16_is_read(saved: Saved) -> None:
    code, _ = call("show", saved(encode(OPEN).encode("utf-16")))
    assert code is ExitCode.OK


def test_a_file_that_is_no_report_is_one_line_that_names_it(saved: Saved) -> None:
    with pytest.raises(ReportError) as refused:
        call("show", saved(b"\x1b[2J", "bad\x1b.json"))
    assert str(refused.value).endswith("bad\\x1b.json: not JSON: line 1, column 1: Expecting value")
    assert refused.value.exit_code is ExitCode.USAGE


def test_a_report_that_breaks_the_schema_is_refused_with_the_place(saved: Saved) -> None:
    document = json.loads(encode(OPEN))
    document["endpoints"][0]["verdict"] = "fine"
    with pytest.raises(ReportError, match=r"report\.json: at /endpoints/0/verdict: must be one of"):
        call("show", saved(json.dumps(document).encode()))


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_a_file_that_cannot_be_read_is_one_line(name: str, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="cannot be read: "):
        call("show", str(tmp_path / name))


def test_an_endless_standard_input_is_read_to_the_bound_only() -> None:
    with pytest.raises(ReportError, match=r"^standard input: the report is larger than 64 MiB$"):
        call("show", "-", input=io.BytesIO(b" " * (LIMIT + 100)).getvalue())


@pytest.mark.parametrize("output", ["html", "table=", "pdf=x"])
def test_a_format_that_does_not_exist_is_refused_before_anything_is_read(output: str) -> None:
    with pytest.raises(UsageError):
        call("show", "/nowhere", "-o", output)


def test_a_place_that_cannot_be_written_is_refused_before_anything_is_read() -> None:
    with pytest.raises(UsageError, match="does not exist"):
        call("show", "/nowhere", "-o", "json=/nowhere/else")


def test_a_newly_blocked_endpoint_exits_1(saved: Saved) -> None:
    code, text = call("diff", saved(OPEN, "old"), saved(BLOCKED, "new"))
    assert code is ExitCode.BLOCKED
    assert text.startswith("Worse: 1 required endpoint newly blocked.")


def test_an_endpoint_that_could_no_longer_be_measured_exits_3(saved: Saved) -> None:
    code, _ = call("diff", saved(OPEN, "old"), saved(UNCLEAR, "new"))
    assert code is ExitCode.INCONCLUSIVE


@pytest.mark.parametrize(("old", "new"), [(OPEN, OPEN), (BLOCKED, OPEN), (BLOCKED, BLOCKED)])
def test_nothing_newly_blocked_exits_0(old: Report, new: Report, saved: Saved) -> None:
    code, _ = call("diff", saved(old, "old"), saved(new, "new"))
    assert code is ExitCode.OK


def test_one_of_the_two_comes_from_standard_input(saved: Saved) -> None:
    code, text = call("diff", saved(OPEN), "-", "-o", "json", input=encode(BLOCKED).encode())
    assert code is ExitCode.BLOCKED
    assert json.loads(text)["newly_blocked"] == ["a"]


def test_both_from_standard_input_is_refused() -> None:
    import click

    with pytest.raises(click.UsageError, match="only one of the two"):
        call("diff", "-", "-")


def test_a_difference_has_the_formats_that_its_help_names() -> None:
    assert tuple(DIFF_FORMATS) == DIFFERENCE_FORMATS


class TestSeveralVantages:
    OPEN = compared(seen("s1", POD), seen("s1", HOST))
    BLOCKED = compared(seen("s1", POD, a=NO_ANSWER), seen("s1", HOST))

    def test_are_shown_as_a_table(self, saved: Saved) -> None:
        code, text = call("show", saved(encode_fleet(self.BLOCKED).encode()))
        assert code is ExitCode.OK
        assert "ENDPOINTS BY PLACE" in text

    def test_are_shown_in_every_format_that_there_is_for_them(self, saved: Saved) -> None:
        file = saved(encode_fleet(self.BLOCKED).encode())
        for name in FLEET_FORMATS:
            code, text = call("show", file, "-o", name)
            assert code is ExitCode.OK
            assert text

    def test_json_is_the_document_itself(self, saved: Saved) -> None:
        _, text = call("show", saved(encode_fleet(self.OPEN).encode()), "-o", "json")
        assert text == encode_fleet(self.OPEN, one_line=True) + "\n"

    def test_two_of_them_are_compared(self, saved: Saved) -> None:
        old, new = (
            saved(encode_fleet(fleet).encode(), name)
            for fleet, name in ((self.OPEN, "old"), (self.BLOCKED, "new"))
        )
        code, text = call("diff", old, new)
        assert code is ExitCode.BLOCKED
        assert "a, pods of pool system" in text

    def test_one_of_them_is_not_compared_with_a_single_one(self, saved: Saved) -> None:
        fleet = saved(encode_fleet(self.OPEN).encode(), "fleet")
        with pytest.raises(ReportError, match="cannot be compared"):
            call("diff", fleet, saved(OPEN, "single"))

    def test_one_that_breaks_the_schema_is_refused_with_the_place(self, saved: Saved) -> None:
        document = json.loads(encode_fleet(self.OPEN))
        document["failures"] = [{}]
        with pytest.raises(ReportError, match=r"report\.json: at /failures/0: must contain"):
            call("show", saved(json.dumps(document).encode()))
