"""Several addresses of one host, sorted by what was found at each."""

from preflight.diagnosis.case import Judged
from preflight.model.diagnosis import Confidence, Verdict

WORKING = frozenset({Verdict.REACHABLE, Verdict.DEGRADED})
CONFIDENCES = (Confidence.POSSIBLE, Confidence.LIKELY, Confidence.CONFIRMED)
"""Weakest first."""


def working(judged: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """Those that led to the service, well or badly."""
    return tuple(each for each in judged if each.diagnosis.verdict in WORKING)


def failing(judged: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """Those that are blocked."""
    return tuple(each for each in judged if each.diagnosis.verdict is Verdict.BLOCKED)


def counting(judged: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """Those that say anything of the path: without an IPv6 route, an IPv6 address does not."""
    return tuple(each for each in judged if each.diagnosis.verdict is not Verdict.SKIPPED)


def least(*confidences: Confidence) -> Confidence:
    """The weakest of them: a conclusion is no surer than what it rests on."""
    return min(confidences, key=CONFIDENCES.index)
