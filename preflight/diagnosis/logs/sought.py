"""What a query looks for, made safe for any query language: known characters only, and few enough to be read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from preflight.model.vantage import Address, Peer

MOST = 20
"""Names, addresses or ports in one query: beyond that nobody reads it, and the window finds the rest."""
NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?")
"""Host names as logs have them (RFC 1123, and the underscore of real zones); whatever else a text holds is not one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """The decisive packets, as far as a log can name them."""

    begin: datetime
    """Of the window, aware UTC."""
    end: datetime
    sources: tuple[Address, ...]
    destinations: tuple[Peer, ...]
    names: tuple[str, ...]
    """Hosts; not yet known to be fit for a query."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names that a log can hold, each once, in lower case."""
        return _first(
            name.rstrip(".").casefold() for name in self.names if NAME.fullmatch(name.rstrip("."))
        )

    @property
    def addresses(self) -> tuple[str, ...]:
        """The destinations' addresses, each once."""
        return _first(bare(peer.address) for peer in self.destinations)

    @property
    def own(self) -> tuple[str, ...]:
        """The own addresses, each once."""
        return _first(map(bare, self.sources))

    @property
    def ports(self) -> tuple[str, ...]:
        """The destinations' ports, each once."""
        return _first(str(peer.port) for peer in self.destinations)


def bare(address: Address) -> str:
    """The address without the zone that only this host knows (`%eth0`)."""
    return str(address).partition("%")[0]


def _first(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))[:MOST]
