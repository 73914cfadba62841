"""The same over the way not taken: directly where the proxy is in the way, through the proxy where NO_PROXY sends the host past it.

It shows whose rule it is, and never what the endpoint's own cause is: clients go the way that is configured.
"""

import asyncio
from dataclasses import replace

from preflight.model.evidence import Exchange, Experiment, Outcome
from preflight.model.plan import Stage, ViaProxy
from preflight.probes.controls.repeat import ATTEMPTS
from preflight.probes.look import Look
from preflight.probes.standing import Standing
from preflight.probes.trace import Trace
from preflight.probes.trial import Trial

EXPERIMENT = Experiment.OTHER_ROUTE
MOST = 500
"""Addresses of one run: as many as make one or two checks each."""
ADDRESSES = 2
"""Tried over the other way: whether any answers is the question."""
STEPS = 2
"""Silent steps that there is time for: one is enough to know of, and others may come before it."""
SHORTEST = 0.1
"""Seconds of a step; with less, its silence would mean nothing."""
ENDED = frozenset({Outcome.DROPPED, Outcome.RESET, Outcome.CLOSED})
AT_PROXY = ENDED | {
    Outcome.REFUSED,
    Outcome.UNREACHABLE,
    Outcome.AUTH_REQUIRED,
    Outcome.DENIED,
    Outcome.UPSTREAM_FAILED,
}
"""Ends that the proxy, or the way to it, brings about."""
PAST_PROXY = {
    Stage.TCP: frozenset({Outcome.DROPPED, Outcome.REFUSED, Outcome.UNREACHABLE}),
    Stage.TLS: ENDED | {Outcome.ALERT, Outcome.NOT_TLS},
    Stage.HTTP: ENDED,
}
"""Ends that a device on the direct way can bring about."""
REFUSALS = frozenset({403, 407, 502, 503, 504})
"""Statuses that a proxy gives in the service's place to clear HTTP; the service may have given all but 407 itself."""


def is_wanted(look: Look, standing: Standing) -> bool:
    """After a failure that the other way may not have, where there is another one."""
    if look.check.alternative is None or look.check.protocol not in ATTEMPTS:
        return False
    if standing.stage is Stage.DNS:
        return standing.outcome is not Outcome.OK
    if isinstance(look.check.route, ViaProxy):
        return _is_refused(standing) or (
            standing.stage is Stage.PROXY and standing.outcome in AT_PROXY
        )
    return standing.outcome in PAST_PROXY.get(standing.stage, ())


def _is_refused(standing: Standing) -> bool:
    """Whether the answer to clear HTTP may be the proxy's."""
    last = standing.steps[-1] if standing.steps else None
    return isinstance(last, Exchange) and last.status in REFUSALS


async def ask(trial: Trial) -> None:
    """Look up what the other way begins with and make the attempt there, once for a check."""
    turn = await trial.look.field.once((EXPERIMENT, trial.check), _turn)
    if turn.locked() or trial.check.alternative is None:
        return
    await turn.acquire()  # and never given back
    check = replace(
        trial.check, route=trial.check.alternative, alternative=None, timeout=trial.left
    )
    look = replace(trial.look, check=check, trace=Trace(check))
    try:
        found = await look.resolve()
        trial.found.extend(look.trace.lookups)
        paced = replace(look, check=replace(check, timeout=trial.left / STEPS))
        if found and paced.check.timeout >= SHORTEST:
            await paced.at_each(found[:ADDRESSES], ATTEMPTS[check.protocol])
    finally:
        for attempt in look.trace.attempts():
            trial.found.extend(attempt.steps)


async def _turn() -> asyncio.Lock:
    return asyncio.Lock()
