"""Rules → the fewest that open the same: one per name, port and protocol, and none that another covers.

Nothing is widened to save a rule: a wildcard stands only where the vendor documents it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from preflight.allow.names import by_domain, covers, depth
from preflight.model.endpoint import Protocol, Requirement
from preflight.model.request import Inspection, Rule

T = TypeVar("T")
Key = tuple[str, int, Protocol]
"""What tells one rule from another."""
STRENGTH = tuple(Requirement)
"""Strongest first."""
ORDER = (Protocol.HTTPS, Protocol.WSS, Protocol.HTTP, Protocol.TCP, Protocol.UDP)
INSPECTIONS = (Inspection.BYPASS, Inspection.UNSTATED, Inspection.NOT_TLS)
"""Strictest first."""


def minimal(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The fewest rules, sorted by protocol, port and domain."""
    merged: dict[Key, Rule] = {}
    for rule in rules:
        merged[_key(rule)] = _joined(merged[_key(rule)], rule) if _key(rule) in merged else rule
    chiefs = {key: _chief(rule, merged) for key, rule in merged.items()}
    found = {key: rule for key, rule in merged.items() if chiefs[key] is None}
    for key, chief in chiefs.items():
        if chief is not None:
            found[chief] = _joined(found[chief], _seen_from(chief[0], merged[key]))
    return tuple(sorted(found.values(), key=_place))


def _key(rule: Rule) -> Key:
    return rule.fqdn, rule.port, rule.protocol


def _chief(rule: Rule, rules: Mapping[Key, Rule]) -> Key | None:
    """The widest rule that covers this one on the same port. It is covered by none itself: what covers it would cover this one."""
    first, *others = rule.fqdn.split(".")
    begun = ["", *(first[:end] for end in range(1, len(first)))]
    behind = [".".join(others[start:]) for start in range(len(others) - 1, -1, -1)]
    for fqdn in (f"{begin}*.{suffix}" for begin in begun for suffix in behind):
        key = (fqdn, rule.port, rule.protocol)
        if key in rules and covers(fqdn, rule.fqdn):
            return key
    return None


def _seen_from(wide: str, rule: Rule) -> Rule:
    """The covered rule in terms of the wildcard that covers it: its names are names behind that wildcard."""
    reach = depth(wide, rule.fqdn) - (1 if rule.is_wildcard else 0)
    deepest = reach + (rule.depth or 1) if rule.is_wildcard else reach
    return replace(rule, hosts=rule.names, depth=deepest, covers=(rule.fqdn, *rule.covers))


def _joined(rule: Rule, other: Rule) -> Rule:
    """The first rule with everything that the second is for as well."""
    return replace(
        rule,
        requirement=min(rule.requirement, other.requirement, key=STRENGTH.index),
        hosts=_union(rule.hosts, other.hosts),
        depth=max((d for d in (rule.depth, other.depth) if d is not None), default=None),
        addresses=_union(rule.addresses, other.addresses),
        service_tags=_union(rule.service_tags, other.service_tags),
        purposes=_union(rule.purposes, other.purposes),
        components=_union(rule.components, other.components),
        sources=_union(rule.sources, other.sources),
        inspection=min(rule.inspection, other.inspection, key=INSPECTIONS.index),
        is_websocket=rule.is_websocket or other.is_websocket,
        covers=_union(rule.covers, other.covers),
        findings=_union(rule.findings, other.findings),
    )


def _union(first: tuple[T, ...], second: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _place(rule: Rule) -> tuple[int, int, tuple[str, ...]]:
    return ORDER.index(rule.protocol), rule.port, by_domain(rule.fqdn)
