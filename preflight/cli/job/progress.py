"""How far the Jobs are: one line on a terminal, and a line of its own for what somebody should know at once."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from preflight.job.progress import Count, Progress, Silent
from preflight.report.escape import printable

WIDEST = 110
"""Columns of the line."""


class Line:
    """Sums up all clusters in one line, rewritten in place."""

    def __init__(self) -> None:
        # A signal's handler may tell something while this thread is about to.
        self._lock = threading.RLock()
        self._counts: dict[str, Count] = {}
        self._began = time.monotonic()

    def changed(self, context: str, count: Count) -> None:
        """Rewrite the line."""
        with self._lock:
            self._counts[context] = count
            self._write(self._line())

    def note(self, context: str, text: str) -> None:
        """Leave a line above, then go on."""
        with self._lock:
            where = f"{printable(context)}: " if context and len(self._counts) > 1 else ""
            self._write(f"{where}{printable(text)}\n")

    def finish(self) -> None:
        """Wipe the line, so that the report starts clean."""
        self._write("")

    def _line(self) -> str:
        def of(name: str) -> int:
            return sum(getattr(count, name) for count in self._counts.values())

        parts = [f"{of('done')}/{of('total')} places looked from"]
        parts += [
            f"{of(name)} {name}"
            for name in ("running", "starting", "waiting", "failed")
            if of(name)
        ]
        seconds = int(time.monotonic() - self._began)
        return f"{', '.join(parts)}; {seconds} s"[:WIDEST]

    def _write(self, text: str) -> None:
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """A listener for this terminal, wiped when the run is over."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield Silent()
        return
    line = Line()
    try:
        yield line
    finally:
        line.finish()
