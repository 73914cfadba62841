"""Plan → Evidence: everything at once, within the descriptors and the time there are; a crash stays inside its check."""

import asyncio
import logging
from collections.abc import Sequence

from preflight.model.evidence import Evidence, Incomplete
from preflight.model.plan import Check
from preflight.model.progress import Progress
from preflight.model.vantage import Vantage
from preflight.probes import PROBES
from preflight.probes.controls import CONTROLS
from preflight.probes.look import Look, Names
from preflight.probes.trace import Trace
from preflight.wire.network import Network

log = logging.getLogger("preflight")


async def run(
    checks: Sequence[Check],
    *,
    network: Network,
    vantage: Vantage,
    deadline: float,
    control: bool,
    progress: Progress,
    stop: asyncio.Event,
) -> tuple[Evidence, ...]:
    """Carry out every check, at most `deadline` seconds long or until `stop` is set.

    Returns:
        One evidence per check, in the plan's order; what had no time left says so.
    """
    progress.start(len(checks))
    names = Names(network=network, vantage=vantage)
    room = asyncio.Semaphore(network.capacity)
    looks = [Look(check=c, network=network, names=names, trace=Trace(c)) for c in checks]
    tasks = [
        asyncio.create_task(_carry_out(look, room, progress, control=control)) for look in looks
    ]
    ended = asyncio.create_task(asyncio.wait(tasks)) if tasks else None
    stopped = asyncio.create_task(stop.wait())
    try:
        if ended is not None:
            await asyncio.wait(
                {ended, stopped}, timeout=deadline, return_when=asyncio.FIRST_COMPLETED
            )
    finally:
        for task in (*tasks, stopped, *([ended] if ended else [])):
            task.cancel()
        await asyncio.gather(*tasks, stopped, *([ended] if ended else []), return_exceptions=True)
        await names.close()
    reason = Incomplete.INTERRUPTED if stop.is_set() else Incomplete.DEADLINE
    return tuple(_result(task, look, reason) for task, look in zip(tasks, looks, strict=True))


async def _carry_out(
    look: Look, room: asyncio.Semaphore, progress: Progress, *, control: bool
) -> Evidence:
    async with room:
        try:
            await PROBES[look.check.protocol](look)
            if control:
                await _ask_controls(look)
            evidence = look.trace.evidence()
        except Exception as bug:
            log.exception("the check of %s:%d crashed", look.check.host, look.check.port)
            evidence = look.trace.evidence(incomplete=Incomplete.CRASHED, error=_name(bug))
    progress.done(evidence)
    return evidence


async def _ask_controls(look: Look) -> None:
    wanted = [(c, a) for a in look.trace.attempts() for c in CONTROLS if c.is_wanted(a)]
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(control.ask(look, attempt)) for control, attempt in wanted]
    for task in asked:
        look.trace.controlled(task.result())


def _result(task: asyncio.Task[Evidence], look: Look, reason: Incomplete) -> Evidence:
    return look.trace.evidence(incomplete=reason) if task.cancelled() else task.result()


def _name(bug: Exception) -> str:
    """The class that tells most: of a group, its first member's."""
    return _name(bug.exceptions[0]) if isinstance(bug, ExceptionGroup) else type(bug).__name__
