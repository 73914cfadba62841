"""Untrusted text made fit for a sentence: one line, bounded, between double quotes."""

LIMIT = 120
"""Characters shown of one piece of untrusted text."""


def shown(text: str, limit: int = LIMIT) -> str:
    """The text with every character escaped that does not print, cut to `limit`."""
    cut = text[:limit]
    if not cut.isprintable():
        cut = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut)
    return f"{cut}…" if len(text) > limit else cut


def quoted(text: str, limit: int = LIMIT) -> str:
    """The same between double quotes."""
    inside = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{shown(inside, limit)}"'


def listed(texts: tuple[str, ...], limit: int = 4) -> str:
    """The texts quoted and joined by commas, the first few of many."""
    more = f" and {len(texts) - limit} more" if len(texts) > limit else ""
    return ", ".join(quoted(text, 60) for text in texts[:limit]) + more
