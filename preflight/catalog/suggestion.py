"""What somebody may have meant who typed a name that there is not."""

from collections.abc import Collection


def suggestion(word: str, known: Collection[str]) -> str:
    """Returns `; did you mean 'x'?` where one of `known` is close to `word`, else nothing."""
    # only a mistake needs it
    from difflib import get_close_matches

    close = get_close_matches(word[:100], known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def unknown(word: str, known: Collection[str], what: str) -> str:
    """Returns the words after a name that is not known: what may have been meant, and what there is; `what` as in `the formats`."""
    near = suggestion(word, known)
    there_are = f"{what[0].upper()}{what[1:]}" if near else what
    return f"is unknown{near or ';'} {there_are} are {', '.join(known)}"
