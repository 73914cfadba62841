"""A ClientHello as large as modern clients send, beside the small one: whether the path loses what needs a second segment.

Some firewalls read only the first segment, and drop or reset a ClientHello that does not end in it: curl passes, and a client with
a post-quantum key share does not. So this is asked on open paths too. Where nothing answers, it is asked again, beside small ones
and one in small segments: a lost packet or an overloaded host is no such device, and a link with a small MTU is another matter.
"""

import asyncio

from preflight.model.endpoint import Protocol
from preflight.model.evidence import Experiment, Handshake, Hello, Outcome, PathStep
from preflight.model.plan import Check, Direct, Stage
from preflight.model.vantage import Address
from preflight.probes.controls.small_segments import SMALLEST
from preflight.probes.look import Look
from preflight.probes.route import reach
from preflight.probes.standing import Standing, stage_under_way
from preflight.probes.trial import Trial
from preflight.wire.hello import CLASSIC, MODERN, hello, sends_large
from preflight.wire.resolve import addresses

EXPERIMENT = Experiment.LARGE_HELLO
MOST = 64
"""Checks of one run: more than any profile has, and what loses segments stands in everybody's way; a longer list is not asked twice."""
PROTOCOLS = frozenset({Protocol.HTTPS, Protocol.WSS})
PATIENCE = 1.0
"""Seconds of silence after which the others are sent, so that their own silence can still mean something."""
IMPATIENT_SHARE = 0.3
"""Of a step's budget, where that is shorter."""
SHORTEST = 0.2
"""Seconds; where less is left of the run, nothing is asked, because silence would mean nothing."""
FAILED = frozenset({Outcome.DROPPED, Outcome.RESET, Outcome.CLOSED})
"""Ends that a device brings about which cannot put segments together; any answer in TLS shows that the ClientHello arrived."""


def is_wanted(look: Look, standing: Standing) -> bool:
    """At the address that connects first, once for a check; where the main line's own is a large one, only when it is not answered."""
    if look.check.protocol not in PROTOCOLS or standing.address is None:
        return False
    if sends_large(look.network):
        return standing.stage is Stage.TLS and standing.outcome in FAILED
    return _is_open(look.check, standing.steps) and not any(
        _is_open(look.check, look.trace.steps(address))
        for address in _siblings(look, standing.address)
    )


def _siblings(look: Look, address: Address) -> tuple[Address, ...]:
    return tuple(other for other in addresses(look.trace.lookups) if other != address)


def _is_open(check: Check, steps: tuple[PathStep, ...]) -> bool:
    """Whether the connection to the host is there, or was."""
    return any(
        stage_under_way(check, steps[: count + 1]) is Stage.TLS for count in range(len(steps))
    )


async def ask(trial: Trial) -> None:
    """Send it; when it fails where the small one is answered, send all kinds that tell why."""
    patience = min(PATIENCE, trial.check.timeout * IMPATIENT_SHARE)
    if trial.left < SHORTEST:
        return
    async with asyncio.TaskGroup() as sent:
        first = sent.create_task(_send(trial, MODERN, connecting=patience))
        if sends_large(trial.network) or await _is_worth_more(trial, first, patience):
            for size, mss in _others(trial):
                sent.create_task(_send(trial, size, mss=mss))


def _others(trial: Trial) -> list[tuple[int, int | None]]:
    """Sizes and segments, the small ones last: whoever bounds connections by their number answers the first rather than the last."""
    again: list[tuple[int, int | None]] = [(MODERN, None), (MODERN, None)]
    if isinstance(trial.check.route, Direct):
        again.append((MODERN, SMALLEST[trial.address.version]))
    return [*again, (CLASSIC, None), (CLASSIC, None)]


async def _send(
    trial: Trial, size: int, *, mss: int | None = None, connecting: float | None = None
) -> Hello | None:
    """Connect, within `connecting` seconds where they are given: nobody shall wait for a second connection to an open host."""
    budget = trial.left if connecting is None else min(trial.left, connecting)
    stream = await reach(trial.look, trial.address, trial.found, timeout=budget, mss=mss)
    if stream is None:
        return None
    try:
        seen = await hello(trial.network, stream, trial.check.host, size=size, timeout=trial.left)
        trial.found.append(seen)
        return seen
    finally:
        stream.close()


async def _is_worth_more(trial: Trial, first: asyncio.Task[Hello | None], patience: float) -> bool:
    """Whether it failed, or is silent for a while, and the main line's small one did better."""
    await asyncio.wait({first}, timeout=patience)
    main = _handshake(trial)
    if not first.done():
        return main is not None and main.outcome is Outcome.OK
    seen = first.result()
    is_better = main is None or main.outcome is Outcome.OK  # it may be answered any moment
    return seen is not None and seen.outcome in FAILED and is_better


def _handshake(trial: Trial) -> Handshake | None:
    """The main line's handshake with the host, once it has ended."""
    steps = trial.look.trace.steps(trial.address)
    ended = (s for s in steps if isinstance(s, Handshake) and s.stage is Stage.TLS)
    return next(ended, None)
