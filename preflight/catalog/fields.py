"""Takes values out of a mapping and collects every problem on the way, each with its line and key."""

from collections.abc import Callable, Collection
from collections.abc import Mapping as Table
from pathlib import Path
from typing import TypeVar

from preflight.catalog.nodes import Listing, Mapping, Node, Scalar
from preflight.catalog.suggestion import suggestion
from preflight.errors import CatalogError

T = TypeVar("T")


class NodeError(Exception):
    """One node does not hold what its key asks for; a list may have several problems."""

    def __init__(self, *problems: tuple[int, str, str]) -> None:
        super().__init__(problems)
        self.problems = problems
        """Line, key below the node's own (empty for the node itself), and what is wrong."""


def invalid(node: Node, problem: str) -> NodeError:
    """Returns the exception for one problem of `node` itself."""
    return NodeError((node.line, "", problem))


def listing_of(convert: Callable[[Node], T]) -> Callable[[Node], tuple[T, ...]]:
    """Returns a converter for a list whose items `convert` takes; no item may stand twice."""

    def convert_all(node: Node) -> tuple[T, ...]:
        if not isinstance(node, Listing):
            raise invalid(node, "must be a list")
        found: list[T] = []
        problems: list[tuple[int, str, str]] = []
        for index, item in enumerate(node.items):
            try:
                value = convert(item)
            except NodeError as error:
                problems += [(line, f"[{index}]{key}", what) for line, key, what in error.problems]
            else:
                if value in found:
                    problems.append((item.line, f"[{index}]", "stands twice"))
                found.append(value)
        if problems:
            raise NodeError(*problems)
        return tuple(found)

    return convert_all


class Problems:
    """What is wrong with one file, in the order found; the same thing is said once."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.found: list[CatalogError] = []
        self._said: set[tuple[int, str, str]] = set()

    def add(self, line: int, key: str, problem: str) -> None:
        """Notes one problem."""
        if (line, key, problem) not in self._said:
            self._said.add((line, key, problem))
            self.found.append(CatalogError(file=self.file, line=line, key=key, problem=problem))


class Fields:
    """The fields of one mapping; whatever is wrong goes to `problems`, and reading goes on."""

    def __init__(
        self, node: Node, path: str, problems: Problems, known: Collection[str] | None
    ) -> None:
        """Notes a node that is no mapping, keys that stand twice, and keys that are none of `known` (None: any)."""
        self.path = path
        self.line = node.line
        self.nodes: dict[str, Node] = {}
        self._inherited: frozenset[str] = frozenset()
        self._problems = problems
        if not isinstance(node, Mapping):
            problems.add(node.line, path or "file", "must be a mapping of keys to values")
            return
        for key, value in node.pairs:
            self._take(key, value, known)

    def _take(self, key: Scalar, value: Node, known: Collection[str] | None) -> None:
        name = key.text
        if not name.isprintable() or len(name) > 100:
            self.report("a key must be short, printable text", line=key.line)
        elif known is not None and name not in known:
            self.report(f"unknown key{suggestion(name, known)}", name, line=key.line)
        elif name in self.nodes:
            self.report(f"stands twice, first in line {self.nodes[name].line}", name, line=key.line)
        else:
            self.nodes[name] = value

    def key(self, name: str = "") -> str:
        """Returns the full path of a key of this mapping, or where it was inherited from."""
        if name in self._inherited:
            return f"defaults.{name}"
        return f"{self.path}.{name}" if self.path and name else self.path or name or "file"

    def report(self, problem: str, name: str = "", *, line: int | None = None) -> None:
        """Notes a problem of the field `name`, or of the whole mapping."""
        at = self.nodes[name].line if line is None and name in self.nodes else line
        self._problems.add(self.line if at is None else at, self.key(name), problem)

    def inherit(self, defaults: Table[str, Node]) -> None:
        """Takes over the fields that this mapping does not have itself."""
        self._inherited = frozenset(defaults.keys() - self.nodes.keys())
        self.nodes = {**defaults, **self.nodes}

    def get(self, name: str, convert: Callable[[Node], T], default: T) -> T:
        """Returns the field's value; the default where it is absent or wrong."""
        return self._get(name, convert, default) if name in self.nodes else default

    def need(self, name: str, convert: Callable[[Node], T], default: T) -> T:
        """Returns the field's value; where it is absent or wrong, notes that and returns the default."""
        if name not in self.nodes:
            self.report("missing", name)
            return default
        return self._get(name, convert, default)

    def _get(self, name: str, convert: Callable[[Node], T], default: T) -> T:
        try:
            return convert(self.nodes[name])
        except NodeError as error:
            for line, key, problem in error.problems:
                self._problems.add(line, self.key(name) + key, problem)
            return default
