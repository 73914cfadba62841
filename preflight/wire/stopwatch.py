"""When an operation began and how long it has taken."""

from datetime import datetime

from preflight.wire.network import Network


class Stopwatch:
    """Started when made; `at` is the wall clock then."""

    __slots__ = ("_begin", "_network", "at")

    def __init__(self, network: Network) -> None:
        self._network = network
        self._begin = network.monotonic()
        self.at: datetime = network.now()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return self._network.monotonic() - self._begin
