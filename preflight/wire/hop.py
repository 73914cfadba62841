"""One packet with few hops to live, and who answers it."""

import asyncio

from preflight.model.evidence import Hop, Outcome, Transport
from preflight.model.plan import Stage
from preflight.model.vantage import Peer
from preflight.wire.classify import classify, describe
from preflight.wire.network import Icmp, Network
from preflight.wire.stopwatch import Stopwatch

TIME_EXCEEDED = {4: (11, 0), 6: (3, 0)}
"""Type and code by IP version: hops used up in transit (RFC 792, RFC 4443 §3.3)."""
UNREACHABLE = {4: 3, 6: 1}
PORT = {4: 3, 6: 4}
"""Type of every destination unreachable, and its code for a port."""
REASONS = {
    (4, 0): "network unreachable",
    (4, 1): "host unreachable",
    (4, 2): "protocol unreachable",
    (4, 3): "port unreachable",
    (4, 9): "network administratively prohibited",
    (4, 10): "host administratively prohibited",
    (4, 13): "administratively prohibited",
    (6, 0): "no route",
    (6, 1): "administratively prohibited",
    (6, 3): "address unreachable",
    (6, 4): "port unreachable",
    (6, 5): "source address failed policy",
    (6, 6): "reject route",
}
"""Codes by IP version (RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1, RFC 4443 §3.1)."""


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
    if (told.type, told.code) == TIME_EXCEEDED[version]:
        return Outcome.TTL_EXCEEDED, ""
    name = f"ICMP type {told.type} code {told.code}"
    if told.type != UNREACHABLE[version]:
        return Outcome.UNKNOWN, name
    reason = REASONS.get((version, told.code))
    text = f"{reason} ({name})" if reason else name
    is_refused = transport is Transport.UDP and told.code == PORT[version]
    return (Outcome.REFUSED if is_refused else Outcome.UNREACHABLE), text
