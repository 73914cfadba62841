"""What the checks of one run know of each other, so that the controls of one can ask within the plan of all."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from preflight.model.evidence import Experiment
from preflight.model.plan import Check
from preflight.model.vantage import Peer

Found = TypeVar("Found")

STEPS = 2
"""Budgets of one step after which no control is under way any more: one for what failed, one to find out why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A server name that was answered with a verified handshake, and where."""

    host: str
    peer: Peer


class Field:
    """The run around a check."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self.checks = checks
        self._begin = asyncio.get_running_loop().time()
        self._opened: dict[Opened, None] = {}
        """In the order in which they were answered."""
        self._news = asyncio.Event()
        self._under_way = len(checks)
        self._asked: Counter[Experiment] = Counter()
        self._answers: dict[Hashable, asyncio.Future[Any]] = {}

    def end(self, check: Check) -> float:
        """When the controls of `check` must be over, on the event loop's clock."""
        return self._begin + STEPS * check.timeout

    def takes(self, experiment: Experiment, *, most: int) -> bool:
        """Count one more of `experiment`; False when the run has had `most` already."""
        if self._asked[experiment] >= most:
            return False
        self._asked[experiment] += 1
        return True

    def opened(self, found: Opened) -> None:
        """A name was answered."""
        if found not in self._opened:
            self._opened[found] = None
            self._tell()

    def ended(self) -> None:
        """The main line of one check is over."""
        self._under_way -= 1
        self._tell()

    async def another(self, is_wanted: Callable[[Opened], bool], *, until: float) -> Opened | None:
        """The first name answered that is wanted; waits for one no longer than one may still come, and not beyond `until`."""
        try:
            async with asyncio.timeout_at(until):
                while True:
                    found = next(filter(is_wanted, self._opened), None)
                    if found is not None or self._under_way <= 0:
                        return found
                    await self._news.wait()
        except TimeoutError:
            return None

    def _tell(self) -> None:
        """Wake everyone who waits now; who comes later waits for the next news."""
        self._news.set()
        self._news = asyncio.Event()

    async def once(self, key: Hashable, ask: Callable[[], Awaitable[Found]]) -> Found:
        """What `ask` finds out, asked by the first who wants to know and shared with all who come later."""
        if key not in self._answers:
            self._answers[key] = asyncio.ensure_future(ask())
        answer: Found = await asyncio.shield(self._answers[key])
        return answer

    async def close(self) -> None:
        """Stop what is still being asked."""
        for answer in self._answers.values():
            answer.cancel()
        await asyncio.gather(*self._answers.values(), return_exceptions=True)
