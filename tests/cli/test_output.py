"""Where text goes, and how it looks there."""

import io
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from preflight.cli import output
from preflight.cli.output import check_writable, note, style_of, write, write_each
from preflight.errors import UsageError
from preflight.report import PLAIN, Style
from tests.report.builders import report

ROOT = Path(__file__).parents[2]


class Stream(io.TextIOWrapper):
    """A stream that says of itself whether it is a terminal."""

    def __init__(self, *, terminal: bool = True, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="")
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    @property
    def written(self) -> bytes:
        self.flush()
        taken: bytes = self.buffer.getvalue()  # type: ignore[attr-defined]  # it is the BytesIO given above
        return taken


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(UsageError) as refused:
        call()
    assert str(refused.value).isprintable()
    return str(refused.value)


def test_a_note_says_in_one_line_what_a_file_or_a_cluster_wrote(
    capsys: pytest.CaptureFixture[str],
) -> None:
    note("no right to \x1b[2J\nlist \u202e")
    assert capsys.readouterr().err == "Note: no right to \\x1b[2J\\x0alist \\u202e\n"


class TestStyle:
    def test_a_terminal_gets_colours_and_indented_json(self) -> None:
        style = style_of(Stream(), {"TERM": "xterm"})
        assert style.colour
        assert not style.one_line

    def test_a_pipe_gets_neither(self) -> None:
        assert style_of(Stream(terminal=False), {"TERM": "xterm"}) == Style(
            colour=False, unicode=True, width=100, one_line=True
        )

    @pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
    def test_no_colours_where_they_are_not_wanted(self, environ: dict[str, str]) -> None:
        assert not style_of(Stream(), environ).colour

    def test_an_empty_no_color_does_not_count(self) -> None:
        assert style_of(Stream(), {"NO_COLOR": ""}).colour

    @pytest.mark.parametrize(("environ", "colour"), [({}, False), ({"WT_SESSION": "x"}, True)])
    def test_on_windows_only_a_console_that_says_so_gets_colours(
        self, environ: dict[str, str], colour: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "platform", "win32")
        assert style_of(Stream(), environ).colour is colour

    @pytest.mark.parametrize(
        ("encoding", "unicode"),
        [("utf-8", True), ("cp1252", False), ("cp437", False), ("ascii", False)],
    )
    def test_only_an_encoding_with_every_sign_gets_unicode(
        self, encoding: str, unicode: bool
    ) -> None:
        assert style_of(Stream(encoding=encoding), {}).unicode is unicode

    @pytest.mark.parametrize(
        ("said", "width"),
        [("20", 60), ("80", 80), ("500", 100), ("", 100), ("x", 100), ("9" * 9, 100)],
    )
    def test_the_width_is_kept_within_bounds(self, said: str, width: int) -> None:
        assert style_of(Stream(), {"COLUMNS": said}).width == width

    def test_the_terminal_itself_knows_its_width_best(self) -> None:
        import fcntl
        import struct
        import termios

        try:
            leader, follower = pty.openpty()
        except OSError as trouble:
            pytest.skip(f"this host has no pseudo terminals: {trouble}")
        try:
            fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 72, 0, 0))
            with open(follower, "w", closefd=False) as terminal:
                assert style_of(terminal, {"COLUMNS": "90"}).width == 72
        finally:
            os.close(leader)
            os.close(follower)


