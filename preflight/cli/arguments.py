"""What users type → model values. Pure: no click, no files, no environment.

Every function takes an option's text and returns a value, or raises UsageError with one line that names the option and says what to
write instead. Text is repeated in that line only where it can hold no password, and then escaped and cut.
"""

import re
from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path

from preflight.catalog.suggestion import unknown
from preflight.errors import UsageError
from preflight.hostname import address_of, canonical_host, split_port
from preflight.model.profile import Target, Waiver
from preflight.model.vantage import Peer, Proxy
from preflight.vantage.proxies import parse_proxy

DNS_PORT = 53
MOST_SECONDS = 3_600.0
"""An hour: no step and no run that somebody waits for takes longer."""
TEXT_LIMIT = 1_000
"""Characters of any one value."""
SHOWN_LIMIT = 60
"""Characters of a value that a message repeats."""

HOST_PLACEHOLDERS = frozenset({"api_server_fqdn", "servicebus_host", "dns_server"})
"""Placeholders whose value is a whole host; every other one is a part of a name."""

# Compiled where they are first used, and kept by `re`: most runs need few of them.
_GUID = r"([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})"
_REGION = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_VERSION = r"v?([0-9]{1,6})\.([0-9]{1,6})\.([0-9]{1,6})"
_SECONDS = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"
_NAME_PART = r"[a-z0-9](?:[a-z0-9._-]{0,200}[a-z0-9])?"
_WITH_DAY = r"(.*)@([0-9]{4}-[0-9]{2}-[0-9]{2})"


def proxy(text: str, *, option: str = "--proxy") -> Proxy:
    """The proxy of `http://[user:password@]host[:port]`, also https, or of `host:port`; its text is never repeated."""
    return parse_proxy(text, origin=option)


def target(text: str, *, option: str = "--endpoint") -> Target:
    """The host and port of `HOST[:PORT]`, `[IPV6]:PORT` or a name beyond ASCII."""
    _check_text(text, option)
    if "/" in text or "@" in text:
        raise UsageError(f"{option}: {_not_a_url(text)}")
    try:
        host, port = split_port(text)
        return Target(host=canonical_host(host), port=port)
    except ValueError as error:
        raise UsageError(f"{option} {_shown(text)}: {error}") from None


def dns_server(text: str, *, option: str = "--dns-server") -> Peer:
    """The resolver at `IP[:PORT]`; an IPv6 address without port needs no brackets."""
    _check_text(text, option)
    try:
        host, port = (text, None) if address_of(text) else split_port(text)
    except ValueError as error:
        raise UsageError(f"{option} {_shown(text)}: {error}") from None
    address = address_of(host)
    if address is None:
        raise UsageError(
            f"{option} {_shown(text)}: a resolver is given by its IP address, as in 10.0.0.10"
        )
    if address.is_unspecified or address.is_multicast:
        raise UsageError(f"{option} {_shown(text)}: that is the address of no single resolver")
    return Peer(address=address, port=DNS_PORT if port is None else port)


def workspace_id(text: str, *, option: str = "--workspace-id") -> str:
    """The workspace's GUID in lower case with hyphens; braces and missing hyphens are accepted."""
    _check_text(text, option)
    inside = text.removeprefix("{").removesuffix("}").lower()
    found = re.fullmatch(_GUID, inside)
    if found is None:
        raise UsageError(
            f"{option} {_shown(text)}: the workspace's own GUID is needed "
            "(az monitor log-analytics workspace show --query customerId)"
        )
    return "-".join(found.groups())


def region(text: str, *, option: str = "--region") -> str:
    """A region's name, such as `westeurope` or `eu-west-1`."""
    _check_text(text, option)
    if re.fullmatch(_REGION, text) and len(text) <= 63:
        return text
    meant = text.lower().replace(" ", "")
    hint = f"; did you mean {meant}?" if re.fullmatch(_REGION, meant) and len(meant) <= 63 else ""
    raise UsageError(
        f"{option} {_shown(text)}: a region is written in lower-case letters, digits and hyphens{hint}"
    )


def sensor_version(text: str, *, option: str = "--sensor-version") -> tuple[int, int, int]:
    """The three numbers of `X.Y.Z`, with or without a leading `v`."""
    _check_text(text, option)
    found = re.fullmatch(_VERSION, text)
    if found is None:
        raise UsageError(
            f"{option} {_shown(text)}: a sensor version has three numbers, as in 0.8.39"
        )
    major, minor, patch = (int(number) for number in found.groups())
    return major, minor, patch


