"""The query log of the Route 53 VPC Resolver in CloudWatch Logs, with what DNS Firewall did to a name.

Names stand there with their final dot. `firewall_rule_action` is missing where no DNS Firewall rule matched.

Source, read 2026-11: docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html, with its example.
"""

from preflight.diagnosis.logs.insights import among, from_here, period
from preflight.diagnosis.logs.sought import Sought
from preflight.model.search import LogKind, LogQuery, QueryLanguage


def queries(sought: Sought) -> LogQuery | None:
    """What the resolver was asked and answered; None without a name."""
    if not sought.hosts:
        return None
    lines = (
        period(sought),
        "fields @timestamp, srcaddr, srcport, transport, query_name, query_type, rcode, firewall_rule_action,"
        " firewall_rule_group_id",
        f"| filter query_name in {among(f'{name}.' for name in sought.hosts)}",
        *from_here("srcaddr", sought),
        "| sort @timestamp asc",
        "| limit 200",
    )
    return LogQuery(
        log=LogKind.AWS_RESOLVER_QUERY_LOGS,
        language=QueryLanguage.LOGS_INSIGHTS,
        query="\n".join(lines),
    )
