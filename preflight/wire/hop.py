"""One packet with few hops to live, and who answers it."""

import asyncio

from preflight.model.evidence import Hop, Outcome, Transport
from preflight.model.plan import Stage
from preflight.model.vantage import Peer
from preflight.wire.classify import classify, describe
from preflight.wire.icmp import is_port_unreachable, is_time_exceeded, is_unreachable, words
from preflight.wire.network import Icmp, Network
from preflight.wire.stopwatch import Stopwatch


async def hop(
    network: Network, peer: Peer, *, transport: Transport, ttl: int, timeout: float
) -> Hop:
    """Send one packet that may pass `ttl - 1` routers, and wait `timeout` seconds for whoever answers it."""
    watch = Stopwatch(network)
    packet = network.packet(peer, transport=transport, ttl=ttl)
    told: Icmp | None = None
    outcome, error = Outcome.OK, ""
    try:
        async with asyncio.timeout(timeout):
            told = await packet.answer()
    except Exception as trouble:
        outcome, error = classify(trouble), describe(trouble)
    if told is not None:
        outcome, error = meaning(told, transport, version=peer.address.version)
    return Hop(
        at=watch.at,
        stage=Stage.TCP,
        source=packet.source,
        destination=peer,
        outcome=outcome,
        elapsed=watch.elapsed,
        error=error,
        transport=transport,
        ttl=ttl,
        router=told.sender if told else None,
    )


def meaning(told: Icmp, transport: Transport, *, version: int) -> tuple[Outcome, str]:
    """How an ICMP message ends a packet, and its name for people.

    A port that nobody listens on is how UDP is refused; TCP says that with RST, so whoever sends it there is no TCP of the host.
    """
    if is_time_exceeded(told, version=version):
        return Outcome.TTL_EXCEEDED, ""
    text = words(told, version=version)
    if not is_unreachable(told, version=version):
        return Outcome.UNKNOWN, text
    is_refused = transport is Transport.UDP and is_port_unreachable(told, version=version)
    return (Outcome.REFUSED if is_refused else Outcome.UNREACHABLE), text
