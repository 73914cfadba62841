"""The contract's JSON; `codec` writes it."""

from preflight.codec import encode
from preflight.model.report import Report
from preflight.report.style import PLAIN, Style


def render(report: Report, style: Style = PLAIN) -> str:
    """Return the report as one JSON object: in one line for logs and pipes, else indented."""
    return encode(report, one_line=style.one_line) + "\n"
