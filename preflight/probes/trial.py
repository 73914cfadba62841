"""One control experiment being carried out: what it works with."""

import asyncio
from dataclasses import dataclass

from preflight.model.evidence import Observation
from preflight.model.plan import Check
from preflight.model.vantage import Address
from preflight.probes.look import Look
from preflight.probes.standing import Standing
from preflight.wire.network import Network


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """The check that it follows, where its main line stood, and where to leave what is seen."""

    look: Look
    standing: Standing
    found: list[Observation]
    """Add each observation as soon as it is there: what is cut short keeps what it has."""
    end: float
    """When it must be over, on the event loop's clock."""

    @property
    def check(self) -> Check:
        """The check that it follows."""
        return self.look.check

    @property
    def network(self) -> Network:
        """The network to ask."""
        return self.look.network

    @property
    def address(self) -> Address:
        """The address that it follows; ValueError for one about lookups alone."""
        if self.standing.address is None:
            raise ValueError("this experiment follows the lookups, not an address")
        return self.standing.address

    @property
    def left(self) -> float:
        """Seconds that one more step may take; never more than the check's own budget."""
        remaining = self.end - asyncio.get_running_loop().time()
        return max(0.0, min(self.check.timeout, remaining))
