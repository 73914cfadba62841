"""The way in: how a run ends when something is wrong with ourselves."""

import pytest

from preflight import cli
from preflight.errors import ExitCode


def test_a_bug_is_shown_whole_and_never_ends_as_a_block(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> int:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(cli, "_run", broken)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == ExitCode.INCONCLUSIVE
    assert "ZeroDivisionError: ours" in capsys.readouterr().err
