"""Reads YAML text into nodes that remember their lines; no Python object is ever built from a tag.

Only what a catalogue file needs is let through: one document of mappings, lists and scalars. Aliases, anchors and tags are
refused, so that a small file cannot grow large (https://yaml.org/spec/1.1, section 7.1), and depth and size are bounded.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from preflight import yamltext
from preflight.errors import CatalogError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml import Event

SIZE_LIMIT = 1_048_576
"""Bytes of one file; the shipped catalogue as a whole has a tenth of it."""
DEPTH_LIMIT = 8
"""Levels; the schema needs five."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A single value, as written."""

    text: str
    plain: bool
    """Whether it stands without quotes."""
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A YAML sequence."""

    items: tuple["Node", ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A YAML mapping; a key may stand twice, which the schema refuses."""

    pairs: tuple[tuple[Scalar, "Node"], ...]
    line: int


Node = Scalar | Listing | Mapping


def read(data: bytes, file: Path) -> Node:
    """Returns the one document in `data`; CatalogError names the line of what is not acceptable YAML."""
    try:
        text = yamltext.decode(data, SIZE_LIMIT)
        return _Composer(yamltext.events(text), file).document()
    except yamltext.BrokenYaml as broken:
        raise _invalid(file, broken.line, broken.problem) from None


def _line(event: "Event") -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _invalid(file: Path, line: int, problem: str) -> CatalogError:
    return CatalogError(file=file, line=line, key="file", problem=problem)


class _Composer:
    """Composes nodes from parser events; recursion ends at DEPTH_LIMIT."""

    def __init__(self, events: "Iterator[Event]", file: Path) -> None:
        self._events = events
        self._file = file

    def document(self) -> Node:
        next(self._events)  # the stream begins
        if type(next(self._events)).__name__ == "StreamEndEvent":
            raise _invalid(self._file, 1, "empty")
        node = self._node(next(self._events), 1)
        next(self._events)  # the document ends
        event = next(self._events)
        if type(event).__name__ != "StreamEndEvent":
            raise self._refused(event, "a second document")
        return node

    def _node(self, event: "Event", depth: int) -> Node:
        """Composes the node that `event` opens. Event classes go by name: the parser in C has the same ones."""
        if depth > DEPTH_LIMIT:
            raise self._refused(event, f"nested deeper than {DEPTH_LIMIT} levels")
        if getattr(event, "anchor", None):
            raise self._refused(event, "anchors and aliases are not supported: write the value out")
        if getattr(event, "tag", None):
            raise self._refused(event, "tags are not supported")
        line = _line(event)
        match type(event).__name__:
            case "ScalarEvent":
                text, style = getattr(event, "value", ""), getattr(event, "style", None)
                return Scalar(text=text, plain=not style, line=line)
            case "SequenceStartEvent":
                return Listing(items=tuple(self._until("SequenceEndEvent", depth)), line=line)
            case _:
                return Mapping(pairs=tuple(self._pairs(depth)), line=line)

    def _until(self, end: str, depth: int) -> "Iterator[Node]":
        for event in self._events:
            if type(event).__name__ == end:
                return
            yield self._node(event, depth + 1)

    def _pairs(self, depth: int) -> "Iterator[tuple[Scalar, Node]]":
        children = self._until("MappingEndEvent", depth)
        for key in children:
            value = next(children)
            if not isinstance(key, Scalar):
                raise _invalid(self._file, key.line, "a key must be a single word")
            yield key, value

    def _refused(self, event: "Event", problem: str) -> CatalogError:
        return _invalid(self._file, _line(event), problem)
