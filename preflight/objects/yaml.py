"""YAML → plain values, as YAML 1.1 and kubectl read them, with the lines of their parts.

Aliases and merge keys are followed, but what they make is counted as if it were written out, so that a small file cannot grow large
(the "billion laughs"). Other tags than those of plain values are refused.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from preflight import yamltext
from preflight.objects.found import DEEPEST, Found
from preflight.yamltext import BrokenYaml

if TYPE_CHECKING:
    from yaml import MappingNode, Node, ScalarNode

VALUES_LIMIT = 3_000_000
"""Values in one file; a policy has about 50."""
DEPTH_LIMIT = 120
"""Levels; schemas of custom resources have some 40."""
TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = frozenset(f"{TAG}{name}" for name in ("null", "bool", "int", "float", "timestamp"))
_TEXT_TAGS = frozenset({None, f"{TAG}str", "!"})
_PART_TAGS = frozenset({None, f"{TAG}map", f"{TAG}seq", "?", "!"})
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
}
"""https://yaml.org/type/null.html and bool.html"""
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?0[0-7_]+")
_NUMBER = re.compile(
    r"[-+]?(?:[0-9][0-9_]*)?\.[0-9_]+(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*(?:\.|\.?[eE][-+]?[0-9]+)"
)
_LONGEST_NUMBER = 40
LONG = 20
"""Items of a list that is worth cutting."""
_ITEMS = re.compile(r"^items:[ ]*\n(?=- )", re.MULTILINE)
_ITEM = re.compile(r"^- ", re.MULTILINE)
_AFTER = re.compile(r"^[^\s\-#]", re.MULTILINE)
_LIST = re.compile(r"^kind:[ ]*List[ ]*$", re.MULTILINE)
_SECOND = re.compile(r"^(?:---|\.\.\.)", re.MULTILINE)
_ANCHOR = re.compile(r"(?:^|[\s\[{,])&[^\s]", re.MULTILINE)


def read_yaml(text: str) -> Iterator[Found]:
    """The documents of a stream, or the items of one long list; BrokenYaml names the line of what cannot be read."""
    if yamltext.is_deeper(text, DEPTH_LIMIT):
        raise BrokenYaml(1, f"nested deeper than {DEPTH_LIMIT} levels")
    builder = _Builder()
    for before, part in _parts(text):
        builder.before = before
        try:
            yield from _documents(builder, part)
        except BrokenYaml as broken:
            # what is read counts from where the part begins
            raise BrokenYaml(broken.line + before, broken.problem) from None


def _documents(builder: "_Builder", part: str) -> Iterator[Found]:
    for node in yamltext.documents(part):
        found = Found(None, builder.line(node))
        builder.lines = found.lines
        found.value = builder.value(node, "", 0)
        if found.value is not None:
            yield found


def _parts(text: str) -> list[tuple[int, str]]:
    """The text in parts that can be read alone, each with the lines before it; mostly it is one.

    `kubectl get … -o yaml` writes one list of all objects. As one tree of nodes it would take three times the memory, so it is cut before each
    item, unless an anchor may lead from one to another.
    """
    opened = _ITEMS.search(text)
    whole = [(0, text)]
    if opened is None or ("&" in text and _ANCHOR.search(text)) or _SECOND.search(text):
        return whole
    closed = _AFTER.search(text, opened.end())
    end = closed.start() if closed else len(text)
    rest = text[: opened.start()] + (text[end:] if closed else "")
    starts = [found.start() for found in _ITEM.finditer(text, opened.end(), end)]
    if not _LIST.search(rest) or len(starts) < LONG:
        return whole
    return list(_cut(text, [*starts, end]))


def _cut(text: str, places: list[int]) -> Iterator[tuple[int, str]]:
    line = text.count("\n", 0, places[0])
    for start, end in pairwise(places):
        yield line, f" {text[start + 1 : end]}"
        line += text.count("\n", start, end)


