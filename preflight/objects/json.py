"""JSON → plain values: one text, several after each other, or one a line; with the lines of parts where that is cheap."""

import json
import re
from collections.abc import Iterator
from typing import NoReturn

from preflight.objects.found import DEEPEST, Found
from preflight.yamltext import BrokenYaml

LINES_LIMIT = 2 * 1024 * 1024
"""Characters of a file whose lines are looked up; that takes a tenth of a second."""
VALUES_LIMIT = 2_000_000
"""Top-level values in one file."""
_SPACE = re.compile(r"[ \t\r\n]*")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|\n')


def read_json(text: str) -> Iterator[Found]:
    """The values that follow each other; BrokenYaml names the line of what is no JSON."""
    decoder = json.JSONDecoder(parse_constant=_refuse)
    is_short = len(text) <= LINES_LIMIT
    place, line, number = _SPACE.match(text, 0).end(), 1, 0  # type: ignore[union-attr] - it matches anything
    line += text.count("\n", 0, place)
    while place < len(text):
        number += 1
        if number > VALUES_LIMIT:
            raise BrokenYaml(line, f"more than {VALUES_LIMIT} values")
        value, end = _decoded(decoder, text, place)
        yield Found(value, line, lines(text[place:end], line) if is_short else {})
        after = _SPACE.match(text, end).end()  # type: ignore[union-attr] - it matches anything
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


def lines(text: str, first: int) -> dict[str, int]:
    """The lines of objects and arrays by path, those at the top of `text` by the empty one; `text` is valid JSON that begins at line `first`."""
    found: dict[str, int] = {}
    line = first
    path = [""]
    counts: list[int] = []
    key = ""
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign == "\n":
            line += 1
        elif sign in "{[":
            here = path[-1]
            if counts:
                if counts[-1] >= 0:
                    here = f"{here}[{counts[-1]}]"
                else:
                    here = f"{here}.{key}" if here else key
            if len(path) <= DEEPEST + 1:
                found[here] = line
            path.append(here)
            counts.append(0 if sign == "[" else -1)
        elif sign in "}]":
            path.pop()
            counts.pop()
        elif sign == ",":
            if counts[-1] >= 0:
                counts[-1] += 1
        elif sign != ":":
            key = sign[1:-1]
    return found
