"""One row per endpoint, for spreadsheets and firewall teams: RFC 4180, UTF-8, CRLF line ends."""

import csv
import io

from preflight import spreadsheet
from preflight.model.diagnosis import Verdict
from preflight.model.report import EndpointResult, Report
from preflight.report.escape import printable
from preflight.report.rows import STAGES_BY_PROXY, elapsed
from preflight.report.style import PLAIN, Style
from preflight.report.words import decisive, moment

COLUMNS = (
    "id", "fqdn", "host", "port", "protocol", "component", "requirement", "verdict", "stage", "cause", "explanation",
    "addresses", "dns_ms", "proxy_ms", "tcp_ms", "tls_ms", "http_ms", "http_status", "tls_issuer",
    "packet_at_utc", "packet_source", "packet_destination", "findings", "waived_reason", "waived_until",
)  # fmt: skip
"""Names of the columns: the report's own words, in its order. `packet_…` is what to look for in a firewall's log."""


def render(report: Report, style: Style = PLAIN) -> str:  # noqa: ARG001 - every renderer has the same shape
    """Return the report as CSV with a head row; cells that a spreadsheet would evaluate get a leading apostrophe."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(value) for value in row(endpoint)] for endpoint in report.endpoints)
    return text.getvalue()


def row(endpoint: EndpointResult) -> tuple[object, ...]:
    """Return the endpoint's values, one for each of the columns."""
    waived = endpoint.waived
    return (
        endpoint.id,
        endpoint.fqdn,
        endpoint.host,
        endpoint.port,
        endpoint.protocol.value,
        endpoint.component,
        endpoint.requirement.value,
        endpoint.verdict.value,
        endpoint.stage.value if endpoint.stage else None,
        endpoint.cause.value if endpoint.cause else None,
        endpoint.explanation,
        " ".join(str(result.address) for result in endpoint.addresses),
        *(_ms(elapsed(endpoint, stage)) for stage in STAGES_BY_PROXY),
        endpoint.http.status if endpoint.http else None,
        endpoint.tls.issuer if endpoint.tls else None,
        *_packet(endpoint),
        " ".join(endpoint.findings),
        waived.reason if waived else None,
        waived.until.isoformat() if waived and waived.until else None,
    )


def _packet(endpoint: EndpointResult) -> tuple[str | None, str | None, str | None]:
    """Return the packet that shows where a stopped endpoint stopped; nothing for the others."""
    if endpoint.cause is None and endpoint.verdict not in {Verdict.BLOCKED, Verdict.DEGRADED}:
        return (None, None, None)
    line = decisive(endpoint)
    return (moment(line.at), line.source, line.destination) if line else (None, None, None)


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 3)


def cell(value: object) -> object:
    """Escape text; numbers stay numbers and nothing stays empty."""
    if not isinstance(value, str):
        return value
    return spreadsheet.cell(value, printable(value))
