"""The pages about causes, read from the rules' own docstrings, so that code, findings and documentation say the same.

A page's first line is `code: title.`; then come paragraphs that begin with `Seen:`, `Means:`, `Ask for:`, `Confidence:` and
`Example:`, in this order; the example's lines keep their breaks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from preflight.diagnosis.rules import PAGES
from preflight.model.diagnosis import Cause

PARAGRAPHS = ("Seen", "Means", "Ask for", "Confidence", "Example")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a network engineer should know of one cause."""

    cause: Cause
    title: str
    """Without a full stop, in lower case where it is not a name."""
    seen: str
    means: str
    ask_for: str
    confidence: str
    example: str
    """Lines of evidence, without indentation."""


@cache
def pages() -> Mapping[Cause, Page]:
    """Every cause that has a rule, in the contract's order."""
    return {page.cause: page for page in map(_page, PAGES)}


def _page(module: ModuleType) -> Page:
    """The module's page; one with nothing but the code where the interpreter dropped the docstrings (`-OO`)."""
    if module.__doc__:
        return read(module.__doc__)
    code = module.__name__.rpartition(".")[2].replace("_", ".", 1)
    return Page(
        cause=Cause(code), title=code, seen="", means="", ask_for="", confidence="", example=""
    )


def read(text: str) -> Page:
    """The page that a docstring holds.

    Raises:
        ValueError: the text has not the structure of a page.
    """
    first, *paragraphs = text.strip().split("\n\n")
    code, _, title = first.partition(": ")
    parts = dict(_part(paragraph) for paragraph in paragraphs)
    if tuple(parts) != PARAGRAPHS or not all((title, *parts.values())):
        raise ValueError(f"{code}: a page has a title and the paragraphs {', '.join(PARAGRAPHS)}")
    return Page(
        cause=Cause(code),
        title=title.removesuffix("."),
        seen=_flowing(parts["Seen"]),
        means=_flowing(parts["Means"]),
        ask_for=_flowing(parts["Ask for"]),
        confidence=_flowing(parts["Confidence"]),
        example="\n".join(line.strip() for line in parts["Example"].splitlines()),
    )


def _part(paragraph: str) -> tuple[str, str]:
    head, _, body = paragraph.partition(":")
    return head, body.strip()


def _flowing(text: str) -> str:
    return " ".join(text.split())
