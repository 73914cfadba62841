"""What a device on the way sees of a flow: one packet for each address that the host resolved to."""

from dataclasses import dataclass

from preflight.model.flow import Flow, Transfer
from preflight.model.vantage import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """The first packet of a connection, and the name that the client asks for."""

    source: Address | None
    """As the device sees it; None where it is not known."""
    host: str | None
    destination: Address | None
    """None where the host was not resolved; it is then taken to have a public IPv4 address."""
    port: int
    transfer: Transfer

    @property
    def is_public(self) -> bool:
        """Whether the destination is one that the internet knows, or is taken to be."""
        return self.destination is None or self.destination.is_global

    @property
    def target(self) -> str:
        """Destination, port and protocol for people."""
        shown = self.host or "an unknown address"
        if self.destination is not None:
            address = str(self.destination)
            shown = f"{self.host} ({address})" if self.host else address
        return shown if self.transfer is Transfer.ICMP else f"{shown} {self.transfer}/{self.port}"


def packets(flow: Flow) -> tuple[Packet, ...]:
    """One for each address, or one without; none to a pod: what is between pods is for the Kubernetes engines to judge.

    A source of one family never sends to the other, so addresses of that are left out where there are any of its own.
    """
    destination, source = flow.destination, flow.source.address
    if destination.workload is not None:
        return ()
    known = destination.addresses
    if source is not None:
        known = tuple(each for each in known if each.version == source.version) or known
    return tuple(
        Packet(
            source=source,
            host=destination.host,
            destination=address,
            port=destination.port,
            transfer=destination.transfer,
        )
        for address in known or (None,)
    )
