"""Plan → Evidence → Diagnosis → Report: joins the rooms that measure and judge."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import TYPE_CHECKING

from preflight import __version__
from preflight.model.plan import Plan
from preflight.model.profile import Profile, Settings
from preflight.model.progress import Progress
from preflight.model.vantage import Vantage
from preflight.wire.names import Names
from preflight.wire.network import Network
from preflight.wire.stopwatch import Stopwatch

if TYPE_CHECKING:
    from preflight.model.report import Report, ReportVantage

AHEAD = 32
"""Names that are asked for before the probes are loaded; the runner paces the rest."""


async def run(
    plan: Plan,
    *,
    profile: Profile,
    vantage: Vantage,
    network: Network,
    settings: Settings,
    today: date,
    progress: Progress,
    stop: asyncio.Event,
) -> "Report":
    """Carry out the plan and say what it found; when `stop` is set, what was measured until then."""
    watch = Stopwatch(network)
    names = Names(network, vantage)
    async with _loading_beside(network):
        names.ask(plan.checks[:AHEAD])
        await asyncio.to_thread(_load_probes)  # while those questions travel
        from preflight.probes.runner import run as look

        evidence = await look(
            plan.checks,
            network=network,
            names=names,
            deadline=settings.deadline,
            control=settings.control,
            progress=progress,
            stop=stop,
        )
    # Neither judges nor states anything before the evidence is there.
    from preflight.diagnosis import judge
    from preflight.model.report import Report

    judgement = judge(plan, evidence, settings.waivers, today)
    return Report(
        tool_version=__version__,
        started_at=watch.at,
        duration=watch.elapsed,
        profile=profile,
        vantage=_stated(vantage),
        endpoints=judgement.endpoints,
        findings=judgement.findings,
        notices=(*plan.notices, *network.remarks),
        interrupted=stop.is_set(),
    )


def _load_probes() -> None:
    import preflight.probes.runner  # noqa: F401 - for its effect


@asynccontextmanager
async def _loading_beside(network: Network) -> AsyncIterator[None]:
    """Load what later steps need in a thread, so that answers are noticed when they come.

    Raises UsageError, at the end, when the trust anchors that were asked for cannot be read.
    """
    loading = asyncio.create_task(_load(network))
    try:
        yield
        await loading
    finally:
        loading.cancel()
        await asyncio.gather(loading, return_exceptions=True)


async def _load(network: Network) -> None:
    await network.loading.beside(network)
    await asyncio.to_thread(_load_judges)


def _load_judges() -> None:
    import preflight.diagnosis
    import preflight.model.report  # noqa: F401 - for its effect


def _stated(vantage: Vantage) -> "ReportVantage":
    """What the report says of the vantage: never credentials."""
    from preflight.model.report import ReportVantage

    proxy = vantage.https_proxy or vantage.http_proxy
    return ReportVantage(
        kind=vantage.kind,
        host=vantage.host,
        node=vantage.node,
        namespace=vantage.namespace,
        pod=vantage.pod,
        addresses=vantage.addresses,
        resolvers=tuple(map(str, vantage.resolvers)),
        proxy=str(proxy) if proxy else None,
    )
