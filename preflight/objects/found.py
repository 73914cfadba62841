"""What a reader finds at the top of a file, and where its parts begin."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

DEEPEST = 8
"""Names and places of a path whose line is kept: REST writes `value[0].properties.ruleCollections[0].rules[0]`, CloudFormation one more."""
_MEMBER = re.compile(r"(?:items)?\[\d+\]")


class Later(Mapping[str, int]):
    """Lines by path that are looked up when first asked for; the line where everything begins, by the empty path, is known."""

    def __init__(self, first: int, look_up: Callable[[], Mapping[str, int]]) -> None:
        self._first = first
        self._look_up = look_up

    @cached_property
    def _lines(self) -> Mapping[str, int]:
        return self._look_up()

    def __getitem__(self, path: str) -> int:
        return self._lines[path] if path else self._first

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


@dataclass(slots=True)
class Found:
    """One value with its lines."""

    value: Any
    line: int | None
    lines: dict[str, int] = field(default_factory=dict)
    """By path, as in `spec.egress[0]`."""
    members: Sequence[Mapping[str, int]] = ()
    """Those of each member of a long list, where they are looked up by themselves; paths inside are the member's own."""

    def of_members(self, path: str, count: int) -> Sequence[Mapping[str, int]]:
        """The lines of each member of the list at `path`: `items`, or nothing for the value itself."""
        if self.members:
            return self.members
        below = self._below()
        return [below.get(f"{path}[{number}]", {}) for number in range(count)]

    def _below(self) -> Mapping[str, dict[str, int]]:
        found: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for path, line in self.lines.items():
            member = _MEMBER.match(path)
            if member:
                found[member[0]][path[member.end() :].lstrip(".")] = line
        return found
