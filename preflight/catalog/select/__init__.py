"""Catalog + Selection → the endpoints that apply, and what must be said about the choice. Pure."""

from preflight.catalog.select.notices import notices
from preflight.catalog.select.profile import check_components, select

__all__ = ["check_components", "notices", "select"]
