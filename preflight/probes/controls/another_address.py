"""The same server name on an address where another name of the plan is answered: whether the name is refused wherever it goes."""

import asyncio

from preflight.model.evidence import Experiment
from preflight.probes.controls import another_name
from preflight.probes.field import Opened
from preflight.probes.greeting import greet
from preflight.probes.look import Look
from preflight.probes.standing import Standing
from preflight.probes.trial import Trial

EXPERIMENT = Experiment.ANOTHER_ADDRESS
MOST = another_name.MOST


def is_wanted(look: Look, standing: Standing) -> bool:
    """Where another name is asked for here as well: the two answers belong together."""
    return another_name.is_wanted(look, standing)


async def ask(trial: Trial) -> None:
    """Take the name to an address that is known to be open, as soon as there is one."""

    def is_elsewhere(found: Opened) -> bool:
        return (
            found.host != trial.check.host
            and found.peer.port == trial.check.port
            and found.peer.address != trial.address
        )

    until = asyncio.get_running_loop().time() + trial.left * another_name.WAIT_SHARE
    opened = await trial.look.field.another(is_elsewhere, until=until)
    if opened is not None:
        await greet(trial, opened.peer.address, trial.check.host)
