"""What has been seen of one check so far; it outlives an interrupt, so that nothing measured is lost."""

from collections.abc import Callable

from preflight.model.evidence import (
    Attempt,
    Control,
    Evidence,
    Experiment,
    Incomplete,
    Lookup,
    Observation,
    PathStep,
)
from preflight.model.plan import Check
from preflight.model.vantage import Address

Heard = Callable[[Address | None], None]
"""Told whenever something came to the main line at an address: it began, or a step ended. None: the lookups ended."""


class Trace:
    """Collects the observations of one check."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._steps: dict[Address, Steps] = {}
        self._controls: list[tuple[Experiment, Address | None, list[Observation]]] = []
        self._untried = 0
        self._heard: Heard = _nobody
        self.lookups: tuple[Lookup, ...] = ()

    def tell(self, heard: Heard) -> None:
        """Tell `heard` of everything from now on."""
        self._heard = heard

    def resolved(self, lookups: tuple[Lookup, ...], *, untried: int) -> None:
        """The name is resolved; `untried` addresses are beyond the bound."""
        self.lookups = lookups
        self._untried = untried
        self._heard(None)

    def attempt(self, address: Address) -> list[PathStep]:
        """The list to which the steps at `address` are to be added, in order."""
        if address not in self._steps:
            self._steps[address] = Steps(lambda: self._heard(address))
            self._heard(address)
        return self._steps[address]

    def control(self, experiment: Experiment, address: Address | None) -> list[Observation]:
        """The list to which the observations of a control experiment are to be added, in order."""
        found: list[Observation] = []
        self._controls.append((experiment, address, found))
        return found

    def steps(self, address: Address) -> tuple[PathStep, ...]:
        """What has ended at `address`."""
        return tuple(self._steps.get(address, ()))

    def attempts(self) -> tuple[Attempt, ...]:
        """The main line of each address that has at least one step."""
        return tuple(
            Attempt(address=a, steps=tuple(steps)) for a, steps in self._steps.items() if steps
        )

    def evidence(self, *, incomplete: Incomplete | None = None, error: str = "") -> Evidence:
        """Everything seen until now."""
        return Evidence(
            check=self._check,
            lookups=self.lookups,
            attempts=self.attempts(),
            controls=tuple(
                Control(name=experiment, address=address, observations=tuple(found))
                for experiment, address, found in self._controls
                if found
            ),
            untried=self._untried,
            incomplete=incomplete,
            error=error,
        )


class Steps(list[PathStep]):
    """Steps that tell when one is added."""

    def __init__(self, heard: Callable[[], None]) -> None:
        super().__init__()
        self._heard = heard

    def append(self, step: PathStep) -> None:
        """Keep one more, and tell."""
        super().append(step)
        self._heard()


def _nobody(_: Address | None) -> None:
    """Nobody listens."""
