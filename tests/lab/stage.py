"""Where a scenario is set up: its namespaces, and a folder for its files."""

from dataclasses import dataclass
from pathlib import Path

from tests.lab.certificates import Authorities
from tests.lab.network import Namespace, Way
from tests.lab.scenario import Place, Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a scenario is set up."""

    scenario: Scenario
    way: Way
    folder: Path
    """For the files of this scenario; gone afterwards."""
    authorities: Authorities

    @property
    def internet(self) -> Namespace:
        """Where the servers are."""
        return self.way[Place.INTERNET]

    def file(self, name: str, text: str) -> str:
        """Write a file and return its path."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def log(self, name: str) -> Path:
        """Where a program writes."""
        return self.folder / f"{name}.log"
