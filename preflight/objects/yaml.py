"""YAML → plain values, as YAML 1.1 and kubectl read them, with the lines of their parts.

Aliases and merge keys are followed, but what they make is counted as if it were written out, so that a small file cannot grow large
(the "billion laughs"). Other tags than those of plain values are refused.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

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
_TEXT_TAGS = {f"{TAG}str", "!"}
_PLAIN_TAGS = {f"{TAG}{name}" for name in ("null", "bool", "int", "float", "timestamp")}
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
}
"""https://yaml.org/type/null.html and bool.html"""
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?0[0-7_]+")
_NUMBER = re.compile(
    r"[-+]?(?:[0-9][0-9_]*)?\.[0-9_]+(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*\.?(?:[eE][-+]?[0-9]+)?"
)
_LONGEST_NUMBER = 40


def read_yaml(text: str) -> Iterator[Found]:
    """The documents of a stream, one after the other; BrokenYaml names the line of what cannot be read."""
    if yamltext.is_deeper(text, DEPTH_LIMIT):
        raise BrokenYaml(1, f"nested deeper than {DEPTH_LIMIT} levels")
    builder = _Builder()
    for node in yamltext.documents(text):
        found = Found(None, node.start_mark.line + 1)
        builder.lines = found.lines
        found.value = builder.value(node, "", 0)
        if found.value is not None:
            yield found


class _Builder:
    """Makes values of nodes; all documents of a file share its budget."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        self._left = VALUES_LIMIT

    def value(self, node: "Node", path: str, depth: int) -> Any:
        """The value of a node at `path`; the paths of what is deep are not kept."""
        kind = type(node).__name__
        if kind == "ScalarNode":
            return _scalar(node)
        self._left -= len(node.value) + 1
        if self._left < 0:
            raise BrokenYaml(_line(node), f"more than {VALUES_LIMIT} values, aliases written out")
        if depth > DEPTH_LIMIT:
            raise BrokenYaml(_line(node), f"nested deeper than {DEPTH_LIMIT} levels")
        if node.tag not in {f"{TAG}map", f"{TAG}seq", None, "?", "!"}:
            raise BrokenYaml(_line(node), "tags are not supported")
        if depth <= DEEPEST:
            self.lines[path] = _line(node)
        if kind == "MappingNode":
            return self._mapping(node, path, depth)
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
                raise BrokenYaml(_line(key), "a key must be a single word")
            name = key.value
            if name == "<<" and not key.style:
                merged.append(value)
            elif name in found:
                raise BrokenYaml(_line(key), f"the key {name[:60]!r} stands twice")
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
                raise BrokenYaml(_line(node), "<< must lead to a mapping")
            for name, inherited in one.items():
                found.setdefault(name, inherited)
        return found


def _line(node: "Node") -> int:
    return int(node.start_mark.line) + 1


def _scalar(node: "ScalarNode") -> Any:
    tag = node.tag
    if node.style or tag in _TEXT_TAGS:
        if tag in _PLAIN_TAGS:
            return plain(node.value)
        if tag not in {*_TEXT_TAGS, None}:
            raise BrokenYaml(_line(node), "tags are not supported")
        if node.style or tag == "!":
            return node.value
    elif tag not in {*_PLAIN_TAGS, None}:
        raise BrokenYaml(_line(node), "tags are not supported")
    return plain(node.value)


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
