"""Ready queries for the logs of firewalls, networks, resolvers and proxies, one file per log.

`LOGS` says which logs hold what kind of trace. To add a log: write the file, add its line here and its name to `LogKind`.
"""

from collections.abc import Callable, Mapping
from enum import Enum, auto, unique

from preflight.diagnosis.logs import (
    aws_flow_logs,
    aws_network_firewall,
    aws_resolver,
    azure_firewall,
    nsg_flow_logs,
    squid_access,
    vnet_flow_logs,
)
from preflight.diagnosis.logs.sought import Sought
from preflight.model.search import LogQuery

__all__ = ["LOGS", "Sought", "Trail", "queries"]


@unique
class Trail(Enum):
    """By what a log can tell the decisive packets from others."""

    FLOW = auto()
    """Address and port."""
    NAME = auto()
    """The name in the ClientHello or in the request."""
    QUESTION = auto()
    """The name in a DNS question."""
    REQUEST = auto()
    """The name in a request to a proxy."""


Ask = Callable[[Sought], LogQuery | None]

LOGS: Mapping[Trail, tuple[Ask, ...]] = {
    Trail.FLOW: (
        azure_firewall.network_rules,
        vnet_flow_logs.flows,
        nsg_flow_logs.flows,
        aws_flow_logs.flows,
    ),
    Trail.NAME: (azure_firewall.application_rules, aws_network_firewall.alerts),
    Trail.QUESTION: (azure_firewall.dns_proxy, aws_resolver.queries),
    Trail.REQUEST: (squid_access.requests,),
}


def queries(trails: tuple[Trail, ...], sought: Sought) -> tuple[LogQuery, ...]:
    """A query for each log that can hold such a trail of what is sought."""
    return tuple(
        query for trail in trails for ask in LOGS[trail] if (query := ask(sought)) is not None
    )
