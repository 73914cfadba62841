"""Whom the vantages of one finding name, merged: a rule for pods is as sure as the comparison with the nodes leaves it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import Enum, auto

from preflight.diagnosis.vantages.extent import Extent
from preflight.diagnosis.vantages.pattern import cluster_of, node_of
from preflight.diagnosis.verdicts import CONFIDENCES, least
from preflight.model.diagnosis import Confidence
from preflight.model.fleet import Network, Place
from preflight.model.report import OF_PODS, BlockedBy, Engine, Finding

MOST = 8
"""Named in one finding; a thousand nodes may each have a resolver of their own."""

Named = tuple[Network, Finding]
"""Whose network a vantage uses, and what it found."""


class Contrast(Enum):
    """What became of the nodes that no rule for pods binds, and of such pods elsewhere."""

    NODE_STOPS = auto()
    PODS_PASS_ELSEWHERE = auto()
    NODE_PASSES = auto()
    NODE_UNASKED = auto()
    """No node's own network was looked from; so the rule and the way it stops are all there is."""
    NODE_UNKNOWN = auto()


DOUBTS = {
    Contrast.NODE_STOPS: "Their node stops alike, and no rule for pods binds it: so that rule is not all, and what stops the node has to be"
    " found as well.",
    Contrast.PODS_PASS_ELSEWHERE: "Such pods get through on other nodes of the cluster, and that rule would bind them all: it is in force on"
    " these nodes alone, or something else stops it here.",
    Contrast.NODE_UNKNOWN: "Their own node was not seen to get through, so that rule may not be all.",
}
"""What makes a rule for pods no more than likely, in words."""


def contrast_of(where: Extent, places: Iterable[Place]) -> Contrast:
    """How the pods where it stops compare with their nodes, and with other pods."""
    pods = [place for place in where.stopped if place.network is Network.POD]
    own, clusters = {*map(node_of, pods)}, {*map(cluster_of, pods)}
    if own & _nodes((*where.stopped, *where.others)):
        return Contrast.NODE_STOPS
    if any(place.network is Network.POD and cluster_of(place) in clusters for place in where.open):
        return Contrast.PODS_PASS_ELSEWHERE
    if own & _nodes(where.open):
        return Contrast.NODE_PASSES
    asked = any(place.network is Network.HOST and cluster_of(place) in clusters for place in places)
    return Contrast.NODE_UNKNOWN if asked else Contrast.NODE_UNASKED


def _nodes(places: Iterable[Place]) -> set[object]:
    return {node_of(place) for place in places if place.network is Network.HOST}


def blockers(
    found: Sequence[Named], suspected: tuple[BlockedBy, ...], contrast: Contrast
) -> tuple[BlockedBy, ...]:
    """Whom the vantages name, the surest first, then whom the comparison suspects unless a rule for pods was read; nobody known stands only where nobody is."""
    named = _merged(found)
    nobody = [rule for rule in named if rule.engine is Engine.UNKNOWN and rule.name is None]
    of_nodes = {
        _key(rule)
        for network, one in found
        for rule in one.blocked_by
        if network is not Network.POD
    }
    known = [
        _doubted(rule)
        if contrast in DOUBTS and is_for_pods(rule) and _key(rule) not in of_nodes
        else rule
        for rule in named
        if rule not in nobody
    ]
    also = () if any(map(is_for_pods, known)) else suspected
    return tuple(dict.fromkeys([*known[:MOST], *also])) or tuple(nobody[:1])


def doubt(blocked_by: Iterable[BlockedBy], contrast: Contrast) -> str:
    """Why a rule for pods is only likely, where the comparison says so; else empty."""
    return DOUBTS.get(contrast, "") if any(is_for_pods(rule) for rule in blocked_by) else ""


def is_for_pods(rule: BlockedBy) -> bool:
    """Whether it is a rule that was read, and binds pods alone."""
    return rule.engine in OF_PODS and rule.confidence is not None


def _merged(found: Iterable[Named]) -> list[BlockedBy]:
    """Each rule once, as sure as where it is surest."""
    by_rule: dict[BlockedBy, BlockedBy] = {}
    for _, finding in found:
        for rule in finding.blocked_by:
            known = by_rule.setdefault(_key(rule), rule)
            by_rule[_key(rule)] = max(known, rule, key=_sureness)
    return sorted(by_rule.values(), key=_sureness, reverse=True)


def _key(rule: BlockedBy) -> BlockedBy:
    return replace(rule, confidence=None)


def _sureness(rule: BlockedBy) -> int:
    """Those that were compared with no rule stay where they are, after those that were."""
    return -1 if rule.confidence is None else CONFIDENCES.index(rule.confidence)


def _doubted(rule: BlockedBy) -> BlockedBy:
    return replace(rule, confidence=least(rule.confidence or Confidence.LIKELY, Confidence.LIKELY))
