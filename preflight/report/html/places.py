"""Where things stand on the page, so that one part can lead to another."""

from collections.abc import Mapping
from dataclasses import dataclass

from preflight.model.report import Report
from preflight.report.html.markup import Html, element


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Names of places, by the report's ids; a saved file's ids are not trusted to be fit for names, nor to be different."""

    findings: Mapping[str, str]
    endpoints: Mapping[str, str]


def places(report: Report) -> Places:
    """Return a place for every finding and every endpoint; an id that occurs twice leads to the first of them."""
    findings, endpoints = list(enumerate(report.findings, 1)), list(enumerate(report.endpoints, 1))
    return Places(
        findings={one.id: finding_place(number) for number, one in reversed(findings)},
        endpoints={one.id: endpoint_place(number) for number, one in reversed(endpoints)},
    )


def finding_place(number: int) -> str:
    """Return the name of the place of a finding, by its position from 1."""
    return f"finding-{number}"


def endpoint_place(number: int) -> str:
    """Return the name of the place of an endpoint, by its position from 1."""
    return f"endpoint-{number}"


def linked(inside: Html, place: str | None) -> Html:
    """Return what leads to a place; it leads nowhere when there is none."""
    return element("a", inside, href=f"#{place}") if place else inside
