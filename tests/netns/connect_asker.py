"""One connection, then a ClientHello on it: `python -m tests.netns.connect_asker ADDRESS`.

Prints a line: how the connection ended, who wrote the ICMP message, its text, and the seconds it took; where it came about, a second
one: whether the ClientHello was acknowledged, and how often it was sent again.
"""

import asyncio
import sys
from ipaddress import ip_address

from preflight.model.endpoint import Trust
from preflight.model.vantage import Peer
from preflight.wire.connect import connect
from preflight.wire.handshake import handshake
from preflight.wire.host import RealNetwork
from tests.netns.path import PORT

TIMEOUT = 1.5
"""Seconds; longer than Linux waits before it sends a SYN or data again."""


async def ask(peer: Peer) -> None:
    """Print what came of it."""
    network = RealNetwork()
    stream, seen = await connect(network, peer, timeout=TIMEOUT)
    print(seen.outcome, seen.router or "-", seen.error, round(seen.elapsed, 1), sep="\t")  # noqa: T201 - for the test
    if stream is None:
        return
    _, shaken = await handshake(
        network, stream, "a.test", trust=Trust.PUBLIC, verify=False, timeout=TIMEOUT
    )
    stream.close()
    if shaken.delivery:
        print(shaken.delivery.is_acknowledged, shaken.delivery.retransmissions > 0, sep="\t")  # noqa: T201 - for the test


if __name__ == "__main__":
    asyncio.run(ask(Peer(address=ip_address(sys.argv[1]), port=PORT)))
