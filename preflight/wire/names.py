"""Looks each name up once in a run, however many checks ask for it."""

import asyncio
from collections.abc import Iterable

from preflight.model.evidence import Lookup
from preflight.model.plan import Check, Direct, Stage, ViaProxy
from preflight.model.vantage import Peer, Vantage
from preflight.wire.network import Network
from preflight.wire.resolve import resolve


class Names:
    """The lookups of one run, by name."""

    def __init__(self, network: Network, vantage: Vantage) -> None:
        self._network = network
        self._vantage = vantage
        self._asked: dict[str, asyncio.Task[tuple[Lookup, ...]]] = {}

    @property
    def resolvers(self) -> tuple[Peer, ...]:
        """Who is asked, in this order."""
        return self._vantage.resolvers

    def ask(self, checks: Iterable[Check]) -> None:
        """Put the questions of these checks on their way, whoever comes to take the answers."""
        for check in checks:
            self._task(check)

    async def lookups(self, check: Check) -> tuple[Lookup, ...]:
        """The lookups of the host, or of the proxy where the route leads through one.

        A check that is cancelled does not take them from the others.
        """
        return await asyncio.shield(self._task(check))

    async def close(self) -> None:
        """Stop what is still under way."""
        for task in self._asked.values():
            task.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)

    def _task(self, check: Check) -> asyncio.Task[tuple[Lookup, ...]]:
        name, stage = _first_name(check)
        if name not in self._asked:
            self._asked[name] = asyncio.ensure_future(
                resolve(
                    self._network,
                    name,
                    resolvers=self._vantage.resolvers,
                    hosts=self._vantage.hosts,
                    timeout=check.timeout,
                    stage=stage,
                )
            )
        return self._asked[name]


def _first_name(check: Check) -> tuple[str, Stage]:
    match check.route:
        case Direct():
            return check.host, Stage.DNS
        case ViaProxy(proxy=proxy):
            return proxy.host, Stage.PROXY
