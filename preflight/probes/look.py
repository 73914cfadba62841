"""One check being carried out: what a probe works with."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

from preflight.model.evidence import Lookup
from preflight.model.plan import Check, Direct, Stage, ViaProxy
from preflight.model.vantage import Address, Vantage
from preflight.probes.trace import Trace
from preflight.wire.network import Network
from preflight.wire.resolve import addresses, resolve

PER_FAMILY = 4
"""Addresses of one family that are tried: front doors publish one to four, and each is one more connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Looks each name up once in a run, however many checks ask for it."""

    network: Network
    vantage: Vantage
    _asked: dict[str, asyncio.Task[tuple[Lookup, ...]]] = field(default_factory=dict)

    async def lookups(self, name: str, *, timeout: float, stage: Stage) -> tuple[Lookup, ...]:
        """The lookups of `name`; a check that is cancelled does not take them from the others."""
        if name not in self._asked:
            self._asked[name] = asyncio.ensure_future(
                resolve(
                    self.network,
                    name,
                    resolvers=self.vantage.resolvers,
                    hosts=self.vantage.hosts,
                    timeout=timeout,
                    stage=stage,
                )
            )
        return await asyncio.shield(self._asked[name])

    async def close(self) -> None:
        """Stop what is still under way."""
        for task in self._asked.values():
            task.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """A check, the network to carry it out on, and the trace to leave."""

    check: Check
    network: Network
    names: Names
    trace: Trace

    async def resolve(self) -> tuple[Address, ...]:
        """The addresses to try: the host's own, or the proxy's where the route leads through one."""
        name, stage = self._name()
        lookups = await self.names.lookups(name, timeout=self.check.timeout, stage=stage)
        found = addresses(lookups)
        tried = _bounded(found)
        self.trace.resolved(lookups, untried=len(found) - len(tried))
        return tried

    def _name(self) -> tuple[str, Stage]:
        match self.check.route:
            case Direct():
                return self.check.host, Stage.DNS
            case ViaProxy(proxy=proxy):
                return proxy.host, Stage.PROXY

    async def at_each(
        self,
        found: tuple[Address, ...],
        attempt: Callable[["Look", Address], Coroutine[None, None, None]],
    ) -> None:
        """Make an attempt at every address at once."""
        async with asyncio.TaskGroup() as group:
            for address in found:
                group.create_task(attempt(self, address))


def _bounded(found: tuple[Address, ...]) -> tuple[Address, ...]:
    return tuple(
        a for version in (4, 6) for a in [a for a in found if a.version == version][:PER_FAMILY]
    )
