"""Progress on standard error, only where a terminal shows it."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from preflight.model.evidence import Evidence
from preflight.model.progress import Progress, Silent

PATIENCE = 1.0
"""Seconds before the first sign: a quick run needs none."""
INTERVAL = 0.1
"""Seconds between two signs."""


class Line:
    """One line that counts the checks that ended, rewritten in place."""

    def __init__(self) -> None:
        self._total = 0
        self._done = 0
        self._next = time.monotonic() + PATIENCE
        self._shown = False

    def start(self, total: int) -> None:
        """`total` checks are about to run."""
        self._total = total

    def done(self, evidence: Evidence) -> None:  # noqa: ARG002 - only counted
        """One check ended."""
        self._done += 1
        now = time.monotonic()
        if now >= self._next:
            self._next = now + INTERVAL
            self._shown = True
            sys.stderr.write(
                f"\r{self._done}/{self._total} checked; the rest has not answered yet \x1b[K"
            )
            sys.stderr.flush()

    def finish(self) -> None:
        """Wipe the line, so that the report starts clean."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """A listener for this terminal, wiped when the run is over."""
    # Python knows nothing of a stream whose descriptor was closed (`2>&-`).
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield Silent()
        return
    line = Line()
    try:
        yield line
    finally:
        line.finish()
