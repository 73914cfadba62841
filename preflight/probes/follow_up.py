"""Begins the control experiments of one check as soon as its main line gives reason to."""

import asyncio
from collections.abc import Sequence

from preflight.model.evidence import Handshake, Outcome, PathStep
from preflight.model.plan import Direct, Stage
from preflight.model.vantage import Address
from preflight.probes.controls import Inquiry
from preflight.probes.field import Opened
from preflight.probes.look import Look
from preflight.probes.standing import Standing, stage_under_way
from preflight.probes.trial import Trial
from preflight.wire.resolve import addresses

PATIENCE = 1.0
"""Seconds of silence after which a step is followed up while it may still be answered: Linux's own wait before it repeats a SYN."""
IMPATIENT_SHARE = 0.5
"""Of a step's budget, where that is shorter: what is asked then can still end together with the step."""
GRACE = 0.1
"""Seconds that an experiment may need to wind up after its end."""


class FollowUp:
    """The experiments of one check."""

    def __init__(self, look: Look, controls: Sequence[Inquiry]) -> None:
        self._look = look
        self._controls = controls
        self._loop = asyncio.get_running_loop()
        self._timers: dict[Address | None, asyncio.TimerHandle] = {}
        self._asked: set[tuple[Inquiry, Address | None]] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._patience = min(PATIENCE, look.check.timeout * IMPATIENT_SHARE)
        look.trace.tell(self._heard)
        self._wait_for(None)

    def stop_waiting(self) -> None:
        """The main line is over: nothing is silent any more."""
        for timer in self._timers.values():
            timer.cancel()

    async def finish(self) -> None:
        """Wait for every experiment begun; the first bug among them rises when all are over."""
        if self._tasks:
            await asyncio.wait(self._tasks)
        for task in self._tasks:
            task.result()

    async def abandon(self) -> None:
        """Stop what is under way; what it has seen stays in the trace."""
        self.stop_waiting()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _heard(self, address: Address | None) -> None:
        """Something came to the main line at `address`, or the lookups ended."""
        if timer := self._timers.pop(address, None):
            timer.cancel()
        if address is None:
            self._consider(self._resolved())
            return
        steps = self._look.trace.steps(address)
        if steps:
            self._share(steps[-1])
            last = steps[-1]
            self._consider(_standing(address, steps, last.stage, last.outcome))
        if stage_under_way(self._look.check, steps) is not None:
            self._wait_for(address)

    def _wait_for(self, address: Address | None) -> None:
        self._timers[address] = self._loop.call_later(self._patience, self._silent, address)

    def _silent(self, address: Address | None) -> None:
        """Nothing came for a while."""
        steps = self._look.trace.steps(address) if address else ()
        stage = stage_under_way(self._look.check, steps) if address else Stage.DNS
        if stage is not None:
            self._consider(_standing(address, steps, stage, Outcome.DROPPED, is_silent=True))

    def _resolved(self) -> Standing:
        lookups = self._look.trace.lookups
        outcome = (
            Outcome.OK
            if addresses(lookups)
            else lookups[-1].outcome
            if lookups
            else Outcome.DROPPED
        )
        return _standing(None, (), Stage.DNS, outcome)

    def _share(self, step: PathStep) -> None:
        """Let the other checks know of a name that was answered."""
        if (
            isinstance(step, Handshake)
            and step.outcome is Outcome.OK
            and step.verified
            and step.server_name is not None
            and step.destination is not None
            and isinstance(self._look.check.route, Direct)
        ):
            self._look.field.opened(Opened(host=step.server_name, peer=step.destination))

    def _consider(self, standing: Standing) -> None:
        for control in self._controls:
            key = (control, standing.address)
            if (
                key not in self._asked
                and control.is_wanted(self._look, standing)
                and self._look.field.takes(control.EXPERIMENT, most=control.MOST)
            ):
                self._asked.add(key)
                self._tasks.append(self._loop.create_task(self._ask(control, standing)))

    async def _ask(self, control: Inquiry, standing: Standing) -> None:
        """Carry one out; beyond its end it keeps what it has seen until then."""
        trial = Trial(
            look=self._look,
            standing=standing,
            found=self._look.trace.control(control.EXPERIMENT, standing.address),
            end=self._end(standing),
        )
        try:
            async with asyncio.timeout_at(trial.end + GRACE):
                await control.ask(trial)
        except TimeoutError:
            return

    def _end(self, standing: Standing) -> float:
        """Together with the silent step that it follows; after a step that ended, one more budget; never beyond the run's."""
        budget = self._look.check.timeout - (self._patience if standing.is_silent else 0.0)
        return min(self._loop.time() + budget, self._look.field.end(self._look.check))


def _standing(
    address: Address | None,
    steps: tuple[PathStep, ...],
    stage: Stage,
    outcome: Outcome,
    *,
    is_silent: bool = False,
) -> Standing:
    return Standing(address=address, steps=steps, stage=stage, outcome=outcome, is_silent=is_silent)
