"""`report`: a saved report in another format, and what changed between two."""

import sys
from typing import TYPE_CHECKING

import click

from preflight.cli import completion, options
from preflight.errors import ExitCode, ReportError
from preflight.report import FORMATS

# Whatever help can do without is imported in the functions: help must end within 100 ms.
if TYPE_CHECKING:
    from preflight.model.fleet import FleetReport
    from preflight.model.report import Report

DIFFERENCE_FORMATS = ("table", "json", "markdown", "html")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def report() -> None:
    """Show a saved report in another format, or compare two.

    \b
    Examples:
      defender-preflight report show report.json -o markdown
      defender-preflight report diff before.json after.json
    """  # noqa: D301 - click reads the control character


@report.command()
@click.argument("file", shell_complete=completion.file)
@options.outputs(FORMATS)
def show(file: str, outputs: tuple[str, ...]) -> int:
    """Show a saved report in another format.

    FILE is what `check -o json` or `job run -o json` wrote; - reads standard input.

    \b
    Examples:
      defender-preflight report show report.json
      defender-preflight report show report.json -o junit=report.xml
      defender-preflight report show report.json -o html=report.html

    \b
    Exit codes:
      0  the report was shown, whatever its verdict is
      2  it cannot be read, or breaks the schema
    """  # noqa: D301 - click reads the control character
    from preflight.cli.output import places, write

    wanted = places(outputs, FORMATS)
    write(read_any(file), wanted)
    return ExitCode.OK


@report.command()
@click.argument("old", shell_complete=completion.file)
@click.argument("new", shell_complete=completion.file)
@options.outputs(DIFFERENCE_FORMATS)
def diff(old: str, new: str, outputs: tuple[str, ...]) -> int:
    """Show what changed between two reports.

    OLD and NEW are files that `check -o json` wrote, or `job run -o json` both; one of them may be - for standard input.

    Of several vantages, every node pool and network is compared by itself, as its worst vantage.

    \b
    Examples:
      defender-preflight report diff before.json after.json
      defender-preflight report diff before.json after.json -o html=proof.html

    \b
    Exit codes:
      0  no required endpoint is newly blocked
      1  at least one is blocked that was not before, or was not there
      2  a report cannot be read, or breaks the schema
      3  none is newly blocked, but one that was measured before could not be now
    """  # noqa: D301 - click reads the control character
    from preflight.cli.output import places, write_each
    from preflight.report.diff import diff as compare
    from preflight.report.diff import render_difference

    if old == new == "-":
        raise click.UsageError("only one of the two reports can come from standard input")
    wanted = places(outputs, DIFFERENCE_FORMATS)
    difference = compare(*_comparable(read_any(old), read_any(new)))
    write_each(wanted, lambda name, style: render_difference(difference, name, style))
    if difference.newly_blocked:
        return ExitCode.BLOCKED
    return ExitCode.INCONCLUSIVE if difference.newly_unmeasured else ExitCode.OK


def _comparable(
    old: "Report | FleetReport", new: "Report | FleetReport"
) -> tuple["Report", "Report"]:
    """Return both as reports whose endpoints can be matched.

    Raises:
        ReportError: one is of several vantages and the other is not.
    """
    from preflight.model.fleet import FleetReport
    from preflight.report.fleet.flat import flat

    if isinstance(old, FleetReport) and isinstance(new, FleetReport):
        return flat(old), flat(new)
    if isinstance(old, FleetReport) or isinstance(new, FleetReport):
        raise ReportError(
            "one of the two reports is of several vantages and the other of one: they cannot be compared"
        )
    return old, new


def read_any(file: str) -> "Report | FleetReport":
    """Return the report in a file, of one vantage or of several, or from standard input for `-`.

    Raises:
        ReportError: it cannot be read, or breaks the schema; the line begins with the file.
    """
    from preflight.codec.document import decode_any
    from preflight.report.escape import printable

    name = "standard input" if file == "-" else printable(file)
    try:
        return decode_any(_read(file))
    except OSError as error:
        raise ReportError(f"{name}: cannot be read: {error.strerror}") from None
    except ReportError as error:
        raise ReportError(f"{name}: {error}") from None


def _read(file: str) -> bytes:
    """Return what the file holds, and never much more than a report may have."""
    from pathlib import Path

    from preflight.codec.document import LIMIT
    from preflight.files import read_bounded

    if file == "-":
        return sys.stdin.buffer.read(LIMIT + 1)
    return read_bounded(Path(file), LIMIT + 1)
