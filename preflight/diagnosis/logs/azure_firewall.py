"""Azure Firewall's logs in Azure Monitor: application rules by name, network rules by address, and the DNS proxy's questions.

Each query asks the structured tables (AZFW…) and, for firewalls that still write there, the older AzureDiagnostics, whose text is in
one column. Both are looked at whatever the action was: an allowed packet says that the block lies further along the path, and none
at all that it never came to this firewall, or that nothing is logged.

Sources, read 2026-11: learn.microsoft.com/azure/azure-monitor/reference/tables/azfwapplicationrule, …/azfwnetworkrule and
…/azfwdnsquery (columns); learn.microsoft.com/azure/firewall/monitor-firewall-reference (categories and text of the older form).
"""

from collections.abc import Sequence

from preflight.diagnosis.logs.kql import among, from_here, window
from preflight.diagnosis.logs.sought import Sought
from preflight.model.search import LogKind, LogQuery, QueryLanguage


def application_rules(sought: Sought) -> LogQuery | None:
    """What the rules by name decided; None without a name."""
    if not sought.hosts:
        return None
    return _query(
        LogKind.AZURE_FIREWALL_APPLICATION_RULES,
        sought,
        (
            "AZFWApplicationRule",
            "| where TimeGenerated between (Begin .. End)",
            f"| where Fqdn in~ {among(sought.hosts)}",
            *from_here("SourceIp", sought),
            "| project TimeGenerated, SourceIp, SourcePort, Fqdn, DestinationPort, Action, ActionReason, Policy,"
            " RuleCollectionGroup, RuleCollection, Rule, IsTlsInspected",
        ),
        _older("AzureFirewallApplicationRule", sought.hosts),
    )


def network_rules(sought: Sought) -> LogQuery | None:
    """What the rules by address decided; None without a destination."""
    if not sought.addresses:
        return None
    return _query(
        LogKind.AZURE_FIREWALL_NETWORK_RULES,
        sought,
        (
            "AZFWNetworkRule",
            "| where TimeGenerated between (Begin .. End)",
            f"| where DestinationIp in {among(sought.addresses)} and DestinationPort in ({', '.join(sought.ports)})",
            *from_here("SourceIp", sought),
            "| project TimeGenerated, Protocol, SourceIp, SourcePort, DestinationIp, DestinationPort, Action, ActionReason,"
            " Policy, RuleCollectionGroup, RuleCollection, Rule",
        ),
        _older("AzureFirewallNetworkRule", sought.addresses),
    )


def dns_proxy(sought: Sought) -> LogQuery | None:
    """What the firewall's DNS proxy was asked and answered; None without a name."""
    if not sought.hosts:
        return None
    return _query(
        LogKind.AZURE_FIREWALL_DNS_PROXY,
        sought,
        (
            "AZFWDnsQuery",
            "| where TimeGenerated between (Begin .. End)",
            f"| where trim_end(@'\\.', QueryName) in~ {among(sought.hosts)}",
            *from_here("SourceIp", sought),
            "| project TimeGenerated, SourceIp, SourcePort, QueryName, QueryType, Protocol, ResponseCode, ErrorMessage,"
            " RequestDurationSecs",
        ),
        _older("AzureFirewallDnsProxy", sought.hosts),
    )


def _older(category: str, texts: Sequence[str]) -> tuple[str, ...]:
    return (
        "AzureDiagnostics",
        "| where TimeGenerated between (Begin .. End)",
        f'| where Category == "{category}"',
        '| extend Text = column_ifexists("msg_s", "")',
        f"| where Text has_any {among(texts)}",
        "| project TimeGenerated, Text",
    )


def _query(log: LogKind, sought: Sought, *tables: Sequence[str]) -> LogQuery:
    """Join what the tables hold; one that the workspace has not is left out."""
    parts = ",\n".join("(\n" + "\n".join(f"  {line}" for line in table) + "\n)" for table in tables)
    text = f"{window(sought)}\nunion isfuzzy=true\n{parts}\n| order by TimeGenerated asc"
    return LogQuery(log=log, language=QueryLanguage.KQL, query=text)
