"""What holds for every engine of the clouds: who reads what, in which order they speak, and what no input may do to them."""

from collections.abc import Callable, Sequence
from itertools import permutations
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.model.document import Document
from preflight.model.flow import Flow, FlowVerdict, Ruling, Transfer
from preflight.policies import (
    ENGINES,
    aws_dns_firewall,
    aws_network_acl,
    aws_network_firewall,
    aws_route,
    aws_security_group,
    azure_firewall,
    azure_firewall_log,
    azure_nsg,
    azure_route,
    explain,
    gcp_firewall,
    squid,
    told,
)
from preflight.policies.combining import SEVERITY
from tests.budget import examples
from tests.policies import test_aws as aws
from tests.policies import test_aws_network_firewall as network_firewall
from tests.policies import test_azure_firewall as firewall
from tests.policies import test_azure_nsg as nsg
from tests.policies import test_azure_route as route
from tests.policies import test_gcp_firewall as gcp
from tests.policies.exported import EXPORTS, HOST, PUBLIC, document, exported, flow

CLOUDS: tuple[ModuleType, ...] = (
    aws_dns_firewall,
    azure_nsg,
    aws_security_group,
    aws_network_acl,
    gcp_firewall,
    azure_route,
    aws_route,
    azure_firewall,
    azure_firewall_log,
    aws_network_firewall,
    squid,
)
"""In the order in which a packet meets them: the name is asked for, the node lets it out, it is routed, a firewall judges it."""

SAMPLES: dict[str, ModuleType | None] = {
    "aws-describe-network-acls.json": aws_network_acl,
    "aws-describe-network-insights-analyses.json": None,  # a measurement of AWS's, no rules
    "aws-describe-route-tables.json": aws_route,
    "aws-describe-security-group-rules.json": aws_security_group,
    "aws-describe-security-groups.json": aws_security_group,
    "aws-route53resolver-get-firewall-config.json": None,  # read with rules alone, and then only told of
    "aws-route53resolver-list-firewall-domains.json": None,  # a list without the rule that uses it
    "aws-route53resolver-list-firewall-rule-group-associations.json": None,  # likewise
    "aws-route53resolver-list-firewall-rules.json": aws_dns_firewall,
    "azure-effective-nsg.json": azure_nsg,
    "azure-firewall-arm-rulecollectiongroups-1.json": azure_firewall,
    "azure-firewall-arm-rulecollectiongroups-2.json": azure_firewall,
    "azure-firewall-arm-rulecollectiongroups-3.json": azure_firewall,
    "azure-firewall-rule-collection-allow-all-web.json": azure_firewall,
    "azure-firewall-rule-collection-doh.json": azure_firewall,
    "azure-firewall-rule-collection-targeturls-tls.json": azure_firewall,
    "azure-firewall-rulecollectiongroup-list.json": azure_firewall,
    "azure-nsg-get.json": azure_nsg,
    "azure-route-table-get.json": azure_route,
}  # fmt: skip
"""Who reads which public sample; what nobody can ask about a flow is told of (`preflight.policies.measurements`)."""


