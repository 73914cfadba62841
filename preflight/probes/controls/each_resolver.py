"""The name at every configured resolver by itself, over UDP and over TCP: who says what, and who says nothing.

A program believes the first resolver that answers, and so does the main line. What the others would have said tells a missing
forwarder from a name that nobody here resolves. A different answer over TCP tells that something on the way answers the questions over
UDP in the resolver's place.
"""

import asyncio

from preflight.model.evidence import Experiment, Outcome, Transport
from preflight.model.vantage import Peer
from preflight.probes.astray import is_led_astray, is_looked_up
from preflight.probes.controls.impossible_name import SHORTEST
from preflight.probes.look import Look
from preflight.probes.standing import Standing
from preflight.probes.trial import Trial
from preflight.wire.resolve import ask_resolver

EXPERIMENT = Experiment.EACH_RESOLVER
MOST = 50
"""Checks of one run; where more names fail, the first ones show who says what."""
RESOLVERS = 3
"""As many as a stub resolver uses (resolv.conf(5), MAXNS)."""
NAMELESS = frozenset(
    {
        Outcome.DROPPED,
        Outcome.NXDOMAIN,
        Outcome.SERVFAIL,
        Outcome.RCODE_REFUSED,
        Outcome.RCODE_OTHER,
        Outcome.NO_DATA,
        Outcome.MALFORMED,
    }
)
"""Ends of a lookup without an address."""


def is_wanted(look: Look, standing: Standing) -> bool:
    """Where the resolvers' answer, or what is at the address that it leads to, keeps the host from being reached."""
    if not is_looked_up(look):
        return False
    if standing.address is None:
        return standing.outcome in NAMELESS
    return is_led_astray(look, standing)


async def ask(trial: Trial) -> None:
    """Put every question that the main line has not put yet, all at once."""
    if trial.left < SHORTEST:
        return
    asked = {(each.destination, each.transport) for each in trial.look.trace.lookups}
    async with asyncio.TaskGroup() as group:
        for resolver in trial.look.names.resolvers[:RESOLVERS]:
            for transport in (Transport.UDP, Transport.TCP):
                if (resolver, transport) not in asked:
                    group.create_task(_ask(trial, resolver, transport))


async def _ask(trial: Trial, resolver: Peer, transport: Transport) -> None:
    found = await ask_resolver(
        trial.network,
        trial.check.host,
        resolver,
        timeout=trial.left,
        over=frozenset({transport}),
    )
    trial.found.extend(found)
