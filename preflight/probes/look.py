"""One check being carried out: what a probe works with."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from preflight.model.plan import Check
from preflight.model.vantage import Address
from preflight.probes.field import Field
from preflight.probes.trace import Trace
from preflight.wire.names import Names
from preflight.wire.network import Network
from preflight.wire.resolve import addresses

PER_FAMILY = 4
"""Addresses of one family that are tried: front doors publish one to four, and each is one more connection."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """A check, the network to carry it out on, the trace to leave, and the run around it."""

    check: Check
    network: Network
    names: Names
    trace: Trace
    field: Field

    async def resolve(self) -> tuple[Address, ...]:
        """The addresses to try: the host's own, or the proxy's where the route leads through one."""
        lookups = await self.names.lookups(self.check)
        found = addresses(lookups)
        tried = _bounded(found)
        self.trace.resolved(lookups, untried=len(found) - len(tried))
        return tried

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
