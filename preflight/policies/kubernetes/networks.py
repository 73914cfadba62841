"""Address ranges as rules write them, compared as numbers: a rule is asked about thousands of addresses."""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network

from preflight.model.vantage import Address
from preflight.policies.kubernetes.fields import Malformed, fields, text, texts


@dataclass(frozen=True, slots=True)
class Range:
    """Every address whose leading bits are these."""

    version: int
    first: int
    shift: int
    """Bits that are free."""
    written: str

    def holds(self, address: Address) -> bool:
        """Whether the address lies within."""
        return address.version == self.version and int(address) >> self.shift == self.first

    @property
    def is_whole(self) -> bool:
        """Whether it is every address of its family."""
        return self.shift == (32 if self.version == 4 else 128)


@dataclass(frozen=True, slots=True)
class Block:
    """A range without parts of it: `ipBlock`, `toCIDRSet`."""

    within: Range
    without: tuple[Range, ...] = ()

    def holds(self, address: Address) -> bool:
        """Whether the address lies in the range and in none of the parts taken out."""
        return self.within.holds(address) and not any(one.holds(address) for one in self.without)

    def __str__(self) -> str:
        out = ", ".join(one.written for one in self.without[:4])
        return f"{self.within.written} except {out}" if out else self.within.written


@lru_cache(maxsize=65_536)
def parse(written: str) -> Range:
    """The range of `10.0.0.0/8` or `10.1.2.3`; host bits may be set, as the API allows. Raises ValueError."""
    network: IPv4Network | IPv6Network = ip_network(written, strict=False)
    shift = network.max_prefixlen - network.prefixlen
    return Range(network.version, int(network.network_address) >> shift, shift, str(network))


def cidr(value: object, path: str) -> Range:
    """The range that stands there. Raises Malformed."""
    written = text(value, path)
    try:
        return parse(written)
    except ValueError:
        raise Malformed(f"{path} is no address range") from None


def cidrs(value: object, path: str) -> tuple[Range, ...]:
    """The ranges of a list."""
    return tuple(
        cidr(written, f"{path}[{number}]") for number, written in enumerate(texts(value, path))
    )


def block(value: object, path: str) -> Block:
    """A mapping of `cidr` and `except`. Raises Malformed."""
    found = fields(value, path)
    return Block(
        cidr(found.get("cidr"), f"{path}.cidr"), cidrs(found.get("except"), f"{path}.except")
    )
