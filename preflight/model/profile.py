"""What the user asked for."""

from dataclasses import dataclass, field
from datetime import date

from preflight.model.endpoint import Cloud, Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A host named on the command line, with its port (None: the catalogue's, else 443)."""

    host: str
    port: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """An endpoint whose failure is accepted: reported, not counted, until the day given."""

    id: str
    reason: str
    until: date | None
    """Last day on which the waiver holds; None means no end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which part of the catalogue applies, and what fills its placeholders."""

    environment: Environment | None
    """None only when `only` names every endpoint."""
    cloud: Cloud = Cloud.PUBLIC
    components: tuple[str, ...] = ()
    """Empty means all."""
    sensor_version: tuple[int, int, int] | None = None
    everything: bool = False
    """Optional and informational endpoints too."""
    extra: tuple[Target, ...] = ()
    only: tuple[Target, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    """Placeholder names and values, such as `("region", "westeurope")`; a name stands once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to look: budgets and controls."""

    timeout: float = 5.0
    """One step's budget in seconds."""
    deadline: float = 120.0
    """The whole run's budget in seconds."""
    control: bool = True
    """Whether control experiments may be asked."""
    waivers: tuple[Waiver, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The part of a selection that the report states."""

    environment: Environment | None
    cloud: Cloud
    region: str | None
    workspace_id: str | None
    components: tuple[str, ...]
    catalog_version: date
