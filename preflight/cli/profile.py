"""The profile options, as click read them → Selection and Profile; for commands that measure nothing."""

import os
from typing import Any

from preflight.catalog.placeholders import PLACEHOLDERS
from preflight.cli import arguments
from preflight.model.endpoint import Catalog, Cloud, Environment
from preflight.model.profile import Profile, Selection


def selection(typed: dict[str, Any]) -> Selection:
    """What was asked for; UsageError for what cannot be."""
    version = typed["sensor_version"]
    return Selection(
        environment=_environment(typed["environment"]),
        cloud=Cloud(typed["cloud"]),
        components=typed["component"],
        sensor_version=arguments.sensor_version(version) if version else None,
        everything=typed["everything"],
        extra=tuple(arguments.target(text) for text in typed["endpoint"]),
        only=tuple(
            arguments.target(text, option="--only-endpoint") for text in typed["only_endpoint"]
        ),
        values=_values(typed),
    )


def profile_of(chosen: Selection, known: Catalog) -> Profile:
    """The part of the selection that outputs state."""
    values = dict(chosen.values)
    return Profile(
        environment=chosen.environment,
        cloud=chosen.cloud,
        region=values.get("region"),
        workspace_id=values.get("workspace_id"),
        components=chosen.components,
        catalog_version=known.version,
    )


def _environment(name: str) -> Environment | None:
    if name != "auto":
        return Environment(name)
    from preflight.vantage import detect_environment, standard_places

    return detect_environment(os.environ, standard_places(os.environ))


def _values(typed: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    given = [arguments.assignment(text, known=PLACEHOLDERS) for text in typed["values"]]
    if typed["region"]:
        given.append(("region", arguments.region(typed["region"])))
    if typed["workspace_id"]:
        given.append(("workspace_id", arguments.workspace_id(typed["workspace_id"])))
    return arguments.values(given)
