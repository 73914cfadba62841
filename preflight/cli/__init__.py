"""The command line: parse, call, write, exit. Only this room prints or exits."""

import os
import sys
from typing import NoReturn

from preflight.errors import ExitCode, PreflightError


def main() -> NoReturn:
    """Run the command line and exit with a code of the contract."""
    import click

    from preflight.cli.group import cli

    try:
        code = cli.main(prog_name=_name(), standalone_mode=False)
        sys.exit(code if isinstance(code, int) else ExitCode.OK)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(ExitCode.USAGE)
    except PreflightError as wrong:
        _complain(str(wrong))
        sys.exit(wrong.exit_code)
    except (click.exceptions.Abort, KeyboardInterrupt):
        sys.exit(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        # The reader of standard output left: nobody is there to complain to (as `head` does to `cat`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.OK)


def _complain(message: str) -> None:
    import click

    click.echo(f"Error: {message}", err=True)


def _name() -> str:
    """How the user called it, so that help shows what to type."""
    called = os.path.basename(sys.argv[0]).removesuffix(".exe")  # noqa: PTH119 - pathlib takes 5 ms to load
    known = {
        "kubectl-defender_preflight": "kubectl defender-preflight",
        "__main__.py": "python -m preflight",
    }
    return known.get(called, "defender-preflight")
