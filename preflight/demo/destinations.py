"""What stands at an address of a world: who answers a SYN or a datagram there, and how far away."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import assert_never

from preflight.demo import time_server
from preflight.demo.connection import Application, Ended, Line
from preflight.demo.datagrams import Responder
from preflight.demo.forward_proxy import ProxyServer
from preflight.demo.inspection import on_path
from preflight.demo.nameserver import OverTcp, over_udp
from preflight.demo.world import (
    AtSyn,
    Host,
    PacketFilter,
    Quiet,
    Service,
    TimeServer,
    Web,
    World,
)
from preflight.model.vantage import Peer

NEARBY = 0.002
"""Seconds to a middlebox and back."""

Answer = Callable[[Line], Application]


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpEnd:
    """What a SYN meets: an application, or how it ends."""

    answer: Answer | AtSyn
    round_trip: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UdpEnd:
    """What a datagram meets."""

    respond: Responder
    round_trip: float


def tcp_end(world: World, peer: Peer) -> TcpEnd:
    """What a SYN to a peer meets; an address of which the world says nothing stays silent."""
    return _of_own(world, peer) or _filtered(world, peer) or _at_host(world, peer)


def udp_end(world: World, peer: Peer) -> UdpEnd:
    """What a datagram to a peer meets: a resolver, a time server, or silence."""
    for resolver in world.resolvers:
        if resolver.peer == peer:
            respond = _silence if resolver.is_silent else partial(over_udp, resolver)
            return UdpEnd(respond=respond, round_trip=resolver.round_trip)
    host = _host(world, peer)
    if host and any(isinstance(s, TimeServer) and s.port == peer.port for s in host.services):
        return UdpEnd(respond=_time, round_trip=host.round_trip)
    return UdpEnd(respond=_silence, round_trip=NEARBY)


def _of_own(world: World, peer: Peer) -> TcpEnd | None:
    """A resolver or proxy of this side, which no middlebox comes before."""
    for resolver in world.resolvers:
        if resolver.peer == peer:
            names = AtSyn.DROP if resolver.is_silent else partial(OverTcp, resolver)
            return TcpEnd(answer=names, round_trip=resolver.round_trip)
    for proxy in world.proxies:
        if proxy.peer == peer:
            tunnels = partial(ProxyServer, world, proxy)
            return TcpEnd(answer=tunnels, round_trip=proxy.round_trip)
    return None


def _filtered(world: World, peer: Peer) -> TcpEnd | None:
    filters = (box for box in world.middleboxes if isinstance(box, PacketFilter))
    for box in filters:
        if peer.address in box.addresses and (not box.ports or peer.port in box.ports):
            return TcpEnd(answer=box.ending, round_trip=NEARBY)
    return None


def _at_host(world: World, peer: Peer) -> TcpEnd:
    host = _host(world, peer)
    if host is None:
        return TcpEnd(answer=AtSyn.DROP, round_trip=NEARBY)
    answers = (_over_tcp(world, service) for service in host.services if service.port == peer.port)
    answer = next((found for found in answers if found is not None), AtSyn.REFUSE)
    return TcpEnd(answer=answer, round_trip=host.round_trip)


def _over_tcp(world: World, service: Service) -> Answer | None:
    match service:
        case Web():
            return partial(on_path, world.middleboxes, service)
        case Quiet():
            return lambda _: Ended()
        case TimeServer():
            return None
    assert_never(service)


def _host(world: World, peer: Peer) -> Host | None:
    return next((host for host in world.hosts if peer.address in host.addresses), None)


def _time(question: bytes) -> bytes | None:
    return time_server.respond(question, now=datetime.now(UTC))


def _silence(_: bytes) -> None:
    return None
