"""HTTPS: resolve, connect, handshake, one GET; each step only when the one before it was ok."""

from preflight.model.evidence import PathStep
from preflight.model.vantage import Address
from preflight.probes.look import Look
from preflight.probes.route import authority, reach
from preflight.wire.exchange import exchange
from preflight.wire.handshake import handshake
from preflight.wire.http1 import Request
from preflight.wire.network import ByteStream
from preflight.wire.tls import TlsStream


async def probe(look: Look) -> None:
    """Leave the trace of one HTTPS check."""
    # 1. resolve
    found = await look.resolve()
    # 2-4. at every address at once
    await look.at_each(found, attempt)


async def attempt(look: Look, address: Address) -> None:
    """Connect, shake hands and ask, at one address."""
    steps = look.trace.attempt(address)
    # 2. connect, through the proxy where the route says so
    stream = await reach(look, address, steps)
    if stream is None:
        return
    try:
        # 3. handshake
        tls = await shake_hands(look, stream, steps)
        if tls is None:
            return
        # 4. one request
        request = Request(method="GET", url=f"https://{authority(look.check)}{look.check.path}")
        steps.append(
            await exchange(
                look.network, tls, request, path=look.check.path, timeout=look.check.timeout
            )
        )
    finally:
        stream.close()


async def shake_hands(look: Look, stream: ByteStream, steps: list[PathStep]) -> TlsStream | None:
    """TLS as a client of the check's host. Without trust anchors for it, only a look: nothing is sent over that."""
    check = look.check
    verify = look.network.vouches(check.trust)
    tls, shaken = await handshake(
        look.network, stream, check.host, trust=check.trust, verify=verify, timeout=check.timeout
    )
    steps.append(shaken)
    return tls if verify else None