class TestStandardOutput:
    @pytest.fixture
    def stdout(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Stream]:
        def replaced(**kind: object) -> Stream:
            stream = Stream(**kind)  # type: ignore[arg-type]  # names are checked at run time
            monkeypatch.setattr(sys, "stdout", stream)
            return stream

        return replaced

    def test_a_pipe_gets_utf_8_and_untouched_line_ends(self, stdout: Callable[..., Stream]) -> None:
        stream = stdout(terminal=False, encoding="cp1252")
        write_each([("csv", None)], lambda *_: "é→\r\n")
        assert stream.written == "é→\r\n".encode()

    def test_a_terminal_gets_what_its_code_page_can_show(
        self, stdout: Callable[..., Stream]
    ) -> None:
        stream = stdout(encoding="cp437")
        write_each([("markdown", None)], lambda *_: "é→\n")
        assert stream.written == b"\x82\\u2192\n"

    def test_a_legacy_code_page_gets_a_whole_report(
        self, stdout: Callable[..., Stream], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("NO_COLOR", "1")
        stream = stdout(encoding="cp1252")
        write(report(), [("table", None)])
        assert stream.written.isascii()
        assert b"+ reachable" in stream.written

    def test_a_stream_without_bytes_gets_text(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stream = io.StringIO()
        monkeypatch.setattr(sys, "stdout", stream)
        write_each([("table", None)], lambda *_: "text")
        assert stream.getvalue() == "text"


def run(code: str, stdout: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        check=False,
    )


WRITE_MUCH = """
import sys
from preflight.cli.output import write_each
write_each([("json", None)], lambda *_: "x" * 1_000_000)
sys.exit(1)
"""


def test_a_reader_who_left_is_no_error_and_changes_no_exit_code() -> None:
    read, write_end = os.pipe()
    os.close(read)
    try:
        done = run(WRITE_MUCH, write_end)
    finally:
        os.close(write_end)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_standard_output_is_one_line() -> None:
    code = WRITE_MUCH.replace(
        "write_each([", "from preflight.errors import UsageError\ntry:\n  write_each(["
    ).replace(
        "sys.exit(1)", "except UsageError as error:\n  print(error, file=sys.stderr)\n  sys.exit(2)"
    )
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        done = run(code, full)
    finally:
        os.close(full)
    assert done.stderr == "standard output cannot be written to: No space left on device\n"
    assert done.returncode == 2


def test_windows_says_a_closed_pipe_with_einval(monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    error = OSError(errno.EINVAL, "Invalid argument")
    assert not output._is_closed_pipe(error)
    monkeypatch.setattr(sys, "platform", "win32")
    assert output._is_closed_pipe(error)


class TestFiles:
    def test_a_file_gets_utf_8_without_colours(self, tmp_path: Path) -> None:
        file = tmp_path / "report.txt"
        write(report(), [("table", file)])
        assert "✓ reachable" in file.read_text(encoding="utf-8")
        assert "\x1b" not in file.read_text(encoding="utf-8")

    def test_a_file_is_replaced_whole_and_keeps_its_permissions(self, tmp_path: Path) -> None:
        file = tmp_path / "report.json"
        file.write_text("older and much longer" * 1000)
        file.chmod(0o640)
        with file.open() as reader:
            write_each([("json", file)], lambda *_: "new")
            assert reader.read().startswith("older"), "who reads the old one reads it to its end"
        assert file.read_text() == "new"
        assert file.stat().st_mode & 0o777 == 0o640
        assert list(tmp_path.iterdir()) == [file], "no draft is left"

    def test_a_new_file_follows_the_umask(self, tmp_path: Path) -> None:
        old = os.umask(0o027)
        try:
            write_each([("json", tmp_path / "new")], lambda *_: "new")
        finally:
            os.umask(old)
        assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640

    def test_a_link_stays_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "real").write_text("old")
        (tmp_path / "link").symlink_to("real")
        write_each([("json", tmp_path / "link")], lambda *_: "new")
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "real").read_text() == "new"

    def test_a_device_is_written_to_and_not_replaced(self) -> None:
        write_each([("json", Path("/dev/null"))], lambda *_: "text")
        assert Path("/dev/null").is_char_device()

    def test_a_pipe_with_a_name_is_written_to(self, tmp_path: Path) -> None:
        fifo = tmp_path / "fifo"
        os.mkfifo(fifo)
        taken: list[str] = []
        reader = threading.Thread(target=lambda: taken.append(fifo.read_text()))
        reader.start()
        write_each([("json", fifo)], lambda *_: "text")
        reader.join()
        assert taken == ["text"]

    def test_line_ends_stay_as_the_format_has_them(self, tmp_path: Path) -> None:
        write(report(), [("csv", tmp_path / "a.csv"), ("table", tmp_path / "a.txt")])
        assert (tmp_path / "a.csv").read_bytes().count(b"\r\n") == 2
        assert b"\r" not in (tmp_path / "a.txt").read_bytes()

    def test_one_place_that_fails_does_not_keep_the_others_from_the_report(
        self, tmp_path: Path
    ) -> None:
        places = [("json", tmp_path / "missing" / "a"), ("json", tmp_path / "b")]
        said = refusal(lambda: write_each(places, lambda *_: "text"))
        assert said.endswith("cannot be written: No such file or directory")
        assert (tmp_path / "b").read_text() == "text"


def test_a_closed_standard_output_is_noticed_before_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert "standard output is closed" in refusal(lambda: check_writable([("table", None)]))
    assert "standard output is closed" in refusal(lambda: write(report(), [("table", None)]))


class TestCheckWritable:
    def test_what_can_be_written_passes(self, tmp_path: Path) -> None:
        (tmp_path / "old").write_text("")
        check_writable([("json", tmp_path / "new"), ("csv", tmp_path / "old"), ("table", None)])
        assert [file.name for file in tmp_path.iterdir()] == ["old"], "nothing was made"

    def test_two_formats_for_standard_output_are_refused(self) -> None:
        said = refusal(lambda: check_writable([("json", None), ("table", None)]))
        assert said == "--output table: standard output can take one format only"

    def test_two_formats_for_one_file_are_refused(self, tmp_path: Path) -> None:
        places = [("json", tmp_path / "a"), ("csv", tmp_path / "x" / ".." / "a")]
        assert "can take one format only" in refusal(lambda: check_writable(places))

    def test_a_folder_is_refused(self, tmp_path: Path) -> None:
        assert "is a folder" in refusal(lambda: check_writable([("json", tmp_path)]))

    def test_a_missing_folder_is_refused(self, tmp_path: Path) -> None:
        said = refusal(lambda: check_writable([("json", tmp_path / "no\x1bne" / "a")]))
        assert said.endswith("no\\x1bne does not exist")

    def test_a_name_that_the_system_refuses_is_refused(self, tmp_path: Path) -> None:
        assert "File name too long" in refusal(
            lambda: check_writable([("json", tmp_path / ("x" * 300))])
        )

    def test_a_place_without_permission_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Root may write anywhere, so the answer of the system is made up.
        monkeypatch.setattr(os, "access", lambda *_: False)
        assert "no permission" in refusal(lambda: check_writable([("json", tmp_path / "a")]))


def test_a_file_in_a_folder_that_takes_no_new_ones_is_written_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mounted"
    file.write_text("old")
    before = file.stat().st_ino
    monkeypatch.setattr(os, "access", lambda *_: False)
    write_each([("json", file)], lambda *_: "new")
    assert (file.read_text(), file.stat().st_ino) == ("new", before)


def test_a_file_is_plain() -> None:
    assert Style(colour=False, unicode=True, width=100, one_line=False) == PLAIN
