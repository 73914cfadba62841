"""YAML as people write it, comments included. Strings are quoted as in JSON, which YAML 1.2 contains, wherever they came from a file."""

import json
import re
from collections.abc import Iterable, Iterator

from preflight.model.flow import Labels
from preflight.model.request import Request, Rule

_PLAIN = re.compile(r"[a-z][a-z0-9-]*")
_WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
"""What YAML 1.1 takes for something else than a string."""


def scalar(text: str) -> str:
    """The text as a YAML string on one line."""
    if _PLAIN.fullmatch(text) and text not in _WORDS:
        return text
    return json.dumps(text)


def mapping(labels: Labels) -> str:
    """Labels as a flow mapping."""
    return f"{{{', '.join(f'{scalar(name)}: {scalar(value)}' for name, value in labels)}}}"


def comments(lines: Iterable[str]) -> Iterator[str]:
    """Each line as a comment."""
    yield from (f"# {line}".rstrip() for line in lines)


def indented(lines: Iterable[str], by: int) -> Iterator[str]:
    """The lines further in."""
    yield from (f"{' ' * by}{line}" if line else "" for line in lines)


def ports_of(rules: Iterable[Rule]) -> dict[tuple[int, str], list[Rule]]:
    """The rules by port and transport protocol: what a policy for pods tells apart."""
    groups: dict[tuple[int, str], list[Rule]] = {}
    for rule in rules:
        groups.setdefault((rule.port, rule.transfer.value), []).append(rule)
    return groups


def metadata(request: Request) -> Iterator[str]:
    """Name and namespace of a policy for the request's pods."""
    yield "metadata:"
    yield f"  name: {scalar(f'{request.name}-egress')}"
    yield f"  namespace: {scalar(request.pods.namespace)}"
