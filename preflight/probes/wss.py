"""WebSocket over TLS: as HTTPS, with the request for an upgrade that proxies like to strip."""

from preflight.model.vantage import Address
from preflight.probes.https import shake_hands
from preflight.probes.look import Look
from preflight.probes.route import authority, reach
from preflight.wire.exchange import exchange, upgrade_headers
from preflight.wire.http1 import Request


async def probe(look: Look) -> None:
    """Leave the trace of one WebSocket check."""
    # 1. resolve
    found = await look.resolve()
    # 2-4. at every address at once
    await look.at_each(found, attempt)


async def attempt(look: Look, address: Address) -> None:
    """Connect, shake hands and ask for the upgrade, at one address."""
    steps = look.trace.attempt(address)
    # 2. connect
    stream = await reach(look, address, steps)
    if stream is None:
        return
    try:
        # 3. handshake
        tls = await shake_hands(look, stream, steps)
        if tls is None:
            return
        # 4. the upgrade
        check = look.check
        request = Request(
            method="GET", url=f"https://{authority(check)}{check.path}", headers=upgrade_headers()
        )
        steps.append(
            await exchange(look.network, tls, request, path=check.path, timeout=check.timeout)
        )
    finally:
        stream.close()
