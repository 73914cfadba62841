"""Long lists of names and of domains, asked by looking up the host and each domain that it lies in."""

from collections.abc import Iterable
from dataclasses import dataclass

from preflight.policies.wildcards import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names, and domains of which every name below belongs."""

    exact: frozenset[str]
    below: frozenset[str]
    is_every: bool = False

    def holds(self, host: str) -> bool:
        """Whether the host, in its canonical form, is among them."""
        if self.is_every or host in self.exact:
            return True
        domain = host.partition(".")[2]
        while domain:
            if domain in self.below:
                return True
            domain = domain.partition(".")[2]
        return False


def dotted(patterns: Iterable[str]) -> Names:
    """`.x` is `x` and all below it, as AWS Network Firewall and squid have it."""
    read = [canonical(each) for each in patterns]
    domains = frozenset(each[1:] for each in read if each.startswith("."))
    return Names(exact=frozenset(read) | domains, below=domains)


def starred(patterns: Iterable[str]) -> Names:
    """`*.x` is all below `x`, and `*` every name, as Route 53 DNS Firewall has it."""
    read = [canonical(each) for each in patterns]
    domains = frozenset(each[2:] for each in read if each.startswith("*."))
    return Names(exact=frozenset(read), below=domains, is_every="*" in read)
