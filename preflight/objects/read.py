"""Paths → Documents: a file, every file of a folder, or standard input.

What a folder holds beside YAML, JSON and `.conf` is left out, hidden files and folders too; a file that is named is always read. Everything is bounded,
so that a folder named by mistake ends in one sentence.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from preflight.errors import ObjectError
from preflight.files import read_bounded
from preflight.model.document import Document
from preflight.objects.content import documents

SUFFIXES = frozenset({".yaml", ".yml", ".json", ".jsonl", ".ndjson", ".conf"})
"""Of the files that are read out of a folder."""
SIZE_LIMIT = 256 * 1024 * 1024
"""Bytes of everything together; 10,000 policies have about 20 MB as JSON."""
FILES_LIMIT = 10_000
DOCUMENTS_LIMIT = 200_000
STANDARD_INPUT = "-"


def read(paths: Sequence[str]) -> tuple[Document, ...]:
    """The objects in all these places, in their order; ObjectError names the file and line of what cannot be read."""
    found: list[Document] = []
    room = SIZE_LIMIT
    for number, (name, data) in enumerate(_contents(paths)):
        room -= len(data)
        if room < 0 or number >= FILES_LIMIT:
            raise ObjectError(
                file=name,
                line=None,
                problem=f"with it, more than {SIZE_LIMIT} bytes or {FILES_LIMIT} files would be read",
            )
        found += documents(data, name)
        if len(found) > DOCUMENTS_LIMIT:
            raise ObjectError(
                file=name,
                line=None,
                problem=f"with it, there are more than {DOCUMENTS_LIMIT} objects",
            )
    return tuple(found)


def _contents(paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        if path == STANDARD_INPUT:
            yield "standard input", sys.stdin.buffer.read(SIZE_LIMIT + 1)
        elif os.path.isdir(path):  # noqa: PTH112 - as os.walk, which follows
            yield from ((name, _read(name)) for name in _files(path))
        else:
            yield path, _read(path)


def _files(folder: str) -> Iterator[str]:
    """The files below a folder that may hold objects, sorted; folders behind symbolic links are left out."""
    for place, folders, names in os.walk(folder, onerror=_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(place, name)  # noqa: PTH118 - as above
            is_meant = os.path.splitext(name)[1].lower() in SUFFIXES  # noqa: PTH122 - as above
            if is_meant and not name.startswith(".") and os.path.isfile(path):  # noqa: PTH113 - as above
                yield path


def _read(name: str) -> bytes:
    try:
        return read_bounded(Path(name), SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        _unreadable(error, name)
        raise


def _unreadable(error: Exception, name: str = "") -> None:
    where = name or str(getattr(error, "filename", ""))
    why = getattr(error, "strerror", None) or "that is no name of a file"
    raise ObjectError(file=where, line=None, problem=f"cannot be read: {why}") from None
