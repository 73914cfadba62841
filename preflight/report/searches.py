"""What to look for in which log: the window, the flow, and the names of logs as their owners call them."""

from preflight.model.endpoint import Environment
from preflight.model.profile import Profile
from preflight.model.search import LogKind, LogQuery, LogSearch, QueryLanguage
from preflight.report.words import day_and_time

LOGS = {
    LogKind.AZURE_FIREWALL_APPLICATION_RULES: "Azure Firewall, application rules",
    LogKind.AZURE_FIREWALL_NETWORK_RULES: "Azure Firewall, network rules",
    LogKind.AZURE_FIREWALL_DNS_PROXY: "Azure Firewall, DNS proxy",
    LogKind.AZURE_VNET_FLOW_LOGS: "Azure virtual network flow logs",
    LogKind.AZURE_NSG_FLOW_LOGS: "Azure NSG flow logs",
    LogKind.AWS_VPC_FLOW_LOGS: "Amazon VPC flow logs",
    LogKind.AWS_NETWORK_FIREWALL_ALERTS: "AWS Network Firewall, alerts",
    LogKind.AWS_RESOLVER_QUERY_LOGS: "Route 53 Resolver, query log",
    LogKind.SQUID_ACCESS_LOG: "Squid, access log",
}

LANGUAGES = {
    QueryLanguage.KQL: "Kusto Query Language",
    QueryLanguage.LOGS_INSIGHTS: "CloudWatch Logs Insights",
    QueryLanguage.SHELL: "shell",
}

FENCES = {
    QueryLanguage.KQL: "kusto",
    QueryLanguage.LOGS_INSIGHTS: "text",
    QueryLanguage.SHELL: "sh",
}
"""What the writers of Markdown call the languages."""

ELSEWHERE = {
    Environment.AKS: ("aws-",),
    Environment.EKS: ("azure-",),
    Environment.GKE: ("aws-", "azure-"),
    Environment.ARC: (),
}
"""Begins of the names of logs that a cluster's own cloud has not; an Arc-connected one may stand anywhere."""

SHOWN = 1
"""Addresses that the short form names before the rest is only counted."""


def window(search: LogSearch) -> str:
    """Return when to look, as in `2026-11-23 08:26 to 08:37 UTC`."""
    begin, end = day_and_time(search.begin), day_and_time(search.end)
    day, _, time = end.partition(" ")
    return f"{begin} to {time if begin.startswith(day) else end} UTC"


def flow(search: LogSearch, *, whole: bool = False) -> str:
    """Return from where to where, as in `10.1.0.4 → 20.50.1.9:443 and 3 more`; `whole` names every address."""
    show = ", ".join if whole else _some
    return f"{show(search.sources) or '?'} → {show(search.destinations)}"


def fitting(search: LogSearch, profile: Profile) -> tuple[LogQuery, ...]:
    """Return the queries for logs that there can be where the cluster runs; all of them where that is not known."""
    absent = ELSEWHERE[profile.environment] if profile.environment else ()
    return tuple(query for query in search.queries if not query.log.value.startswith(absent))


def _some(addresses: tuple[str, ...]) -> str:
    more = len(addresses) - SHOWN
    shown = ", ".join(addresses[:SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown
