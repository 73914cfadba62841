"""Where things stand on the page, so that one part can lead to another."""

from collections.abc import Mapping
from dataclasses import dataclass

from preflight.model.report import Report
from preflight.report.html.markup import Html, element


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Names of places, by the report's ids; a saved file's ids are not trusted to be fit for names."""

    findings: Mapping[str, str]
    endpoints: Mapping[str, str]


def places(report: Report) -> Places:
    """Return a place for every finding and every endpoint."""
    return Places(
        findings={one.id: f"finding-{n}" for n, one in enumerate(report.findings, 1)},
        endpoints={one.id: f"endpoint-{n}" for n, one in enumerate(report.endpoints, 1)},
    )


def linked(inside: Html, place: str | None) -> Html:
    """Return what leads to a place; it leads nowhere when there is none."""
    return element("a", inside, href=f"#{place}") if place else inside
