"""Calico's selector language: `app == 'x' && !has(legacy) || tier in {'a', 'b'}`.

Comparisons: `==`, `!=`, `in {…}`, `not in {…}`, `contains`, `starts with`, `ends with`, `has(label)`; `all()` and `global()` hold always;
`!`, `&&` and `||` bind in this order. `!=` and `not in` hold where the label is missing. Nothing at all selects everything.

Source: projectcalico/calico libcalico-go/lib/selector.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from preflight.policies.kubernetes.fields import Malformed
from preflight.policies.kubernetes.labels import Labelled
from preflight.policies.kubernetes.truth import (
    NO,
    YES,
    Truth,
    every,
    missing,
    opposite,
    some,
    truth,
)

LENGTH_LIMIT = 65_536
"""Characters; an object as a whole may have 1.5 MB, and a selector of people has a few hundred."""
DEPTH_LIMIT = 64
"""Brackets and negations inside each other."""

Asked = Callable[[Labelled], Truth]

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>"[^"]*"|'[^']*')
    | (?P<sign>&&|\|\||==|!=|!|\(|\)|\{|\}|,)
    | (?P<word>[A-Za-z0-9_./-]+)
    )""",
    re.VERBOSE,
)
_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda value, part: part in value,
    "starts": str.startswith,
    "ends": str.endswith,
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word, sign or string of a selector."""

    kind: str
    text: str


END = Token("end", "")


@lru_cache(maxsize=16_384)
def parse(written: str) -> Asked:
    """The question that a selector asks of labels. Raises Malformed."""
    if len(written) > LENGTH_LIMIT:
        raise Malformed(f"the selector is longer than {LENGTH_LIMIT} characters")
    tokens = _tokens(written)
    if not tokens:
        return _always
    parser = _Parser(tokens)
    asked = parser.either()
    parser.expect("end", "")
    return asked


def _tokens(written: str) -> list[Token]:
    found, place, end = [], 0, len(written.rstrip())
    while place < end:
        match = _TOKEN.match(written, place)
        if match is None:
            raise Malformed(f"the selector cannot be read from character {place + 1} on")
        kind = str(match.lastgroup)
        text = match[kind]
        found.append(Token(kind, text[1:-1] if kind == "string" else text))
        place = match.end()
    return found


class _Parser:
    """Reads by recursive descent: each method reads one level of the grammar."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def either(self) -> Asked:
        """`a || b`."""
        parts = [self._both()]
        while self._take("sign", "||"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda asked: some(one(asked) for one in parts)

    def expect(self, kind: str, text: str | None = None) -> Token:
        """The next token, which has to be this. Raises Malformed."""
        token = self._next
        if token.kind != kind or text not in {None, token.text}:
            found = f"{token.text[:40]!r}" if token is not END else "its end"
            raise Malformed(f"the selector has {found} where {text or 'a ' + kind} should be")
        self._place += 1
        return token

    def _both(self) -> Asked:
        parts = [self._negated()]
        while self._take("sign", "&&"):
            parts.append(self._negated())
        return parts[0] if len(parts) == 1 else lambda asked: every(one(asked) for one in parts)

    def _negated(self) -> Asked:
        odd = False
        while self._take("sign", "!"):
            odd = not odd
        inner = self._primary()
        return (lambda asked: opposite(inner(asked))) if odd else inner

    def _primary(self) -> Asked:
        if self._take("sign", "("):
            self._depth += 1
            if self._depth > DEPTH_LIMIT:
                raise Malformed(f"the selector is nested deeper than {DEPTH_LIMIT} levels")
            inner = self.either()
            self.expect("sign", ")")
            self._depth -= 1
            return inner
        word = self.expect("word").text
        if self._take("sign", "("):
            return self._call(word)
        return self._comparison(word)

    def _call(self, name: str) -> Asked:
        if name == "has":
            label = self.expect("word").text
            self.expect("sign", ")")
            return lambda asked: _label(asked, label, lambda value: value is not None)
        self.expect("sign", ")")
        if name not in {"all", "global"}:
            raise Malformed(f"the selector calls {name[:40]}(), which is not known here")
        return _always

    def _comparison(self, label: str) -> Asked:
        if self._take("sign", "=="):
            value = self.expect("string").text
            return lambda asked: _label(asked, label, lambda own: own == value)
        if self._take("sign", "!="):
            value = self.expect("string").text
            return lambda asked: _label(asked, label, lambda own: own != value)
        operator = self.expect("word").text
        if operator == "in":
            values = self._set()
            return lambda asked: _label(asked, label, lambda own: own in values)
        if operator == "not":
            self.expect("word", "in")
            values = self._set()
            return lambda asked: _label(asked, label, lambda own: own not in values)
        return self._part(label, operator)

    def _part(self, label: str, operator: str) -> Asked:
        compare = _COMPARE.get(operator)
        if compare is None:
            raise Malformed(f"the selector compares by {operator[:40]!r}, which is not known here")
        if operator != "contains":
            self.expect("word", "with")
        part = self.expect("string").text
        return lambda asked: _label(
            asked, label, lambda own: own is not None and compare(own, part)
        )

    def _set(self) -> frozenset[str]:
        self.expect("sign", "{")
        values: set[str] = set()
        while not self._take("sign", "}"):
            if values:
                self.expect("sign", ",")
            values.add(self.expect("string").text)
        return frozenset(values)

    @property
    def _next(self) -> Token:
        return self._tokens[self._place] if self._place < len(self._tokens) else END

    def _take(self, kind: str, text: str) -> bool:
        if self._next.kind != kind or self._next.text != text:
            return False
        self._place += 1
        return True


def _label(asked: Labelled, label: str, holds: Callable[[str | None], bool]) -> Truth:
    value = asked.labels.get(label)
    if value is None and not asked.known:
        return missing(f"it is not known whether {asked.whose} has the label {label}")
    return truth(holds(value))


def _always(asked: Labelled) -> Truth:  # noqa: ARG001 - as all questions
    return YES


def never(asked: Labelled) -> Truth:  # noqa: ARG001 - as all questions
    """Selects nothing."""
    return NO
