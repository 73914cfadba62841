"""Clear HTTP: resolve, connect, one GET; through a proxy in absolute form, without CONNECT (RFC 9112 §3.2.2)."""

from preflight.model.evidence import PathStep
from preflight.model.plan import Direct, ViaProxy
from preflight.model.vantage import Address
from preflight.probes.look import Look
from preflight.probes.route import authority, reach, reach_proxy
from preflight.wire.exchange import exchange
from preflight.wire.http1 import Request
from preflight.wire.network import ByteStream
from preflight.wire.tunnel import authorization


async def probe(look: Look) -> None:
    """Leave the trace of one clear HTTP check."""
    # 1. resolve
    found = await look.resolve()
    # 2-3. at every address at once
    await look.at_each(found, attempt)


async def attempt(look: Look, address: Address) -> None:
    """Connect and ask, at one address."""
    steps = look.trace.attempt(address)
    # 2. connect
    stream = await _reach(look, address, steps)
    if stream is None:
        return
    try:
        # 3. one request
        check = look.check
        steps.append(
            await exchange(
                look.network, stream, _request(look), path=check.path, timeout=check.timeout
            )
        )
    finally:
        stream.close()


async def _reach(look: Look, address: Address, steps: list[PathStep]) -> ByteStream | None:
    match look.check.route:
        case Direct():
            return await reach(look, address, steps)
        case ViaProxy(proxy=proxy):
            return await reach_proxy(look, address, proxy, steps, timeout=look.check.timeout)


def _request(look: Look) -> Request:
    url = f"http://{authority(look.check)}{look.check.path}"
    match look.check.route:
        case Direct():
            return Request(method="GET", url=url)
        case ViaProxy(proxy=proxy):
            return Request(
                method="GET", url=url, headers=authorization(proxy.credentials), target=url
            )
