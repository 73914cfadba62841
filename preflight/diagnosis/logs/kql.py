"""Pieces of the Kusto Query Language, in which Azure Monitor's logs are asked.

Sources: learn.microsoft.com/kusto/query/scalar-data-types/string (string literals) and /kusto/query/union-operator (`isfuzzy`: a
table that the workspace has not is left out), read 2026-11.
"""

from collections.abc import Iterable
from datetime import datetime

from preflight.diagnosis.logs.sought import Sought


def literal(text: str) -> str:
    """The text as a string literal that nothing in it can end."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{"".join(c if c.isascii() and c.isprintable() else "?" for c in escaped)}"'


def among(texts: Iterable[str]) -> str:
    """A list of string literals in parentheses."""
    return f"({', '.join(map(literal, texts))})"


def window(sought: Sought) -> str:
    """Two statements that name the window's ends, for the query that follows."""
    return f"let Begin = {_instant(sought.begin)};\nlet End = {_instant(sought.end)};"


def from_here(column: str, sought: Sought, *, may_lack: bool = False) -> tuple[str, ...]:
    """A filter by source, switched off: behind NAT or a proxy the log has another source. Empty where none is known.

    `may_lack` is for columns that a record about such a packet may leave empty.
    """
    if not sought.own:
        return ()
    return (
        "// The next line only where no NAT or proxy lies between:",
        f"// | where {column} in {among(sought.own)}{f' or isempty({column})' if may_lack else ''}",
    )


def _instant(at: datetime) -> str:
    return f"datetime({at.replace(tzinfo=None).isoformat(timespec='seconds')}Z)"
