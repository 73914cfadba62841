"""What a renderer may assume about the place where its text will be read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from preflight.model.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Decided by the command line, never by a renderer."""

    colour: bool = False
    """Whether the reader understands ANSI colours."""
    unicode: bool = True
    """Whether the reader can show more than ASCII."""
    width: int = 100
    """Columns."""
    one_line: bool = False
    """Whether JSON is to be one line, for logs and pipes."""


PLAIN = Style()
"""A file: UTF-8, no colours."""

Renderer = Callable[["Report", Style], str]
