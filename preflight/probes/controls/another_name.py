"""Another server name of the plan on the same address: whether the name is what was refused, or the address.

Nothing is sent after the handshake, and nothing is judged: any TLS answer shows that the name passes. Where the plan has no other
name, a ClientHello without any is the next best.
"""

import asyncio

from preflight.hostname import address_of
from preflight.model.endpoint import Protocol
from preflight.model.evidence import Experiment, Outcome
from preflight.model.plan import Direct, Stage
from preflight.probes.field import Opened
from preflight.probes.greeting import greet
from preflight.probes.look import Look
from preflight.probes.standing import Standing
from preflight.probes.trial import Trial

EXPERIMENT = Experiment.ANOTHER_NAME
MOST = 200
"""Far more endpoints than a profile has."""
FOLLOWED = frozenset({Outcome.RESET, Outcome.DROPPED, Outcome.CLOSED, Outcome.ALERT})
NAMES = 2
"""Names tried: one that the run found open, which a filter lets through, and one more of the plan in case the service rejects it."""
WAIT_SHARE = 0.5
"""Of the time there is, for an open name to turn up; the rest is for asking."""


def is_wanted(look: Look, standing: Standing) -> bool:
    """After a ClientHello that met no certificate, straight on the way to the host."""
    return (
        isinstance(look.check.route, Direct)
        and standing.stage is Stage.TLS
        and standing.outcome in FOLLOWED
        and address_of(look.check.host) is None
    )


async def ask(trial: Trial) -> None:
    """Shake hands under other names, all at once."""
    nameless = str(
        trial.address
    )  # an address is no server name, so that none is sent (RFC 6066 §3)
    names = await _names(trial) or (nameless,)
    async with asyncio.TaskGroup() as asked:
        for name in names:
            asked.create_task(greet(trial, trial.address, name))


async def _names(trial: Trial) -> tuple[str, ...]:
    """A name that the run found open, if there is one, then others of the plan, unrelated ones first; empty where there is none."""
    planned = _planned(trial)
    if not planned:
        return ()
    until = asyncio.get_running_loop().time() + trial.left * WAIT_SHARE

    def is_other(found: Opened) -> bool:
        return found.host != trial.check.host

    opened = await trial.look.field.another(is_other, until=until)
    return tuple(dict.fromkeys([*([opened.host] if opened else []), *planned]))[:NAMES]


def _planned(trial: Trial) -> list[str]:
    """The plan's other names: a filter's list of names often ends with a domain, so that those of other domains come first."""
    own = trial.check.host
    others = dict.fromkeys(
        check.host
        for check in trial.look.field.checks
        if check.protocol in {Protocol.HTTPS, Protocol.WSS}
        and check.host != own
        and address_of(check.host) is None
    )
    return sorted(others, key=lambda name: _domain(name) == _domain(own))


def _domain(name: str) -> list[str]:
    return name.split(".")[-2:]
