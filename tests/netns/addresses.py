"""Who is where: every name of these tests, its address on the far side, and what the far side does to it."""

from dataclasses import dataclass

CLIENT, CLIENT_6 = "10.203.0.2", "fd00:203::2"
FIREWALL, FIREWALL_6 = "10.203.0.1", "fd00:203::1"
"""The firewall's end of the link; the nameserver is there too."""
FAR, FAR_6 = "10.203.1", "fd00:203:1:"
"""Everything on the internet's side begins so."""


@dataclass(frozen=True, slots=True)
class Site:
    """A name and where it leads."""

    host: str
    number: int
    """Last part of its addresses."""

    @property
    def address(self) -> str:
        """Its IPv4 address."""
        return f"{FAR}.{self.number}"

    @property
    def address_6(self) -> str:
        """Its IPv6 address; not every site is there."""
        return f"{FAR_6}:{self.number}"


OPEN = Site("open.example.test", 1)
DROPPED = Site("dropped.example.test", 2)
REFUSED = Site("refused.example.test", 3)
PROHIBITED = Site("prohibited.example.test", 4)
INTERCEPTED = Site("global.handler.control.monitor.azure.com", 5)
"""A name of the catalogue, which knows who issues its certificates."""
FILTERED = Site("filtered.example.test", 6)
NEIGHBOUR = Site("neighbour.example.test", 6)
"""At the same address as `FILTERED`, and let through."""
PROXY = Site("proxy.example.test", 7)
BEHIND_PROXY = Site("inner.example.test", 8)
"""Open to the proxy alone."""
SILENT_RESOLVER = Site("resolver.example.test", 9)
ANY = Site("any", 10)
"""What every other name leads to: a server with the right certificate for whatever is asked."""
MISSING = "missing.example.test"
"""NXDOMAIN."""

SITES = (
    OPEN,
    DROPPED,
    REFUSED,
    PROHIBITED,
    INTERCEPTED,
    FILTERED,
    NEIGHBOUR,
    PROXY,
    BEHIND_PROXY,
)
PROXY_PORT = 3128
LOGIN_PROXY_PORT = 3129
"""The same proxy, wanting credentials."""
DEAD_PROXY_PORT = 3130
"""Nothing listens there."""
USER, PASSWORD = "proxy-user", "pr0xy-s3cret"
