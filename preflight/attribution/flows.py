"""A report's endpoints → the flows to ask the rules about."""

from ipaddress import ip_address

from preflight.model.endpoint import Protocol
from preflight.model.flow import Destination, Flow, Transfer, Workload
from preflight.model.plan import Stage
from preflight.model.report import EndpointResult, Report


def flows(report: Report, source: Workload) -> dict[str, Flow]:
    """One flow for each endpoint that was probed straight, by its id, in the report's order.

    What went through a proxy is not there: of that the rules along the way only see the way to the proxy.
    """
    return {
        row.id: Flow(source=source, destination=destination(row))
        for row in report.endpoints
        if row.evidence and not is_proxied(row)
    }


def is_proxied(row: EndpointResult) -> bool:
    """Whether its main line led through a proxy."""
    return any(line.stage is Stage.PROXY for line in row.main_line)


def destination(row: EndpointResult) -> Destination:
    """The host, and the addresses that the report saw."""
    return Destination(
        host=None if _is_address(row.host) else row.host,
        addresses=tuple(tried.address for tried in row.addresses)
        or (row.dns.addresses if row.dns else ()),
        port=row.port,
        transfer=Transfer.UDP if row.protocol is Protocol.UDP else Transfer.TCP,
    )


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
