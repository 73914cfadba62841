"""Hosts named on the command line: described by what the catalogue knows of them, and required."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from preflight.catalog.select.hosts import HTTPS_PORT, PLACEHOLDER, endpoint_at, fill
from preflight.model.endpoint import Catalog, Endpoint, Entry, Port, Protocol, Requirement
from preflight.model.profile import Selection, Target

HTTP_PORT = 80
COMPONENT = "user"
"""The component of hosts that the catalogue does not know."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue knows of hosts, with the entries of this profile before all others."""

    catalog: Catalog
    selection: Selection
    listed: Mapping[str, Entry]
    """Name → the best entry that lists it."""
    covering: tuple[tuple[re.Pattern[str], Entry], ...]
    """Names that a rule covers, and the rule's entry, best first."""


def known_hosts(catalog: Catalog, selection: Selection) -> Known:
    """The index that `named` and `with_named` look hosts up in; an entry of this cloud comes first, then one of this environment."""
    values = dict(selection.values)
    listed: dict[str, Entry] = {}
    covering = []
    for entry in sorted(catalog.entries, key=lambda entry: _distance(entry, selection)):
        for rule in (entry.fqdn, *entry.hosts):
            listed.setdefault(fill(rule, values), entry)
            pattern = pattern_of(rule)
            if pattern is not None:
                covering.append((re.compile(pattern), entry))
    return Known(catalog, selection, listed, tuple(covering))


def named(targets: Iterable[Target], known: Known) -> tuple[Endpoint, ...]:
    """The endpoints that the targets stand for, in their order, each once.

    A host that the catalogue knows keeps what the best entry says of it: one that lists the name before one whose wildcard covers
    it. Without a port, it has the entry's ports, and without an entry 443.
    """
    every = (endpoint for target in targets for endpoint in _described(target, known))
    return tuple({endpoint.id: endpoint for endpoint in every}.values())


def with_named(
    chosen: Iterable[Endpoint], targets: Iterable[Target], known: Known
) -> tuple[Endpoint, ...]:
    """The endpoints with more hosts named.

    Where they have a host already it becomes required. Where they have a rule that covers it but knows no name behind it, the
    host is that name. Else it is added.
    """
    kept = {endpoint.id: endpoint for endpoint in chosen}
    for target in targets:
        fitting = _at(target, kept.values()) or _open_for(target, kept.values())
        described = [_require(endpoint, target.host) for endpoint in fitting]
        kept |= {e.id: e for e in described or _described(target, known)}
    return tuple(kept.values())


def pattern_of(rule: str) -> str | None:
    """The regular expression of the names that a documented rule covers: `*` stands for any labels, a placeholder for one.

    None for a rule that is a plain name, and for one that leaves everything open (`{api_server_fqdn}`, `*.com`).
    """
    literal = PLACEHOLDER.sub("*", rule)
    if "*" not in literal or "." not in literal.strip("*."):
        return None
    return "".join(_as_pattern(part) for part in re.split(r"(\*|\{[^{}]*\})", rule))


def _as_pattern(part: str) -> str:
    if part == "*":
        return ".+"
    return "[^.]+" if part.startswith("{") else re.escape(part)


def _distance(entry: Entry, selection: Selection) -> tuple[bool, ...]:
    """How far the entry is from this profile, nearest first."""
    return (
        selection.cloud not in entry.clouds,
        selection.environment not in entry.environments,
        entry.informational,
    )


def _described(target: Target, known: Known) -> tuple[Endpoint, ...]:
    covering = (entry for pattern, entry in known.covering if pattern.fullmatch(target.host))
    entry = known.listed.get(target.host) or next(covering, None)
    if entry is None:
        return (_unknown(target, known.catalog),)
    ports = tuple(p for p in entry.ports if target.port in {None, p.number})
    at = ports or (_port(target.port),)
    found = (endpoint_at(entry, target.host, port, known.selection) for port in at)
    return tuple(_require(endpoint, target.host) for endpoint in found)


def _unknown(target: Target, catalog: Catalog) -> Endpoint:
    """What is asked of a host that the catalogue does not know."""
    port = _port(target.port)
    return Endpoint(
        id=_unknown_id(target.host, port.number, catalog),
        fqdn=target.host,
        host=target.host,
        port=port.number,
        protocol=port.protocol,
        component=COMPONENT,
        requirement=Requirement.REQUIRED,
        purpose="named on the command line",
    )


def _unknown_id(host: str, port: int, catalog: Catalog) -> str:
    """The host, with its port where that is not 443 or where an entry bears the host as its id (no such id has a colon)."""
    if port == HTTPS_PORT and all(entry.id != host for entry in catalog.entries):
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _port(number: int | None) -> Port:
    protocol = Protocol.HTTP if number == HTTP_PORT else Protocol.HTTPS
    return Port(number=HTTPS_PORT if number is None else number, protocol=protocol)


def _require(endpoint: Endpoint, host: str) -> Endpoint:
    return replace(endpoint, host=host, requirement=Requirement.REQUIRED, condition="", skipped="")


def _at(target: Target, endpoints: Iterable[Endpoint]) -> list[Endpoint]:
    """The endpoints that probe the target already."""
    same = [e for e in endpoints if e.host == target.host and not e.skipped]
    return [endpoint for endpoint in same if target.port in {None, endpoint.port}]


def _open_for(target: Target, endpoints: Iterable[Endpoint]) -> list[Endpoint]:
    """The endpoints that are skipped for want of a name such as the target's."""
    skipped = [e for e in endpoints if e.skipped and target.port in {None, e.port}]
    return [e for e in skipped if e.host == target.host or _covers(e.fqdn, target.host)]


def _covers(rule: str, host: str) -> bool:
    pattern = pattern_of(rule)
    return pattern is not None and re.fullmatch(pattern, host) is not None
