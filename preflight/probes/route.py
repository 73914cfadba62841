"""The way to the peer: straight, or through the proxy by CONNECT."""

from typing import Protocol

from preflight.model.endpoint import Trust
from preflight.model.evidence import Connect, Handshake, Tunnel
from preflight.model.plan import Check, Direct, Stage, ViaProxy
from preflight.model.vantage import Address, Peer, Proxy
from preflight.probes.look import Look
from preflight.wire.connect import connect
from preflight.wire.handshake import handshake
from preflight.wire.network import ByteStream
from preflight.wire.tunnel import tunnel


class Keeper(Protocol):
    """Where steps are left: a main line's, or a control's among other observations."""

    def append(self, step: Connect | Handshake | Tunnel, /) -> None:
        """Keep one more."""


async def reach(
    look: Look,
    address: Address,
    steps: Keeper,
    *,
    timeout: float | None = None,
    mss: int | None = None,
) -> ByteStream | None:
    """A stream to the check's host and port by way of `address`, or None; every step is added to `steps`.

    Each step may take `timeout` seconds, or the check's own budget. `mss` is for direct connections, as in `connect`.
    """
    budget = look.check.timeout if timeout is None else timeout
    match look.check.route:
        case Direct():
            peer = Peer(address=address, port=look.check.port)
            stream, connected = await connect(look.network, peer, timeout=budget, mss=mss)
            steps.append(connected)
            return stream
        case ViaProxy(proxy=proxy):
            stream = await reach_proxy(look, address, proxy, steps, timeout=budget)
            return await _through(look, stream, proxy, steps, timeout=budget) if stream else None


async def reach_proxy(
    look: Look, address: Address, proxy: Proxy, steps: Keeper, *, timeout: float
) -> ByteStream | None:
    """A stream to the proxy itself, inside TLS where the proxy is spoken to by https."""
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
    look: Look, stream: ByteStream, proxy: Proxy, steps: Keeper, *, timeout: float
) -> ByteStream | None:
    onward, tunnelled = await tunnel(
        look.network, stream, proxy, authority(look.check), timeout=timeout
    )
    steps.append(tunnelled)
    if onward is None:
        stream.close()
    return onward


def authority(check: Check) -> str:
    """`host:port`, with brackets around IPv6 (RFC 3986 §3.2)."""
    return f"[{check.host}]:{check.port}" if ":" in check.host else f"{check.host}:{check.port}"
