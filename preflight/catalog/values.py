"""What single values of a catalogue file look like: each function takes a node and returns a value or raises NodeError."""

import re
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import date
from enum import StrEnum
from typing import TypeVar

from preflight.catalog.fields import NodeError, invalid, listing_of
from preflight.catalog.nodes import Listing, Node, Scalar
from preflight.catalog.placeholders import PATTERN, PLACEHOLDERS, names_in
from preflight.catalog.suggestion import suggestion
from preflight.model.endpoint import Port, Protocol

E = TypeVar("E", bound=StrEnum)

TEXT_LIMIT = 1_000
"""Characters of one text."""
NAME_LIMIT = 253
"""Characters of a DNS name (RFC 1035, section 2.3.4, without the root)."""

SLUG = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_PATH = re.compile(r"/[!-~]*")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")  # RFC 9110, section 5.6.2, in lower case
_TAG = re.compile(r"[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_STATUS_CLASS = re.compile(r"([1-5])(\d|x)(\d|x)", re.IGNORECASE)


def text(node: Node) -> str:
    """Returns printable text on one line: folded lines are joined, control and invisible characters refused."""
    value = _scalar(node, "text")
    joined = " ".join(value.text.split())
    if not joined or (value.plain and joined in {"~", "null"}):
        raise invalid(node, "must not be empty")
    if len(joined) > TEXT_LIMIT:
        raise invalid(node, f"longer than {TEXT_LIMIT} characters")
    if not joined.isprintable():
        raise invalid(node, "holds control or invisible characters")
    return joined


def slug(node: Node) -> str:
    """Returns a name of lower-case letters and digits, joined by hyphens or dots."""
    value = text(node)
    if not SLUG.fullmatch(value) or len(value) > 60:
        raise invalid(node, "must be at most 60 lower-case letters and digits, joined by hyphens")
    return value


def flag(node: Node) -> bool:
    """Returns a boolean."""
    value = text(node)
    if value not in {"true", "false"}:
        raise invalid(node, "must be true or false")
    return value == "true"


def day(node: Node) -> date:
    """Returns a date as in 2026-11-23."""
    try:
        return as_day(text(node))
    except ValueError as error:
        raise invalid(node, str(error)) from None


def as_day(value: str) -> date:
    """Returns a date as in 2026-11-23; ValueError says what is wrong."""
    if _DAY.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    message = f"{value!r} is no date such as 2026-11-23"
    raise ValueError(message)


def dated(node: Node) -> str:
    """Returns when a page was written, in the source's own words; a year must be in it."""
    value = text(node)
    if not _YEAR.search(value):
        raise invalid(node, "must hold a year")
    return value


def url(node: Node) -> str:
    """Returns a web address."""
    value = text(node)
    if not value.startswith(("https://", "http://")) or " " in value:
        raise invalid(node, "must be a web address that begins with https:// or http://")
    return value


def choice(kind: type[E]) -> Callable[[Node], E]:
    """Returns a converter for one member of `kind`."""

    def convert(node: Node) -> E:
        return kind(_one_of(node, [member.value for member in kind]))

    return convert


def choices(kind: type[E]) -> Callable[[Node], tuple[E, ...]]:
    """Returns a converter for a list of members of `kind`; the word `any` stands for all of them."""

    def convert(node: Node) -> tuple[E, ...]:
        if isinstance(node, Scalar) and node.text == "any":
            return tuple(kind)
        chosen = listing_of(choice(kind))(node)
        if not chosen:
            raise invalid(node, "must name at least one")
        return tuple(member for member in kind if member in chosen)

    return convert


def one_of(known: Collection[str]) -> Callable[[Node], str]:
    """Returns a converter for one word of `known`."""
    return lambda node: _one_of(node, known)


def fqdn(node: Node) -> str:
    """Returns a documented name in lower case; a wildcard may stand in its first label."""
    value = text(node).lower()
    labels = value.split(".")
    if "*" in "".join(labels[1:]) or labels[0].count("*") > 1:
        raise invalid(node, "a wildcard may stand once, and only in the first label")
    _check_name(node, value.replace("*", "w"))
    return value


def host(node: Node) -> str:
    """Returns a name or address to probe, in lower case."""
    value = text(node).lower()
    if "*" in value:
        raise invalid(node, "a wildcard cannot be probed: give a concrete name, or none")
    _check_name(node, value)
    return value


def zone(node: Node) -> str:
    """Returns a private DNS zone."""
    return host(node)


def port(node: Node) -> Port:
    """Returns a port written as in 443/https."""
    value = text(node)
    number, slash, protocol = value.partition("/")
    if not (slash and number.isascii() and number.isdigit() and len(number) <= 5):
        raise invalid(node, f"{value!r} is not a port and protocol such as 443/https")
    if not 1 <= int(number) <= 65_535:
        raise invalid(node, f"port {number} is out of range 1 to 65535")
    known = [member.value for member in Protocol]
    if protocol not in known:
        raise invalid(
            node,
            f"unknown protocol {protocol!r}, use {', '.join(known)}{suggestion(protocol, known)}",
        )
    return Port(number=int(number), protocol=Protocol(protocol))


def path(node: Node) -> str:
    """Returns the path and query of a request."""
    value = text(node)
    if not _PATH.fullmatch(value):
        raise invalid(node, "must begin with / and hold only visible ASCII characters")
    _check_placeholders(node, value)
    return value


def header(node: Node) -> str:
    """Returns a header name in lower case."""
    value = text(node).lower()
    if not _TOKEN.fullmatch(value):
        raise invalid(node, f"{value!r} is no header name")
    return value


def service_tag(node: Node) -> str:
    """Returns a service tag, which may end in a {region}."""
    value = text(node)
    if not _TAG.fullmatch(PATTERN.sub("x", value)):
        raise invalid(node, f"{value!r} is no service tag")
    _check_placeholders(node, value)
    return value


def statuses(node: Node) -> tuple[tuple[int, int], ...]:
    """Returns inclusive ranges from `200`, `20x`, `2xx-3xx`, a list of these, or `any` (no range)."""
    if isinstance(node, Listing):
        return tuple(sorted(listing_of(_status_range)(node)))
    return () if text(node) == "any" else (_status_range(node),)


def _status_range(node: Node) -> tuple[int, int]:
    value = text(node)
    first, hyphen, last = value.partition("-")
    low, high = _status_class(first), _status_class(last if hyphen else first)
    if low is None or high is None or low[0] > high[1]:
        raise invalid(node, f"{value!r} is no status such as 200, 20x, 2xx-3xx or any")
    return low[0], high[1]


def _status_class(value: str) -> tuple[int, int] | None:
    found = _STATUS_CLASS.fullmatch(value)
    if not found or (found[2] in "xX" and found[3] not in "xX"):
        return None
    return int(value.lower().replace("x", "0")), int(value.lower().replace("x", "9"))


def _one_of(node: Node, known: Collection[str]) -> str:
    value = text(node)
    if value not in known:
        names = f", use {', '.join(known)}" if len(known) <= 8 else ""
        raise invalid(node, f"{value!r} is not known{names}{suggestion(value, known)}")
    return value


def _scalar(node: Node, what: str) -> Scalar:
    if not isinstance(node, Scalar):
        kind = "a list" if isinstance(node, Listing) else "a mapping"
        raise invalid(node, f"must be {what}, not {kind}")
    return node


def _check_placeholders(node: Node, value: str) -> None:
    if "{" in PATTERN.sub("", value) or "}" in PATTERN.sub("", value):
        raise invalid(node, "a brace is not closed")
    problems = [
        (node.line, "", f"unknown placeholder {{{name}}}{suggestion(name, PLACEHOLDERS)}")
        for name in names_in(value)
        if name not in PLACEHOLDERS
    ]
    if problems:
        raise NodeError(*problems)


def _check_name(node: Node, value: str) -> None:
    """Refuses what is neither a DNS name nor an address, once its placeholders are filled."""
    _check_placeholders(node, value)
    if ":" in value or value.rpartition(".")[2].isdigit():
        _check_address(node, value)
        return
    filled = PATTERN.sub("x", value)
    if not filled.isascii():
        raise invalid(
            node, f"{value!r} holds non-ASCII characters: write the name in its xn-- form"
        )
    if len(filled) > NAME_LIMIT or not all(map(_LABEL.fullmatch, filled.split("."))):
        raise invalid(node, f"{value!r} is no valid host name")


def _check_address(node: Node, value: str) -> None:
    # few entries hold addresses
    from ipaddress import ip_address

    try:
        ip_address(value)
    except ValueError:
        raise invalid(node, f"{value!r} is no valid host name or address") from None
