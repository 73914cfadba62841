"""The content of one file → Documents: JSON where it begins as JSON, otherwise YAML; lists of objects are taken apart.

`kind: List` (and PodList, …) is one document for each of its items, and so is an array at the top, as `az … list` prints it. What an
export wraps in `{"value": […]}` stays whole. A `.conf` file is one document, its text under `text`.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from preflight import yamltext
from preflight.errors import ObjectError
from preflight.model.document import Document
from preflight.model.flow import Origin
from preflight.objects.found import Found
from preflight.objects.json import read_json
from preflight.objects.yaml import read_yaml

SIZE_LIMIT = 64 * 1024 * 1024
"""Bytes of one file."""
CONFIGURATION = ".conf"
_MEANT_AS_JSON = re.compile(r"\s*[\[{]\s*[\[{\"\]}]")


def documents(data: bytes, name: str) -> Iterator[Document]:
    """The objects of one file; ObjectError names the line of what cannot be read."""
    try:
        text = yamltext.decode(data, SIZE_LIMIT)
        if name.lower().endswith(CONFIGURATION):
            yield _document({"kind": "Configuration", "text": text}, name, 1, {})
            return
        for found in _found(text):
            yield from _members(found, name)
    except yamltext.BrokenYaml as broken:
        raise ObjectError(file=name, line=broken.line, problem=broken.problem) from None


def _found(text: str) -> Iterator[Found]:
    """What stands at the top: JSON is tried where it begins so, since YAML in flow style does too."""
    if not text.lstrip().startswith(("{", "[")):
        yield from read_yaml(text)
        return
    try:
        yield from read_json(text)
    except yamltext.BrokenYaml as no_json:
        try:
            whole = list(read_yaml(text))
        except yamltext.BrokenYaml as no_yaml:
            raise (no_json if _MEANT_AS_JSON.match(text) else no_yaml) from None
        yield from whole


def _members(found: Found, name: str) -> Iterator[Document]:
    value = found.value
    if isinstance(value, list):
        for member, lines in zip(value, found.of_members("", len(value)), strict=True):
            if isinstance(member, Mapping):
                yield _part(member, lines, found, name)
    elif isinstance(value, Mapping):
        items, kind = value.get("items"), value.get("kind")
        if isinstance(items, list) and isinstance(kind, str) and kind.endswith("List"):
            yield from _items(value, kind, items, found, name)
        else:
            yield _document(value, name, found.line, found.lines)


def _items(
    value: Mapping[str, Any], kind: str, items: list[Any], found: Found, name: str
) -> Iterator[Document]:
    """The items of a list; those of a PodList do not repeat what they are."""
    implied = {"kind": kind.removesuffix("List"), "apiVersion": value.get("apiVersion")}
    for item, lines in zip(items, found.of_members("items", len(items)), strict=True):
        if isinstance(item, Mapping):
            whole = item if "kind" in item or kind == "List" else {**implied, **item}
            yield _part(whole, lines, found, name)


def _part(value: Mapping[str, Any], lines: Mapping[str, int], found: Found, name: str) -> Document:
    """A part as a document of its own, with the lines inside it."""
    return _document(value, name, lines.get("", found.line), lines)


def _document(
    value: Mapping[str, Any], name: str, line: int | None, lines: Mapping[str, int]
) -> Document:
    return Document(body=value, origin=Origin(file=name, line=line), lines=lines)
