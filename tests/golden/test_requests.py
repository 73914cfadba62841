"""Rule requests in every dialect, compared byte by byte; `pytest tests/golden --refresh-golden` rewrites the files."""

from pathlib import Path

import pytest

from preflight.allow import DIALECTS, of_report, render
from preflight.allow.pods import sensor_pods
from preflight.model.endpoint import Environment
from preflight.model.request import Rendered, Request
from tests.allow.builders import MIXED, request
from tests.golden.rich import rich_report

HERE = Path(__file__).parent / "requests"


def compare(name: str, written: Rendered, config: pytest.Config) -> None:
    for kind, text in (("", written.text), (".remarks", "\n".join((*written.remarks, "")))):
        golden = HERE / f"{name}{kind}.golden"
        if config.getoption("--refresh-golden", default=False):
            golden.write_bytes(text.encode("utf-8"))
        assert text.encode("utf-8") == golden.read_bytes(), "pytest tests/golden --refresh-golden"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_kind_of_rule_in_every_dialect(dialect: str, pytestconfig: pytest.Config) -> None:
    compare(dialect, render(request(*MIXED), dialect), pytestconfig)


@pytest.mark.parametrize(
    "dialect", ["azure-firewall-bicep", "azure-firewall-terraform", "gcp", "squid", "fortigate"]
)
def test_a_source_that_is_not_known(dialect: str, pytestconfig: pytest.Config) -> None:
    compare(f"gap.{dialect}", render(request(*MIXED[:2], source=()), dialect), pytestconfig)


@pytest.mark.parametrize("dialect", ["network-policy", "cilium"])
def test_the_sensors_own_pods(dialect: str, pytestconfig: pytest.Config) -> None:
    asked: Request = request(*MIXED, pods=sensor_pods(Environment.AKS))
    compare(f"sensor.{dialect}", render(asked, dialect), pytestconfig)


@pytest.mark.parametrize("dialect", ["markdown", "csv", "azure-firewall-bicep"])
def test_what_the_rich_report_found_stopped(dialect: str, pytestconfig: pytest.Config) -> None:
    compare(
        f"rich.{dialect}", render(of_report(rich_report(), name="defender"), dialect), pytestconfig
    )
