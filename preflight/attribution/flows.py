"""A report's endpoints → the flows to ask the rules about."""

from dataclasses import replace
from urllib.parse import urlsplit

from preflight.hostname import address_of, split_port
from preflight.model.diagnosis import Cause, Verdict
from preflight.model.endpoint import Protocol
from preflight.model.flow import Destination, Flow, Transfer, Workload
from preflight.model.plan import Stage
from preflight.model.report import EndpointResult, Report, ReportVantage
from preflight.model.vantage import Address, VantageKind

DNS_PORT = 53
UNANSWERED = frozenset({Cause.DNS_RESOLVER_UNREACHABLE, Cause.DNS_QUERY_DROPPED})
PASSED = frozenset({Verdict.REACHABLE, Verdict.DEGRADED})
PROXY_PORTS = {"http": 80, "https": 443}
"""Of a proxy's URL without one (RFC 9110 §4.2)."""


def source_of(vantage: ReportVantage) -> Workload:
    """Where the report was made: the pod, whose labels it does not tell, or a process on a host."""
    return Workload(
        namespace=vantage.namespace or "",
        pod=vantage.pod,
        labels_known=False,
        node=vantage.node,
        address=next((one for one in vantage.addresses if one.version == 4), None),
        host_network=vantage.kind is not VantageKind.POD,
    )


def packets(report: Report, source: Workload) -> dict[str, Flow]:
    """Where the packets of each endpoint that was probed went, by its id: to the proxy where one was used."""
    proxy = _proxy(report.vantage.proxy)
    return {
        row.id: Flow(
            source=source,
            destination=proxy if proxy and is_proxied(row) else destination(row, report.vantage),
        )
        for row in report.endpoints
        if row.evidence
    }


def measured(report: Report, source: Workload) -> dict[str, Flow]:
    """The packets, but of a host that was reached only to where it was: what rules say of the rest, nobody has tried."""
    return packets(replace(report, endpoints=tuple(map(_tried, report.endpoints))), source)


def _tried(row: EndpointResult) -> EndpointResult:
    answered = tuple(each for each in row.addresses if each.verdict in PASSED)
    is_reached = row.verdict is Verdict.REACHABLE and answered
    return replace(row, dns=None, addresses=answered) if is_reached else row


def requests(report: Report, source: Workload) -> dict[str, Flow]:
    """What the proxy was asked for, by the id of each endpoint that went through one."""
    return {
        row.id: Flow(source=source, destination=at(row.host, row.port, row.protocol))
        for row in report.endpoints
        if row.evidence and is_proxied(row)
    }


def questions(report: Report, source: Workload) -> dict[str, Flow]:
    """The question to the resolver, by the id of each endpoint whose lookup met silence: nothing was sent to the host there."""
    return {
        row.id: Flow(
            source=source, destination=replace(resolver, port=DNS_PORT, transfer=Transfer.UDP)
        )
        for row in report.endpoints
        if row.cause in UNANSWERED and (resolver := _resolver(row)) is not None
    }


def is_stopped_at_lookup(row: EndpointResult) -> bool:
    """Whether nothing was sent to the host, because its name led nowhere."""
    return row.stage is Stage.DNS and row.verdict not in PASSED


def is_proxied(row: EndpointResult) -> bool:
    """Whether its main line led through a proxy."""
    return any(line.stage is Stage.PROXY for line in row.main_line)


def destination(row: EndpointResult, vantage: ReportVantage) -> Destination:
    """The host, and the addresses that the report saw of it, as far as they are of a family that the place has itself."""
    found = row.dns.addresses if row.dns else tuple(each.address for each in row.addresses)
    own = {address.version for address in vantage.addresses}
    usable = tuple(address for address in found if address.version in own)
    return at(row.host, row.port, row.protocol, usable or found)


def at(
    host: str, port: int, protocol: Protocol, addresses: tuple[Address, ...] = ()
) -> Destination:
    """A host with what it resolved to; an address in a host's place is its own."""
    own = address_of(host)
    return Destination(
        host=None if own else host,
        addresses=(own,) if own else addresses,
        port=port,
        transfer=Transfer.UDP if protocol is Protocol.UDP else Transfer.TCP,
    )


def _resolver(row: EndpointResult) -> Destination | None:
    """The one that was asked first, which is the one that programs ask."""
    asked = (line.destination for line in row.main_line if line.stage is Stage.DNS)
    first = next((one for one in asked if one is not None), "")
    address = address_of(split_port(first)[0]) if first else None
    return Destination(addresses=(address,)) if address else None


def _proxy(url: str | None) -> Destination | None:
    parts = urlsplit(url or "")
    if not parts.hostname:
        return None
    return at(parts.hostname, parts.port or PROXY_PORTS.get(parts.scheme, 80), Protocol.HTTP)
