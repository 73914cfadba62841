"""The page for people without the tool, with the missing rules in the formats of what may stand in the way. Loaded for html alone."""

from collections.abc import Iterator, Sequence

from preflight.allow import of_reports, render
from preflight.allow.of_fleet import told
from preflight.model.endpoint import Environment
from preflight.model.fleet import FleetReport
from preflight.model.report import Report
from preflight.model.request import Request
from preflight.model.vantage import VantageKind
from preflight.report import html
from preflight.report.fleet import html as fleet_html
from preflight.report.html import ReadyText

NAME = "defender"
"""Begins every object's name, as in `rules request`."""
MOST = 5
"""Formats on one page: who needs another has `rules request`."""

TITLES = {
    "azure-firewall-bicep": "Azure Firewall policy (Bicep)",
    "nsg": "Azure network security group (ARM template)",
    "aws-network-firewall": "AWS Network Firewall (CloudFormation)",
    "gcp": "Google Cloud firewall policy (gcloud)",
    "fortigate": "FortiGate (CLI)",
    "paloalto-edl": "Palo Alto external dynamic list",
    "squid": "Squid access lists",
    "network-policy": "Kubernetes NetworkPolicy",
    "cilium": "CiliumNetworkPolicy",
    "csv": "Table for forms and spreadsheets (CSV)",
}
BY_NAME = {
    Environment.AKS: "azure-firewall-bicep",
    Environment.EKS: "aws-network-firewall",
    Environment.GKE: "gcp",
    Environment.ARC: "fortigate",
}
"""What opens names where the cluster runs."""
BESIDES = {Environment.AKS: "nsg", Environment.ARC: "paloalto-edl"}
"""What is there besides, and comes last: it knows addresses alone, or is one maker's more."""
IN_THE_CLUSTER = ("network-policy", "cilium")
EVERYWHERE = "csv"


def page(report: Report | FleetReport) -> str:
    """Return the report, of one vantage or of several, as one HTML file with rules to copy."""
    if isinstance(report, FleetReport):
        return fleet_html.render(report, ready=ready(told(report)))
    return html.render(report, ready=ready((report,)))


def ready(reports: Sequence[Report]) -> tuple[ReadyText, ...]:
    """Return the rules that the reports' findings ask for, in the few formats that suit; none where nothing is asked for."""
    asking = [report for report in reports if report.findings]
    if not asking:
        return ()
    whole = of_reports(asking, name=NAME)
    pods = [report for report in asking if report.vantage.kind is VantageKind.POD]
    within = of_reports(pods, name=NAME) if pods else None
    found = [text for name in _formats(asking) if (text := _text(name, whole, within))]
    *others, last = [*found, _text(EVERYWHERE, whole, None)]
    return tuple(text for text in (*others[: MOST - 1], last) if text)


def _formats(reports: Sequence[Report]) -> Iterator[str]:
    """Yield what suits the way out, the nearest to it first."""
    environments = dict.fromkeys(report.profile.environment for report in reports)
    if any(report.vantage.proxy for report in reports):
        yield "squid"
    yield from (BY_NAME[one] for one in environments if one in BY_NAME)
    yield from IN_THE_CLUSTER
    yield from (BESIDES[one] for one in environments if one in BESIDES)


def _text(name: str, whole: Request, within: Request | None) -> ReadyText | None:
    """Return the rules in that format; None where it can hold none of them. Policies in the cluster are for what its pods saw."""
    asked = within if name in IN_THE_CLUSTER else whole
    written = render(asked, name) if asked else None
    if written is None or not written.text:
        return None
    text = "\n".join(written.text.splitlines())
    left = tuple(remark for remark in written.remarks if remark not in text)
    return ReadyText(title=TITLES[name], text=text, remarks=left)
