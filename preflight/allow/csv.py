"""Comma-separated values (RFC 4180) with a head row: one row per name and port, for forms and spreadsheets."""

import csv
import io

from preflight.allow.destinations import addresses_of
from preflight.allow.names import is_address
from preflight.allow.words import each, printable
from preflight.model.names import transport
from preflight.model.request import Inspection, Rendered, Request, Rule
from preflight.spreadsheet import cell

COLUMNS = (
    "direction", "source", "destination_fqdn", "destination_ip", "port", "protocol", "tls_inspection", "purpose", "component",
    "required", "source_url",
)  # fmt: skip
INSPECTIONS = {Inspection.BYPASS: "bypass", Inspection.UNSTATED: "", Inspection.NOT_TLS: "not TLS"}
GAP = "SOURCE_CIDR"


def render(request: Request) -> Rendered:
    """The rows; empty where nothing can be asked for."""
    if not request.rules:
        return Rendered(text="")
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    source = " ".join(request.source) or GAP
    writer.writerows([_cell(value) for value in _row(rule, source)] for rule in request.rules)
    return Rendered(text=text.getvalue(), remarks=tuple(_remarks(request)))


def _row(rule: Rule, source: str) -> tuple[str | int, ...]:
    return (
        "outbound",
        source,
        "" if is_address(rule.fqdn) else rule.fqdn,
        " ".join(map(str, addresses_of(rule))),
        rule.port,
        transport(rule.protocol),
        INSPECTIONS[rule.inspection],
        "; ".join(rule.purposes),
        " ".join(rule.components),
        rule.requirement.value,
        " ".join(rule.sources),
    )


def _cell(value: str | int) -> str | int:
    """Text that a spreadsheet would evaluate gets a leading apostrophe."""
    if isinstance(value, int):
        return value
    return cell(value, printable(value, 4_000))


def _remarks(request: Request) -> tuple[str, ...]:
    gap = (
        ()
        if request.source
        else (f"The source is not known: replace {GAP}, or give --source CIDR.",)
    )
    partial = [rule for rule in request.rules if rule.is_wildcard and rule.suffix is None]
    if not partial:
        return gap
    return (*gap, f"A wildcard inside a label, which not every firewall has: {each(partial)}.")
