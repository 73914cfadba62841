"""Compiles the catalogue whenever the project is built or installed; an invalid catalogue stops the build."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogHook(BuildHookInterface):  # type: ignore[type-arg]  # the build's own settings are not used
    """Writes `endpoints/.compiled.json`, which the wheel then carries beside the YAML files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the interface
        """Validates and compiles; CatalogError with file, line and key where that fails."""
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from preflight.catalog.compiled import FILE
            from preflight.catalog.load import compile_folder
        finally:
            sys.path.remove(str(root))
        folder = root / "endpoints"
        (folder / FILE).write_text(compile_folder(folder), encoding="utf-8")
