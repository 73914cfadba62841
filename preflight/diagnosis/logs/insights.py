"""Pieces of the query language of Amazon CloudWatch Logs Insights. The period is chosen beside the query, so a comment states it.

Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html, with its pages on filter and comments, read 2026-11.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from preflight.diagnosis.logs.sought import Sought


def literal(text: str) -> str:
    """The text as a string literal that nothing in it can end."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{"".join(c if c.isascii() and c.isprintable() else "?" for c in escaped)}"'


def among(texts: Iterable[str]) -> str:
    """A list of string literals in brackets."""
    return f"[{', '.join(map(literal, texts))}]"


def period(sought: Sought, *, earlier: timedelta = timedelta()) -> str:
    """A comment with the period to choose; `earlier` for logs that are stamped with the begin of an interval."""
    return f"# period: {_moment(sought.begin - earlier)} to {_moment(sought.end)} UTC"


def from_here(field: str, sought: Sought) -> tuple[str, ...]:
    """A filter by source, switched off: behind NAT or a proxy the log has another source. Empty where none is known."""
    if not sought.own:
        return ()
    return (
        "# The next line only where no NAT or proxy lies between:",
        f"# | filter {field} in {among(sought.own)}",
    )


def _moment(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
