"""Reads fields of documents that nobody has validated: each function returns the value, or says where what is wrong."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Fields = Mapping[str, Any]


class Malformed(ValueError):  # noqa: N818 - the part is malformed; nothing failed
    """A part that the API would refuse, so nobody can say what it means; `str()` is one clause that begins with the path."""


def fields(value: object, path: str) -> Fields:
    """A mapping; empty where nothing stands."""
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return value
    raise Malformed(f"{path} is no mapping")


def items(value: object, path: str) -> Sequence[Any]:
    """A list; empty where nothing stands."""
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return value
    raise Malformed(f"{path} is no list")


def each(value: object, path: str) -> Iterator[tuple[Fields, str]]:
    """The mappings of a list, each with its path."""
    for number, item in enumerate(items(value, path)):
        where = f"{path}[{number}]"
        if not isinstance(item, Mapping):
            raise Malformed(f"{where} is no mapping")
        yield item, where


def text(value: object, path: str) -> str:
    """Text that must be there."""
    if isinstance(value, str):
        return value
    raise Malformed(f"{path} is no text")


def optional_text(value: object, path: str) -> str | None:
    """Text, or nothing."""
    return None if value is None else text(value, path)


def texts(value: object, path: str) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(text(item, f"{path}[{number}]") for number, item in enumerate(items(value, path)))


def number(value: object, path: str, *, least: int, most: int) -> int:
    """A whole number within bounds."""
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    raise Malformed(f"{path} is no whole number from {least} to {most}")


def only(found: Fields, allowed: frozenset[str], path: str) -> None:
    """Nothing, where every key is known: what is not known may restrict or widen what stands beside it."""
    for key in found:
        if key not in allowed:
            raise Malformed(f"{path}.{str(key)[:60]} is not known here")


def named(body: Fields) -> tuple[str | None, str]:
    """The object's namespace (None where it has none) and name; an empty name where it has none that can be read."""
    metadata = body.get("metadata")
    if not isinstance(metadata, Mapping):
        return None, ""
    namespace, name = metadata.get("namespace"), metadata.get("name")
    return (
        namespace if isinstance(namespace, str) and namespace else None,
        name if isinstance(name, str) else "",
    )


def is_kind(body: Fields, kind: str, *versions: str) -> bool:
    """Whether this is an object of that kind and of one of these API versions, or groups (`cilium.io/`)."""
    if body.get("kind") != kind:
        return False
    version = body.get("apiVersion")
    return isinstance(version, str) and version.startswith(versions)
