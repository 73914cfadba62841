"""Plan → Evidence: everything at once, within the descriptors and the time there are; a crash stays inside its check."""

import asyncio
import logging
import math
from asyncio import FIRST_COMPLETED
from collections.abc import Sequence
from typing import Any

from preflight.model.evidence import Evidence, Incomplete
from preflight.model.plan import Check
from preflight.model.progress import Progress
from preflight.probes import PROBES
from preflight.probes.controls import CONTROLS
from preflight.probes.field import Field
from preflight.probes.follow_up import FollowUp
from preflight.probes.look import Look
from preflight.probes.trace import Trace
from preflight.wire.names import Names
from preflight.wire.network import Network

MOST_LAG = 0.005
"""Seconds that one turn of the event loop may take before no further check is started."""

log = logging.getLogger("preflight")


async def run(
    checks: Sequence[Check],
    *,
    network: Network,
    names: Names,
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
    field = Field(checks)
    looks = [
        Look(check=c, network=network, names=names, trace=Trace(c), field=field) for c in checks
    ]
    tasks: dict[Look, asyncio.Task[Evidence]] = {}
    starting = asyncio.create_task(
        _start(looks, tasks, asyncio.Semaphore(network.capacity), progress, control=control)
    )
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({starting, stopped}, timeout=deadline, return_when=FIRST_COMPLETED)
    finally:
        await _cancel(starting, stopped, *tasks.values())
        await field.close()
        await names.close()
    if not starting.cancelled():
        starting.result()  # a bug of ours rises; no check must look as if it had had no time
    reason = Incomplete.INTERRUPTED if stop.is_set() else Incomplete.DEADLINE
    return tuple(_result(tasks.get(look), look, reason) for look in looks)


async def _start(
    looks: Sequence[Look],
    tasks: dict[Look, asyncio.Task[Evidence]],
    room: asyncio.Semaphore,
    progress: Progress,
    *,
    control: bool,
) -> None:
    """Start one check after the other, and wait for them all.

    A new one starts only while the event loop is on time. Else the answers to earlier ones would wait for our own attention, and
    a busy host would take its own slowness for silence of the network.
    """
    for look in looks:
        await room.acquire()
        await _be_on_time()
        task = asyncio.create_task(_carry_out(look, progress, control=control))
        task.add_done_callback(lambda _: room.release())
        tasks[look] = task
    if tasks:
        await asyncio.wait(tasks.values())


async def _be_on_time() -> None:
    loop = asyncio.get_running_loop()
    lag = math.inf
    while lag > MOST_LAG:
        before = loop.time()
        await asyncio.sleep(0)
        lag = loop.time() - before


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _carry_out(look: Look, progress: Progress, *, control: bool) -> Evidence:
    follow_up = FollowUp(look, CONTROLS if control else ())
    try:
        try:
            await PROBES[look.check.protocol](look)
        finally:
            follow_up.stop_waiting()
            look.field.ended()
        await follow_up.finish()
        evidence = look.trace.evidence()
    except Exception as bug:
        log.exception("the check of %s:%d crashed", look.check.host, look.check.port)
        evidence = look.trace.evidence(incomplete=Incomplete.CRASHED, error=_name(bug))
    finally:
        await follow_up.abandon()
    progress.done(evidence)
    return evidence


def _result(task: asyncio.Task[Evidence] | None, look: Look, reason: Incomplete) -> Evidence:
    if task is None or task.cancelled():
        return look.trace.evidence(incomplete=reason)
    return task.result()


def _name(bug: Exception) -> str:
    """The class that tells most: of a group, its first member's."""
    return _name(bug.exceptions[0]) if isinstance(bug, ExceptionGroup) else type(bug).__name__
