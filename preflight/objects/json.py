"""JSON → plain values: one text, several after each other, or one a line; with the lines of parts where that is cheap."""

import json
import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import NoReturn

from preflight.objects.found import DEEPEST, Found, Later
from preflight.yamltext import BrokenYaml

LINES_LIMIT = 2 * 1024 * 1024
"""Characters of a text whose lines are looked up; that takes a tenth of a second. Of a longer one only those of members are, when asked for."""
VALUES_LIMIT = 2_000_000
"""Top-level values in one file."""
_SPACE = re.compile(r"[ \t\r\n]*")
_FIRST = re.compile(r"\n[ \t]*\{")
"""The first member of a long list, on a line of its own, as every tool prints it."""
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},]|\n')


def read_json(text: str) -> Iterator[Found]:
    """The values that follow each other; BrokenYaml names the line of what is no JSON."""
    decoder = json.JSONDecoder(parse_constant=_refuse)
    place, number = _after_space(text, 0), 0
    line = text.count("\n", 0, place) + 1
    while place < len(text):
        number += 1
        if number > VALUES_LIMIT:
            raise BrokenYaml(line, f"more than {VALUES_LIMIT} values")
        value, end = _decoded(decoder, text, place)
        if end - place <= LINES_LIMIT:
            yield Found(value, line, lines(text[place:end], line))
        else:
            yield Found(value, line, members=_members(value, text, place, end, line))
        after = _after_space(text, end)
        line += text.count("\n", place, after)
        place = after


def _decoded(decoder: json.JSONDecoder, text: str, place: int) -> tuple[object, int]:
    try:
        return decoder.raw_decode(text, place)
    except json.JSONDecodeError as wrong:
        raise BrokenYaml(wrong.lineno, f"not valid JSON: {wrong.msg}") from None
    except RecursionError:
        line = text.count("\n", 0, place) + 1
        raise BrokenYaml(line, "nested too deeply") from None
    except ValueError as wrong:
        line = text.count("\n", 0, place) + 1
        raise BrokenYaml(line, f"not valid JSON: {wrong}") from None


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _members(value: object, text: str, place: int, end: int, line: int) -> Sequence[Later]:
    """The lines of each member of a long list, where as many parts as it has members stand on lines of their own, indented like the first."""
    found = value.get("items") if isinstance(value, dict) else value
    opened = text.find('"items"', place, end) if isinstance(value, dict) else place
    first = _FIRST.search(text, max(opened, place), end)
    if not isinstance(found, list) or first is None:
        return ()
    starts = list(_starts(text, first[0], first.start(), end))
    return list(_laters(text, place, [*starts, end], line)) if len(starts) == len(found) else ()


def _starts(text: str, sign: str, place: int, end: int) -> Iterator[int]:
    while place >= 0:
        yield place + 1
        place = text.find(sign, place + 1, end)


def _laters(text: str, place: int, bounds: Sequence[int], line: int) -> Iterator[Later]:
    for start, end in pairwise(bounds):
        line += text.count("\n", place, start)
        place = start
        yield Later(line, partial(_lines_between, text, start, end, line))


def _lines_between(text: str, start: int, end: int, line: int) -> dict[str, int]:
    return lines(text[start : min(end, start + LINES_LIMIT)], line)


def lines(text: str, first: int) -> dict[str, int]:
    """The lines of objects and arrays by path, those at the top by the empty one; `text` begins with valid JSON at line `first`."""
    walk = _Walk(first)
    for token in _TOKEN.finditer(text):
        walk.over(token[0])
        if walk.is_over:
            break
    return walk.lines


class _Walk:
    """Goes over the tokens of a JSON text, and knows where it is."""

    def __init__(self, first: int) -> None:
        self.lines: dict[str, int] = {}
        self._line = first
        self._open: list[tuple[str, int]] = []
        """What is open: its path, and for an array the place of the next member, -1 for an object."""
        self._key = ""

    @property
    def is_over(self) -> bool:
        """Whether everything is closed again."""
        return not self._open

    def over(self, sign: str) -> None:
        """Takes one sign."""
        if sign == "\n":
            self._line += 1
        elif sign in {"{", "["}:
            self._enter(sign)
        elif sign in {"}", "]"}:
            self._open.pop()
        elif sign == ",":
            path, place = self._open[-1]
            self._open[-1] = (path, place + 1 if place >= 0 else place)
        else:
            self._key = sign[1:-1]

    def _enter(self, sign: str) -> None:
        here = self._here() if self._open else ""
        if len(self._open) <= DEEPEST:
            self.lines[here] = self._line
        self._open.append((here, 0 if sign == "[" else -1))

    def _here(self) -> str:
        path, place = self._open[-1]
        if place >= 0:
            return f"{path}[{place}]"
        return f"{path}.{self._key}" if path else self._key
