"""Files that users name, whatever they are."""

import os
from pathlib import Path

import pytest

from preflight.files import read_bounded

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are POSIX's")


def test_of_a_file_no_more_than_the_limit_is_read(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"abcdef")
    assert read_bounded(file, 4) == b"abcd"


def test_a_pipe_into_which_nobody_writes_is_empty(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert read_bounded(pipe, 4) == b""


def test_what_is_written_into_a_pipe_is_waited_for() -> None:
    """As in `report show <(zcat report.json.gz)`."""
    reading, writing = os.pipe()
    with os.fdopen(reading), os.fdopen(writing, "wb", buffering=0) as written:
        if os.fork() == 0:
            written.write(b"late")
            os._exit(0)
        written.close()
        assert read_bounded(Path(f"/dev/fd/{reading}"), 10) == b"late"
    os.wait()


def test_a_device_without_end_is_read_to_the_limit() -> None:
    assert read_bounded(Path("/dev/zero"), 5) == bytes(5)


def test_a_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        read_bounded(tmp_path, 4)
