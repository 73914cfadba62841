"""What of the catalogue the findings make relevant, and the commands that check it."""

from collections.abc import Iterator
from itertools import groupby

from preflight.model.endpoint import Endpoint, Requirement
from preflight.model.sensor import Relevance
from preflight.report.layout import Ink, columns, cut_host, paint, wrap
from preflight.report.sensor.parts import command, indented, section
from preflight.report.style import Style

REQUIREMENT = 13
"""Columns of a requirement and the space after it."""
SHORTEST_HOST = 30
"""Columns that a host keeps on a narrow terminal."""


def relevant(relevance: Relevance, style: Style) -> Iterator[str]:
    """The sensor's endpoints one by one, those of its companions counted, and what checks them; nothing without an environment."""
    if not relevance.endpoints:
        return
    yield from section("Endpoints that this makes relevant", style)
    for component, group in groupby(relevance.endpoints, key=lambda each: each.component):
        found = list(group)
        if component == "defender-sensor":
            yield from _sensor_endpoints(found, style)
        else:
            yield from indented(_counted(component, found), style, by=2)
    for assumption in relevance.assumed:
        yield from indented(f"Assumed: {assumption}.", style, by=2)
    yield ""
    yield "  Check them, with all else that the profile needs:"
    for line in relevance.commands:
        yield from command(line, style)


def _sensor_endpoints(found: list[Endpoint], style: Style) -> Iterator[str]:
    """One by one, but for legacy ones: they matter to none but old sensors."""
    legacy = [each.id for each in found if each.requirement is Requirement.LEGACY]
    for each in found:
        if each.requirement is not Requirement.LEGACY:
            yield from _endpoint(each, style)
    if legacy:
        said = f"of older sensors: {', '.join(legacy)}"
        yield from wrap(
            said, style, first=f"  {'legacy':<{REQUIREMENT}}", rest=" " * (REQUIREMENT + 2)
        )


def _endpoint(endpoint: Endpoint, style: Style) -> Iterator[str]:
    head = f"  {endpoint.requirement:<{REQUIREMENT}}"
    room = style.width - columns(head) - columns(endpoint.id) - 2
    place = cut_host(f"{endpoint.host}:{endpoint.port}", max(room, SHORTEST_HOST), style)
    yield f"{head}{place}  {paint(endpoint.id, Ink.DIM, style)}"
    if endpoint.condition:
        yield from indented(endpoint.condition, style, by=REQUIREMENT + 2)


def _counted(component: str, found: list[Endpoint]) -> str:
    required = sum(each.requirement is Requirement.REQUIRED for each in found)
    noun = "endpoint" if len(found) == 1 else "endpoints"
    return f"{component}: {len(found)} {noun}, {required} of them required"
