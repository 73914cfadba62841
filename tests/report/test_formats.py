"""What holds for every format."""

import re

import pytest

from preflight.codec import decode
from preflight.report import FORMATS, Style, render
from preflight.report.diff import DIFF_FORMATS, diff, render_difference
from tests.golden.rich import rich_report
from tests.report.builders import HOSTILE, PASSWORD, PROXY, USER, endpoint, report, vantage

BEHIND_PROXY = report(endpoint(), vantage=vantage(proxy=str(PROXY)))


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_proxy_is_named_without_its_credentials(format_name: str) -> None:
    text = render(BEHIND_PROXY, format_name)
    assert format_name == "csv" or "proxy.corp.test" in text
    assert USER not in text
    assert PASSWORD not in text


@pytest.mark.parametrize("format_name", DIFF_FORMATS)
def test_a_difference_names_the_proxy_without_its_credentials(format_name: str) -> None:
    text = render_difference(diff(report(), BEHIND_PROXY), format_name, Style())
    assert "proxy.corp.test" in text
    assert USER not in text
    assert PASSWORD not in text


def test_credentials_cannot_be_read_back_into_a_report() -> None:
    from preflight.errors import ReportError

    text = render(BEHIND_PROXY, "json").replace("//proxy.corp", f"//{USER}:{PASSWORD}@proxy.corp")
    with pytest.raises(ReportError) as refused:
        decode(text)
    assert PASSWORD not in str(refused.value)


@pytest.mark.parametrize("format_name", FORMATS)
def test_hostile_text_leaves_nothing_active(format_name: str) -> None:
    text = render(rich_report(), format_name)
    assert HOSTILE not in text
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text)


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_format_ends_with_a_line_end(format_name: str) -> None:
    assert render(report(), format_name).endswith("\n")


def test_json_is_one_line_for_a_pipe_and_several_for_a_file() -> None:
    assert render(report(), "json", Style(one_line=True)).count("\n") == 1
    assert render(report(), "json").count("\n") > 50


def test_loading_the_registry_loads_no_renderer() -> None:
    import os
    import subprocess
    import sys

    code = "import sys, preflight.report, preflight.report.diff; print(*sys.modules)"
    # Without the settings by which coverage would load half the library into the new process.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)
    assert set(run.stdout.split()).isdisjoint({"tabulate", "csv", "json", "xml.etree.ElementTree"})
