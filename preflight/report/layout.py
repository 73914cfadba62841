"""Columns, lines and colours of a terminal. Text that enters here leaves fit for one."""

import unicodedata
from enum import StrEnum, unique

from preflight.report.escape import ascii_only, printable
from preflight.report.style import Style

SHORTEST_LABEL = 6
"""Columns to which a label may be cut before it says nothing any more."""


@unique
class Ink(StrEnum):
    """ANSI colours (ECMA-48 SGR parameters); legible on dark and on light ground."""

    GOOD = "32"
    WARN = "33"
    BAD = "31"
    BOLD = "1"
    DIM = "2"


def paint(text: str, ink: Ink, style: Style) -> str:
    """Return the text in that colour where colours are wanted; the text must already be fit."""
    return f"\x1b[{ink.value}m{text}\x1b[0m" if style.colour and text else text


def fit(text: str, style: Style) -> str:
    """Return untrusted text as one line that the reader can show and nothing acts on."""
    line = printable(text)
    return line if style.unicode else ascii_only(line)


def columns(text: str) -> int:
    """Return how many columns printable text takes: marks none, East Asian wide characters two."""
    if text.isascii():
        return len(text)
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def cut(text: str, width: int, style: Style) -> str:
    """Return the text with its middle left out where it is too long: both ends of a host name matter."""
    line = fit(text, style)
    if columns(line) <= width:
        return line
    ellipsis = "…" if style.unicode else "..."
    room = max(width - columns(ellipsis), 2)
    head, tail = line[: room // 2], line[len(line) - (room - room // 2) :]
    while columns(head) + columns(tail) > room:
        head, tail = head[:-1], tail[1:]
    return head + ellipsis + tail


def cut_host(text: str, width: int, style: Style) -> str:
    """Return a host cut in its longest label: a workspace's GUID says less than the service's name behind it."""
    line = fit(text, style)
    label = max(line.split("."), key=len)
    room = len(label) - (len(line) - width)
    if line.isascii() and SHORTEST_LABEL <= room < len(label):
        line = line.replace(label, cut(label, room, style), 1)
    return cut(line, width, style)


def wrap(text: str, style: Style, *, first: str = "", rest: str | None = None) -> list[str]:
    """Return lines no wider than the style allows; `first` and `rest` stand before the first and the further ones."""
    further = " " * columns(first) if rest is None else rest
    lines, line, empty = [], first, True
    for word in fit(text, style).split(" "):
        for piece in _pieces(word, style.width - columns(further)):
            gap = "" if empty else " "
            if not empty and columns(line) + 1 + columns(piece) > style.width:
                lines.append(line)
                line, gap = further, ""
            line, empty = line + gap + piece, False
    return [*lines, line.rstrip()]


def _pieces(word: str, width: int) -> list[str]:
    """Split a word that no line can hold."""
    room = max(width, 8)
    if columns(word) <= room:
        return [word] if word else []
    step = room if word.isascii() else room // 2
    return [word[start : start + step] for start in range(0, len(word), step)]
