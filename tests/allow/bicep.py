"""The part of Bicep that a request is written in, read by its grammar (Bicep data types and resource declarations)."""

import re
from typing import Any

TOKEN = re.compile(
    r"(?P<comment>//[^\n]*)"
    r"|(?P<string>'(?:[^'\\\n$]|\\['\\nrt$]|\$(?!\{))*')"
    r"|(?P<number>\d+)"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign>[\[\]{}:=@(),])"
    r"|(?P<line>\n)"
    r"|(?P<space>[ \t]+)"
)
ESCAPE = re.compile(r"\\(.)")


def tokens(text: str) -> list[tuple[str, str]]:
    """The tokens with their kinds; AssertionError where the text is none of them."""
    found = []
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        assert match, text[at : at + 60]
        if match.lastgroup not in {"comment", "space"}:
            found.append((str(match.lastgroup), match[0]))
        at = match.end()
    return found


def resources(text: str) -> list[dict[str, Any]]:
    """The bodies of the resources, in order; what stands before them is checked to be parameters."""
    rest = tokens(text)
    found = []
    while rest:
        kind, word = rest.pop(0)
        if kind == "line":
            continue
        if word == "resource":
            _name, _type = rest.pop(0), rest.pop(0)
            if rest[0][1] == "existing":
                rest.pop(0)
            assert rest.pop(0)[1] == "="
            found.append(_value(rest))
        elif word == "@":
            assert [text for _, text in (rest.pop(0), rest.pop(0))] == ["description", "("]
            assert rest.pop(0)[0] == "string"
            assert rest.pop(0)[1] == ")"
        else:
            assert word == "param"
            rest.pop(0)
            assert rest.pop(0)[1] in {"string", "array"}
            if rest[0][1] == "=":
                rest.pop(0)
                _value(rest)
    return found


def _value(rest: list[tuple[str, str]]) -> Any:
    kind, text = rest.pop(0)
    if text == "{":
        return _object(rest)
    if text == "[":
        return _array(rest)
    if kind == "string":
        return ESCAPE.sub(r"\1", text[1:-1])
    assert kind in {"number", "word"}
    return int(text) if kind == "number" else text


def _object(rest: list[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    while True:
        kind, text = rest.pop(0)
        if text == "}":
            return found
        if kind == "line" or not text.strip():
            continue
        if text == ",":
            continue
        assert kind == "word", text
        assert rest.pop(0)[1] == ":"
        assert text not in found
        found[text] = _value(rest)


def _array(rest: list[tuple[str, str]]) -> list[Any]:
    found: list[Any] = []
    while True:
        if rest[0][0] == "line":
            rest.pop(0)
        elif rest[0][1] == "]":
            rest.pop(0)
            return found
        else:
            found.append(_value(rest))
