"""Which ports of which protocols a rule names: numbers, ranges, and names that a destination pod gives to its ports."""

from dataclasses import dataclass

from preflight.model.flow import Transfer
from preflight.policies.kubernetes.fields import Malformed, number, text
from preflight.policies.kubernetes.target import Target
from preflight.policies.kubernetes.truth import NO, YES, Truth, missing, some, truth

LAST = 65_535


@dataclass(frozen=True, slots=True)
class Span:
    """Ports from `first` to `last` of one protocol, or of any."""

    transfer: Transfer | None
    first: int = 0
    last: int = LAST

    def holds(self, target: Target) -> Truth:
        """Whether the target's port is among them."""
        return truth(
            self.transfer in {None, target.transfer} and self.first <= target.port <= self.last
        )

    def __str__(self) -> str:
        ports = f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"
        ports = "every port" if (self.first, self.last) == (0, LAST) else ports
        return f"{ports} of any protocol" if self.transfer is None else f"{ports}/{self.transfer}"


@dataclass(frozen=True, slots=True)
class Named:
    """The port to which the destination pod gives this name; nothing outside the cluster has names for ports."""

    transfer: Transfer | None
    name: str

    def holds(self, target: Target) -> Truth:
        """Whether the target is a pod whose port of that name this is."""
        if target.pod is None:
            return NO
        asked = (self.name, target.port, target.transfer)
        if self.transfer in {None, target.transfer} and asked in target.pod.workload.ports:
            return YES
        if not target.pod.workload.labels_known:
            return missing(f"it is not known which port of {target.place} is named {self.name}")
        return NO

    def __str__(self) -> str:
        return f"the port named {self.name}" + (f"/{self.transfer}" if self.transfer else "")


Ports = tuple[Span | Named, ...]


def among(ports: Ports, target: Target) -> Truth:
    """Whether any of them holds the target's port; an empty tuple stands for every port."""
    return some(one.holds(target) for one in ports) if ports else YES


def is_dns_alone(ports: Ports) -> bool:
    """Whether they are for questions of names only: no near miss for anything else."""
    return bool(ports) and all(
        isinstance(one, Span) and one.first == one.last == 53 for one in ports
    )


def shown(ports: Ports) -> str:
    """The ports for a sentence."""
    more = f" and {len(ports) - 5} more" if len(ports) > 5 else ""
    return ", ".join(str(one) for one in ports[:5]) + more


def transfer(value: object, path: str) -> Transfer:
    """TCP where nothing stands. Raises Malformed for what is none of TCP, UDP and SCTP."""
    match value:
        case None | "TCP":
            return Transfer.TCP
        case "UDP":
            return Transfer.UDP
        case "SCTP":
            return Transfer.SCTP
        case _:
            raise Malformed(f"{path} is none of TCP, UDP and SCTP")


def span(first: object, last: object, protocol: Transfer | None, path: str) -> Span:
    """A range with both its ends. Raises Malformed."""
    start = number(first, path, least=1, most=LAST)
    end = start if last is None else number(last, path, least=1, most=LAST)
    if end < start:
        raise Malformed(f"{path} ends before it begins")
    return Span(protocol, start, end)


def port(value: object, last: object, protocol: Transfer | None, path: str) -> Span | Named:
    """A number, a range that ends at `last`, or a name. Raises Malformed."""
    match value:
        case str() if last is None and any(char.isalpha() for char in value):
            return Named(protocol, text(value, path))
        case str():
            raise Malformed(f"{path} is neither a number nor the name of a port")
        case _:
            return span(value, last, protocol, path)
