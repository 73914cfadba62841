"""Untrusted text made fit to print: one line, bounded, nothing that a terminal or a reader could take for something else."""

LIMIT = 120
"""Characters shown of one piece of untrusted text."""


def plain(text: str, limit: int = LIMIT) -> str:
    """The text with every character escaped that is not printable (controls, bidi overrides, line separators), cut to `limit`.

    `str.isprintable` is False for the Unicode categories Other and Separator, the space excepted.
    """
    shown = "".join(_escaped(character) for character in text[:limit])
    return f"{shown}…" if len(text) > limit else shown


def quoted(text: str, limit: int = LIMIT) -> str:
    """The same between double quotes, with quotes and backslashes escaped, so that its end is where it seems to be."""
    shown = "".join(
        f"\\{character}" if character in '"\\' else _escaped(character)
        for character in text[:limit]
    )
    return f'"{shown}…"' if len(text) > limit else f'"{shown}"'


def quoted_bytes(data: bytes, limit: int = LIMIT) -> str:
    """Bytes from the network as quoted text; what is not UTF-8 is shown as escapes."""
    return quoted(data[:limit].decode("utf-8", "backslashreplace"), limit)


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )
