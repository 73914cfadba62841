"""Azure Firewall policy: a rule collection group in Bicep.

Deploy with `az deployment group create --template-file FILE.bicep`; it adds one group beside those that exist.
"""

from collections.abc import Iterator, Sequence

from preflight.allow.azure import (
    APPLICATION_PRIORITY,
    GROUP_PRIORITY,
    NETWORK_PRIORITY,
    POLICY,
    SOURCES,
    ApplicationRule,
    NetworkRule,
    collections,
)
from preflight.allow.azure_firewall import API_VERSION
from preflight.allow.words import preamble
from preflight.model.request import Rendered, Request

ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "$": "\\$"})


def render(request: Request) -> Rendered:
    """The file; empty where nothing can be asked for."""
    group = collections(request)
    if group.is_empty:
        return Rendered(text="", remarks=group.remarks)
    kinds = (
        ("network", NETWORK_PRIORITY, [_network(rule) for rule in group.network]),
        ("application", APPLICATION_PRIORITY, [_application(rule) for rule in group.application]),
    )
    lines = [
        *(f"// {line}" for line in preamble(request, group.remarks)),
        "",
        "@description('Name of the firewall policy')",
        f"param {POLICY} string",
        "",
        "@description('CIDRs from which the traffic comes')",
        *_source(group.source),
        "",
        f"resource policy 'Microsoft.Network/firewallPolicies@{API_VERSION}' existing = {{",
        f"  name: {POLICY}",
        "}",
        "",
        f"resource group 'Microsoft.Network/firewallPolicies/ruleCollectionGroups@{API_VERSION}' = {{",
        "  parent: policy",
        f"  name: {quoted(group.name)}",
        "  properties: {",
        f"    priority: {GROUP_PRIORITY}",
        "    ruleCollections: [",
        *(
            f"      {line}"
            for kind, priority, rules in kinds
            if rules
            for line in _collection(f"{group.name}-{kind}", priority, rules)
        ),
        "    ]",
        "  }",
        "}",
    ]
    return Rendered(text="\n".join(lines) + "\n", remarks=group.remarks)


def quoted(text: str) -> str:
    """A string of Bicep in which nothing is interpolated (Bicep data types, "Strings")."""
    return f"'{text.translate(ESCAPES)}'"


def _source(source: Sequence[str]) -> Iterator[str]:
    if not source:
        yield f"param {SOURCES} array"
        return
    yield f"param {SOURCES} array = ["
    yield from (f"  {quoted(cidr)}" for cidr in source)
    yield "]"


def _collection(name: str, priority: int, rules: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "{"
    yield "  ruleCollectionType: 'FirewallPolicyFilterRuleCollection'"
    yield f"  name: {quoted(name)}"
    yield f"  priority: {priority}"
    yield "  action: { type: 'Allow' }"
    yield "  rules: ["
    for rule in rules:
        yield from (f"    {line}" for line in rule)
    yield "  ]"
    yield "}"


def _application(rule: ApplicationRule) -> list[str]:
    return [
        "{",
        "  ruleType: 'ApplicationRule'",
        f"  name: {quoted(rule.name)}",
        f"  description: {quoted(rule.description)}",
        f"  sourceAddresses: {SOURCES}",
        f"  protocols: [ {{ protocolType: {quoted(rule.protocol)}, port: {rule.port} }} ]",
        "  targetFqdns: [",
        *_commented(rule.fqdns),
        "  ]",
        "}",
    ]


def _network(rule: NetworkRule) -> list[str]:
    key = "destinationFqdns" if rule.fqdns else "destinationAddresses"
    return [
        "{",
        "  ruleType: 'NetworkRule'",
        f"  name: {quoted(rule.name)}",
        f"  description: {quoted(rule.description)}",
        f"  ipProtocols: [ {quoted(rule.protocol)} ]",
        f"  sourceAddresses: {SOURCES}",
        f"  {key}: [",
        *_commented(rule.fqdns or rule.destinations),
        "  ]",
        f"  destinationPorts: [ '{rule.port}' ]",
        "}",
    ]


def _commented(names: Sequence[tuple[str, str]]) -> Iterator[str]:
    yield from (f"    {quoted(name)} // {what}" for name, what in names)
