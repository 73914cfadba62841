"""What somebody who waits may want to see."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How far the Jobs of one cluster are."""

    total: int
    waiting: int
    """Not made yet."""
    starting: int
    running: int
    done: int
    failed: int
    """Of those done, how many gave no report."""


class Progress(Protocol):
    """Is told whenever something changes; calls come from several threads."""

    def changed(self, context: str, count: Count) -> None:
        """The numbers of one cluster."""
        ...

    def note(self, context: str, text: str) -> None:
        """Something worth a line of its own, such as a pod that does not start."""
        ...


class Silent:
    """Tells nobody."""

    def changed(self, context: str, count: Count) -> None:
        """Nothing."""

    def note(self, context: str, text: str) -> None:
        """Nothing."""
