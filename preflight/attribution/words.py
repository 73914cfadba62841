"""Sentences on rules and measurements that agree, and on those that do not."""

from collections.abc import Sequence

from preflight.model.diagnosis import Confidence
from preflight.model.flow import FlowVerdict, Reason, Ruling
from preflight.model.report import NO_EGRESS_RULES, NO_RULE_MATCHES, EndpointResult, Engine

SHOWN = 3
"""Hosts or engines named before the rest is counted."""
ENGINES = {
    Engine.KUBERNETES_NETWORK_POLICY: "network policies",
    Engine.CLUSTER_NETWORK_POLICY: "cluster network policies",
    Engine.CILIUM: "Cilium policies",
    Engine.CALICO: "Calico policies",
    Engine.ISTIO: "the Istio mesh",
    Engine.AZURE_NSG: "network security groups",
    Engine.AZURE_ROUTE: "Azure routes",
    Engine.AZURE_FIREWALL: "Azure Firewall",
    Engine.AWS_SECURITY_GROUP: "security groups",
    Engine.AWS_NETWORK_ACL: "network ACLs",
    Engine.AWS_NETWORK_FIREWALL: "AWS Network Firewall",
    Engine.GCP_FIREWALL: "VPC firewall rules",
    Engine.SQUID: "squid",
    Engine.PROXY: "the proxy",
    Engine.DNS: "DNS firewall rules",
    Engine.UNKNOWN: "unknown rules",
}

UNCONCERNED = (
    "No rule of the policies and exports given concerns connections from here, so findings name none: rules explain --for-sensor asks"
    " about the sensor's own pods."
)
GROUNDS = {
    Confidence.CONFIRMED: "It denies this, and what was seen is its way of denying",
    Confidence.LIKELY: "It denies this, but what was seen is not how it usually shows: look behind it too",
    Confidence.POSSIBLE: "Whether it denies this cannot be told from what was given",
}

NOT_IN_FORCE = (
    "It denies this, and yet the connection came about: it is not in force, not for this source, or something nearer answers in the"
    " host's place; look behind it too"
)
"""Of a rule that would have denied the first packet already."""


def named(ruling: Ruling, confidence: Confidence) -> str:
    """Which rule it is, and on what grounds."""
    who = " ".join(filter(None, (ENGINES[ruling.engine], ruling.name, ruling.rule)))
    is_denied = ruling.verdict is FlowVerdict.DENIED and confidence is Confidence.POSSIBLE
    grounds = NOT_IN_FORCE if is_denied else GROUNDS[confidence]
    return (
        f"{'A rule' if is_denied else 'The rule'}: {who}. {grounds}. {ruling.explanation}".rstrip()
    )


def unseen(ruling: Ruling) -> str | None:
    """What stands for a rule where none is at fault by itself."""
    match ruling.reason:
        case Reason.DEFAULT_DENY | Reason.TIER_DEFAULT_DENY:
            return NO_RULE_MATCHES
        case Reason.NO_EGRESS_RULES:
            return NO_EGRESS_RULES
        case _:
            return None


def contradicted(engines: Sequence[Engine]) -> str:
    """No rule given denies what does not arrive."""
    shown = [ENGINES[engine] for engine in engines[:SHOWN]]
    more = len(engines) - len(shown)
    who = ", ".join(shown) + (f" and {more} more" if more else "")
    return (
        f"No rule given denies this ({who}), and yet it does not get through: look past them, at what is farther on the way or was"
        " not given."
    )


def denied_but_open(found: Sequence[tuple[EndpointResult, Ruling]]) -> tuple[str, ...]:
    """A remark for each rule that denies what got through all the same."""
    by_rule: dict[tuple[Engine, str | None, str | None], list[str]] = {}
    for row, ruling in found:
        by_rule.setdefault((ruling.engine, ruling.name, ruling.rule), []).append(row.host)
    return tuple(
        f"{' '.join(filter(None, (ENGINES[engine], name, rule)))} denies {_hosts(hosts)}, which got through all the same: the rule is"
        " not in force, or not for this source"
        for (engine, name, rule), hosts in by_rule.items()
    )


def _hosts(hosts: Sequence[str]) -> str:
    names = list(dict.fromkeys(hosts))
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
