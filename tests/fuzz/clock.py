"""An event loop whose clock leaps to the next timer: a silent peer costs no time, and every timeout is exact."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class Leaping(selectors.SelectSelector):
    """Waits for nothing: what would be waited has gone by."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Whatever is ready now; without a timer there is nobody left who could wake the loop."""
        if timeout is None:
            raise AssertionError("it hangs: everything waits, and no timer runs")
        self.now += max(0.0, timeout)
        return super().select(0)


class LeapingLoop(asyncio.SelectorEventLoop):
    """The loop on top of it. Threads must not be waited for here."""

    def __init__(self) -> None:
        self._leaping = Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._leaping.now


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of `work`, at once; what a callback or a forgotten task raised rises too."""
    wrong: list[str] = []
    with asyncio.Runner(loop_factory=LeapingLoop) as runner:
        runner.get_loop().set_exception_handler(lambda _, context: wrong.append(repr(context)))
        result = runner.run(work)
    assert not wrong, wrong
    return result
