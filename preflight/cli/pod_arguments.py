"""What every command that asks about pods reads in the same way: namespaces and labels. Pure, as `arguments` is."""

import re

from preflight.errors import UsageError
from preflight.model.flow import Labels

TEXT_LIMIT = 1_000
"""Characters that are looked at; nothing that is valid is longer."""
SHOWN_LIMIT = 60
NAMESPACE = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
LABEL_NAME = (
    r"(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
)
LABEL_VALUE = r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?"
"""Kubernetes documentation, "Labels and Selectors": syntax and character set."""


def labels(text: str, *, option: str) -> Labels:
    """Labels of `k=v,k=v`, sorted by name."""
    found: dict[str, str] = {}
    for pair in text[:TEXT_LIMIT].split(","):
        name, equals, value = (part.strip() for part in pair.partition("="))
        is_label = re.fullmatch(LABEL_NAME, name) and re.fullmatch(LABEL_VALUE, value)
        if not equals or not is_label:
            raise UsageError(f"{option} {shown(pair)}: write NAME=VALUE, as in app=defender")
        if found.setdefault(name, value) != value:
            raise UsageError(f"{option}: {name} is given twice")
    return tuple(sorted(found.items()))


def shown(text: str) -> str:
    """What was typed, quoted, and cut where it is long."""
    return repr(text if len(text) <= SHOWN_LIMIT else f"{text[: SHOWN_LIMIT - 1]}…")