class _Builder:
    """Makes values of nodes; all documents of a file share its budget."""

    def __init__(self) -> None:
        self.before = 0
        """Lines before the part that is read."""
        self.lines: dict[str, int] = {}
        self._left = VALUES_LIMIT

    def value(self, node: "Node", path: str, depth: int) -> Any:
        """The value of a node at `path`; the paths of what is deep are not kept."""
        kind = type(node).__name__
        if kind == "ScalarNode":
            return self._scalar(cast("ScalarNode", node))
        self._left -= len(node.value) + 1
        if self._left < 0:
            raise self.refused(node, f"more than {VALUES_LIMIT} values, aliases written out")
        if depth > DEPTH_LIMIT:
            raise self.refused(node, f"nested deeper than {DEPTH_LIMIT} levels")
        if node.tag not in _PART_TAGS:
            raise self.refused(node, "tags are not supported")
        if depth <= DEEPEST:
            self.lines[path] = self.line(node)
        if kind == "MappingNode":
            return self._mapping(cast("MappingNode", node), path, depth)
        keep = depth < DEEPEST
        return [
            self.value(item, f"{path}[{number}]" if keep else "", depth + 1)
            for number, item in enumerate(node.value)
        ]

    def _mapping(self, node: "MappingNode", path: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: list[Node] = []
        keep = depth < DEEPEST
        before = f"{path}." if path else ""
        for key, value in node.value:
            if type(key).__name__ != "ScalarNode":
                raise self.refused(key, "a key must be a single word")
            name = key.value
            if name == "<<" and not key.style:
                merged.append(value)
            elif name in found:
                raise self.refused(key, f"the key {name[:60]!r} stands twice")
            else:
                found[name] = self.value(value, before + name if keep else "", depth + 1)
        for value in merged:
            for name, inherited in self._inherited(value, depth).items():
                found.setdefault(name, inherited)
        return found

    def _inherited(self, node: "Node", depth: int) -> dict[str, Any]:
        """What a merge key brings: a mapping, or several of which the first that has a key wins."""
        lines, self.lines = self.lines, {}
        value = self.value(node, "", depth + 1)
        self.lines = lines
        found: dict[str, Any] = {}
        for one in value if isinstance(value, list) else [value]:
            if not isinstance(one, dict):
                raise self.refused(node, "<< must lead to a mapping")
            for name, inherited in one.items():
                found.setdefault(name, inherited)
        return found

    def line(self, node: "Node") -> int:
        """Where the node begins in the whole text."""
        return int(node.start_mark.line) + 1 + self.before

    def refused(self, node: "Node", problem: str) -> BrokenYaml:
        """What to raise about a node."""
        return BrokenYaml(self.line(node) - self.before, problem)

    def _scalar(self, node: "ScalarNode") -> Any:
        tag = node.tag
        if tag in _TEXT_TAGS:
            return node.value if node.style or tag == "!" else plain(node.value)
        if tag in _PLAIN_TAGS:
            return plain(node.value)
        raise self.refused(node, "tags are not supported")


@lru_cache(maxsize=65_536)
def plain(written: str) -> str | int | float | bool | None:
    """The value of a word without quotes; dates stay text, as in JSON."""
    if written in _WORDS:
        return _WORDS[written]
    if len(written) > _LONGEST_NUMBER or not (written[0].isdigit() or written[0] in "+-."):
        return written
    if _INTEGER.fullmatch(written):
        return _integer(written.replace("_", ""))
    if _NUMBER.fullmatch(written):
        return float(written.replace("_", ""))
    return written


def _integer(digits: str) -> int:
    """Decimal, hexadecimal, or octal with a leading zero."""
    bare = digits.lstrip("+-")
    if bare[:2].lower() == "0x":
        return int(digits, 16)
    return int(digits, 8) if len(bare) > 1 and bare[0] == "0" else int(digits)
