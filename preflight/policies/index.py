"""Which of many rules a packet can meet at all, found by the packet's name and address rather than by asking every rule.

What is left out would have said no. Thousands of rules cost as much as those that name the destination.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from preflight.policies.addresses import Network, supernets
from preflight.policies.packet import Packet


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Where one rule leads; a packet that fits none of them is not the rule's."""

    networks: tuple[Network, ...] = ()
    names: tuple[str, ...] = ()
    """Names, each of which also stands for whatever is below it; the rule itself decides how deep."""


class Index:
    """Rules by destination."""

    def __init__(self, keys: Sequence[Keys | None]) -> None:
        self._everywhere: list[int] = []
        self._with_networks: list[int] = []
        self._named: list[int] = []
        self._networks: defaultdict[tuple[int, int, int], list[int]] = defaultdict(list)
        self._narrow: set[int] = set()
        self._lengths: set[tuple[int, int]] = set()
        self._names: defaultdict[str, list[int]] = defaultdict(list)
        self._below: defaultdict[str, list[int]] = defaultdict(list)
        for number, key in enumerate(keys):
            if key is None:
                self._everywhere.append(number)
            else:
                self._add(number, key)

    def candidates(self, packet: Packet) -> list[int]:
        """Positions of the rules to ask, in order."""
        found = set(self._everywhere)
        if packet.destination is None:
            found.update(self._with_networks)
        else:
            version = packet.destination.version
            lengths = (length for family, length in self._lengths if family == version)
            for cut in supernets(packet.destination, lengths):
                found.update(self._networks.get(cut, ()))
        if packet.host is None:
            found.update(self._named)
        else:
            found.update(*(self._names.get(name, ()) for name in _upwards(packet.host)))
        return sorted(found)

    def is_narrow(self, number: int) -> bool:
        """Whether the rule names addresses alone, and not all of them: a host that was not resolved leaves it in doubt at best."""
        return number in self._narrow

    def relatives(self, host: str) -> list[int]:
        """Positions of rules that name the host, its domain, or another name in it: where a near miss is likely."""
        domain = host.partition(".")[2]
        if "." not in domain:
            return self._names.get(host, [])
        near = (self._names.get(host, ()), self._names.get(domain, ()), self._below.get(domain, ()))
        return [number for each in near for number in each]

    def _add(self, number: int, key: Keys) -> None:
        if key.networks:
            self._with_networks.append(number)
            if not key.names and all(network.prefixlen for network in key.networks):
                self._narrow.add(number)
        for network in key.networks:
            place = (network.version, network.prefixlen, int(network.network_address))
            self._networks[place].append(number)
            self._lengths.add(place[:2])
        if key.names:
            self._named.append(number)
        for name in key.names:
            self._names[name].append(number)
            self._below[name.partition(".")[2]].append(number)


def _upwards(host: str) -> list[str]:
    """The host, and each domain that it lies in."""
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]
