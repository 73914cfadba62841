"""Bare TCP: resolve and connect. That alone proves little, because firewalls complete the handshake themselves."""

from preflight.model.vantage import Address
from preflight.probes.look import Look
from preflight.probes.route import reach


async def probe(look: Look) -> None:
    """Leave the trace of one bare TCP check."""
    # 1. resolve
    found = await look.resolve()
    # 2. connect to every address at once
    await look.at_each(found, attempt)


async def attempt(look: Look, address: Address) -> None:
    """Connect to one address, and hang up."""
    stream = await reach(look, address, look.trace.attempt(address))
    if stream is not None:
        stream.close()
