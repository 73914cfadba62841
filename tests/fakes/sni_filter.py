"""A firewall that reads the ClientHello's server_name and decides by it."""

from collections.abc import Mapping
from typing import Self

from preflight.model.vantage import Peer
from tests.fakes.client_hello import read_client_hello
from tests.fakes.lifetime import forever
from tests.fakes.listener import Connection, Handler, Listener
from tests.fakes.raw_tcp import ALERT, record
from tests.fakes.relay import relay

Decision = Handler


async def drop(connection: Connection) -> None:
    """Silence from here on."""
    await forever()


async def reset(connection: Connection) -> None:
    """RST."""
    connection.reset()


async def close(connection: Connection) -> None:
    """FIN."""


def send_alert(description: int) -> Decision:
    """A fatal alert, then FIN."""

    async def decide(connection: Connection) -> None:
        await connection.send(record(ALERT, bytes([2, description])))

    return decide


class SniFilter:
    """Passes connections on to `upstream`, except those whose name is in `decisions`; other names get `default` when it is given."""

    def __init__(
        self,
        upstream: Peer,
        decisions: Mapping[str | None, Decision],
        *,
        default: Decision | None = None,
        address: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.server_names: list[str | None] = []
        self._upstream = upstream
        self._decisions = decisions
        self._default = default
        self._listener = Listener(self._serve, address=address, port=port)

    @property
    def peer(self) -> Peer:
        """Where to connect."""
        return self._listener.peer

    async def __aenter__(self) -> Self:
        await self._listener.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._listener.__aexit__()

    async def _serve(self, connection: Connection) -> None:
        hello = await read_client_hello(connection)
        self.server_names.append(hello.server_name)
        decision = self._decisions.get(hello.server_name, self._default)
        if decision is None:
            await relay(connection, self._upstream, first=hello.raw)
        else:
            await decision(connection)
