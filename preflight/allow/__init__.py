"""What to ask the firewall team for, in its own format: endpoints or a report in, allow rules as text out. Pure.

One dialect per file. A dialect adds nothing to the request: what it cannot say it leaves out, and says so in a comment, in the remarks or in
both. Names were checked before they became rules (`names`); free text gets into comments and descriptions alone, escaped.
"""

from collections.abc import Callable

from preflight.allow import (
    aws_network_firewall,
    azure_firewall,
    azure_firewall_bicep,
    azure_firewall_terraform,
    calico,
    cilium,
    csv,
    fortigate,
    gcp,
    markdown,
    network_policy,
    nsg,
    paloalto_edl,
    squid,
)
from preflight.allow.compose import of_endpoints
from preflight.allow.of_report import of_report
from preflight.allow.of_reports import of_reports
from preflight.model.request import Rendered, Request

__all__ = ["DIALECTS", "of_endpoints", "of_report", "of_reports", "render"]

Dialect = Callable[[Request], Rendered]

DIALECTS: dict[str, Dialect] = {
    "azure-firewall": azure_firewall.render,
    "azure-firewall-bicep": azure_firewall_bicep.render,
    "azure-firewall-terraform": azure_firewall_terraform.render,
    "nsg": nsg.render,
    "aws-network-firewall": aws_network_firewall.render,
    "gcp": gcp.render,
    "network-policy": network_policy.render,
    "cilium": cilium.render,
    "calico": calico.render,
    "squid": squid.render,
    "paloalto-edl": paloalto_edl.render,
    "fortigate": fortigate.render,
    "csv": csv.render,
    "markdown": markdown.render,
}
"""In the order of the contract."""


def render(request: Request, dialect: str) -> Rendered:
    """The request in one dialect, with the request's own remarks before those of the dialect."""
    written = DIALECTS[dialect](request)
    return Rendered(
        text=written.text, remarks=tuple(dict.fromkeys((*request.remarks, *written.remarks)))
    )
