"""Another label under the same documented wildcard, on an address that is open: whether the rule allows the wildcard or one name.

Where that label is refused, a name that has nothing to do with the wildcard is tried as well: a service that answers it does not
mind strange names, so that it was not the service that refused the label.
"""

import asyncio

from preflight.model.evidence import Experiment, Handshake, Outcome
from preflight.model.plan import Direct, Stage
from preflight.probes.controls.another_name import FOLLOWED, WAIT_SHARE
from preflight.probes.field import Opened
from preflight.probes.greeting import greet
from preflight.probes.look import Look
from preflight.probes.standing import Standing
from preflight.probes.trial import Trial
from preflight.wire.resolve import addresses

EXPERIMENT = Experiment.OTHER_LABEL
MOST = 30
"""Documented wildcards are few."""
LABEL = "preflight-check"
"""Nobody's name, and one that a log explains."""


def is_wanted(look: Look, standing: Standing) -> bool:
    """At the first address that answers a name documented as a wildcard, straight on the way to the host."""
    return (
        look.check.wildcard is not None
        and isinstance(look.check.route, Direct)
        and standing.stage is Stage.TLS
        and standing.outcome is Outcome.OK
        and standing.address == next(iter(addresses(look.trace.lookups)), None)
    )


async def ask(trial: Trial) -> None:
    """Try the label; when it is refused, try what tells the filter from the service."""
    zone = (trial.check.wildcard or "").removeprefix("*.")
    await greet(trial, trial.address, f"{LABEL}.{zone}")
    last = trial.found[-1]
    if not isinstance(last, Handshake) or last.outcome not in FOLLOWED:
        return

    def is_unrelated(found: Opened) -> bool:
        return not found.host.endswith(f".{zone}")

    until = asyncio.get_running_loop().time() + trial.left * WAIT_SHARE
    opened = await trial.look.field.another(is_unrelated, until=until)
    if opened is not None:
        await greet(trial, trial.address, opened.host)
