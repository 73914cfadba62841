"""One report in every format, compared byte by byte; `pytest tests/golden --refresh-golden` rewrites the files."""

from dataclasses import replace
from pathlib import Path

import pytest

from preflight.codec import decode
from preflight.codec.fleet import decode_fleet
from preflight.model.diagnosis import Cause
from preflight.model.plan import Stage
from preflight.report import FORMATS, PLAIN, Style, render
from preflight.report.diff import DIFF_FORMATS, diff, render_difference
from preflight.report.fleet import FLEET_FORMATS, render_fleet
from tests.golden.fleet import cluster
from tests.golden.rich import ODS, rich_report
from tests.report.builders import endpoint, report, stopped

HERE = Path(__file__).parent
LEGACY = Style(unicode=False, width=80)
COLOURED = Style(colour=True, width=60)


def compare(name: str, text: str, config: pytest.Config) -> None:
    golden = HERE / f"{name}.golden"
    if config.getoption("--refresh-golden", default=False):
        golden.write_bytes(text.encode("utf-8"))
    assert text.encode("utf-8") == golden.read_bytes(), "pytest tests/golden --refresh-golden"


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_rich_report_in_every_format(format_name: str, pytestconfig: pytest.Config) -> None:
    compare(f"rich.{format_name}", render(rich_report(), format_name), pytestconfig)


@pytest.mark.parametrize(("name", "style"), [("ascii-80", LEGACY), ("colour-60", COLOURED)])
def test_the_rich_report_on_other_terminals(
    name: str, style: Style, pytestconfig: pytest.Config
) -> None:
    compare(f"rich.table.{name}", render(rich_report(), "table", style), pytestconfig)


@pytest.mark.parametrize("format_name", ["table", "markdown"])
def test_a_run_without_failures(format_name: str, pytestconfig: pytest.Config) -> None:
    passed = report(endpoint(), endpoint("mcr-rest", host="mcr.test", component="image-pull"))
    compare(f"pass.{format_name}", render(passed, format_name), pytestconfig)


@pytest.mark.parametrize("format_name", DIFF_FORMATS)
def test_a_difference_in_every_format(format_name: str, pytestconfig: pytest.Config) -> None:
    old = rich_report()
    sensor = stopped(old.endpoints[0].id, "api.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")
    kept = [one for one in old.endpoints[2:] if one is not ODS]
    new = replace(
        old,
        endpoints=(sensor, *kept),
        findings=(
            replace(old.findings[0], endpoints=(sensor.id, "mdc-legacy-oms-public")),
            *old.findings[2:],
        ),
        profile=replace(old.profile, region="northeurope"),
    )
    text = render_difference(diff(old, new), format_name, PLAIN)
    compare(f"difference.{format_name}", text, pytestconfig)


def test_the_rich_report_comes_back_from_its_json() -> None:
    assert decode(render(rich_report(), "json")) == rich_report()


@pytest.mark.parametrize("format_name", FLEET_FORMATS)
def test_several_vantages_in_every_format(format_name: str, pytestconfig: pytest.Config) -> None:
    compare(f"fleet.{format_name}", render_fleet(cluster(), format_name), pytestconfig)


@pytest.mark.parametrize(("name", "style"), [("ascii-80", LEGACY), ("colour-60", COLOURED)])
def test_several_vantages_on_other_terminals(
    name: str, style: Style, pytestconfig: pytest.Config
) -> None:
    compare(f"fleet.table.{name}", render_fleet(cluster(), "table", style), pytestconfig)


def test_several_vantages_come_back_from_their_json() -> None:
    assert decode_fleet(render_fleet(cluster(), "json")) == cluster()
