"""Port numbers as rules write them: `443`, `440-450`, `440:450`, `*`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from preflight.model.flow import Reason, Transfer
from preflight.policies.answers import Answer, Condition, Doubt, always
from preflight.policies.packet import Packet

LAST = 65_535
EVERY = ((0, LAST),)
_RANGE = r"\s*([0-9]{1,5})\s*(?:[-:]\s*([0-9]{1,5}))?\s*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """A set of ports, with what could not be read of it."""

    ranges: tuple[tuple[int, int], ...] = EVERY
    """First and last, both included."""
    doubt: Doubt | None = None
    """Of the part that could not be read."""

    def holds(self, port: int) -> Answer:
        """Whether the port is among them."""
        for first, last in self.ranges:
            if first <= port <= last:
                return True
        return self.doubt or False

    @property
    def is_every(self) -> bool:
        """Whether every port from 1 is among them."""
        return any(first <= 1 and last >= LAST for first, last in self.ranges)

    def __str__(self) -> str:
        if self.is_every:
            return "any port"
        shown = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in self.ranges[:6])
        return f"{shown}, …" if len(self.ranges) > 6 else shown or "no known port"


ANY_PORT = Ports()


def ports(written: Iterable[str]) -> Ports:
    """The ports that a rule names; every port for `*` or `any`."""
    ranges = []
    unread: Doubt | None = None
    for text in written:
        if text.strip().lower() in {"*", "any", "all"}:
            return ANY_PORT
        found = re.fullmatch(_RANGE, text)
        if found is None:
            unread = unread or Doubt(f"the port {text[:60]!r} cannot be read")
            continue
        first = int(found[1])
        ranges.append((first, int(found[2] or first)))
    nothing = None if ranges else Doubt("it names no port", Reason.UNSUPPORTED)
    return Ports(ranges=tuple(ranges), doubt=unread or nothing)


def service(transfers: frozenset[Transfer] | None, numbers: Ports = ANY_PORT) -> Condition:
    """Holds for these protocols, every one for None, on these ports; ICMP has no ports."""
    if numbers.is_every:
        return always if transfers is None else lambda packet: packet.transfer in transfers

    def holds(packet: Packet) -> Answer:
        if transfers is not None and packet.transfer not in transfers:
            return False
        return packet.transfer is Transfer.ICMP or numbers.holds(packet.port)

    return holds


NUMBERS = {"1": Transfer.ICMP, "6": Transfer.TCP, "17": Transfer.UDP, "132": Transfer.SCTP}
"""IANA's protocol numbers."""


def transfers_of(written: str) -> frozenset[Transfer] | None:
    """The protocol that a rule names by name or number, no known one for any other, None for every one (`*`, `-1`, `all`, `any`, `ip`)."""
    text = written.strip().lower()
    if text in {"*", "-1", "all", "any", "ip", ""}:
        return None
    if text in {"icmpv6", "58"}:
        text = "icmp"
    named = NUMBERS.get(text) or next((each for each in Transfer if each.lower() == text), None)
    return frozenset({named} if named else ())