def test_engines_speak_in_the_order_in_which_a_packet_meets_them() -> None:
    assert [load for load in ENGINES if load in [each.load for each in CLOUDS]] == [
        each.load for each in CLOUDS
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_each_public_sample_is_read_by_the_engine_that_it_belongs_to(name: str) -> None:
    documents = exported(name)
    readers = [engine for engine in CLOUDS if engine.load(documents) is not None]
    assert readers == [engine for engine in (SAMPLES[name],) if engine is not None]


@pytest.mark.parametrize("name", [name for name, engine in SAMPLES.items() if engine is None])
def test_a_public_sample_without_rules_is_told_of(name: str) -> None:
    assert told(exported(name))


def test_no_public_sample_is_forgotten() -> None:
    if not EXPORTS.is_dir():
        pytest.skip("the public samples are not beside this checkout")
    assert {path.name for path in EXPORTS.glob("*.json")} == SAMPLES.keys()


MIXED: tuple[Document, ...] = (
    nsg.group(nsg.DENY_ALL),
    route.table(route.route("0.0.0.0/0")),
    firewall.group(firewall.coll(firewall.app(HOST))),
    aws.security_group(aws.EVERYTHING),
    aws.acl(aws.entry(100), aws.BACK),
    aws.dns(aws.dns_rule(1, "BLOCK")),
    aws.domains(HOST),
    gcp.allow(),
    network_firewall.rule_group(network_firewall.names("ALLOWLIST", HOST)),
    document({"squid.conf": "http_access allow all"}, file="squid.conf"),
)


def test_the_path_goes_through_every_engine_and_ends_nowhere() -> None:
    (found,) = explain(MIXED, [flow(HOST, PUBLIC)])
    assert [step.engine.value for step in found.path] == [
        "dns",
        "azure-nsg",
        "aws-security-group",
        "aws-network-acl",
        "gcp-firewall",
        "azure-route",
        "azure-firewall",
        "aws-network-firewall",
        "squid",
    ]
    assert [step.engine.value for step in found.blocked_by] == ["dns", "azure-nsg"]


def verdicts(
    documents: Sequence[Document], asked: Flow
) -> list[tuple[str, str | None, str | None]]:
    (found,) = explain(documents, [asked])
    return [(step.verdict.value, step.name, step.rule) for step in found.path]


ANY = st.sampled_from(MIXED)
ASKED = st.sampled_from([flow(HOST, PUBLIC), flow(HOST), flow(PUBLIC), flow("10.1.2.3"), flow(HOST, PUBLIC, port=123, transfer=Transfer.UDP)])  # fmt: skip


@given(documents=st.permutations(MIXED), asked=ASKED)
@examples(40)
def test_the_order_of_documents_does_not_matter(documents: list[Document], asked: Flow) -> None:
    assert verdicts(documents, asked) == verdicts(MIXED, asked)


# Pools in which rules overlap, miss and cannot be told.
PREFIXES = ("0.0.0.0/0", "20.0.0.0/8", "20.42.65.0/24", "20.42.66.0/24", "10.0.0.0/8", "::/0")
PORTS = ("443", "80", "400-500", "*")
NAMES = (HOST, "*.example.com", "example.com", "*", "www.example.org")


def _nsg(access: str, priority: int, prefix: str, port: str) -> dict[str, Any]:
    return nsg.rule(priority, access, destinationAddressPrefix=prefix, destinationPortRange=port)


NSG_RULE = st.builds(
    _nsg,
    st.sampled_from(["Allow", "Deny"]),
    st.integers(100, 4000),
    st.sampled_from([*PREFIXES, "Internet", "VirtualNetwork", "AzureMonitor"]),
    st.sampled_from(PORTS),
)
COLLECTION = st.builds(
    lambda action, priority, name, prefix, is_name: firewall.coll(
        firewall.app(name) if is_name else firewall.net(prefix),
        action=action,
        priority=priority,
        name=f"c{priority}",
    ),
    st.sampled_from(["Allow", "Deny"]),
    st.integers(100, 9000),
    st.sampled_from([*NAMES, "[parameters('x')]"]),
    st.sampled_from([*PREFIXES, "AzureMonitor"]),
    st.booleans(),
)
GCP_RULE = st.builds(
    lambda is_allow, priority, prefix, tags: (gcp.allow if is_allow else gcp.deny)(
        f"r{priority}", priority, destinationRanges=[prefix], targetTags=tags
    ),
    st.booleans(),
    st.integers(0, 3000),
    st.sampled_from(PREFIXES),
    st.sampled_from([[], ["db"]]),
)
ENTRY = st.builds(
    lambda number, action, block, out: aws.entry(number, action, block, out=out),
    st.integers(1, 32000),
    st.sampled_from(["allow", "deny"]),
    st.sampled_from(PREFIXES),
    st.booleans(),
)


def _severity(load: Callable[..., Any], documents: Sequence[Document], asked: Flow) -> int:
    ruling: Ruling = load(documents).decide(asked)
    return SEVERITY[ruling.verdict]


def _is_allow(rule: dict[str, Any]) -> bool:
    action = rule.get("action")
    named = (
        action["type"] if isinstance(action, dict) else rule.get("access", rule.get("RuleAction"))
    )
    return str(named).lower() == "allow"


@given(rules=st.lists(NSG_RULE, max_size=6), more=NSG_RULE.filter(_is_allow), asked=ASKED)
@examples(150)
def test_an_allow_rule_never_closes_a_security_group(
    rules: list[dict[str, Any]], more: dict[str, Any], asked: Flow
) -> None:
    before = _severity(azure_nsg.load, [nsg.group(*rules)], asked)
    assert _severity(azure_nsg.load, [nsg.group(*rules, more)], asked) >= before


@given(rules=st.lists(COLLECTION, min_size=1, max_size=5), more=COLLECTION.filter(_is_allow), asked=ASKED)  # fmt: skip
@examples(150)
def test_an_allow_collection_never_closes_a_firewall(
    rules: list[dict[str, Any]], more: dict[str, Any], asked: Flow
) -> None:
    before = _severity(azure_firewall.load, [firewall.group(*rules)], asked)
    assert _severity(azure_firewall.load, [firewall.group(*rules, more)], asked) >= before


@given(entries=st.lists(ENTRY, max_size=5), more=ENTRY.filter(_is_allow), asked=ASKED)
@examples(150)
def test_an_allow_entry_never_closes_a_network_acl(
    entries: list[dict[str, Any]], more: dict[str, Any], asked: Flow
) -> None:
    before = _severity(aws_network_acl.load, [aws.acl(*entries)], asked)
    assert _severity(aws_network_acl.load, [aws.acl(*entries, more)], asked) >= before


@given(rules=st.lists(GCP_RULE, min_size=1, max_size=6), asked=ASKED)
@examples(150)
def test_the_order_and_an_allow_of_vpc_rules(rules: list[Document], asked: Flow) -> None:
    before = _severity(gcp_firewall.load, rules, asked)
    assert _severity(gcp_firewall.load, rules[::-1], asked) == before
    assert _severity(gcp_firewall.load, [*rules, gcp.allow("more", 500)], asked) >= before


@given(rules=st.lists(NSG_RULE, max_size=6, unique_by=lambda rule: rule["priority"]))
@examples(100)
def test_the_order_within_an_export_does_not_matter(rules: list[dict[str, Any]]) -> None:
    asked = flow(HOST, PUBLIC)
    found = {tuple(verdicts([nsg.group(*given)], asked)) for given in (rules, rules[::-1])}
    assert len(found) == 1


def _naive(rules: Sequence[dict[str, Any]]) -> FlowVerdict:
    """First match over rules without doubt, written out: any prefix of these that holds PUBLIC, and any port that holds 443."""
    for rule in sorted(rules, key=lambda each: each["priority"]):
        is_there = rule["destinationAddressPrefix"] in {"0.0.0.0/0", "20.0.0.0/8", "20.42.65.0/24", "Internet"}  # fmt: skip
        if is_there and rule["destinationPortRange"] in {"443", "400-500", "*"}:
            return FlowVerdict.ALLOWED if rule["access"] == "Allow" else FlowVerdict.DENIED
    return FlowVerdict.ALLOWED


CERTAIN = NSG_RULE.filter(
    lambda rule: rule["destinationAddressPrefix"] not in {"VirtualNetwork", "AzureMonitor"}
)


@given(rules=st.lists(CERTAIN, max_size=12, unique_by=lambda rule: rule["priority"]))
@examples(150)
def test_the_index_finds_what_asking_every_rule_finds(rules: list[dict[str, Any]]) -> None:
    decider = azure_nsg.load([nsg.group(*rules)])
    assert decider is not None
    found = decider.decide(flow(HOST, PUBLIC))
    assert found is not None
    assert found.verdict is _naive(rules)


WORDS = (
    "value", "properties", "resources", "items", "id", "name", "type", "priority", "rules", "action", "access", "direction", "protocol",
    "securityRules", "effectiveSecurityRules", "destinationAddressPrefix", "destinationPortRange", "routes", "addressPrefix", "nextHopType",
    "ruleCollections", "ruleCollectionType", "ruleType", "protocols", "protocolType", "port", "targetFqdns", "targetUrls", "sourceAddresses",
    "ipProtocols", "destinationAddresses", "destinationPorts", "applicationRuleCollections", "SecurityGroups", "IpPermissionsEgress",
    "IpRanges", "CidrIp", "FromPort", "ToPort", "NetworkAcls", "Entries", "PortRange", "From", "To", "CidrBlock", "Egress", "RuleAction",
    "RouteTables", "Routes", "DestinationCidrBlock", "State", "GatewayId", "RuleGroup", "RulesSource", "RulesString", "RulesSourceList",
    "Targets", "TargetTypes", "GeneratedRulesType", "StatefulRules", "Header", "FirewallPolicy", "StatelessDefaultActions", "FirewallRules",
    "FirewallRuleGroupId", "FirewallDomainListId", "Action", "Domains", "match", "layer4Configs", "ipProtocol", "ports", "destIpRanges",
    "destFqdns", "allowed", "denied", "IPProtocol", "destinationRanges", "network", "squid.conf", "firewallPolicys", "firewalls",
)  # fmt: skip
TEXTS = (
    "Outbound", "EGRESS", "Allow", "Deny", "allow", "deny", "BLOCK", "*", "443", "99999", "-1", "0.0.0.0/0", "20.42.65.0/24", "::/0", "1-",
    "[parameters('x')]", "FirewallPolicyFilterRuleCollection", "ApplicationRule", "NetworkRule", "Https", "https://*/a", "goto_next", "\x1b[31m",
    "ALLOWLIST", "TLS_SNI", "drop tls any any -> any any (tls.sni; content:\"|\"; sid:1;)", "aws:drop", "blackhole", "None", "\u202e", "\n", "",
    "acl a dstdomain x\nhttp_access allow a !b", "http_access deny all # \x00", "*.example.com", HOST, ".", "..", "AzureMonitor", "tcp",
)  # fmt: skip
LEAF = st.none() | st.booleans() | st.integers(-5, 70_000) | st.sampled_from(TEXTS) | st.floats(allow_nan=False)  # fmt: skip
TREE = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=6)
    ),
    max_leaves=30,
)
BODY = st.dictionaries(st.sampled_from(WORDS), TREE, max_size=8)


