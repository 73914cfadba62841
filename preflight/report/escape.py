"""Makes untrusted text harmless before a format's own escaping."""


def printable(text: str) -> str:
    r"""Return the text in one line with everything invisible or active written as a backslash escape.

    That is whatever Unicode does not call printable: controls and line ends, format characters such as bidirectional overrides and
    zero-width ones, lone surrogates, private and unassigned code points. ESC becomes `\x1b`, U+202E becomes `\u202e`.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def ascii_only(text: str) -> str:
    """Return printable text in ASCII: typographic signs by their usual stand-ins, all else escaped."""
    if text.isascii():
        return text
    return text.translate(STAND_INS).encode("ascii", "backslashreplace").decode()


STAND_INS = str.maketrans(
    {
        "…": "...",
        "→": "->",
        "\u2013": "-",
        "\u2014": "-",
        "·": "-",
        "\u2019": "'",
        "“": '"',
        "”": '"',
    }
)


def _escaped(char: str) -> str:
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
