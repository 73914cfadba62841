"""Keeps credentials that were typed on the command line out of `ps`."""

import os
import sys

ARG_START, ARG_END = 48, 49
"""Fields of /proc/PID/stat, counted from 1 (proc(5))."""


def hide_credentials(url: str | None) -> None:
    """Blank the user and password of `url` where the system shows this process's arguments.

    Linux lets a process overwrite its own argument area; elsewhere nothing is done, and the proxy variables are the safe way to give
    credentials. The environment is shown to nobody but this user and root (proc(5), `/proc/PID/environ`).
    """
    secret = _userinfo(url or "")
    if not secret or not sys.platform.startswith("linux"):
        return
    import ctypes  # 10 ms, only for who types credentials

    start, end = _argument_area()
    shown = ctypes.string_at(start, end - start)
    wanted = os.fsencode(secret)
    at = shown.find(wanted)
    while at >= 0:
        ctypes.memset(start + at, ord("*"), len(wanted))
        at = shown.find(wanted, at + len(wanted))


def _userinfo(url: str) -> str:
    return url.rpartition("@")[0].rpartition("://")[2]


def _argument_area() -> tuple[int, int]:
    with open("/proc/self/stat", encoding="ascii", errors="replace") as file:  # noqa: PTH123 - no pathlib for one line
        fields = file.read().rpartition(")")[2].split()
    return int(fields[ARG_START - 3]), int(fields[ARG_END - 3])
