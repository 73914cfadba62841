"""What rules without names can hold: addresses, each with the names that led to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from preflight.allow.names import is_address
from preflight.allow.words import each, fqdns, listed
from preflight.hostname import address_of
from preflight.model.request import Rule
from preflight.model.vantage import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """The addresses of one port."""

    port: int
    protocol: str
    """`TCP` or `UDP`."""
    addresses: tuple[tuple[Address, tuple[str, ...]], ...]
    """Sorted; each with the names that led to it."""


def addresses_of(rule: Rule) -> tuple[Address, ...]:
    """Where the rule leads, as far as known."""
    own = address_of(rule.fqdn) if is_address(rule.fqdn) else None
    return (own,) if own is not None else rule.addresses


def numbered(groups: Iterable[tuple[tuple[int, str], Sequence[Rule]]]) -> tuple[Numbered, ...]:
    """The addresses of each port that has any."""
    found = []
    for (port, protocol), rules in groups:
        names: dict[Address, list[str]] = {}
        for rule in rules:
            for address in addresses_of(rule):
                names.setdefault(address, []).append(rule.fqdn)
        ordered = sorted(names, key=lambda address: (address.version, int(address)))
        if ordered:
            at = tuple((address, tuple(dict.fromkeys(names[address]))) for address in ordered)
            found.append(Numbered(port=port, protocol=protocol, addresses=at))
    return tuple(found)


def about_addresses(rules: Sequence[Rule]) -> Iterable[str]:
    """What to know of rules by address: what is missing, and how long the rest holds."""
    missing = [rule for rule in rules if not addresses_of(rule)]
    if missing:
        yield (
            f"Left out, because no address is known: {each(missing)}. This kind of policy knows no names: give a report with --report, or "
            "--address HOST=IP; nothing is opened to everywhere instead."
        )
    seen = [rule for rule in rules if rule.addresses and not is_address(rule.fqdn)]
    if seen:
        yield (
            f"The addresses are those known today, and the services change theirs without notice: {listed(fqdns(seen))}. A policy by "
            "name (Cilium, or a firewall behind) does not age."
        )


ISOLATES = (
    "It isolates the pods that it selects: whatever else they need (the API server, other pods) has to be allowed by another policy, "
    "unless an egress policy selects them already."
)
