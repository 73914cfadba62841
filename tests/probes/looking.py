"""Carrying out checks against loopback actors."""

import asyncio
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from preflight.model.evidence import Evidence
from preflight.model.plan import Check
from preflight.model.progress import Progress, Silent
from preflight.model.vantage import HostsLine, Peer, Vantage, VantageKind
from preflight.probes.runner import run
from preflight.wire.names import Names
from preflight.wire.network import Network

AMPLE = 20.0
"""Seconds; a budget that no passing test uses up."""


def vantage(
    hosts: Mapping[str, Sequence[str]] | None = None, *, resolvers: Sequence[Peer] = ()
) -> Vantage:
    """A vantage whose hosts file leads each name to the addresses given."""
    lines = [
        HostsLine(name=name, address=ip_address(address))
        for name, addresses in (hosts or {}).items()
        for address in addresses
    ]
    return Vantage(
        kind=VantageKind.LOCAL, host="here", hosts=tuple(lines), resolvers=tuple(resolvers)
    )


async def look(network: Network, check: Check, at: Vantage, **options: Any) -> Evidence:
    """The evidence of one check."""
    return (await look_all(network, [check], at, **options))[0]


async def look_all(
    network: Network,
    checks: Sequence[Check],
    at: Vantage,
    *,
    deadline: float = AMPLE,
    control: bool = True,
    progress: Progress | None = None,
    stop: asyncio.Event | None = None,
) -> tuple[Evidence, ...]:
    """The evidence of every check."""
    return await run(
        checks,
        network=network,
        names=Names(network, at),
        deadline=deadline,
        control=control,
        progress=progress or Silent(),
        stop=stop or asyncio.Event(),
    )
