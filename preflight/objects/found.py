"""What a reader finds at the top of a file, and where its parts begin."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

DEEPEST = 5
"""Names and places of a path whose line is kept: rules of rule collections are four below the top."""
_MEMBER = re.compile(r"(?:items)?\[\d+\]")


@dataclass(slots=True)
class Found:
    """One value with its lines."""

    value: Any
    line: int | None
    lines: dict[str, int] = field(default_factory=dict)
    """By path, as in `spec.egress[0]`."""

    def below(self) -> Mapping[str, dict[str, int]]:
        """The lines of each member of a list, by the member's path; paths inside are the member's own."""
        found: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for path, line in self.lines.items():
            member = _MEMBER.match(path)
            if member:
                found[member[0]][path[member.end() :].lstrip(".")] = line
        return found
