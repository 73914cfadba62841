"""Another label under the same documented wildcard, on an address that is open: whether the rule allows the wildcard or one name.

Services refuse names that they do not know as firewalls do. So where the label is refused, a name that the run found open at another
address is tried as well: a service that answers even that one does not mind strange names, and did not refuse the label. Then the
label is tried once more.
"""

import asyncio

from preflight.model.evidence import Experiment, Handshake, Outcome
from preflight.model.plan import Direct, Stage
from preflight.probes.controls.another_name import FOLLOWED
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
SHARE = 1 / 4
"""Of the time there is, for each of the three handshakes and for an open name to turn up."""
PATIENCE, SLOWER = 1.0, 10
"""Seconds after which silence is enough, or so many times what the open name's handshake took: a run must not wait for more."""


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
    """Try the label; when it is refused, try what tells the filter from the service, and the label again."""
    label = f"{LABEL}.{_zone(trial)}"
    share = trial.left * SHARE
    within = min(share, max(PATIENCE, SLOWER * trial.standing.steps[-1].elapsed))
    if not _is_refused(await greet(trial, trial.address, label, within=within)):
        return
    strange = await _strange(trial, until=asyncio.get_running_loop().time() + share)
    if strange is None:
        return
    answered = await greet(trial, trial.address, strange.host, within=within)
    if answered is not None and answered.outcome is Outcome.OK:
        await greet(trial, trial.address, label, within=within)


def _zone(trial: Trial) -> str:
    return (trial.check.wildcard or "").removeprefix("*.")


def _is_refused(shaken: Handshake | None) -> bool:
    return shaken is not None and shaken.outcome in FOLLOWED


async def _strange(trial: Trial, *, until: float) -> Opened | None:
    """A name that passes what stands on the way, and that this address is not expected to know."""
    zone, own = f".{_zone(trial)}", addresses(trial.look.trace.lookups)

    def is_strange(found: Opened) -> bool:
        return not found.host.endswith(zone) and found.peer.address not in own

    return await trial.look.field.another(is_strange, until=until)
