"""Several addresses of one host, sorted by what was found at each."""

from preflight.diagnosis.case import Judged
from preflight.model.diagnosis import Verdict

WORKING = frozenset({Verdict.REACHABLE, Verdict.DEGRADED})


def working(judged: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """Those that led to the service, well or badly."""
    return tuple(each for each in judged if each.diagnosis.verdict in WORKING)


def failing(judged: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """Those that are blocked."""
    return tuple(each for each in judged if each.diagnosis.verdict is Verdict.BLOCKED)


def counting(judged: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """Those that say anything of the path: without an IPv6 route, an IPv6 address does not."""
    return tuple(each for each in judged if each.diagnosis.verdict is not Verdict.SKIPPED)
