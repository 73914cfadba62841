"""What must be said about a profile before anything is measured."""

from collections.abc import Iterator
from datetime import date, timedelta

from preflight.catalog.select.profile import applies, left_to_arc
from preflight.catalog.select.requirement import OLDER
from preflight.model.endpoint import Catalog, Cloud, Entry, Environment, SensorPath
from preflight.model.profile import Selection

STALE_AFTER = timedelta(days=120)
"""The vendor's pages changed in July, September and October 2025 and in March and June 2026: a list older than this has probably
missed a change."""


def notices(catalog: Catalog, selection: Selection, today: date) -> tuple[str, ...]:
    """Remarks about the profile, one sentence each, in a fixed order; may be empty."""
    return (
        *(text for cloud, text in catalog.notices if cloud is selection.cloud),
        *_stale(catalog, today),
        *(() if selection.only else _about_profile(catalog, selection)),
    )


def _stale(catalog: Catalog, today: date) -> Iterator[str]:
    age = today - catalog.version
    if age > STALE_AFTER:
        yield (
            f"The catalogue's knowledge ends on {catalog.version.isoformat()}, {age.days} days ago: "
            "endpoints change every few months, so use a newer release of defender-preflight."
        )


def _about_profile(catalog: Catalog, selection: Selection) -> Iterator[str]:
    chosen = [entry for entry in catalog.entries if applies(entry, selection)]
    for component in selection.components:
        if not any(entry.component == component for entry in chosen):
            yield f"Component {component} has no endpoints for this environment and cloud."
    if _undecided(selection) and any(e.sensor is SensorPath.LOG_ANALYTICS for e in chosen):
        yield (
            "The sensor's version is not known, so the endpoints of both generations are reported; the Log Analytics names "
            f"matter only to {OLDER}: give --sensor-version X.Y.Z."
        )
    if not selection.components and any(_left_out(e, selection) for e in catalog.entries):
        yield (
            f"The Arc agents' endpoints are not included: on {selection.environment} they count only where the cluster is "
            "Arc-connected; check them with --component arc-agents."
        )


def _undecided(selection: Selection) -> bool:
    return (
        selection.sensor_version is None
        and selection.environment is Environment.AKS
        and selection.cloud is Cloud.PUBLIC
    )


def _left_out(entry: Entry, selection: Selection) -> bool:
    here = selection.cloud in entry.clouds and selection.environment in entry.environments
    return here and left_to_arc(entry, selection)
