"""`check --watch`: looks again and again until everything required is open, and tells what changed, with the time of each."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TextIO

from preflight.cli.output import style_of
from preflight.report import PLAIN
from preflight.report.transitions import (
    Transition,
    awaited,
    beginning,
    ending,
    moved,
    notes,
    remaining,
    transitions,
)

if TYPE_CHECKING:
    from preflight.model.report import Report

SHORTEST, LONGEST = 5.0, 30.0
"""Seconds between the end of one look and the begin of the next."""
PATIENT = 24
"""Looks without any change after which the pauses begin to double."""
MOST_NOTED = 50
"""Transitions that a report repeats, the last ones."""

Look = Callable[[], Awaitable["Report"]]
Rest = Callable[[float], Awaitable[bool]]
"""Waits so many seconds, and says whether it was told to stop meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How it ended."""

    report: "Report"
    """Of the last whole look, with what changed until then; of the first one, when that was interrupted."""
    interrupted: bool


class Lines:
    """Lines on standard error; a terminal also has one that is rewritten while nothing happens. None as stream: nothing at all."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._wiped = True
        self.style = style_of(stream, os.environ) if stream else PLAIN

    def say(self, lines: Sequence[str]) -> None:
        """Write lines that stay."""
        self.wipe()
        self._write("".join(f"{line}\n" for line in lines))

    def rest(self, line: str) -> None:
        """Write a line that the next one takes the place of; only a terminal sees it."""
        if self._stream and self._stream.isatty():
            self.wipe()
            self._write(line)
            self._wiped = False

    def wipe(self) -> None:
        """Take away the line that does not stay."""
        if not self._wiped:
            self._write("\r\x1b[K")
            self._wiped = True

    def _write(self, text: str) -> None:
        if self._stream and text:
            # Whoever read it has left: the looks go on, and the report is still written.
            with suppress(OSError):
                self._stream.write(text)
                self._stream.flush()


async def watch(look: Look, *, rest: Rest, lines: Lines) -> Watched:
    """Look until nothing required is waited for any more, or until told to stop."""
    try:
        return await _watch(look, rest, lines)
    finally:
        lines.wipe()


async def _watch(look: Look, rest: Rest, lines: Lines) -> Watched:
    first = report = await look()
    if report.interrupted:
        return Watched(report=report, interrupted=True)
    lines.say(beginning(report, lines.style))
    seen: list[Transition] = []
    looks = calm = 1
    while awaited(report):
        lines.rest(remaining(report, looks, pause(calm)))
        if await rest(pause(calm)):
            return Watched(report=_noted(report, first, looks, seen), interrupted=True)
        newer = await look()
        if newer.interrupted:
            return Watched(report=_noted(report, first, looks, seen), interrupted=True)
        found = transitions(report, newer)
        lines.say(moved(found, lines.style))
        seen += found
        looks, calm, report = looks + 1, 1 if found else calm + 1, newer
    if looks > 1:
        lines.say([ending(looks, report)])
    return Watched(report=_noted(report, first, looks, seen), interrupted=False)


def pause(calm: int) -> float:
    """Return the seconds to wait after so many looks without a change: steady at first, then longer and longer."""
    doubled = min(max(calm - PATIENT, 0), 10)
    return min(SHORTEST * 2.0**doubled, LONGEST)


def _noted(report: "Report", first: "Report", looks: int, seen: list[Transition]) -> "Report":
    if looks == 1:
        return report
    told = notes(looks, first.started_at, seen[-MOST_NOTED:])
    return replace(report, notices=(*report.notices, *told))


def until(stop: asyncio.Event) -> Rest:
    """Return a rest that ends as soon as `stop` is set."""

    async def rest(seconds: float) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)
        return stop.is_set()

    return rest
