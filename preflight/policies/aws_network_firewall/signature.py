"""Suricata rules as text, taken apart: the header, and the options in their order.

    action protocol source port -> destination port (keyword: value; keyword; …)

Read 2026-11 in docs.suricata.io, rules/intro.
"""

import re
from dataclasses import dataclass

LONGEST = 8192
"""Characters of one rule; AWS takes no longer one."""
HEADER_FIELDS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One rule."""

    action: str
    """pass, drop, reject or alert, in lower case."""
    protocol: str
    source: str
    direction: str
    destination: str
    port: str
    options: tuple[tuple[str, str], ...]
    """Keyword in lower case and value without space around it; empty where there is none."""

    def option(self, keyword: str) -> str:
        """The value of the first option of that keyword; empty where there is none."""
        return next((value for key, value in self.options if key == keyword), "")


def signature(text: str) -> Signature | None:
    """The rule that a line holds; None where it cannot be read."""
    header, bracket, rest = text[:LONGEST].partition("(")
    fields = _fields(header)
    if not bracket or len(fields) != HEADER_FIELDS or not rest.rstrip().endswith(")"):
        return None
    action, protocol, source, _, direction, destination, port = fields
    return Signature(
        action=action.lower(),
        protocol=protocol.lower(),
        source=source,
        direction=direction,
        destination=destination,
        port=port,
        options=tuple(_options(rest.rstrip()[:-1])),
    )


def lines(text: str) -> list[tuple[int, str]]:
    """Rules with the number of their first line, from 0; comments and blank lines left out, continued lines joined."""
    found: list[tuple[int, str]] = []
    held, start = "", 0
    for number, line in enumerate(text.splitlines()):
        if not held:
            start = number
        if line.rstrip().endswith("\\"):
            held += line.rstrip()[:-1] + " "
            continue
        whole = (held + line).strip()
        held = ""
        if whole and not whole.startswith("#"):
            found.append((start, whole))
    return found


def _fields(header: str) -> list[str]:
    """Split at spaces, but for those within square brackets, which lists may have inside each other."""
    kept, level = [], 0
    for sign in header:
        level += {"[": 1, "]": -1}.get(sign, 0)
        if level <= 0 or not sign.isspace():
            kept.append(sign)
    return "".join(kept).split()


def _options(text: str) -> list[tuple[str, str]]:
    """Split at semicolons that are neither escaped nor quoted."""
    found = []
    for part in re.findall(r'(?:\\.|"(?:\\.|[^"\\])*"|[^;\\"])+', text):
        keyword, _, value = part.partition(":")
        if keyword.strip():
            found.append((keyword.strip().lower(), value.strip()))
    return found
