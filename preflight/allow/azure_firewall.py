"""Azure Firewall policy: a rule collection group as an ARM template (JSON).

Deploy with `az deployment group create --template-file FILE`; it adds one group beside those that exist and changes none of them.
JSON has no comments: what each name is for stands in the rules' descriptions and in the template's metadata.
"""

import json

from preflight.allow.arm import literal, template
from preflight.allow.azure import (
    APPLICATION_PRIORITY,
    GROUP_PRIORITY,
    NETWORK_PRIORITY,
    POLICY,
    SOURCES,
    ApplicationRule,
    Collections,
    NetworkRule,
    collections,
)
from preflight.allow.words import about, heading, target
from preflight.model.request import Rendered, Request

API_VERSION = "2023-11-01"
Json = dict[str, object]


def render(request: Request) -> Rendered:
    """The template; empty where nothing can be asked for."""
    group = collections(request)
    if group.is_empty:
        return Rendered(text="", remarks=group.remarks)
    source: object = list(group.source) or f"[parameters('{SOURCES}')]"
    resource = {
        "type": "Microsoft.Network/firewallPolicies/ruleCollectionGroups",
        "apiVersion": API_VERSION,
        "name": f"[format('{{0}}/{{1}}', parameters('{POLICY}'), '{group.name}')]",
        "properties": {"priority": GROUP_PRIORITY, "ruleCollections": _collections(group, source)},
    }
    parameters: dict[str, Json] = {
        POLICY: {"type": "string", "metadata": {"description": "Name of the firewall policy"}}
    }
    if not group.source:
        what = "CIDRs from which the traffic comes: the nodes' subnets"
        parameters[SOURCES] = {"type": "array", "metadata": {"description": what}}
    metadata = {
        "description": " ".join(heading(request)),
        "names": {target(rule): literal(about(rule)) for rule in request.rules},
        "remarks": list(map(literal, (*request.remarks, *group.remarks))),
    }
    text = json.dumps(template(metadata, parameters, [resource]), indent=2)
    return Rendered(text=f"{text}\n", remarks=group.remarks)


def _collections(group: Collections, source: object) -> list[Json]:
    kinds = (
        ("network", NETWORK_PRIORITY, [_network(rule, source) for rule in group.network]),
        (
            "application",
            APPLICATION_PRIORITY,
            [_application(rule, source) for rule in group.application],
        ),
    )
    return [
        {
            "ruleCollectionType": "FirewallPolicyFilterRuleCollection",
            "name": f"{group.name}-{kind}",
            "priority": priority,
            "action": {"type": "Allow"},
            "rules": rules,
        }
        for kind, priority, rules in kinds
        if rules
    ]


def _application(rule: ApplicationRule, source: object) -> Json:
    return {
        "ruleType": "ApplicationRule",
        "name": rule.name,
        "description": literal(rule.description),
        "sourceAddresses": source,
        "protocols": [{"protocolType": rule.protocol, "port": rule.port}],
        "targetFqdns": [name for name, _ in rule.fqdns],
    }


def _network(rule: NetworkRule, source: object) -> Json:
    where: Json = (
        {"destinationFqdns": [name for name, _ in rule.fqdns]}
        if rule.fqdns
        else {"destinationAddresses": [text for text, _ in rule.destinations]}
    )
    return {
        "ruleType": "NetworkRule",
        "name": rule.name,
        "description": literal(rule.description),
        "ipProtocols": [rule.protocol],
        "sourceAddresses": source,
        **where,
        "destinationPorts": [str(rule.port)],
    }
