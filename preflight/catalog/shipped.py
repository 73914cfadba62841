"""The shipped catalogue, with what users' files may refer to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from preflight.model.endpoint import Catalog, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What entries refer to by a short name."""

    sources: Mapping[str, Source] = field(default_factory=dict)
    issuers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Group name → organisations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """The content of the catalogue folder."""

    catalog: Catalog
    tables: Tables
