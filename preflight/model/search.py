"""What to look for in the log of whatever stood in the way."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique


@unique
class LogKind(StrEnum):
    """A log in which the decisive packets can be found."""

    AZURE_FIREWALL_APPLICATION_RULES = "azure-firewall-application-rules"
    AZURE_FIREWALL_NETWORK_RULES = "azure-firewall-network-rules"
    AZURE_FIREWALL_DNS_PROXY = "azure-firewall-dns-proxy"
    AZURE_VNET_FLOW_LOGS = "azure-vnet-flow-logs"
    AZURE_NSG_FLOW_LOGS = "azure-nsg-flow-logs"
    AWS_VPC_FLOW_LOGS = "aws-vpc-flow-logs"
    AWS_NETWORK_FIREWALL_ALERTS = "aws-network-firewall-alerts"
    AWS_RESOLVER_QUERY_LOGS = "aws-resolver-query-logs"
    SQUID_ACCESS_LOG = "squid-access-log"


@unique
class QueryLanguage(StrEnum):
    """What a ready query is written in."""

    KQL = "kql"
    LOGS_INSIGHTS = "logs-insights"
    """Amazon CloudWatch Logs Insights."""
    SHELL = "shell"
    """A command line for a POSIX shell, to be run where the log is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """A query that finds the decisive packets in one kind of log, ready to be pasted."""

    log: LogKind
    language: QueryLanguage
    query: str
    """Several lines; names and addresses in it are literals of the language, and bounded in number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSearch:
    """What to look for in the log of whatever stood in the way."""

    device: str
    """The kind of device that typically behaves so, as in `an FQDN rule that …`; empty where the evidence does not tell."""
    begin: datetime
    """Of the window to search, with a margin for clocks that differ."""
    end: datetime
    sources: tuple[str, ...]
    """Own addresses as seen from here; beyond NAT others stand in their place."""
    destinations: tuple[str, ...]
    """`ip:port` each."""
    names: tuple[str, ...]
    """Hosts that were asked for: in the question, in the ClientHello or in the request."""
    queries: tuple[LogQuery, ...]