def waiver(text: str, *, option: str = "--waive") -> Waiver:
    """The waiver of `ID=REASON[@DATE]`; only a date at the very end is one, so a reason may hold `=` and `@`."""
    _check_text(text, option)
    endpoint, equals, said = (part.strip() for part in text.partition("="))
    if not endpoint or not equals:
        raise UsageError(f"{option} {_shown(text)}: write ID=REASON or ID=REASON@YYYY-MM-DD")
    dated = re.fullmatch(_WITH_DAY, said)
    reason, until = (dated[1].strip(), _day(dated[2], option)) if dated else (said, None)
    if not reason:
        raise UsageError(f"{option} {_shown(endpoint)}: a waiver needs a reason: write ID=REASON")
    return Waiver(id=endpoint, reason=reason, until=until)


def assignment(text: str, *, known: Collection[str], option: str = "--set") -> tuple[str, str]:
    """The placeholder and its value in `NAME=VALUE`; `known` are the placeholders that there are."""
    _check_text(text, option)
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"{option} {_shown(text)}: write NAME=VALUE")
    if name not in known:
        raise UsageError(f"{option} {_shown(name)} {unknown(name, sorted(known), 'the names')}")
    return name, _placeholder_value(name, value, f"{option} {name}")


def values(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The pairs, each name once; UsageError where one is given two different values."""
    given: dict[str, str] = {}
    for name, value in pairs:
        if given.setdefault(name, value) != value:
            raise UsageError(f"{name} is given twice: {_shown(given[name])} and {_shown(value)}")
    return tuple(given.items())


def seconds(text: str, *, option: str) -> float:
    """A positive number of seconds, at most an hour."""
    _check_text(text, option)
    if not re.fullmatch(_SECONDS, text) or not 0 < float(text) <= MOST_SECONDS:
        raise UsageError(
            f"{option} {_shown(text)}: a number of seconds above 0 and at most {MOST_SECONDS:.0f} is needed, as in 2.5"
        )
    return float(text)


def output(
    text: str, *, formats: Collection[str], option: str = "--output"
) -> tuple[str, Path | None]:
    """The format and file of `FORMAT[=FILE]`; no file, and `-`, mean standard output."""
    _check_text(text, option)
    name, equals, file = text.partition("=")
    if name not in formats:
        raise UsageError(f"{option} {_shown(name)} {unknown(name, formats, 'the formats')}")
    if equals and not file:
        raise UsageError(f"{option} {_shown(text)}: a file name must follow the =")
    return name, Path(file) if file not in {"", "-"} else None


def _check_text(text: str, option: str) -> None:
    if not text.strip():
        raise UsageError(f"{option}: the value is empty")
    if len(text) > TEXT_LIMIT:
        raise UsageError(f"{option}: the value is longer than {TEXT_LIMIT} characters")
    if not text.isprintable():
        raise UsageError(f"{option}: the value holds control or invisible characters")


def _shown(text: str) -> str:
    """The text in quotes, escaped, and cut where it is long; not at all where it may hold a password."""
    if "@" in text:
        return "(not shown)"
    cut = text if len(text) <= SHOWN_LIMIT else text[: SHOWN_LIMIT - 1] + "…"
    return repr(cut)


def _not_a_url(text: str, *, with_port: bool = True) -> str:
    """What to say to somebody who gave a URL: the host in it, where that is plain to see and no password can be near."""
    if "@" in text:
        return "a host is needed, not a URL"
    bare = text.partition("://")[2] or text
    place = re.split(r"[/?#]", bare, maxsplit=1)[0]
    try:
        host, port = split_port(place)
        meant = canonical_host(host)
    except ValueError:
        return "a host is needed, not a URL"
    shown = f"[{meant}]" if ":" in meant else meant
    ending = f":{port}" if port and with_port else ""
    return f"a host is needed, not a URL; did you mean {shown}{ending}?"


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option}: {text} is no day of the calendar") from None


def _placeholder_value(name: str, value: str, option: str) -> str:
    if name == "workspace_id":
        return workspace_id(value, option=option)
    if name == "region":
        return region(value, option=option)
    if name in HOST_PLACEHOLDERS:
        return _host_value(value, option)
    if re.fullmatch(_NAME_PART, value.lower()):
        return value.lower()
    raise UsageError(f"{option} {_shown(value)}: letters, digits, dots and hyphens are needed")


def _host_value(value: str, option: str) -> str:
    if "/" in value:
        raise UsageError(f"{option}: {_not_a_url(value, with_port=False)}")
    found = target(value, option=option)
    if found.port is not None:
        raise UsageError(f"{option} {_shown(value)}: the host alone is needed, without a port")
    return found.host
