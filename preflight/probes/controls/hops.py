"""Packets with growing time to live: how far the path answers, and whether a device nearer than the host answers in its place.

First SYNs, then datagrams to the same address and port, which pass what answers TCP for others. Each is one packet on a socket of its
own, closed at once.
"""

import asyncio
from collections.abc import Sequence
from itertools import takewhile

from preflight.model.evidence import Experiment, Hop, Outcome, PathStep, Transport
from preflight.model.plan import Direct, Stage
from preflight.model.vantage import Peer
from preflight.probes.look import Look
from preflight.probes.standing import Standing
from preflight.probes.trial import Trial
from preflight.wire.hop import hop
from preflight.wire.resolve import addresses

EXPERIMENT = Experiment.HOPS
MOST = 6
"""Addresses of one run: Linux answers one sender six times at once and then once a second (icmp_ratelimit of icmp(7))."""
AT_ONCE = 3
"""Addresses traced at the same time: with `NEAR` sockets each, as many as `wire.host.TRACING` keeps free."""
NEAR, FAR = 16, 30
"""Hops tried first, and hops beyond which no host is (traceroute's own bound); the rest is tried only while routers answer."""
LAST = 4
"""Of the first hops, the last ones, one of which must have answered for the rest to be tried."""
SPACING = 0.005
"""Seconds between two packets: what stands near has answered before the packets that go farther are sent at all."""
SILENCE = 0.6
"""Seconds for an answer; routers on another continent take half of that."""
SHORTEST = 0.2
"""Seconds after which the silence of a router begins to mean something; where there is no time for that, nothing is asked."""
FOLLOWED = {
    Stage.TCP: frozenset({Outcome.DROPPED, Outcome.REFUSED, Outcome.UNREACHABLE}),
    Stage.TLS: frozenset(
        {
            Outcome.RESET,
            Outcome.DROPPED,
            Outcome.CLOSED,
            Outcome.NOT_TLS,
            Outcome.UNTRUSTED,
            Outcome.EXPIRED,
            Outcome.NOT_YET_VALID,
            Outcome.NAME_MISMATCH,
        }
    ),
}
"""Ends that a device on the way can bring about as well as the host."""
ON_THE_WAY = frozenset({Outcome.DROPPED, Outcome.TTL_EXCEEDED})
"""Every other end is the last one: whoever answered so, answers all packets that go farther; or this host cannot ask."""


def is_wanted(look: Look, standing: Standing) -> bool:
    """After a connection that failed, or a handshake that somebody else may have ended, on the way straight to the host."""
    is_sent = not standing.steps or standing.steps[-1].source is not None
    return (
        isinstance(look.check.route, Direct)
        and standing.outcome in FOLLOWED.get(standing.stage, ())
        and is_sent
        and look.network.can_trace
        and not _is_like_another(look, standing)
    )


def _is_like_another(look: Look, standing: Standing) -> bool:
    """Whether an earlier address of the host and the family stands where this one does: what stops them is the same device."""
    before = takewhile(lambda address: address != standing.address, addresses(look.trace.lookups))
    return any(
        _end(look.trace.steps(address)) == _end(standing.steps)
        for address in before
        if standing.address is not None and address.version == standing.address.version
    )


def _end(steps: Sequence[PathStep]) -> tuple[int, Outcome | None]:
    return len(steps), steps[-1].outcome if steps else None


async def ask(trial: Trial) -> None:
    """Send SYNs as far as anything answers, then datagrams from there on."""
    turns = await trial.look.field.once((EXPERIMENT, "turns"), _turns)
    async with turns:
        silence = min(SILENCE, trial.left / 2)
        if silence < SHORTEST:
            return
        seen = await _trace(trial, Transport.TCP, silence, first=1)
        if all(each.outcome not in {Outcome.LOCAL, Outcome.UNKNOWN} for each in seen):
            await _trace(trial, Transport.UDP, min(SILENCE, trial.left), first=_reached(seen))


async def _turns() -> asyncio.Semaphore:
    return asyncio.Semaphore(AT_ONCE)


def _reached(seen: Sequence[Hop]) -> int:
    """Where datagrams begin: at the last router that a SYN reached, so that one hop shows whether both go the same way."""
    return max((each.ttl for each in seen if each.outcome is Outcome.TTL_EXCEEDED), default=1)


async def _trace(
    trial: Trial, transport: Transport, silence: float, *, first: int
) -> tuple[Hop, ...]:
    """Try the near hops, and the rest when routers still answer at the end of them."""
    near = max(NEAR, min(first + LAST, FAR))
    seen = await _send(trial, transport, range(first, near + 1), silence)
    is_on_its_way = all(each.outcome in ON_THE_WAY for each in seen)
    if is_on_its_way and _reached(seen) > near - LAST:
        seen += await _send(trial, transport, range(near + 1, FAR + 1), min(silence, trial.left))
    return seen


async def _send(
    trial: Trial, transport: Transport, ttls: Sequence[int], silence: float
) -> tuple[Hop, ...]:
    """Send them a moment apart until one has met its end, and wait for all that were sent."""
    peer = Peer(address=trial.address, port=trial.check.port)
    seen: list[Hop] = []
    ended = asyncio.Event()

    async def one(ttl: int) -> None:
        found = await hop(trial.network, peer, transport=transport, ttl=ttl, timeout=silence)
        seen.append(found)
        trial.found.append(found)
        if found.outcome not in ON_THE_WAY:
            ended.set()

    async with asyncio.TaskGroup() as sent:
        for ttl in ttls:
            sent.create_task(one(ttl))
            if await _is_set(ended, within=SPACING):
                break
    return tuple(seen)


async def _is_set(event: asyncio.Event, *, within: float) -> bool:
    try:
        async with asyncio.timeout(within):
            return await event.wait()
    except TimeoutError:
        return False
