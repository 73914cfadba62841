"""Azure virtual network flow logs, as traffic analytics writes them to a workspace (NTANetAnalytics).

A record joins the flows of one source, destination and destination port over the processing interval (10 or 60 minutes); it has no
source port, and comes up to an hour later. Of flows to public addresses the destinations stand in DestPublicIps, and SrcIp and DestIp
may be empty. FlowStatus begins with D where a network security group or an admin rule denied the flow; AclRule is that rule.

Sources, read 2026-11: learn.microsoft.com/azure/network-watcher/traffic-analytics-schema;
learn.microsoft.com/azure/azure-monitor/reference/tables/ntanetanalytics.
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
        "NTANetAnalytics",
        "| where TimeGenerated >= Begin - 2h",
        '| where SubType == "FlowLog" and FlowStartTime <= End and FlowEndTime >= Begin',
        f"| where DestPort in ({', '.join(sought.ports)})",
        f"| where DestIp in {addresses} or DestPublicIps has_any {addresses}",
        *from_here("SrcIp", sought, may_lack=True),
        "| project FlowStartTime, FlowEndTime, SrcIp, SrcPublicIps, DestIp, DestPublicIps, DestPort, FlowDirection, FlowStatus,"
        " AclGroup, AclRule",
        "| order by FlowStartTime asc",
    )
    return LogQuery(
        log=LogKind.AZURE_VNET_FLOW_LOGS, language=QueryLanguage.KQL, query="\n".join(lines)
    )
