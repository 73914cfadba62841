"""Amazon VPC flow logs in CloudWatch Logs, in the default format, whose fields Logs Insights knows by itself.

A record covers up to 10 minutes (1 minute on Nitro instances) and comes some minutes later. REJECT means that a security group or
network ACL refused the packet; ACCEPT that both let it pass, so that what stopped it lies further along the path.

Sources, read 2026-11: docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html;
docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html.
"""

from datetime import timedelta

from preflight.diagnosis.logs.insights import among, from_here, period
from preflight.diagnosis.logs.sought import Sought
from preflight.model.search import LogKind, LogQuery, QueryLanguage

INTERVAL = timedelta(minutes=10)
"""The longest that a record covers; it is stamped with its begin."""


def flows(sought: Sought) -> LogQuery | None:
    """The flows to the destinations, and whether they were refused; None without a destination."""
    if not sought.addresses:
        return None
    lines = (
        period(sought, earlier=INTERVAL),
        "# ACCEPT: security groups and network ACLs let it pass; look further along the path",
        "fields @timestamp, interfaceId, srcAddr, srcPort, dstAddr, dstPort, protocol, action",
        f"| filter dstAddr in {among(sought.addresses)} and dstPort in [{', '.join(sought.ports)}]",
        *from_here("srcAddr", sought),
        "| sort @timestamp asc",
        "| limit 200",
    )
    return LogQuery(
        log=LogKind.AWS_VPC_FLOW_LOGS,
        language=QueryLanguage.LOGS_INSIGHTS,
        query="\n".join(lines),
    )
