"""Text that a spreadsheet shows rather than evaluates."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide forms count in some locales
"""First characters by which spreadsheets take a cell for a formula (OWASP, "CSV Injection", read 2026-11)."""


def cell(written: str, shown: str) -> str:
    """The text as it is `shown`, with an apostrophe before it where it, or what was `written` before it was escaped, begins like a formula."""
    is_formula = written.startswith(FORMULA_STARTS) or shown.lstrip().startswith(FORMULA_STARTS)
    return f"'{shown}" if is_formula else shown
