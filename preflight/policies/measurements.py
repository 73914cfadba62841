"""Exports that hold no rule which could be asked about a flow, and what they say all the same: told, never judged."""

from collections.abc import Iterator, Sequence

from preflight.model.document import Document
from preflight.policies.parts import Part
from preflight.policies.wording import quoted

MOST = 20
"""Sentences; a folder of such files is not a report."""
INCOMPLETE = {
    "FirewallConfig": "the fail-open setting of a Route 53 DNS Firewall",
    "FirewallRuleGroupAssociations": "which VPCs use a rule group of a Route 53 DNS Firewall",
    "Domains": "a domain list of a Route 53 DNS Firewall",
}
"""Parts of a DNS firewall that decide nothing without its rules."""


def told(documents: Sequence[Document]) -> tuple[str, ...]:
    """One sentence for each such export, in order; parts of a DNS firewall are passed over where its rules are given too."""
    has_rules = any("FirewallRules" in document.body for document in documents)
    said = (text for document in documents for text in _told(document, has_rules=has_rules))
    return tuple(dict.fromkeys(said))[:MOST]


def _told(document: Document, *, has_rules: bool) -> Iterator[str]:
    whole = Part(document, "", document.body)
    for analysis in whole.items("NetworkInsightsAnalyses"):
        yield _of_analysis(analysis)
    for key, what in INCOMPLETE.items():
        if key in whole and not has_rules:
            yield f"{what} ({whole.origin}) decides nothing alone: give its rules too (aws route53resolver list-firewall-rules)"


def _of_analysis(analysis: Part) -> str:
    """AWS Reachability Analyzer's word about its own path, which need not be that of a flow here."""
    path = quoted(
        analysis.text("NetworkInsightsPathId") or analysis.text("NetworkInsightsAnalysisId")
    )
    where = f"({analysis.origin})"
    if analysis.get("NetworkPathFound").value is True:
        return f"AWS Reachability Analyzer found a way for its path {path} {where}: a measurement of that path, no rule"
    reasons = [_reason(each) for each in analysis.items("Explanations")]
    why = "; ".join(reasons[:4]) or "without a reason"
    return f"AWS Reachability Analyzer found no way for its path {path} {where}, {why}: give the export of what it names"


def _reason(explanation: Part) -> str:
    """The code and what it is about, as in `ENI_SG_RULES_MISMATCH (egress) at sg-…`."""
    code, direction = explanation.text("ExplanationCode"), explanation.text("Direction")
    groups = [each.text("Id") for each in explanation.items("SecurityGroups")]
    others = [explanation.get(key).text("Id") for key in ("Acl", "RouteTable", "NetworkInterface")]
    at = [quoted(each, 60) for each in (*groups, *others) if each][:2]
    return " ".join(
        filter(
            None,
            (
                quoted(code, 80),
                f"({quoted(direction, 20)})" if direction else "",
                "at " + " and ".join(at) if at else "",
            ),
        )
    )
