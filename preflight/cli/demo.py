"""`demo`: the real engine on a simulated network."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from preflight.cli import arguments, options
from preflight.cli.exit_code import exit_code
from preflight.cli.output import places, write
from preflight.cli.profile import profile_of
from preflight.demo.world import World
from preflight.demo.worlds import WORLDS
from preflight.errors import ExitCode
from preflight.model.profile import Settings
from preflight.report import FORMATS

# Whatever help can do without is imported in the functions: help must end within 100 ms.
if TYPE_CHECKING:
    from preflight.model.progress import Progress
    from preflight.model.report import Report


@click.command()
@click.option(
    "--world",
    "name",
    type=click.Choice(list(WORLDS)),
    default=next(iter(WORLDS)),
    show_default=True,
    help="Which simulated network to look at.",
)
@click.option(
    "--timeout", metavar="SECONDS", default="1.5", show_default=True, help="What one step may take."
)
@click.option("--no-control", is_flag=True, help="Skip control experiments; causes get vaguer.")
@options.outputs(FORMATS)
def demo(name: str, timeout: str, no_control: bool, outputs: tuple[str, ...]) -> int:
    """Run the real engine on a simulated network with several blocks in it.

    No cluster, no privileges, no internet: names, certificates and answers are real, and made in this process. The exit code is
    0 once the report is shown; what `check` would have ended with is said on standard error.

    \b
    Examples:
      defender-preflight demo
      defender-preflight demo --world dns-down
      defender-preflight demo -o json=demo.json -o table
    """  # noqa: D301 - \b tells click to keep the lines
    import asyncio

    from preflight.cli.progress import progress

    wanted = places(outputs, FORMATS)
    settings = Settings(
        timeout=arguments.seconds(timeout, option="--timeout"), control=not no_control
    )
    world = WORLDS[name]
    with progress(quiet=False) as listener:
        report = asyncio.run(play(world, settings=settings, listener=listener))
    write(report, wanted)
    code = exit_code(report)
    click.echo(
        f"This was {world.title}, simulated: nothing was contacted. check would have ended with exit code {code.value}.",
        err=True,
    )
    return ExitCode.OK


async def play(world: World, *, settings: Settings, listener: "Progress") -> "Report":
    """Plan the world's profile, carry it out on the world's network, and judge it, as `check` does."""
    import asyncio

    from preflight.catalog.load import load
    from preflight.catalog.select import notices, select
    from preflight.demo.network import SimulatedNetwork
    from preflight.pipeline import run
    from preflight.planning import plan

    catalog = load()
    today = datetime.now(UTC).date()
    network = SimulatedNetwork(world)
    network.warm_up()
    return await run(
        plan(
            select(catalog, world.selection),
            vantage=world.vantage,
            settings=settings,
            notices=notices(catalog, world.selection, today),
        ),
        profile=profile_of(world.selection, catalog),
        vantage=world.vantage,
        network=network,
        settings=settings,
        today=today,
        progress=listener,
        stop=asyncio.Event(),
    )