@given(bodies=st.lists(BODY, min_size=1, max_size=3), asked=ASKED)
@examples(200)
def test_nothing_that_a_file_can_hold_breaks_an_engine(
    bodies: list[dict[str, Any]], asked: Flow
) -> None:
    documents = [document(body) for body in bodies]
    for engine in CLOUDS:
        decider = engine.load(documents)
        ruling = decider.decide(asked) if decider is not None else None
        if ruling is not None:
            assert ruling.explanation
            assert ruling.explanation.isprintable()


RICH: tuple[Document, ...] = (
    *MIXED,
    firewall.group(firewall.coll(firewall.net("20.0.0.0/8", "AzureMonitor"), firewall.app(targetUrls=["a.example/*"], terminateTLS=True))),
    document({"value": [nsg.effective(nsg.rule(100, "Deny", expandedDestinationAddressPrefix=["20.0.0.0/8"]))]}),
    aws.security_group(aws.permission("20.0.0.0/8", PrefixListIds=[{"PrefixListId": "pl-1"}])),
    network_firewall.rule_group(network_firewall.suricata('drop tls $HOME_NET any -> [!20.0.0.0/8,any] 443 (tls.sni; content:"a"; nocase; sid:1;)')),
    network_firewall.stateless_group(network_firewall.stateless("aws:drop", Protocols=[6], DestinationPorts=[{"FromPort": 1, "ToPort": 9}])),
    network_firewall.policy("group", "first", strict=True, defaults=("aws:drop_strict",)),
    gcp.policy(gcp.rule(1, "goto_next", destFqdns=[HOST], destRegionCodes=["US"], destIpRanges=["20.0.0.0/8"])),
    document({"squid.conf": "acl a dstdomain .example.com\nacl b dstdom_regex ^x\nhttp_access allow a !b\nhttp_access deny all"}, file="squid.conf"),
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of everything below a value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()  # fmt: skip
    return [found for key, inner in pairs for found in ((*path, key), *places(inner, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The value with another one at a place."""
    if not path:
        return new
    if isinstance(value, dict):
        return value | {path[0]: replaced(value[path[0]], path[1:], new)}
    return [replaced(each, path[1:], new) if i == path[0] else each for i, each in enumerate(value)]


@st.composite
def damaged(draw: st.DrawFn) -> Document:
    """A document that an engine reads, with a few values that nobody expects there."""
    chosen = draw(st.sampled_from(RICH))
    body: Any = dict(chosen.body)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(body)))
        body = replaced(body, path, draw(LEAF | TREE))
        if not places(body):
            break
    return Document(body=body, origin=chosen.origin)


@given(documents=st.lists(damaged(), min_size=1, max_size=3), asked=ASKED)
@examples(200)
def test_a_damaged_export_breaks_no_engine(documents: list[Document], asked: Flow) -> None:
    for engine in CLOUDS:
        decider = engine.load(documents)
        ruling = decider.decide(asked) if decider is not None else None
        if ruling is not None:
            assert ruling.explanation
            assert ruling.explanation.isprintable(), ruling.explanation


def test_a_flow_between_pods_is_not_theirs() -> None:
    asked = flow(HOST, PUBLIC)
    inside = Flow(source=asked.source, destination=type(asked.destination)(workload=asked.source))
    (found,) = explain(MIXED, [inside])
    assert found.path == ()


def test_every_unknown_names_a_reason_that_says_why() -> None:
    for given_documents in permutations(MIXED[:3]):
        for ruling in explain(given_documents, [flow("10.1.2.3")])[0].path:
            if ruling.verdict is FlowVerdict.UNKNOWN:
                assert ruling.reason.value in {"needs-live-data", "unsupported"}
