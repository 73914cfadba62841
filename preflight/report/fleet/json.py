"""The contract's JSON; `codec` writes it."""

from preflight.codec.fleet import encode_fleet
from preflight.model.fleet import FleetReport
from preflight.report.style import PLAIN, Style


def render(fleet: FleetReport, style: Style = PLAIN) -> str:
    """Return the report as one JSON object: in one line for logs and pipes, else indented."""
    return encode_fleet(fleet, one_line=style.one_line) + "\n"
