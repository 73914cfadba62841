"""Sentences about rules. Names come from files and clusters, so they are quoted, escaped and cut."""

from collections.abc import Sequence

LIMIT = 120
"""Characters shown of one name: a namespace and a name of full length are cut, and still tell which."""
LISTED = 5
"""Names in one sentence; the rest are counted."""


def quoted(text: str) -> str:
    """Untrusted text between double quotes, without anything that acts on a terminal."""
    if text.isprintable() and len(text) <= LIMIT and not set('"\\') & set(text):
        return f'"{text}"'
    shown = "".join(
        character if character.isprintable() and character not in '"\\' else _escaped(character)
        for character in text[:LIMIT]
    )
    return f'"{shown}…"' if len(text) > LIMIT else f'"{shown}"'


def listed(names: Sequence[object]) -> str:
    """Names for a sentence, or what says them, the first few of many."""
    rest = len(names) - LISTED
    more = f" and {rest} more" if rest > 0 else ""
    return ", ".join(map(str, names[:LISTED])) + more


def counted(number: int, one: str, many: str) -> str:
    """`1 policy` or `3 policies`."""
    return f"{number} {one if number == 1 else many}"


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    code = ord(character)
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )
