"""How a run tells its listener how far it is."""

from typing import Protocol

from preflight.model.evidence import Evidence


class Progress(Protocol):
    """Told of the plan's size once, and of each check as it ends."""

    def start(self, total: int) -> None:
        """`total` checks are about to run."""

    def done(self, evidence: Evidence) -> None:
        """One check ended."""


class Silent:
    """A listener that ignores everything."""

    def start(self, total: int) -> None:
        """Ignore."""

    def done(self, evidence: Evidence) -> None:
        """Ignore."""
