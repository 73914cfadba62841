"""Hosts named on the command line: described by what the catalogue knows of them, and required."""

import re
from collections.abc import Iterable
from dataclasses import replace

from preflight.catalog.select.hosts import HTTPS_PORT, PLACEHOLDER, endpoint_at, fill
from preflight.model.endpoint import Catalog, Endpoint, Entry, Port, Protocol, Requirement
from preflight.model.profile import Selection, Target

HTTP_PORT = 80
COMPONENT = "user"
"""The component of hosts that the catalogue does not know."""


def named(
    targets: Iterable[Target], catalog: Catalog, selection: Selection
) -> tuple[Endpoint, ...]:
    """The endpoints that the targets stand for, in their order, each once.

    A host that the catalogue knows keeps what the best entry says of it: one that lists the name before one whose wildcard covers
    it, then one of this cloud and environment, then the catalogue's order. Without a port, it has the entry's ports, and without
    an entry 443.
    """
    every = (e for target in targets for e in _described(target, catalog, selection))
    return tuple({endpoint.id: endpoint for endpoint in every}.values())


def with_named(
    chosen: tuple[Endpoint, ...], target: Target, catalog: Catalog, selection: Selection
) -> tuple[Endpoint, ...]:
    """The endpoints with one more host named.

    Where they have that host already it becomes required. Where they have a rule that covers it but knows no name behind it, the
    host is that name. Else it is added.
    """
    for fits in (_is_at, _could_be_at):
        if any(fits(endpoint, target) for endpoint in chosen):
            return tuple(_require(e, target.host) if fits(e, target) else e for e in chosen)
    return (*chosen, *_described(target, catalog, selection))


def covers(rule: str, host: str) -> bool:
    """Whether a documented rule covers the host: `*` stands for any labels, a placeholder for one.

    A rule that is all placeholder covers nothing.
    """
    literal = PLACEHOLDER.sub("*", rule)
    if "." not in literal.strip("*."):
        return False
    parts = re.split(r"(\*|\{[^{}]*\})", rule)
    pattern = "".join(_as_pattern(part) for part in parts)
    return re.fullmatch(pattern, host) is not None


def _as_pattern(part: str) -> str:
    if part == "*":
        return ".+"
    return "[^.]+" if part.startswith("{") else re.escape(part)


def _described(target: Target, catalog: Catalog, selection: Selection) -> tuple[Endpoint, ...]:
    entry = _best_entry(target.host, catalog, selection)
    if entry is None:
        return (_unknown(target, catalog),)
    ports = tuple(p for p in entry.ports if target.port in {None, p.number})
    at = ports or (_port(target.port),)
    found = (endpoint_at(entry, target.host, port, selection) for port in at)
    return tuple(_require(endpoint, target.host) for endpoint in found)


def _best_entry(host: str, catalog: Catalog, selection: Selection) -> Entry | None:
    ranked = [
        (rank, index, entry)
        for index, entry in enumerate(catalog.entries)
        if (rank := _rank(entry, host, selection)) is not None
    ]
    return min(ranked, key=lambda found: found[:2])[2] if ranked else None


def _rank(entry: Entry, host: str, selection: Selection) -> tuple[bool, ...] | None:
    """How far the entry is from describing the host here, best first; None when it does not know it."""
    values = dict(selection.values)
    listed = host in {fill(name, values) for name in (entry.fqdn, *entry.hosts)}
    if not listed and not any(covers(rule, host) for rule in (entry.fqdn, *entry.hosts)):
        return None
    return (
        not listed,
        selection.cloud not in entry.clouds,
        selection.environment not in entry.environments,
        entry.informational,
    )


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


def _is_at(endpoint: Endpoint, target: Target) -> bool:
    same = endpoint.host == target.host and not endpoint.skipped
    return same and target.port in {None, endpoint.port}


def _could_be_at(endpoint: Endpoint, target: Target) -> bool:
    covered = endpoint.host == target.host or covers(endpoint.fqdn, target.host)
    return bool(endpoint.skipped) and covered and target.port in {None, endpoint.port}
