"""A world of two hosts, to be changed by one thing at a time, and how to play it."""

from ipaddress import ip_address

from preflight.cli.demo import play
from preflight.demo.world import (
    ForwardProxy,
    Host,
    Identity,
    Middlebox,
    Name,
    Page,
    Resolver,
    Site,
    Web,
    World,
)
from preflight.model.diagnosis import Cause
from preflight.model.profile import Selection, Settings, Target
from preflight.model.progress import Progress, Silent
from preflight.model.report import EndpointResult, Report
from preflight.model.vantage import Peer, Vantage, VantageKind

HOST, OTHER = "management.azure.com", "packages.microsoft.com"
CLEAR = "security.ubuntu.com"
ADDRESS = ip_address("203.0.113.1")
RESOLVER = Peer(address=ip_address("192.0.2.53"), port=53)
PROXY = Peer(address=ip_address("192.0.2.128"), port=3128)
SITES = (Site(name=HOST), Site(name=OTHER, identity=Identity.DIGICERT))
NAMES = tuple(Name(name=name, addresses=(ADDRESS,)) for name in (HOST, OTHER, CLEAR))
VANTAGE = Vantage(
    kind=VantageKind.LOCAL,
    host="tiny",
    addresses=(ip_address("192.0.2.1"),),
    resolvers=(RESOLVER,),
)
QUICK = Settings(timeout=0.3)
"""Enough for any answer of a world, and short where silence is waited for."""


def tiny(
    *middleboxes: Middlebox,
    only: tuple[str, ...] = (HOST, OTHER),
    names: tuple[Name, ...] = NAMES,
    services: tuple[Web, ...] = (
        Web(sites=SITES),
        Web(sites=(Site(name=CLEAR, page=Page()),), port=80, is_encrypted=False),
    ),
    vantage: Vantage = VANTAGE,
    proxy: ForwardProxy | None = None,
    is_inspection_trusted: bool = False,
) -> World:
    """Two names on one address, and a third in the clear."""
    return World(
        title="tiny",
        vantage=vantage,
        selection=Selection(
            environment=None, only=tuple(Target(host=name, port=None) for name in only)
        ),
        resolvers=(Resolver(peer=RESOLVER, names=names),),
        hosts=(Host(addresses=(ADDRESS,), services=services),),
        middleboxes=middleboxes,
        proxies=(proxy,) if proxy else (),
        is_inspection_trusted=is_inspection_trusted,
    )


async def played(
    world: World, *, settings: Settings = QUICK, progress: Progress | None = None
) -> Report:
    """The report of a world."""
    return await play(world, settings=settings, listener=progress or Silent())


async def result(world: World, host: str = HOST) -> EndpointResult:
    """What the report says of one host."""
    report = await played(world)
    return next(endpoint for endpoint in report.endpoints if endpoint.host == host)


async def cause(world: World, host: str = HOST) -> Cause | None:
    """The cause that the report names for one host."""
    return (await result(world, host)).cause
