"""What goes wrong before the program runs is one line, and the exit code of a Job that failed."""

import hashlib
from pathlib import Path

import pytest

from preflight.job import bootstrap


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"not xz at all", "Input format not supported"), (b"", "digest is not the one")],
)
def test_a_payload_that_cannot_be_unpacked_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, said: str
) -> None:
    (tmp_path / "part-001").write_bytes(content)
    digest = hashlib.sha256(content or b"another").hexdigest()
    with pytest.raises(SystemExit) as ended:
        bootstrap.start(str(tmp_path), digest, str(tmp_path), [])
    shown = capsys.readouterr().err

    assert ended.value.code == 4
    assert said in shown
    assert shown.count("\n") == 1


def test_a_scratch_volume_that_is_missing_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import lzma

    packed = lzma.compress(b"zip")
    (tmp_path / "part-001").write_bytes(packed)
    with pytest.raises(SystemExit):
        bootstrap.start(str(tmp_path), hashlib.sha256(packed).hexdigest(), str(tmp_path / "no"), [])

    assert "No such file" in capsys.readouterr().err


def test_the_command_is_isolated_from_whatever_the_image_sets() -> None:
    assert bootstrap.command("0" * 64)[:4] == ("python3", "-I", "-B", "-c")
