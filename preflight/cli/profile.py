"""The profile options, as click read them → Selection and Profile; the same for every command that has them."""

import os
from collections.abc import Mapping
from typing import Any

from preflight.catalog.placeholders import PLACEHOLDERS
from preflight.cli import arguments
from preflight.model.endpoint import Catalog, Cloud, Environment
from preflight.model.profile import Profile, Selection


def selection(typed: Mapping[str, Any], *, known: Mapping[str, str] | None = None) -> Selection:
    """What was asked for; UsageError for what cannot be. `known` are values that hold unless something else is said."""
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
        values=_values(typed, known or {}),
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


def _values(typed: Mapping[str, Any], known: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What fills placeholders."""
    given = [arguments.assignment(text, known=PLACEHOLDERS) for text in typed["values"]]
    if typed["region"]:
        given.append(("region", arguments.region(typed["region"])))
    if typed["workspace_id"]:
        given.append(("workspace_id", arguments.workspace_id(typed["workspace_id"])))
    named = dict(given)
    given += [pair for pair in known.items() if pair[0] not in named]
    return arguments.values(given)
