"""Reads the files that users name: bounded, and without waiting for somebody to write into a pipe."""

import os
from pathlib import Path


def read_bounded(path: Path, limit: int) -> bytes:
    """Returns at most `limit` bytes of the file; of a named pipe that nobody has open for writing, none. Raises OSError."""
    with open(path, "rb", opener=_without_waiting) as file:
        return file.read(limit)


def _without_waiting(path: str, flags: int) -> int:
    """Opens at once: without O_NONBLOCK, open(2) of a pipe waits for its writer. Reading then waits as usual."""
    opened = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if hasattr(os, "O_NONBLOCK"):
        os.set_blocking(opened, True)
    return opened
