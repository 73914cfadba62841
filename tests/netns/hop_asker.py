"""Packets with few hops to live, one after the other: `python -m tests.netns.hop_asker ADDRESS TRANSPORT`.

Prints a line for each: what it may pass, how it ended, who wrote the ICMP message, and the error's text.
"""

import asyncio
import sys
from ipaddress import ip_address

from preflight.model.evidence import Transport
from preflight.model.vantage import Peer
from preflight.wire.hop import hop
from preflight.wire.host import RealNetwork
from tests.netns.path import PORT

TIMEOUT = 0.5
HOPS = 5
"""One more than there are."""


async def trace(peer: Peer, transport: Transport) -> None:
    """Print what each packet met."""
    network = RealNetwork()
    for ttl in range(1, HOPS + 1):
        seen = await hop(network, peer, transport=transport, ttl=ttl, timeout=TIMEOUT)
        print(ttl, seen.outcome, seen.router or "-", seen.error, sep="\t")  # noqa: T201 - for the test


if __name__ == "__main__":
    asyncio.run(trace(Peer(address=ip_address(sys.argv[1]), port=PORT), Transport(sys.argv[2])))
