"""The evidence of a comparison: the packets that stopped, and beside them one that came through elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from preflight.diagnosis.vantages.naming import place_in_words
from preflight.diagnosis.vantages.pattern import node_of, pool_of
from preflight.diagnosis.vantages.shares import Share
from preflight.model.evidence import Outcome
from preflight.model.fleet import Place
from preflight.model.report import CONTROL, EvidenceLine, Finding, Report

STOPPED = 6
"""Lines of the vantage that speaks for all."""
THROUGH = 2
"""Lines of a vantage where the same is open."""
NAME = "vantage"
"""The experiment's name."""


def contrast(
    share: Share,
    chief: int,
    findings: Sequence[Finding],
    reports: Sequence[Report],
    places: Sequence[Place],
) -> tuple[EvidenceLine, ...]:
    """What the chief vantage saw, then what the nearest one saw where the same is open; nothing where the chief's did not come home."""
    own = [line for finding in findings for line in finding.evidence][:STOPPED]
    return (*own, *_through(share, chief, reports, places)) if own else ()


def _through(
    share: Share, chief: int, reports: Sequence[Report], places: Sequence[Place]
) -> Iterator[EvidenceLine]:
    """Yield the last steps that worked, from the nearest vantage that kept its evidence."""
    here = places[chief]

    def distance(position: int) -> tuple[bool, bool, int]:
        there = places[position]
        return node_of(there) != node_of(here), pool_of(there) != pool_of(here), position

    for position in sorted(share.open, key=distance):
        lines = list(_worked(share.endpoints[0], reports[position]))[-THROUGH:]
        for line in lines:
            detail = f"seen from {place_in_words(places[position])}"
            told = "; ".join(filter(None, (detail, line.detail)))
            yield replace(line, detail=f"{CONTROL}{NAME}: {told}")
        if lines:
            return


def _worked(id_: str, report: Report) -> Iterator[EvidenceLine]:
    for endpoint in report.endpoints:
        if endpoint.id == id_:
            yield from (line for line in endpoint.main_line if line.outcome == Outcome.OK)
