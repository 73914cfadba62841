"""Catalogue files to entries: the shipped files together, and users' files one by one."""

from collections.abc import Iterable
from collections.abc import Mapping as Table
from datetime import date
from pathlib import Path

from preflight.catalog import nodes, schema
from preflight.catalog.fields import Fields, Problems
from preflight.catalog.shipped import Shipped, Tables
from preflight.errors import CatalogError
from preflight.model.endpoint import Catalog, Entry

SHARED_FILE = "catalog.yaml"
"""Holds the version, the notices, and what the other files refer to."""


def shipped(files: Iterable[tuple[Path, bytes]]) -> tuple[Shipped, tuple[CatalogError, ...]]:
    """Returns what the files of the catalogue folder hold, and every problem in them; catalog.yaml must be among them."""
    contents = {path.name: (path, data) for path, data in files}
    path, data = contents.pop(SHARED_FILE, (Path(SHARED_FILE), b""))
    problems = Problems(path)
    node = _read(path, data, problems)
    if node is None:
        nothing = Catalog(version=date.min, entries=())
        return Shipped(catalog=nothing, tables=Tables()), tuple(problems.found)
    shared = schema.shared(node, problems)
    found = list(problems.found)
    entries: list[Entry] = []
    for name in sorted(contents):
        own, errors = _component(
            *contents[name], shared.tables, {e.id: e.file for e in entries}, cited=True
        )
        entries += own
        found += errors
    catalog = Catalog(version=shared.version, entries=tuple(entries), notices=shared.notices)
    return Shipped(catalog=catalog, tables=shared.tables), tuple(found)


def added(
    path: Path, data: bytes, tables: Tables, taken: Table[str, str]
) -> tuple[tuple[Entry, ...], tuple[CatalogError, ...]]:
    """Returns the entries of a user's file, and every problem in it; `taken` are ids in use and their files."""
    return _component(path, data, tables, taken, cited=False)


def _component(
    path: Path, data: bytes, tables: Tables, taken: Table[str, str], *, cited: bool
) -> tuple[tuple[Entry, ...], tuple[CatalogError, ...]]:
    problems = Problems(path)
    node = _read(path, data, problems)
    if node is None:
        return (), tuple(problems.found)
    fields = Fields(node, "", problems, schema.FILE_KEYS)
    known = schema.tables(fields, tables, problems)
    ids = dict(taken)
    entries = []
    for entry, line in schema.entries(fields, path.name, known, problems):
        if entry.id in ids:
            problems.add(line, "id", f"{entry.id!r} is already used in {ids[entry.id]}")
        if cited and not entry.sources:
            problems.add(
                line,
                "sources",
                f"missing for {entry.id}: the shipped catalogue states where it knows it from",
            )
        ids[entry.id] = path.name
        entries.append(entry)
    return tuple(entries), tuple(problems.found)


def _read(path: Path, data: bytes, problems: Problems) -> nodes.Node | None:
    try:
        return nodes.read(data, path)
    except CatalogError as error:
        problems.add(error.line, error.key, error.problem)
        return None
