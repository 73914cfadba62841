"""A saved document of either kind: one vantage's report, or one over several."""

from preflight.codec import fleet
from preflight.codec.decode import report_of
from preflight.codec.encode import SCHEMA
from preflight.codec.kinds import check_kind
from preflight.codec.parse import parse
from preflight.model.fleet import FleetReport
from preflight.model.report import Report

LIMIT = fleet.LIMIT
"""Bytes of the larger of the two."""


def decode_any(text: str | bytes) -> Report | FleetReport:
    """Return the report that the JSON text states, of whichever kind it says it is.

    Raises:
        ReportError: one line that names the place as a JSON pointer and what is wrong there.
    """
    document = parse(text, LIMIT)
    if check_kind(document, SCHEMA, fleet.SCHEMA) == SCHEMA:
        return report_of(document)
    return fleet.fleet_of(document)
