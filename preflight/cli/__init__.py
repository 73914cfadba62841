"""The command line: parse, call, write, exit. Only this room prints or exits."""

import errno
import gc
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from preflight.errors import ExitCode, PreflightError

if TYPE_CHECKING:
    import click


LONGEST = 2_000
"""Characters of a line on standard error; what was typed may be longer."""


def main() -> NoReturn:
    """Run the command line and exit with a code of the contract."""
    # A run makes few reference cycles and ends soon: looking for them at every 700th object takes a tenth of its time.
    gc.set_threshold(20_000, 10, 10)
    try:
        _end_of_a_pod_is_an_interrupt()
        code = _run()
    except KeyboardInterrupt:  # before there is a run that could be stopped in an orderly way
        code = ExitCode.INTERRUPTED
    except BrokenPipeError:
        # The reader of standard output left: nobody is there to complain to (as `head` does to `cat`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.OK
    except Exception as trouble:  # noqa: BLE001 - Python's own exit code for it would mean "blocked"
        code = _broken(trouble)
    gc.freeze()  # nothing of it all needs to be looked through once more at exit
    sys.exit(code)


def _end_of_a_pod_is_an_interrupt() -> None:
    """SIGTERM, as the end of a pod is announced, raises KeyboardInterrupt as Ctrl-C does, until a run takes both over."""
    import signal

    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _broken(trouble: Exception) -> int:
    """A full disk under help or a list (reports tell of it themselves) is the operator's; anything else is a bug, shown whole."""
    if isinstance(trouble, OSError) and trouble.errno == errno.ENOSPC:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _say(f"Error: standard output cannot be written to: {trouble.strerror}")
        return ExitCode.USAGE
    sys.excepthook(type(trouble), trouble, trouble.__traceback__)
    return ExitCode.INCONCLUSIVE


def _run() -> int:
    import click

    from preflight.cli.group import cli

    try:
        code = cli.main(prog_name=_name(), standalone_mode=False)
    except click.ClickException as wrong:
        _show(wrong)
        return ExitCode.USAGE
    except PreflightError as wrong:
        _say(f"Error: {wrong}")
        return wrong.exit_code
    except click.exceptions.Abort:
        return ExitCode.INTERRUPTED
    except SystemExit as ended:
        # click's own way out when the reader of help or a list has left; its exit code 1 would say "blocked".
        raise BrokenPipeError from ended
    return code if isinstance(code, int) else ExitCode.OK


def _show(wrong: "click.ClickException") -> None:
    import io

    shown = io.StringIO()
    wrong.show(file=shown)
    for line in _without_credentials(shown.getvalue()).split("\n")[:-1]:
        _say(line)


def _say(line: str) -> None:
    """One line on standard error; where that cannot be written to, the exit code says it alone."""
    import click

    try:
        click.echo(_harmless(line), err=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _harmless(message: str) -> str:
    """The message in one line of bounded length, with what was typed escaped and without credentials."""
    from preflight.report.escape import printable

    return printable(_without_credentials(message)[:LONGEST])


def _without_credentials(message: str) -> str:
    """The message without what may be user and password of a URL in the wrong place: from before a colon to the last `@`.

    A password may hold spaces, quotes and line ends, so all in between goes too.
    """
    import re

    before, at, after = message.rpartition("@")
    user = re.search(r"(?<![^\s'\"(])[^\s'\"(:]*:\S", before)
    return f"{before[: user.start()]}***@{after}" if at and user else message


def _name() -> str:
    """How the user called it, so that help shows what to type."""
    called = os.path.basename(sys.argv[0]).removesuffix(".exe")  # noqa: PTH119 - pathlib takes 5 ms to load
    known = {
        "kubectl-defender_preflight": "kubectl defender-preflight",
        "__main__.py": "python -m preflight",
    }
    return known.get(called, "defender-preflight")
