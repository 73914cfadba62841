"""How long the tests that search for counterexamples search: seconds in the whole suite, more on demand.

    make fuzz FUZZ=50      fifty times as many examples (20 unless said); each failure prints what to copy into a regression test

Without deadline: a busy machine is no failure. What takes too long is a property of its own where it matters.
"""

import os
from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, settings

FACTOR = float(os.environ.get("FUZZ") or 1)
"""Times the examples of an ordinary run."""

Test = TypeVar("Test", bound=Callable[..., object])


def examples(count: int) -> Callable[[Test], Test]:
    """Search `count` examples in an ordinary run, and more where more was asked for."""
    chosen: Callable[[Test], Test] = settings(
        max_examples=max(1, round(count * FACTOR)),
        deadline=None,
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.function_scoped_fixture),
    )
    return chosen
