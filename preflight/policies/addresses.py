"""Sets of addresses as rules write them: an address, a prefix, a range of two addresses, `*`.

A host that was not resolved is taken to have a public IPv4 address: what holds all of IPv4 holds it, what is private does not, and whether
a narrower public prefix does cannot be told.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from preflight.model.vantage import Address
from preflight.policies.answers import Answer, Doubt

Network = IPv4Network | IPv6Network
UNRESOLVED = Doubt("the host was not resolved: give its addresses")
UNKNOWN_SOURCE = Doubt("the source's address is not known")


NOT_PUBLIC = tuple(
    (int(block[0]), int(block[-1]))
    for block in map(
        IPv4Network,
        (
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "0.0.0.0/8",
            "192.0.0.0/24",
            "198.18.0.0/15",
            "224.0.0.0/3",
        ),
    )
)
"""First and last number of what no public service has (IANA's special-purpose registry, RFC 6890)."""


@dataclass(frozen=True, slots=True)
class Span:
    """Two addresses of one family and all between them."""

    version: int
    first: int
    last: int

    def holds(self, address: Address) -> bool:
        """Whether the address is one of them; an IPv4 address never is an IPv6 one."""
        return address.version == self.version and self.first <= int(address) <= self.last

    @property
    def has_public_ipv4(self) -> bool:
        """Whether some address of it may be public: none is where a block that is not holds all of it."""
        return self.version == 4 and not any(
            first <= self.first and self.last <= last for first, last in NOT_PUBLIC
        )

    @property
    def is_all_of_ipv4(self) -> bool:
        """Whether it leaves no IPv4 address out."""
        return self.version == 4 and not self.first and self.last == 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """A set of addresses, read once and asked often."""

    spans: tuple[Span, ...] = ()
    networks: tuple[Network, ...] = ()
    """The same, where every member is a prefix; what an index can be made of."""

    def holds(self, address: Address) -> bool:
        """Whether the address is among them."""
        number, version = int(address), address.version
        return any(
            span.first <= number <= span.last and span.version == version for span in self.spans
        )

    def holds_destination(self, address: Address | None) -> Answer:
        """The same for a destination, which is some public IPv4 address where the host was not resolved."""
        if address is not None:
            return self.holds(address)
        if any(span.is_all_of_ipv4 for span in self.spans):
            return True
        return UNRESOLVED if any(span.has_public_ipv4 for span in self.spans) else False

    def holds_source(self, address: Address | None) -> Answer:
        """The same for a source, of which nothing is assumed."""
        if address is not None:
            return self.holds(address)
        if not self.spans or any(span.is_all_of_ipv4 for span in self.spans):
            return bool(self.spans)
        return UNKNOWN_SOURCE


EVERYWHERE = Addresses(
    spans=(Span(4, 0, 2**32 - 1), Span(6, 0, 2**128 - 1)),
    networks=(ip_network("0.0.0.0/0"), ip_network("::/0")),
)


def network_of(text: str) -> Network | None:
    """The prefix or single address that the text is; host bits are dropped, as every cloud does; None when it is neither."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def span_of(text: str) -> Span | None:
    """The addresses of a prefix, an address or a range `first-last`; None when the text is none of these."""
    network = network_of(text)
    if network is not None:
        return _span(network)
    first, dash, last = text.partition("-")
    if not dash:
        return None
    try:
        ends = ip_address(first.strip()), ip_address(last.strip())
    except ValueError:
        return None
    if ends[0].version != ends[1].version:
        return None
    return Span(ends[0].version, int(ends[0]), int(ends[1]))


def addresses(written: Iterable[str]) -> tuple[Addresses, tuple[str, ...]]:
    """The addresses that the texts name, and the texts that name none."""
    spans: list[Span] = []
    networks: list[Network] = []
    others: list[str] = []
    is_indexed = True
    for text in written:
        span = span_of(text)
        if span is None:
            others.append(text)
            continue
        spans.append(span)
        network = network_of(text)
        is_indexed &= network is not None
        networks.extend([network] if network is not None else [])
    made = Addresses(spans=tuple(spans), networks=tuple(networks) if is_indexed else ())
    return made, tuple(others)


def _span(network: Network) -> Span:
    first = int(network.network_address)
    return Span(network.version, first, first + network.num_addresses - 1)


def supernets(address: Address, lengths: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    """The address cut to each length: version, length, number of the first address."""
    number, bits, version = int(address), address.max_prefixlen, address.version
    for length in lengths:
        yield version, length, number >> (bits - length) << (bits - length)
