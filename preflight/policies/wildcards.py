"""Names as each engine's patterns match them: the same `*.example.com` means other names for each.

    engine                                   written     example.com  a.example.com  a.b.example.com
    Cilium matchPattern                      *.          no           yes            no
    Cilium matchPattern                      **.         no           yes            yes
    ClusterNetworkPolicy, EKS domainNames    *.          no           yes            yes
    GKE FQDNNetworkPolicy pattern            *.          no           yes            no
    Azure Firewall target FQDN               *.          no           yes            yes
    AWS Network Firewall domain list         .           yes          yes            yes
    Route 53 DNS Firewall domain list        *.          no           yes            yes
    squid dstdomain                          .           yes          yes            yes

Names and patterns are compared without regard to case and to a dot at the end. Sources, read 2026-11: cilium/cilium
pkg/fqdn/matchpattern; kubernetes-sigs/network-policy-api apis/v1alpha2, DomainName; aws/amazon-network-policy-controller-k8s
api/v1alpha1; cloud.google.com kubernetes-engine, fqdn-network-policies; learn.microsoft.com azure/firewall, FAQ; docs.aws.amazon.com
network-firewall, RulesSourceList; squid-cache/squid src/anyp/Uri.h, matchDomainName.
"""

from collections.abc import Callable


def canonical(name: str) -> str:
    """Lower case, without the dot at the end."""
    return name.strip().lower().removesuffix(".")


def matches_in_cilium(pattern: str, name: str) -> bool:
    """`*` alone is any name; elsewhere `*` is any characters of one label, and `**.` at the beginning one or more labels."""
    pattern, name = canonical(pattern), canonical(name)
    if set(pattern) == {"*"}:
        return True
    wanted, labels = pattern.removeprefix("**.").split("."), name.split(".")
    above = len(labels) - len(wanted)
    if above < 1 if pattern.startswith("**.") else above:
        return False
    return all(map(_matches_label, wanted, labels[above:]))


def matches_one_or_more_labels(pattern: str, name: str) -> bool:
    """`*.x` is whatever ends with `.x`, at any depth, and not `x` itself; `*` alone is any name."""
    pattern, name = canonical(pattern), canonical(name)
    if pattern == "*":
        return True
    if pattern.startswith("*."):
        return name.endswith(pattern[1:]) and len(name) >= len(pattern)
    return name == pattern


def matches_one_label(pattern: str, name: str) -> bool:
    """`*.x` is one label before `.x`."""
    pattern, name = canonical(pattern), canonical(name)
    if pattern.startswith("*."):
        first, dot, rest = name.partition(".")
        return bool(first and dot) and rest == pattern[2:]
    return name == pattern


def matches_in_azure_firewall(pattern: str, name: str) -> bool:
    """`*` stands at the beginning alone and is any characters, dots too: `*x.com` is `x.com`, `a.x.com` and `notx.com`."""
    pattern, name = canonical(pattern), canonical(name)
    if pattern == "*":
        return True
    if pattern.startswith("*."):
        return name.endswith(pattern[1:]) and len(name) >= len(pattern)
    if pattern.startswith("*"):
        return name.endswith(pattern[1:])
    return name == pattern


def matches_with_leading_dot(pattern: str, name: str) -> bool:
    """`.x` is `x` and whatever ends with `.x` (AWS Network Firewall, squid)."""
    pattern, name = canonical(pattern), canonical(name)
    if pattern.startswith("."):
        return name == pattern[1:] or name.endswith(pattern)
    return name == pattern


def _matches_label(pattern: str, label: str) -> bool:
    """Each `*` is any characters, none included; what stands between two is found at its first place, so this never backtracks."""
    first, *rest = pattern.split("*")
    if not rest:
        return label == pattern
    if not label.startswith(first):
        return False
    position = len(first)
    for part in rest[:-1]:
        found = label.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    return label.endswith(rest[-1]) and len(label) - len(rest[-1]) >= position


Matcher = Callable[[str, str], bool]
"""Whether a pattern matches a name."""

MATCHERS: dict[str, Matcher] = {
    "cilium-matchPattern": matches_in_cilium,
    "clusternetworkpolicy-domainNames": matches_one_or_more_labels,
    "eks-applicationnetworkpolicy-domainNames": matches_one_or_more_labels,
    "gke-fqdnnetworkpolicy-pattern": matches_one_label,
    "azure-firewall-targetFqdns": matches_in_azure_firewall,
    "aws-networkfirewall-domain-list": matches_with_leading_dot,
    "route53-dns-firewall": matches_one_or_more_labels,
    "squid-dstdomain": matches_with_leading_dot,
}
"""By the engine and the field that holds the pattern."""
