"""Rules → the fewest that open the same: one per name, port and protocol, and none that another covers.

Nothing is widened to save a rule: a wildcard stands only where the vendor documents it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from preflight.allow.names import by_domain, covers, depth
from preflight.model.endpoint import Protocol, Requirement
from preflight.model.request import Inspection, Rule

T = TypeVar("T")
STRENGTH = tuple(Requirement)
"""Strongest first."""
ORDER = (Protocol.HTTPS, Protocol.WSS, Protocol.HTTP, Protocol.TCP, Protocol.UDP)
INSPECTIONS = (Inspection.BYPASS, Inspection.UNSTATED, Inspection.NOT_TLS)
"""Strictest first."""


def minimal(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The fewest rules, sorted by protocol, port and domain."""
    merged: dict[tuple[str, int, Protocol], Rule] = {}
    for rule in rules:
        key = (rule.fqdn, rule.port, rule.protocol)
        merged[key] = _joined(merged[key], rule) if key in merged else rule
    found = list(merged.values())
    kept = [_with_covered(rule, found) for rule in found if _chief(rule, found) is None]
    return tuple(sorted(kept, key=_place))


def _chief(rule: Rule, rules: Sequence[Rule]) -> Rule | None:
    """The widest rule that covers this one on the same port."""
    wider = [other for other in rules if _is_covered(rule, other)]
    return min(wider, key=lambda other: other.fqdn.count("."), default=None)


def _is_covered(rule: Rule, by: Rule) -> bool:
    same_port = (rule.port, rule.protocol) == (by.port, by.protocol)
    return same_port and covers(by.fqdn, rule.fqdn)


def _with_covered(rule: Rule, rules: Sequence[Rule]) -> Rule:
    found = rule
    for other in rules:
        if _chief(other, rules) is rule:
            found = _joined(found, _seen_from(rule.fqdn, other))
    return found


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
