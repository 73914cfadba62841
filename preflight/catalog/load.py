"""Loads the catalogue: the shipped one, compiled where that is up to date, and the files that users add."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from preflight import locate
from preflight.catalog import compiled
from preflight.catalog.shipped import Shipped
from preflight.errors import CatalogError
from preflight.files import read_bounded
from preflight.model.endpoint import Catalog, Entry

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_READ_LIMIT = 1_048_577
"""Bytes; one more than a catalogue file may have, so that a larger one is seen to be."""


def load(extra: Sequence[Path] = (), *, folder: "Traversable | None" = None) -> Catalog:
    """Returns the shipped catalogue and the users' files as one; CatalogError for the first problem of the first bad file.

    `folder` stands in for the catalogue folder of this installation.
    """
    shipped = _shipped(folder or _folder())
    catalog = shipped.catalog
    for path in extra:
        # reads YAML, which takes its time; the compiled catalogue needs none of it
        from preflight.catalog import parse

        taken = {entry.id: entry.file for entry in catalog.entries}
        entries, problems = parse.added(path, _read(path), shipped.tables, taken)
        _raise_first(problems)
        catalog = replace(catalog, entries=catalog.entries + entries)
    return catalog


def validate(path: Path, *, folder: "Traversable | None" = None) -> tuple[CatalogError, ...]:
    """Returns every problem of a file, in order of lines; empty when it is valid."""
    return examine(path, folder=folder)[1]


def examine(
    path: Path, *, folder: "Traversable | None" = None
) -> tuple[tuple[Entry, ...], tuple[CatalogError, ...]]:
    """Returns the sound entries of a user's file, or of a file in the catalogue folder itself, and every problem in it."""
    from preflight.catalog import parse

    folder = folder or _folder()
    files = _yaml_files(folder)
    if path.resolve() in {file.resolve() for file, _ in files}:
        shipped, problems = parse.shipped(files)
        entries = tuple(entry for entry in shipped.catalog.entries if entry.file == path.name)
        problems = tuple(problem for problem in problems if problem.file.name == path.name)
    else:
        shipped = _shipped(folder)
        taken = {entry.id: entry.file for entry in shipped.catalog.entries}
        try:
            entries, problems = parse.added(path, _read(path), shipped.tables, taken)
        except CatalogError as unreadable:
            return (), (unreadable,)
    return entries, tuple(sorted(problems, key=lambda problem: problem.line))


def compile_folder(folder: "Traversable") -> str:
    """Returns the compiled form of a catalogue folder; CatalogError for the first problem in it."""
    from preflight.catalog import parse

    files = _yaml_files(folder)
    shipped, problems = parse.shipped(files)
    _raise_first(problems)
    return compiled.dump(shipped, compiled.digest((path.name, data) for path, data in files))


def _shipped(folder: "Traversable") -> Shipped:
    """Returns the compiled catalogue where it is that of the YAML files, else reads those."""
    files = _yaml_files(folder)
    packed = folder.joinpath(compiled.FILE)
    if packed.is_file():
        digest = compiled.digest((path.name, data) for path, data in files)
        if shipped := compiled.load(packed.read_bytes(), digest):
            return shipped
    from preflight.catalog import parse

    shipped, problems = parse.shipped(files)
    _raise_first(problems)
    return shipped


def _folder() -> "Traversable":
    folder = locate.folder("endpoints")
    if folder is None:
        raise CatalogError(
            file=Path("endpoints"),
            line=1,
            key="folder",
            problem="the catalogue is missing from this installation",
        )
    return folder


def _yaml_files(folder: "Traversable") -> list[tuple[Path, bytes]]:
    """Returns the YAML files of the folder, sorted by name."""
    found = [item for item in folder.iterdir() if item.name.endswith(".yaml")]
    return [
        (Path(str(item)), item.read_bytes()) for item in sorted(found, key=lambda item: item.name)
    ]


def _read(path: Path) -> bytes:
    """Returns the file's bytes, as far as they are needed to refuse it."""
    try:
        return read_bounded(path, _READ_LIMIT)
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
        raise CatalogError(file=path, line=1, key="file", problem=problem) from None


def _raise_first(problems: Sequence[CatalogError]) -> None:
    if not problems:
        return
    first = problems[0]
    more = len(problems) - 1
    if not more:
        raise first
    problem = f"{first.problem} (and {more} more: see endpoints validate)"
    raise CatalogError(file=first.file, line=first.line, key=first.key, problem=problem)
