"""What is to be run in one cluster, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from preflight.job.targets import Target
from preflight.job.template import Manifest, Settings
from preflight.kube import Resource
from preflight.model.fleet import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be run in one cluster."""

    namespace: str
    targets: tuple[Target, ...]
    template: Mapping[str, Any]
    settings: Settings
    belongings: tuple[tuple[Resource, Manifest], ...]
    """What all Jobs need: payload, files, credentials. The first Job owns them, so that they go when it goes."""
    parallel: int
    """Jobs at the same time."""
    node_selector: tuple[tuple[str, str], ...] = ()
    """For targets that leave the node to the scheduler."""
    keep: bool = False
    place_context: str | None = None
    """The context as reports state it; None where there is only one cluster."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it, beside the reports."""

    failures: tuple[Failure, ...]
    notices: tuple[str, ...]
