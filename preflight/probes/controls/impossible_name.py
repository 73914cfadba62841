"""Names that cannot exist, and another one that does, at the same resolver: whether it answers for this name or for any.

Where the name leads somewhere and fails there, the resolver is asked for two names that nobody has: one of the top-level domain that
is reserved for that (`invalid`, RFC 6761 §6.4), and one beside the host's own. A resolver that gives the same address for them leads
everybody there. Where it gives no address, one name beside the host's own and the domain above are asked for: a resolver that
answers those is alive, and minds this name. Whoever answers for `invalid` need not have a way to the outside, so that silence is
not compared with it.
"""

import asyncio
import secrets

from preflight.model.evidence import Experiment, Lookup, Outcome
from preflight.model.vantage import Peer
from preflight.probes.astray import givers, is_led_astray, is_looked_up
from preflight.probes.look import Look
from preflight.probes.standing import Standing
from preflight.probes.trial import Trial
from preflight.wire.resolve import ask_resolver

EXPERIMENT = Experiment.IMPOSSIBLE_NAME
MOST = 50
"""Checks of one run; a resolver that leads everybody elsewhere shows it in the first ones."""
LABEL = "preflight-check"
"""Begins the names that nobody has, so that a resolver's log explains them."""
SHORTEST = 0.1
"""Seconds without which nothing is asked: an answer that had no time to come must not look like silence."""
DOMAIN_LABELS = 2
UNANSWERED = frozenset({Outcome.DROPPED, Outcome.SERVFAIL, Outcome.RCODE_REFUSED})
"""Ends of a lookup that can be about this name or about the resolver."""


def is_wanted(look: Look, standing: Standing) -> bool:
    """Where a resolver gave an address at which nothing works, or no address although it may have one."""
    if not is_looked_up(look):
        return False
    if standing.address is None:
        return standing.outcome in UNANSWERED
    return is_led_astray(look, standing)


async def ask(trial: Trial) -> None:
    """Put all questions at once; whoever else of the run wants to know the same waits for the same answers."""
    if trial.left < SHORTEST:
        return
    host = trial.check.host
    beside, domain = _zone(host), ".".join(host.split(".")[-DOMAIN_LABELS:])
    is_led = trial.standing.address is not None
    resolvers = givers(trial.look) if is_led else trial.look.names.resolvers
    wanted = ["invalid", beside] if is_led else [beside]
    async with asyncio.TaskGroup() as asked:
        for resolver in resolvers:
            for zone in wanted:
                asked.create_task(_ask_impossible(trial, zone, resolver))
            if not is_led and domain != host:
                asked.create_task(_ask(trial, domain, resolver, key=domain))


def _zone(host: str) -> str:
    """What the host is directly below; the host itself where that would be a top-level domain."""
    _, _, above = host.partition(".")
    return above if "." in above else host


async def _ask_impossible(trial: Trial, zone: str, resolver: Peer) -> None:
    await _ask(trial, f"{LABEL}-{secrets.token_hex(4)}.{zone}", resolver, key=f"*.{zone}")


async def _ask(trial: Trial, name: str, resolver: Peer, *, key: str) -> None:
    async def find_out() -> tuple[Lookup, ...]:
        return await ask_resolver(trial.network, name, resolver, timeout=trial.left)

    trial.found.extend(await trial.look.field.once((EXPERIMENT, key, resolver), find_out))
