"""The tasks of one actor."""

import asyncio
from collections.abc import Coroutine
from ssl import SSLError

GONE = (OSError, SSLError, EOFError, asyncio.LimitOverrunError)
"""How a task of an actor may end when its client goes away; anything else is a mistake in the fake."""


class Lifetime:
    """Runs an actor's tasks until it ends; a mistake in one of them is raised then, so that it fails the test."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Run `work` beside everything else."""
        self._tasks.add(asyncio.get_running_loop().create_task(work))

    async def end(self) -> None:
        """Cancel what still runs and wait for it."""
        while pending := [task for task in self._tasks if not task.done()]:
            for task in pending:
                task.cancel()
            await asyncio.wait(pending)
        # Transports call connection_lost in the iteration after their abort; without it they are reported as leaked.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        for task in self._tasks:
            mistake = None if task.cancelled() else task.exception()
            if mistake is not None and not isinstance(mistake, GONE):
                raise mistake


async def forever() -> None:
    """Wait until cancelled."""
    await asyncio.get_running_loop().create_future()
