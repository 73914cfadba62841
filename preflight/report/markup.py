"""Markdown's own escaping."""

import re
from collections.abc import Iterator

from preflight.report.escape import printable

MARKUP = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "\\`*_[]#~$"},
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "|": "&#124;",  # an escaped one still ends a table cell in some dialects
        "@": "@&#8203;",  # a zero-width space, so that nobody is mentioned or mailed
    }
)

LIST_START = re.compile(r"^([0-9]*)([-+=.)])(?=[\s=-]|$)")
"""What would make a list or an underline of a line that begins with it."""


def prose(text: str) -> str:
    """Return text as running words: no markup, no HTML, no link, no mention, in one line, and safe at a line's begin."""
    line = printable(text).strip().translate(MARKUP)
    line = line.replace("://", "&#58;//").replace("www.", "www&#46;")
    return LIST_START.sub(r"\1\\\2", line)


def code(text: str) -> str:
    """Return text as a code span that nothing in it can end; empty for empty text."""
    line = printable(text).strip().replace("`", "\\x60").replace("|", "\\x7c")
    return f"`{line}`" if line else ""


def fenced(text: str, language: str) -> Iterator[str]:
    """Yield text as a code block that nothing in it can end."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    yield f"{fence}{language}"
    yield from map(printable, text.split("\n"))
    yield fence


def row(*cells: str, head: bool = False) -> Iterator[str]:
    """Yield a table's row of cells that are already escaped; after the head also the line below it."""
    yield f"| {' | '.join(cells)} |"
    if head:
        yield f"|{' --- |' * len(cells)}"
