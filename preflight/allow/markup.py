"""Markdown's own escaping (CommonMark, "Backslash escapes"): any sign of ASCII punctuation may be escaped."""

import re
from collections.abc import Iterator

from preflight.allow.words import printable

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#+!|~$&=])")
_LONG = 2_000
_LIST = re.compile(r"^([0-9]*)([-.)])(?=\s|$)")


def prose(text: str) -> str:
    """Text as running words: no markup, no HTML, no link, no mention, in one line."""
    line = _SIGNS.sub(r"\\\1", printable(text, _LONG).strip())
    line = line.replace("@", "@&#8203;").replace("://", "&#58;//").replace("www.", "www&#46;")
    return _LIST.sub(r"\1\\\2", line)


def code(text: str) -> str:
    """Text as a code span that nothing in it can end; empty for empty text."""
    line = printable(text, _LONG).strip().replace("`", "\\x60").replace("|", "\\x7c")
    return f"`{line}`" if line else ""


def row(*cells: str, head: bool = False) -> Iterator[str]:
    """A table's row of cells that are escaped already; after the head also the line below it."""
    yield f"| {' | '.join(cells)} |"
    if head:
        yield f"|{' --- |' * len(cells)}"
