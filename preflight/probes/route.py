"""The way to the peer: straight, or through the proxy by CONNECT."""

from preflight.model.endpoint import Trust
from preflight.model.evidence import PathStep
from preflight.model.plan import Check, Direct, Stage, ViaProxy
from preflight.model.vantage import Address, Peer, Proxy
from preflight.probes.look import Look
from preflight.wire.connect import connect
from preflight.wire.handshake import handshake
from preflight.wire.network import ByteStream
from preflight.wire.tunnel import tunnel


async def reach(look: Look, address: Address, steps: list[PathStep]) -> ByteStream | None:
    """A stream to the check's host and port by way of `address`, or None; every step is added to `steps`."""
    match look.check.route:
        case Direct():
            peer = Peer(address=address, port=look.check.port)
            stream, connected = await connect(look.network, peer, timeout=look.check.timeout)
            steps.append(connected)
            return stream
        case ViaProxy(proxy=proxy):
            stream = await reach_proxy(look, address, proxy, steps)
            return await _through(look, stream, proxy, steps) if stream else None


async def reach_proxy(
    look: Look, address: Address, proxy: Proxy, steps: list[PathStep]
) -> ByteStream | None:
    """A stream to the proxy itself, inside TLS where the proxy is spoken to by https."""
    timeout = look.check.timeout
    peer = Peer(address=address, port=proxy.port)
    stream, connected = await connect(look.network, peer, timeout=timeout, stage=Stage.PROXY)
    steps.append(connected)
    if stream is None or proxy.scheme == "http":
        return stream
    tls, shaken = await handshake(
        look.network,
        stream,
        proxy.host,
        trust=Trust.PUBLIC,
        verify=True,
        timeout=timeout,
        stage=Stage.PROXY,
    )
    steps.append(shaken)
    if tls is None:
        stream.close()
    return tls


async def _through(
    look: Look, stream: ByteStream, proxy: Proxy, steps: list[PathStep]
) -> ByteStream | None:
    onward, tunnelled = await tunnel(
        look.network, stream, proxy, authority(look.check), timeout=look.check.timeout
    )
    steps.append(tunnelled)
    if onward is None:
        stream.close()
    return onward


def authority(check: Check) -> str:
    """`host:port`, with brackets around IPv6 (RFC 3986 §3.2)."""
    return f"[{check.host}]:{check.port}" if ":" in check.host else f"{check.host}:{check.port}"
