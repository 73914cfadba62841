"""Loads what the later steps need while the first packets travel, in a thread, so that the event loop stays awake.

An operation waits for its part before it looks at the clock: our own loading never counts as the network's time.
"""

import asyncio
import sys
from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING

from preflight.model.endpoint import Trust

if TYPE_CHECKING:
    from preflight.wire.network import Network


FIRST_PACKETS = 0.002
"""Seconds after which the first queries are on their way, and loading may begin."""
SWITCH_INTERVAL = 0.0005
"""Seconds after which the loading thread lets the event loop have its turn; Python's own 5 ms would show in every timing."""


class Part(Enum):
    """What is loaded, in the order in which an open path needs it."""

    DNS = auto()
    TLS = auto()
    HTTP = auto()


def _dns(network: "Network") -> None:  # noqa: ARG001 - every part has the same shape
    import dns.message  # noqa: F401 - for its effect


def _tls(network: "Network") -> None:
    network.tls_context(Trust.PUBLIC, verify=True)


def _http(network: "Network") -> None:  # noqa: ARG001 - as above
    import httpcore  # noqa: F401 - for its effect
    import httpx  # noqa: F401 - for its effect


LOADERS: dict[Part, Callable[["Network"], None]] = {
    Part.DNS: _dns,
    Part.TLS: _tls,
    Part.HTTP: _http,
}


def load(network: "Network") -> None:
    """Load every part now."""
    for loader in LOADERS.values():
        loader(network)


class Loading:
    """Knows which parts are still on their way; when nothing is being loaded there is nothing to wait for."""

    def __init__(self) -> None:
        self._missing: dict[Part, asyncio.Event] = {}

    async def beside(self, network: "Network") -> None:
        """Load every part in a thread. Raises UsageError when the trust anchors that were asked for cannot be read."""
        loop = asyncio.get_running_loop()
        self._missing = {part: asyncio.Event() for part in Part}

        def work() -> None:
            for part, loader in LOADERS.items():
                loader(network)
                loop.call_soon_threadsafe(self._missing[part].set)

        await asyncio.sleep(FIRST_PACKETS)
        usual = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_INTERVAL)
        try:
            await asyncio.to_thread(work)
        finally:
            sys.setswitchinterval(usual)
            for event in self._missing.values():
                event.set()

    def is_missing(self, part: Part) -> bool:
        """Whether `part` is still on its way."""
        return part in self._missing and not self._missing[part].is_set()

    async def wait(self, part: Part) -> None:
        """Return when `part` is there, or could not be loaded."""
        if part in self._missing:
            await self._missing[part].wait()
