"""`endpoints`: the catalogue listed, one entry shown, a user's file checked."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from preflight.cli import completion, options
from preflight.errors import ExitCode, UsageError
from preflight.model.endpoint import Catalog, Cloud, Entry, Environment, Requirement
from preflight.report.escape import printable

if TYPE_CHECKING:
    from preflight.report import Style

LIST_FORMATS = ("table", "json", "csv")
SHOW_FORMATS = ("table", "json")
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

_catalog_option = click.option(
    "--catalog",
    "files",
    metavar="FILE",
    multiple=True,
    shell_complete=completion.file,
    help="Your own entries as well. Repeatable.",
)


@click.group(context_settings=CONTEXT)
def endpoints() -> None:
    """List, show and validate the catalogue of endpoints.

    \b
    Examples:
      defender-preflight endpoints list --environment aks --cloud public
      defender-preflight endpoints show mdc-sensor-api-public
      defender-preflight endpoints validate our-endpoints.yaml
    """  # noqa: D301 - click reads the control character


@endpoints.command("list", context_settings=CONTEXT)
@click.option(
    "--environment",
    type=click.Choice([str(name) for name in Environment]),
    help="Only what applies there.",
)
@click.option(
    "--cloud", type=click.Choice([str(name) for name in Cloud]), help="Only what applies there."
)
@click.option(
    "--component",
    "components",
    metavar="NAME",
    multiple=True,
    shell_complete=completion.component,
    help="Only this one. Repeatable.",
)
@click.option(
    "--requirement",
    type=click.Choice([str(name) for name in Requirement]),
    help="Only what is needed that much.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Only what changed on that day or later, and how.",
)
@_catalog_option
@options.outputs(LIST_FORMATS)
def list_(
    environment: str | None,
    cloud: str | None,
    components: tuple[str, ...],
    requirement: str | None,
    since: datetime | None,
    files: tuple[str, ...],
    outputs: tuple[str, ...],
) -> int:
    """List the endpoints as documented, placeholders unfilled.

    The table has a heading for each component with the clouds and environments where it applies. A port without
    protocol speaks HTTPS.

    \b
    Examples:
      defender-preflight endpoints list --environment eks --requirement required
      defender-preflight endpoints list --since 2025-10-01
      defender-preflight endpoints list -o csv=endpoints.csv
    """  # noqa: D301 - click reads the control character
    from preflight.catalog.listing import Filter
    from preflight.catalog.select import check_components

    catalog = _load(files)
    check_components(components, catalog)
    wanted = Filter(
        environment=Environment(environment) if environment else None,
        cloud=Cloud(cloud) if cloud else None,
        components=components,
        requirement=Requirement(requirement) if requirement else None,
        since=since.date() if since else None,
    )
    found = tuple(entry for entry in catalog.entries if wanted.holds(entry))
    _write(
        outputs,
        LIST_FORMATS,
        lambda name, style: _listed(catalog, found, wanted.since, name, style),
    )
    return ExitCode.OK


@endpoints.command(context_settings=CONTEXT)
@click.argument("entry_id", metavar="ID", shell_complete=completion.entry_id)
@_catalog_option
@options.outputs(SHOW_FORMATS)
def show(entry_id: str, files: tuple[str, ...], outputs: tuple[str, ...]) -> int:
    """Show everything that the catalogue knows of one entry.

    Its purpose, what an open path answers, how to supply its placeholders, and the sources with their dates.

    \b
    Example:
      defender-preflight endpoints show mcr-data
    """  # noqa: D301 - click reads the control character
    entry = _find(entry_id, _load(files))
    _write(outputs, SHOW_FORMATS, lambda name, style: _shown(entry, name, style))
    return ExitCode.OK


@endpoints.command(context_settings=CONTEXT)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, shell_complete=completion.file)
def validate(files: tuple[str, ...]) -> int:
    """Check catalogue files, and name every problem in them.

    Each problem is one line: file, line, key, and what is wrong. The schema is in endpoints/README.md.

    \b
    Example:
      defender-preflight endpoints validate our-endpoints.yaml

    \b
    Exit codes:
      0  every file is valid
      2  at least one is not
    """  # noqa: D301 - click reads the control character
    from preflight.catalog.load import examine
    from preflight.cli.output import write_each

    lines: list[str] = []
    valid = True
    for file in files:
        entries, problems = examine(Path(file))
        lines += [printable(str(problem)) for problem in problems]
        if not problems:
            lines.append(f"{printable(file)}: {_count(len(entries))}, valid")
        valid = valid and not problems
    write_each((("table", None),), lambda *_: "".join(f"{line}\n" for line in lines))
    return ExitCode.OK if valid else ExitCode.USAGE


def _count(number: int) -> str:
    return "1 entry" if number == 1 else f"{number} entries"


def _load(files: tuple[str, ...]) -> Catalog:
    from preflight.catalog.load import load

    return load([Path(file) for file in files])


def _listed(
    catalog: Catalog, found: tuple[Entry, ...], since: date | None, name: str, style: "Style"
) -> str:
    from preflight.catalog import listing

    if name == "json":
        return listing.as_json(catalog, found)
    if name == "csv":
        return listing.as_csv(found)
    if since:
        return listing.as_history(catalog, found, since, style.width)
    return listing.as_table(catalog, found, style.width)


def _shown(entry: Entry, name: str, style: "Style") -> str:
    from preflight.catalog import listing

    return listing.entry_as_json(entry) if name == "json" else listing.as_detail(entry, style.width)


def _find(entry_id: str, catalog: Catalog) -> Entry:
    entries = {entry.id: entry for entry in catalog.entries}
    if entry_id not in entries:
        close = _close(entry_id, entries) or "; see `endpoints list`"
        raise UsageError(f"no entry {entry_id[:60]!r}{close}")
    return entries[entry_id]


def _close(word: str, known: Collection[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word[:100], known, n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def _write(
    outputs: tuple[str, ...], formats: Collection[str], rendered: "Callable[[str, Style], str]"
) -> None:
    from preflight.cli.output import places, write_each

    write_each(places(outputs, formats), rendered)
