"""AWS Network Firewall's alert log in CloudWatch Logs: what its domain lists and Suricata rules did to a name.

Only rules with an alert, drop or reject action leave a record, and only of TLS or HTTP whose name was read.

Sources, read 2026-11: docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-logging-contents.html;
docs.suricata.io/en/latest/output/eve/eve-json-format.html (event types alert, tls and http).
"""

from preflight.diagnosis.logs.insights import among, from_here, period
from preflight.diagnosis.logs.sought import Sought
from preflight.model.search import LogKind, LogQuery, QueryLanguage


def alerts(sought: Sought) -> LogQuery | None:
    """What the rules did to connections for the names; None without a name."""
    if not sought.hosts:
        return None
    names = among(sought.hosts)
    lines = (
        period(sought),
        "fields @timestamp, firewall_name, event.src_ip, event.src_port, event.dest_ip, event.dest_port, event.tls.sni,"
        " event.http.hostname, event.alert.action, event.alert.signature",
        f"| filter event.tls.sni in {names} or event.http.hostname in {names}",
        *from_here("event.src_ip", sought),
        "| sort @timestamp asc",
        "| limit 200",
    )
    return LogQuery(
        log=LogKind.AWS_NETWORK_FIREWALL_ALERTS,
        language=QueryLanguage.LOGS_INSIGHTS,
        query="\n".join(lines),
    )
