"""One protocol per file: a straight line of wire operations that leaves a trace."""

from collections.abc import Awaitable, Callable

from preflight.model.endpoint import Protocol
from preflight.probes import http, https, tcp, udp, wss
from preflight.probes.look import Look

PROBES: dict[Protocol, Callable[[Look], Awaitable[None]]] = {
    Protocol.HTTPS: https.probe,
    Protocol.HTTP: http.probe,
    Protocol.WSS: wss.probe,
    Protocol.TCP: tcp.probe,
    Protocol.UDP: udp.probe,
}
