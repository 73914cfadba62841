"""squid.conf as directives with their lines: comments left out, continued lines joined, included files put in where they are given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from preflight.model.document import Document
from preflight.model.flow import Origin
from preflight.policies.parts import last_segment

SUFFIX = ".conf"
LEVELS = 4
"""How deep files may include each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Directive:
    """One line of a configuration."""

    words: tuple[str, ...]
    """The directive's name, and its values."""
    origin: Origin

    @property
    def text(self) -> str:
        """As it is written, with single spaces."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file's text."""

    name: str
    text: str
    document: Document
    key: str

    def directives(self) -> Iterator[Directive]:
        """Its lines in order."""
        start = self.document.at(self.key)
        first = start.line or 1
        held: list[str] = []
        number = 0
        for offset, line in enumerate(self.text.splitlines()):
            number = number if held else offset
            is_continued = line.rstrip().endswith("\\")
            held += _words(line.rstrip().removesuffix("\\"))
            if held and not is_continued:
                origin = Origin(file=start.file, line=first + number, context=start.context)
                yield Directive(words=tuple(held), origin=origin)
                held = []


def files(documents: Sequence[Document]) -> tuple[File, ...]:
    """Every configuration among the documents: text with http_access lines under a name that ends with `.conf`, or of such a file."""
    return tuple(
        File(name=last_segment(document.origin.file or key), text=value, document=document, key=key)
        for document in documents
        for key, value in document.body.items()
        if isinstance(value, str) and "http_access" in value and _is_named(document, str(key))
    )


def _is_named(document: Document, key: str) -> bool:
    return key.endswith(SUFFIX) or (document.origin.file or "").lower().endswith(SUFFIX)


def directives(file: File, others: Sequence[File], level: int = 0) -> Iterator[Directive]:
    """A file's directives, with those of the files that it includes; an `include` that nothing is known of stays."""
    for each in file.directives():
        found = _included(each, others) if each.words[0] == "include" and level < LEVELS else ()
        if not found:
            yield each
        for inner in found:
            yield from directives(inner, others, level + 1)


def is_included(file: File, others: Sequence[File]) -> bool:
    """Whether another of the files includes it."""
    return any(
        file in _included(each, others)
        for other in others
        if other is not file
        for each in other.directives()
        if each.words[0] == "include"
    )


def _included(include: Directive, others: Sequence[File]) -> tuple[File, ...]:
    """By the last part of the path, of which only the beginning may be a wildcard."""
    patterns = [last_segment(word) for word in include.words[1:]]
    return tuple(
        other
        for other in others
        if other.document.origin.file != include.origin.file
        and any(_matches(pattern, other.name) for pattern in patterns)
    )


def _matches(pattern: str, name: str) -> bool:
    if pattern.startswith("*"):
        return name.endswith(pattern[1:])
    return name == pattern


def _words(line: str) -> list[str]:
    """Values at spaces, up to one that begins a comment."""
    found: list[str] = []
    for word in line.split():
        if word.startswith("#"):
            break
        found.append(word)
    return found
