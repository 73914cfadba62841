"""Azure Firewall: the rule collections of a firewall policy, and the classic rules of a firewall without one.

Give the rule collection groups, and with them whatever there is of the rest:

    az network firewall policy rule-collection-group list --resource-group GROUP --policy-name POLICY -o json
    az network firewall policy show --resource-group GROUP --name POLICY -o json     (its parent policy, threat intelligence)
    az network ip-group list -o json                                                 (the addresses of IP groups)
    az network list-service-tags --location REGION -o json                           (the ranges of service tags)
    az network firewall show --resource-group GROUP --name FIREWALL -o json          (classic rules)

REST answers, ARM templates and single groups or collections are read as well. All network rules come before all application rules,
whatever their priorities; within each, the parent policy before the child, then the groups' and the collections' priorities, then the
rules as they stand. The first that matches decides, and what none matches is denied. TLS on port 443 and HTTP on port 80 are assumed.
A rule that ends TLS itself allows with the reason `inspected`: the client has to trust the firewall's own authority, and one that pins
its service's certificate fails all the same.

The source is the address that reaches the firewall: the node's, where the cluster's network translates addresses.

Not covered: FQDN tags and web categories (unknown, the rule named), service tags and IP groups that are not given, threat
intelligence and intrusion detection (said, not judged), the built-in rules for Azure's own infrastructure, DNAT rules (for traffic that
comes in). The firewall's logs are measurements and no rules: they are not read.

Sources, read 2026-11: learn.microsoft.com/azure/firewall, rule-processing, policy-rule-sets, features FAQ; azure-rest-api-specs
Microsoft.Network, firewallPolicy.json and azureFirewall.json.
"""

from collections.abc import Iterator, Sequence

from preflight.model.document import Document
from preflight.model.report import Engine
from preflight.policies.azure_firewall.rule_collections import (
    Collection,
    collections,
    line_of,
    policies,
)
from preflight.policies.azure_firewall.rules import rules
from preflight.policies.azure_prefixes import Known, service_tags
from preflight.policies.combining import Alternatives
from preflight.policies.first_match import Chain
from preflight.policies.parts import roots
from preflight.policies.rule import Action, Default

ADVICE = "give the rules of the firewall that the route leads to, and its policy with its parent"
REMEDY = "an allow rule has to stand before what denies it: an application rule with the name for HTTP and HTTPS, a network rule for the rest"
THREATS = " Threat intelligence is set to deny and is asked before any rule; its list is not in the input."


def load(documents: Sequence[Document]) -> Alternatives | None:
    """Every firewall policy and every firewall with classic rules among the documents."""
    found = collections(documents)
    if not found:
        return None
    given = Known(tags=service_tags(documents), ip_groups=dict(_ip_groups(documents)))
    known = policies(documents)
    lines = {name: line_of(name, known) for name in sorted({each.policy for each in found})}
    inherited = {name for line in lines.values() for name in line[:-1]}
    chains = []
    for name, line in lines.items():
        if name not in inherited:
            denies = any(known[each].is_denying_threats for each in line if each in known)
            chains.append(_chain(line, found, given, THREATS if denies else ""))
    return Alternatives(advice=ADVICE, judges=tuple(chains))


def _chain(line: tuple[str, ...], found: Sequence[Collection], known: Known, threats: str) -> Chain:
    """The rules of a policy and those that it inherits, in the order in which the firewall asks them."""
    mine = [each for each in found if each.policy in line]
    mine.sort(key=lambda each: (line.index(each.policy), *_place(each)))
    read = [pair for each in mine for pair in rules(each, known)]
    read.sort(key=lambda pair: pair[0])  # stable: within a kind the order stays
    sentence = (
        f"No rule matches {{target}}, and Azure Firewall denies what no rule allows.{threats}"
    )
    return Chain(
        engine=Engine.AZURE_FIREWALL,
        name=line[-1],
        origin=mine[0].origin,
        rules=[rule for _, rule in read],
        default=Default(action=Action.DENY, sentence=sentence),
        remedy=REMEDY,
        needs_address=False,
    )


def _place(collection: Collection) -> tuple[int, str, int, str]:
    """Where a collection stands within its policy; what has no priority comes first, so that its doubt is heard."""
    return (
        collection.group_priority or 0,
        collection.group,
        collection.priority or 0,
        collection.name,
    )


def _ip_groups(documents: Sequence[Document]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for document in documents:
        for part in roots(document):
            if "ipAddresses" in part.flat() and part.text("id"):
                yield part.text("id").lower(), part.flat().texts("ipAddresses")
