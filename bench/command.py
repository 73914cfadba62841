"""Runs one command to its end, and says what it took."""

import os
import select
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ERROR_LIMIT = 2_000
"""Characters of standard error that are kept for a failure's message."""


class BenchmarkError(Exception):
    """The benchmark itself could not be carried out; a missed goal is not one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One run of a command."""

    seconds: float
    """Wall time, from before the process starts until it is gone."""
    cpu_seconds: float
    """User and system time of the process and of the children it waited for."""
    peak_bytes: int
    """Largest resident set. The kernel counts from before the exec, so never less than the benchmark's own (about 20 MB)."""
    exit_code: int
    errors: str
    """The end of what it wrote to standard error."""


def run(command: list[str], *, environment: dict[str, str], folder: Path, limit: float) -> Sample:
    """Run `command` in `folder`; BenchmarkError when it takes longer than `limit` seconds."""
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=environment,
            cwd=folder,
            start_new_session=True,
        )
        try:
            _wait(process.pid, limit)
            seconds = time.perf_counter() - started
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        return Sample(
            seconds=seconds,
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            peak_bytes=usage.ru_maxrss * 1024,
            exit_code=process.returncode,
            errors=errors.read().decode(errors="replace")[-ERROR_LIMIT:],
        )


def _wait(pid: int, limit: float) -> None:
    """Return when the process has ended; it is left to be reaped, so that its resource usage can still be read."""
    handle = os.pidfd_open(pid)
    try:
        ended, _, _ = select.select([handle], [], [], limit)
    finally:
        os.close(handle)
    if not ended:
        raise BenchmarkError(f"a command took longer than {limit:.0f} s")
