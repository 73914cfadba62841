"""A cursor through a document that nobody vouches for: whatever is missing or of another type reads as empty."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from preflight.model.document import Document
from preflight.model.flow import Origin


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a document, and where it stands."""

    document: Document
    path: str
    """As in `value[0].properties`; empty for the document itself."""
    value: Any

    @property
    def origin(self) -> Origin:
        """File and line where it begins, or those of the nearest part around it that are known."""
        path = self.path
        while path and path not in self.document.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.document.at(path)

    @property
    def is_object(self) -> bool:
        """Whether it has members by name."""
        return isinstance(self.value, Mapping)

    def __contains__(self, key: str) -> bool:
        return self._member(key) is not None

    def get(self, key: str) -> "Part":
        """The member of that name; an empty part where there is none."""
        path = f"{self.path}.{key}" if self.path else key
        return Part(self.document, path, self._member(key))

    def _member(self, key: str) -> Any:
        return self.value.get(key) if isinstance(self.value, Mapping) else None

    def items(self, *keys: str) -> tuple["Part", ...]:
        """The members of the first list that is there and not empty, of those keys; of the part itself without any."""
        for part in [self.get(key) for key in keys] if keys else [self]:
            if isinstance(part.value, Sequence) and not isinstance(part.value, str) and part.value:
                return tuple(
                    Part(part.document, f"{part.path}[{index}]", value)
                    for index, value in enumerate(part.value)
                )
        return ()

    def text(self, *keys: str) -> str:
        """The first of those members that is text or a number and not empty; empty where there is none."""
        for key in keys:
            value = self._member(key)
            if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
                return str(value)
        return ""

    def texts(self, *keys: str) -> tuple[str, ...]:
        """All text of those members, each a text or a list of texts, in order and once."""
        found: dict[str, None] = {}
        for key in keys:
            value = self._member(key)
            for each in value if isinstance(value, list | tuple) else (value,):
                if isinstance(each, str | int) and not isinstance(each, bool) and each != "":
                    found[str(each)] = None
        return tuple(found)

    def number(self, key: str) -> int | None:
        """The member as a whole number; None where it is none."""
        value = self._member(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and value.strip().lstrip("-").isdecimal() and len(value) < 12:
            return int(value)
        return None

    def flag(self, key: str) -> bool:
        """Whether the member is true."""
        value = self._member(key)
        return value is True or (isinstance(value, str) and value.lower() == "true")

    def flat(self) -> "Part":
        """What stands under `properties`, as REST and ARM have it, or the part itself, as the Azure CLI flattens it."""
        inside = self.get("properties")
        return inside if inside.is_object else self


def roots(document: Document) -> Iterator[Part]:
    """The objects of a document: itself, those of a list or of REST's `value` or `items`, and the resources of a template."""
    yield from _unwrapped(Part(document, "", document.body), depth=0)


DEPTH = 6
"""How many wrappings are opened."""
WRAPPINGS = frozenset({"value", "items", "resources", "properties", "Resources"})
"""Members that may hold further objects; most objects have none, and every engine goes over all of them."""


def _unwrapped(part: Part, depth: int) -> Iterator[Part]:
    if depth > DEPTH:
        return
    if isinstance(part.value, list | tuple):
        inner = part.items()
    elif part.is_object:
        yield part
        if WRAPPINGS.isdisjoint(part.value):
            return
        inner = (*part.items("value"), *part.items("items"), *_resources(part))
    else:
        return
    for each in inner:
        yield from _unwrapped(each, depth + 1)


def _resources(part: Part) -> tuple[Part, ...]:
    """Those of an ARM template or a deployment, and the properties of CloudFormation's."""
    template = part.get("properties").get("template")
    stack = part.get("Resources")
    named = stack.value if isinstance(stack.value, Mapping) else {}
    inside = tuple(stack.get(str(name)).get("Properties") for name in named)
    return (*part.items("resources"), *template.items("resources"), *inside)


def last_segment(identifier: str) -> str:
    """The name at the end of a resource id, of a URL or of a path."""
    return identifier.rstrip("/").rpartition("/")[2]


def bare_name(text: str) -> str:
    """The last part of a name; of a template's expression the last text in it, as in `[format('{0}/{1}', parameters('p'), 'name')]`."""
    if text.startswith("["):
        texts = re.findall(r"'([^']*)'", text)
        text = texts[-1] if texts else text
    return last_segment(text)


def segment_after(identifier: str, kind: str) -> str:
    """What follows `kind/` in a resource id, without regard to case; empty where it is not there."""
    parts = identifier.split("/")
    lowered = [part.lower() for part in parts]
    if kind.lower() in lowered[:-1]:
        return parts[lowered.index(kind.lower()) + 1]
    return ""
