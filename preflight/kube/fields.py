"""Reads fields of an object without trusting its shape: what is absent or of another type is empty."""

from collections.abc import Mapping
from typing import Any

_NOTHING: Mapping[str, Any] = {}


def mapping(value: object, *path: str) -> Mapping[str, Any]:
    """The mapping at this path of keys; empty when there is none."""
    found = _at(value, path)
    return found if isinstance(found, dict) else _NOTHING


def items(value: object, *path: str) -> list[Mapping[str, Any]]:
    """The mappings of the list at this path; empty when there is none."""
    found = _at(value, path)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def strings(value: object, *path: str) -> dict[str, str]:
    """The mapping of strings at this path, such as labels; other values are left out."""
    return {key: text for key, text in mapping(value, *path).items() if isinstance(text, str)}


def text(value: object, *path: str) -> str:
    """The string at this path; empty when there is none."""
    found = _at(value, path)
    return found if isinstance(found, str) else ""


def integer(value: object, *path: str) -> int | None:
    """The whole number at this path; None when there is none."""
    found = _at(value, path)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _at(value: object, path: tuple[str, ...]) -> object:
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value
