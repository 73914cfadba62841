"""What has been seen of one check so far; it outlives an interrupt, so that nothing measured is lost."""

from preflight.model.evidence import Attempt, Control, Evidence, Incomplete, Lookup, PathStep
from preflight.model.plan import Check
from preflight.model.vantage import Address


class Trace:
    """Collects the observations of one check."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._lookups: tuple[Lookup, ...] = ()
        self._steps: dict[Address, list[PathStep]] = {}
        self._controls: list[Control] = []
        self._untried = 0

    def resolved(self, lookups: tuple[Lookup, ...], *, untried: int) -> None:
        """The name is resolved; `untried` addresses are beyond the bound."""
        self._lookups = lookups
        self._untried = untried

    def attempt(self, address: Address) -> list[PathStep]:
        """The list to which the steps at `address` are to be added, in order."""
        return self._steps.setdefault(address, [])

    def controlled(self, control: Control) -> None:
        """A control experiment ended."""
        self._controls.append(control)

    def attempts(self) -> tuple[Attempt, ...]:
        """The main line of each address that has at least one step."""
        return tuple(
            Attempt(address=a, steps=tuple(steps)) for a, steps in self._steps.items() if steps
        )

    def evidence(self, *, incomplete: Incomplete | None = None, error: str = "") -> Evidence:
        """Everything seen until now."""
        return Evidence(
            check=self._check,
            lookups=self._lookups,
            attempts=self.attempts(),
            controls=tuple(self._controls),
            untried=self._untried,
            incomplete=incomplete,
            error=error,
        )
