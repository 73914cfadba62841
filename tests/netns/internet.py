"""The servers on the far side, as one process: `python -m tests.netns.internet FOLDER`.

Writes `services.pem` and `both.pem` into the folder, prints a line once everything listens, and ends with its standard input.
"""

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from tests.fakes import ntp, sni_filter
from tests.fakes.answers import respond
from tests.fakes.authority import Authority
from tests.fakes.connect_proxy import DENIED, ConnectProxy
from tests.fakes.interceptor import Interceptor
from tests.fakes.sni_filter import SniFilter
from tests.fakes.tls_server import HttpServer, TlsServer
from tests.fakes.udp_port import UdpPort
from tests.netns.addresses import (
    ANY,
    BEHIND_PROXY,
    DROPPED,
    FILTERED,
    INTERCEPTED,
    LOGIN_PROXY_PORT,
    NEIGHBOUR,
    OPEN,
    PASSWORD,
    PROHIBITED,
    PROXY,
    PROXY_PORT,
    REFUSED,
    USER,
    Site,
)

OURS = Authority("Microsoft Corporation")
FIREWALL = Authority("Example Firewall Ltd")


def service(site: Site, *, address: str | None = None) -> TlsServer:
    """A genuine service."""
    return TlsServer(OURS.identity(site.host), address=address or site.address, port=443)


async def serve(folder: Path) -> None:
    """Start every server and keep them until standard input ends."""
    (folder / "services.pem").write_bytes(OURS.pem)
    (folder / "both.pem").write_bytes(OURS.pem + FIREWALL.pem)
    async with AsyncExitStack() as running:
        start = running.enter_async_context
        for site in (OPEN, DROPPED, REFUSED, PROHIBITED):
            await start(service(site))
        await start(service(OPEN, address=OPEN.address_6))
        await start(Interceptor(FIREWALL, address=INTERCEPTED.address, port=443))
        shared = await start(TlsServer(OURS.identity(FILTERED.host, NEIGHBOUR.host)))
        await start(
            SniFilter(
                shared.peer,
                {FILTERED.host: sni_filter.reset},
                address=FILTERED.address,
                port=443,
            )
        )
        inner = await start(service(BEHIND_PROXY))
        routes = {f"{BEHIND_PROXY.host}:443": inner.peer}
        await start(ConnectProxy(routes, otherwise=DENIED, address=PROXY.address, port=PROXY_PORT))
        await start(
            ConnectProxy(
                routes,
                otherwise=DENIED,
                credentials=(USER, PASSWORD),
                address=PROXY.address,
                port=LOGIN_PROXY_PORT,
            )
        )
        await start(Interceptor(OURS, respond(200, b"ok"), address=ANY.address, port=443))
        await start(HttpServer(respond(200, b"ok"), address=ANY.address, port=80))
        await start(UdpPort(ntp.answer, address=ANY.address, port=123))
        print("ready", flush=True)  # noqa: T201 - the line the parent waits for
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
