"""YAML text as parser events or as nodes, both with lines; what is no YAML is named by its line. No Python object is ever built from a tag.

The parser of libyaml is used where the wheel has it: eight times as fast. It recurses in C while it builds nodes, so whoever asks for
nodes must know that the text is shallow: `is_deeper` tells.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yaml import Event, MarkedYAMLError, Node


class BrokenYaml(ValueError):  # noqa: N818 - the text is broken; nothing failed
    """The text is not what is accepted as YAML."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line
        self.problem = problem


def decode(data: bytes, limit: int) -> str:
    """The text of a file; BrokenYaml where it is larger than `limit` bytes or not UTF-8."""
    if len(data) > limit:
        raise BrokenYaml(1, f"larger than {limit} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenYaml(data.count(b"\n", 0, error.start) + 1, "not UTF-8 text") from None


def events(text: str) -> "Iterator[Event]":
    """What the parser reports, in order; BrokenYaml is raised where it stumbles."""
    import yaml

    return _checked(text, lambda loader: yaml.parse(text, Loader=loader))


def documents(text: str) -> "Iterator[Node]":
    """The root node of each document; the text has to be shallow. Aliases lead to the node that they name, so a node may contain itself.

    A node's tag is the one that is written; None where there is none.
    """
    import yaml

    return _checked(text, lambda loader: yaml.compose_all(text, Loader=_untagged(loader)))


def is_deeper(text: str, levels: int) -> bool:
    """Whether anything is nested deeper; in doubt the parser's events decide, which never recurse."""
    return not _is_plainly_shallow(text, levels) and _depth(text, levels) > levels


def is_end(event: "Event") -> bool:
    """Whether it closes a sequence or mapping. Event classes go by name: the parser in C has the same ones."""
    return type(event).__name__ in {"SequenceEndEvent", "MappingEndEvent"}


def _is_plainly_shallow(text: str, levels: int) -> bool:
    """No line is indented so far, no entry so often begun in one line, no bracket opened so often."""
    third = levels // 3
    indent = " " * third
    if indent in text and re.search(f"^{indent}", text, re.MULTILINE):
        return False
    if re.search(r"[-?:][ \t]+" * third, text):  # written out, it is found four times as fast
        return False
    depth = 0
    for bracket in re.finditer(r"[\[\]{}]", text):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > third:
            return False
    return True


def _depth(text: str, enough: int) -> int:
    deepest = depth = 0
    for event in events(text):
        name = type(event).__name__
        if name in {"SequenceStartEvent", "MappingStartEvent"}:
            depth += 1
            deepest = max(deepest, depth)
            if deepest > enough:
                break
        elif is_end(event):
            depth -= 1
    return deepest


def _checked(text: str, read: Callable[[Any], "Iterator[Any]"]) -> "Iterator[Any]":
    # 20 ms to import, and a compiled catalogue does without it
    import yaml

    fast = yaml.__with_libyaml__
    try:
        yield from read(yaml.CBaseLoader if fast else yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BrokenYaml(mark.line + 1 if mark else 1, _sentence(error)) from None
    except yaml.reader.ReaderError as error:
        # libyaml counts bytes, the other one characters
        before = text.encode()[: error.position] if fast else text[: error.position].encode()
        line = before.count(b"\n") + 1
        raise BrokenYaml(line, "a control character that YAML does not allow") from None
    except (ValueError, OverflowError):
        # the parser in Python converts escapes and versions without looking
        raise BrokenYaml(1, "not valid YAML: a number or escape out of range") from None


@cache
def _untagged(loader: Any) -> Any:
    """The loader without its search for a tag where none is written, which takes a third of the time."""

    class Untagged(loader):  # type: ignore[misc]  # which of the two it extends depends on the wheel
        def resolve(self, kind: object, value: object, implicit: object) -> None:
            pass

        def descend_resolver(self, node: object, index: object) -> None:
            pass

        def ascend_resolver(self) -> None:
            pass

    return Untagged


def _sentence(error: "MarkedYAMLError") -> str:
    parts = (error.context, error.problem)
    return "not valid YAML: " + ", ".join(" ".join(part.split()) for part in parts if part)
