"""One object that a user gave or a cluster holds: plain values, and where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from preflight.model.flow import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A Kubernetes object or a cloud's export, as it was read: nothing in it is trusted to be well-formed."""

    body: Mapping[str, Any]
    """Mappings, lists, text, numbers, booleans and None, as JSON has them."""
    origin: Origin
    """Where it begins."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Lines of its parts, by path as in `spec.egress[0]`; a part may be missing."""

    def at(self, path: str) -> Origin:
        """Where a part begins; where the document does, when that is not known."""
        line = self.lines.get(path, self.origin.line)
        return Origin(file=self.origin.file, line=line, context=self.origin.context)
