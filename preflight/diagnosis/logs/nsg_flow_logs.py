"""Azure network security group flow logs, as traffic analytics writes them to a workspace (AzureNetworkAnalytics_CL).

No new ones can be made since 2025-06-30, and they end on 2027-09-30; virtual network flow logs take their place. The records are
joined as there: no source port, public destinations in DestPublicIPs_s. FlowStatus_s is A for allowed, D for denied; NSGRule_s is
the rule.

Sources, read 2026-11: learn.microsoft.com/azure/network-watcher/traffic-analytics-schema (schema 2);
learn.microsoft.com/azure/network-watcher/nsg-flow-logs-overview (retirement).
"""

from preflight.diagnosis.logs.kql import among, from_here, window
from preflight.diagnosis.logs.sought import Sought
from preflight.model.search import LogKind, LogQuery, QueryLanguage


def flows(sought: Sought) -> LogQuery | None:
    """The flows to the destinations, and whether a rule denied them; None without a destination."""
    if not sought.addresses:
        return None
    addresses = among(sought.addresses)
    lines = (
        window(sought),
        "AzureNetworkAnalytics_CL",
        "| where TimeGenerated >= Begin - 2h",
        '| where SubType_s == "FlowLog" and FlowStartTime_t <= End and FlowEndTime_t >= Begin',
        f"| where DestPort_d in ({', '.join(sought.ports)})",
        f"| where DestIP_s in {addresses} or DestPublicIPs_s has_any {addresses}",
        *from_here("SrcIP_s", sought, may_lack=True),
        "| project FlowStartTime_t, FlowEndTime_t, SrcIP_s, SrcPublicIPs_s, DestIP_s, DestPublicIPs_s, DestPort_d,"
        " FlowDirection_s, FlowStatus_s, NSGList_s, NSGRule_s",
        "| order by FlowStartTime_t asc",
    )
    return LogQuery(
        log=LogKind.AZURE_NSG_FLOW_LOGS, language=QueryLanguage.KQL, query="\n".join(lines)
    )
