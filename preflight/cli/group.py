"""The commands, each loaded only when it is called."""

import importlib
from typing import cast

import click

from preflight import __version__

COMMANDS = {
    "check": (
        "preflight.cli.check:check",
        "Probe every endpoint of a profile from here, and say what stops it.",
    ),
    "endpoints": (
        "preflight.cli.endpoints:endpoints",
        "List, show and validate the catalogue of endpoints.",
    ),
    "rules": (
        "preflight.cli.rules:rules",
        "Name the rule that blocks, and write the one that opens.",
    ),
    "sensor": (
        "preflight.cli.sensor:sensor",
        "Look at the sensor on a cluster, test its alert, verify its removal.",
    ),
    "job": (
        "preflight.cli.job:job",
        "Run the same check inside the cluster, as a Kubernetes Job.",
    ),
    "report": (
        "preflight.cli.report:report",
        "Show a saved report in another format, or compare two.",
    ),
    "demo": (
        "preflight.cli.demo:demo",
        "Run the real engine on a simulated network with several blocks in it.",
    ),
}
"""Name → where it is, and its line in the list: help must not load them all."""


class Lazy(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Their names, in the order in which people meet them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        return cast("click.Command", getattr(importlib.import_module(module), attribute))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """The list of commands, without loading one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that `args` name; a near miss is answered with a suggestion."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            ctx.fail(f"no command {name!r}{_suggestion(name)}")
        return super().resolve_command(ctx, args)


def _suggestion(name: str) -> str:
    from preflight.catalog.suggestion import suggestion

    return suggestion(name, COMMANDS) or f"; there are {', '.join(COMMANDS)}"


@click.group(
    cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="defender-preflight")
def cli() -> None:
    """Egress preflight checker for Microsoft Defender for Containers.

    Says which egress rules keep the sensor and its companions from the endpoints they need: at which stage, by what cause,
    on what evidence, and which rule opens it.

    \b
    Start with:
      defender-preflight demo
      defender-preflight check --environment aks --region westeurope
    """  # noqa: D301 - \b tells click to keep the lines
