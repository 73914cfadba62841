"""`demo` as users run it."""

from pathlib import Path

import pytest

from preflight.codec import decode
from preflight.demo.worlds import WORLDS
from tests.cli.running import preflight


async def test_the_report_stands_alone_on_standard_output() -> None:
    ended = await preflight("demo", "--timeout", "0.5", "-o", "json")
    assert ended.causes["api.cloud.defender.microsoft.com"] == "tls.sni_reset"
    assert decode(ended.out.encode()).vantage.host == "defender-preflight-demo"


@pytest.mark.parametrize(("name", "code"), [("blocked", 1), ("clean", 0), ("dns-down", 3)])
async def test_it_ends_well_and_says_how_check_would_have_ended(name: str, code: int) -> None:
    ended = await preflight("demo", "--world", name, "--timeout", "0.5", "-o", "csv")
    assert ended.code == 0
    assert ended.err.splitlines() == [
        f"This was {WORLDS[name].title}, simulated: nothing was contacted. "
        f"check would have ended with exit code {code}."
    ]


async def test_without_options_the_blocked_world_is_shown_as_a_table() -> None:
    ended = await preflight("demo")
    assert ended.code == 0
    assert "BLOCKED: 5 of" in ended.out
    assert "Contoso Firewall" in ended.out


async def test_every_format_asked_for_is_written(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    ended = await preflight("demo", "--timeout", "0.5", "-o", f"json={file}", "-o", "markdown")
    assert decode(file.read_bytes()).endpoints
    assert "tls.intercepted" in ended.out


async def test_without_controls_the_interceptor_cannot_be_named() -> None:
    """Only the look at the presented chain shows who issued it."""
    ended = await preflight("demo", "--no-control", "--timeout", "0.5", "-o", "json")
    assert ended.causes["login.microsoftonline.com"] == "tls.untrusted"


@pytest.mark.parametrize(
    "wrong", [("--timeout", "soon"), ("--world", "flat"), ("-o", "pdf"), ("--deadline", "1")]
)
async def test_wrong_options_end_with_one_line_and_exit_2(wrong: tuple[str, str]) -> None:
    ended = await preflight("demo", *wrong)
    assert ended.code == 2
    assert ended.out == ""
    assert "Traceback" not in ended.err


async def test_help_is_shown_by_h() -> None:
    ended = await preflight("demo", "-h")
    assert ended.code == 0
    assert "--world" in ended.out
