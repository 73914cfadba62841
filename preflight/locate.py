"""Finds the project's data folders: the copy inside the package, else the one in the checkout."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_PACKAGE = Path(__file__).parent


def folder(name: str, package: Path = _PACKAGE) -> "Traversable | None":
    """Returns the folder `name` (`endpoints` or `job`), readable also when the package runs from a zip; None where it is missing."""
    for candidate in (package / f"_{name}", package.parent / name):
        if candidate.is_dir():
            return candidate
    if package.exists():
        return None
    # not on disk, so inside a zip; 7 ms to import
    from importlib.resources import files

    packaged = files("preflight") / f"_{name}"
    return packaged if packaged.is_dir() else None
