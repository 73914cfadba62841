"""Azure Firewall: the order of kinds, parents, groups and collections, names and tags, inspection, and every shape of the export."""

from itertools import permutations
from typing import Any

import pytest

from preflight.model.document import Document
from preflight.model.flow import FlowVerdict, Transfer
from preflight.policies.azure_firewall import load
from tests.policies.exported import EXPORTS, HOST, PUBLIC, document, exported, flow, outcome, said

ALLOWED = ("allowed", "explicit-allow")
DENIED = ("denied", "explicit-deny")
DEFAULT = ("denied", "default-deny")
MISS = ("denied", "port-mismatch")
UNKNOWN = ("unknown", "needs-live-data")
UNSUPPORTED = ("unknown", "unsupported")
HTTPS = [{"protocolType": "Https", "port": 443}]
HTTP = [{"protocolType": "Http", "port": 80}]


def app(*names: str, **fields: Any) -> dict[str, Any]:
    """An application rule for HTTPS to these names, but for what is said."""
    return {
        "ruleType": "ApplicationRule",
        "name": "app",
        "protocols": HTTPS,
        "sourceAddresses": ["*"],
        "targetFqdns": list(names),
    } | fields


def net(*addresses: str, **fields: Any) -> dict[str, Any]:
    """A network rule for TCP 443 to these addresses, but for what is said."""
    return {
        "ruleType": "NetworkRule",
        "name": "net",
        "ipProtocols": ["TCP"],
        "sourceAddresses": ["*"],
        "destinationAddresses": list(addresses),
        "destinationPorts": ["443"],
    } | fields


def coll(
    *rules: dict[str, Any], priority: int = 200, action: str = "Allow", name: str = "c"
) -> dict[str, Any]:
    return {
        "ruleCollectionType": "FirewallPolicyFilterRuleCollection",
        "name": name,
        "priority": priority,
        "action": {"type": action},
        "rules": list(rules),
    }


def group(
    *collections: dict[str, Any], priority: int = 100, name: str = "g", policy: str = "fw"
) -> Document:
    """As `az network firewall policy rule-collection-group list` prints one."""
    return document(
        {
            "id": f"/x/firewallPolicies/{policy}/ruleCollectionGroups/{name}",
            "name": name,
            "priority": priority,
            "ruleCollections": list(collections),
        }
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (app(HOST), ALLOWED),
        (app("*.example.com"), ALLOWED),
        (app("*"), ALLOWED),
        (app("example.com"), DEFAULT),
        (app("*.login.example.com"), DEFAULT),
        (app("login.*.com"), UNSUPPORTED),
        (app(HOST, protocols=HTTP), MISS),
        (app(HOST, protocols=[{"protocolType": "Https", "port": 8443}]), MISS),
        (app(HOST, protocols=[{"protocolType": "Http", "port": 443}]), MISS),
        (app(HOST, protocols=HTTP + HTTPS), ALLOWED),
        (app(HOST, protocols=[{"protocolType": "https"}]), ALLOWED),
        (app(HOST, terminateTLS=True), ("allowed", "inspected")),
        (app(HOST, sourceAddresses=["10.240.0.0/16"]), ALLOWED),
        (app(HOST, sourceAddresses=["10.240.0.1-10.240.0.9"]), ALLOWED),
        (app(HOST, sourceAddresses=["10.1.0.0/16"]), DEFAULT),
        (app(HOST, sourceAddresses=[], sourceIpGroups=["/x/ipGroups/nodes"]), UNKNOWN),
        (app(HOST, sourceAddresses=[]), UNSUPPORTED),
        (app(HOST, destinationAddresses=["20.0.0.0/8"]), UNSUPPORTED),
        (app(fqdnTags=["AzureKubernetesService"], protocols=[]), UNKNOWN),
        (app(webCategories=["business"]), UNKNOWN),
        (app(targetUrls=["login.example.com/*"], terminateTLS=True), ("allowed", "inspected")),
        (app(targetUrls=["*"], terminateTLS=True), ("allowed", "inspected")),
        (app(targetUrls=["login.example.com/oauth"], terminateTLS=True), UNKNOWN),
        (app(targetUrls=["www.example.com/*"], terminateTLS=True), DEFAULT),
        (app("[parameters('fqdn')]"), UNKNOWN),
        (app(), DEFAULT),
        (net("20.42.65.0/24"), ALLOWED),
        (net("20.42.65.1-20.42.65.99"), ALLOWED),
        (net("*"), ALLOWED),
        (net("20.42.66.0/24"), DEFAULT),
        (net("20.42.65.0/24", destinationPorts=["80", "8000-8010"]), MISS),
        (net("20.42.65.0/24", destinationPorts=["*"]), ALLOWED),
        (net("20.42.65.0/24", ipProtocols=["UDP"]), MISS),
        (net("20.42.65.0/24", ipProtocols=["UDP", "TCP"]), ALLOWED),
        (net("20.42.65.0/24", ipProtocols=["Any"]), ALLOWED),
        (net("AzureMonitor"), UNKNOWN),
        (net(destinationFqdns=[HOST]), ALLOWED),
        (net(destinationFqdns=["www.example.com"]), DEFAULT),
        (net(destinationIpGroups=["/x/ipGroups/unknown"]), UNKNOWN),
        ({"ruleType": "QuantumRule", "name": "q"}, UNSUPPORTED),
    ],
)  # fmt: skip
def test_one_rule_before_the_default(rule: dict[str, Any], expected: tuple[str, str]) -> None:
    assert outcome(load, group(coll(rule)), flow(HOST, PUBLIC)) == expected


def deny(*rules: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return coll(*rules, action="Deny", **fields)


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        # network rules come first, whatever the priorities
        ([group(deny(app("*"), priority=100), coll(net("*"), priority=900))], ALLOWED),
        ([group(coll(app("*"), priority=100), deny(net("*"), priority=900))], DENIED),
        ([group(coll(app("*")), priority=100), group(deny(net("*")), priority=900, name="h")], DENIED),
        # the group's priority, then the collection's
        ([group(coll(app("*"), priority=900), priority=100), group(deny(app("*"), priority=100), priority=200, name="h")], ALLOWED),
        ([group(coll(app("*"), priority=300), deny(app("*"), priority=200, name="d"))], DENIED),
        # a rule in doubt is harmless where the next would say the same
        ([group(coll(app(webCategories=["news"]), app(HOST)))], ALLOWED),
        ([group(deny(app(webCategories=["news"]), priority=100), coll(app(HOST)))], UNKNOWN),
        ([group(deny(app(webCategories=["news"]), priority=100), coll(app("x.example")))], DEFAULT),
        # inspection only where it is the first that matches
        ([group(coll(app(HOST), priority=100), coll(app("*", terminateTLS=True), name="i"))], ALLOWED),
        ([group(coll(app(HOST, targetUrls=[]), app("*", terminateTLS=True), priority=100))], ALLOWED),
        ([group(deny(app(HOST, terminateTLS=True)))], DENIED),
        ([group()], ("denied", "no-egress-rules")),
    ],
)  # fmt: skip
def test_order(documents: list[Document], expected: tuple[str, str]) -> None:
    for given in permutations(documents):
        assert outcome(load, given, flow(HOST, PUBLIC)) == expected


def test_the_rule_is_named_with_group_collection_and_line() -> None:
    body = dict(group(deny(app(HOST))).body)
    given = document(body, {"ruleCollections[0].rules[0]": 31})
    found = said(load, given, flow(HOST, PUBLIC))
    assert (found.name, found.rule) == ("fw", "g/c/app")
    assert found.origin is not None
    assert found.origin.line == 31


def test_a_default_deny_names_the_nearest_miss() -> None:
    found = said(load, group(coll(app("*.login.example.com"))), flow(HOST, PUBLIC))
    assert '"*.login.example.com"' in found.explanation
    near = said(
        load, group(coll(app("www.example.com", "*.example.com"))), flow("example.org", PUBLIC)
    )
    assert near.reason.value == "default-deny"
    apex = said(
        load,
        group(coll(app("*.example.com", name="below"))),
        flow("a.example.com", PUBLIC, port=8443),
    )
    assert (apex.reason.value, '"g/c/below"' in apex.explanation) == ("port-mismatch", True)
    above = said(load, group(coll(app("*.example.com", name="below"))), flow("example.com", PUBLIC))
    assert '"g/c/below"' in above.explanation


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("[concat(parameters('policy'), '/web')]", "web"),
        ("[format('{0}/{1}', parameters('policy'), 'web')]", "web"),
        ("hub/web", "hub"),
        ("web", "web"),
    ],
)
def test_a_group_of_a_template_is_named_by_what_is_known_of_its_name(
    name: str, expected: str
) -> None:
    body = {"name": name, "properties": {"priority": 1, "ruleCollections": [coll(app(HOST))]}}
    found = said(load, document({"resources": [body]}), flow(HOST, PUBLIC))
    assert (found.verdict, found.name) == (FlowVerdict.ALLOWED, expected)


def test_names_need_no_address_and_addresses_are_not_names() -> None:
    assert outcome(load, group(coll(app(HOST))), flow(HOST)) == ALLOWED
    assert outcome(load, group(coll(app(HOST))), flow(PUBLIC)) == UNKNOWN
    assert outcome(load, group(coll(app("*"))), flow(PUBLIC)) == UNKNOWN
    assert outcome(load, group(coll(net(destinationFqdns=[HOST]))), flow(PUBLIC)) == UNKNOWN
    assert outcome(load, group(coll(net("20.0.0.0/8"))), flow(HOST)) == UNKNOWN


def test_application_rules_are_for_tcp_alone() -> None:
    documents = group(coll(app("*")))
    assert outcome(load, documents, flow(HOST, PUBLIC, transfer=Transfer.UDP)) == DEFAULT


def test_plain_http_is_not_inspected_by_a_rule_that_ends_tls() -> None:
    documents = group(coll(app(HOST, protocols=HTTP + HTTPS, terminateTLS=True)))
    assert outcome(load, documents, flow(HOST, PUBLIC, port=80)) == ALLOWED
    assert outcome(load, documents, flow(HOST, PUBLIC)) == ("allowed", "inspected")


def test_a_port_on_which_http_and_tls_are_both_usual_is_not_guessed() -> None:
    plain = [{"protocolType": "Http", "port": 8080}]
    assert (
        outcome(load, group(coll(app(HOST, protocols=plain))), flow(HOST, PUBLIC, port=8080))
        == UNKNOWN
    )


def test_ip_groups_that_are_given_are_read() -> None:
    nodes = document({"id": "/X/ipGroups/Nodes", "ipAddresses": ["10.240.0.0/16"]})
    rule = app(HOST, sourceAddresses=[], sourceIpGroups=["/x/ipGroups/nodes"])
    assert outcome(load, [group(coll(rule)), nodes], flow(HOST, PUBLIC)) == ALLOWED
    away = flow(HOST, PUBLIC, source="10.9.0.1")
    assert outcome(load, [group(coll(rule)), nodes], away) == DEFAULT
    there = net(destinationIpGroups=["/x/ipgroups/nodes"])
    assert outcome(load, [group(coll(there)), nodes], flow("10.240.1.1")) == ALLOWED


def test_published_service_tags_settle_network_rules() -> None:
    tags = document(
        {"values": [{"name": "AzureMonitor", "properties": {"addressPrefixes": ["20.42.65.0/24"]}}]}
    )
    given = [group(coll(net("AzureMonitor"))), tags]
    assert outcome(load, given, flow(HOST, PUBLIC)) == ALLOWED
    assert outcome(load, given, flow(HOST, "20.42.66.1")) == DEFAULT


def policy(name: str, parent: str = "", mode: str = "Alert") -> Document:
    above = {"basePolicy": {"id": f"/x/firewallPolicies/{parent}"}} if parent else {}
    return document({"name": name, "threatIntelMode": mode} | above)


def test_the_rules_of_the_parent_come_first_within_a_kind() -> None:
    parent = group(deny(app(HOST), priority=9000), priority=9000, policy="parent")
    child = group(coll(app("*"), priority=100), priority=100, policy="child")
    given = [policy("child", "parent"), policy("parent"), child, parent]
    for order in permutations(given):
        found = said(load, order, flow(HOST, PUBLIC))
        assert (found.verdict, found.name) == (FlowVerdict.DENIED, "parent")
    network = group(coll(net("*")), policy="child", name="n")
    assert outcome(load, [*given, network], flow(HOST, PUBLIC)) == ALLOWED


def test_policies_that_inherit_each_other_end() -> None:
    given = [policy("a", "b"), policy("b", "a"), group(coll(app(HOST)), policy="a")]
    assert load(given) is not None


def test_of_two_policies_one_applies() -> None:
    given = [group(coll(app(HOST)), policy="a"), group(coll(app("x.example")), policy="b")]
    assert outcome(load, given, flow(HOST, PUBLIC)) == UNKNOWN


def test_threat_intelligence_that_denies_is_told_of() -> None:
    given = [group(coll(app("x.example"))), policy("fw", mode="Deny")]
    assert "Threat intelligence" in said(load, given, flow(HOST, PUBLIC)).explanation


def test_classic_rules_are_read_in_both_shapes() -> None:
    inner = {
        "priority": 100,
        "action": {"type": "Allow"},
        "rules": [app(HOST) | {"ruleType": None}],
    }
    network = {
        "priority": 9,
        "action": {"type": "Deny"},
        "rules": [net("20.42.65.0/24", protocols=["TCP"], ruleType=None, ipProtocols=None)],
    }
    flat = document({"name": "hub", "applicationRuleCollections": [{"name": "c"} | inner]})
    nested = document(
        {
            "name": "hub",
            "properties": {"applicationRuleCollections": [{"name": "c", "properties": inner}]},
        }
    )
    for given in (flat, nested):
        found = said(load, given, flow(HOST, PUBLIC))
        assert (found.verdict, found.name, found.rule) == (FlowVerdict.ALLOWED, "hub", "c/app")
    denied = document(dict(flat.body) | {"networkRuleCollections": [{"name": "n"} | network]})
    assert outcome(load, denied, flow(HOST, PUBLIC)) == DENIED


def test_rules_that_translate_destinations_are_not_for_what_leaves() -> None:
    nat = coll(net("*"), action="DNAT") | {"ruleCollectionType": "FirewallPolicyNatRuleCollection"}
    assert outcome(load, group(nat, coll(app(HOST), name="d")), flow(HOST, PUBLIC)) == ALLOWED
    assert outcome(load, group(nat), flow(HOST, PUBLIC)) == ("denied", "no-egress-rules")


@pytest.mark.parametrize(
    "name", [path.name for path in sorted(EXPORTS.glob("azure-firewall-*.json"))]
)
def test_every_public_sample_is_read(name: str) -> None:
    assert said(load, exported(name), flow("github.com", PUBLIC)).explanation


def test_what_the_public_samples_say() -> None:
    web = exported("azure-firewall-rule-collection-allow-all-web.json")
    assert outcome(load, web[1:], flow(HOST, PUBLIC)) == ("allowed", "inspected")
    assert outcome(load, web, flow(HOST, PUBLIC)) == UNKNOWN
    listed = exported("azure-firewall-rulecollectiongroup-list.json")
    assert outcome(load, listed, flow(HOST, PUBLIC, source="10.1.25.4")) == DENIED
    urls = exported("azure-firewall-rule-collection-targeturls-tls.json")
    assert outcome(load, urls, flow("github.githubassets.com", PUBLIC)) == ("allowed", "inspected")
    assert outcome(load, urls, flow("github.com", PUBLIC)) == UNKNOWN
    assert outcome(load, urls, flow("gitlab.com", PUBLIC)) == DEFAULT


def test_an_unknown_names_the_rule_that_would_decide() -> None:
    found = said(load, group(deny(app(webCategories=["news"]))), flow(HOST, PUBLIC))
    assert found.verdict is FlowVerdict.DENIED  # by the rule or by default
    opened = group(deny(app(webCategories=["news"]), priority=100), coll(app("*"), name="all"))
    found = said(load, opened, flow(HOST, PUBLIC))
    assert (found.rule, '"g/all/app"' in found.explanation) == ("g/c/app", True)


@pytest.mark.parametrize(
    "body",
    [
        {"ruleCollections": ["x", None, {"ruleCollectionType": "FirewallPolicyFilterRuleCollection", "rules": [5, {"ruleType": 9}]}]},
        {"ruleCollectionType": "FirewallPolicyFilterRuleCollection", "priority": [], "action": "Allow", "rules": [{"ruleType": "ApplicationRule", "targetFqdns": {"a": 1}, "protocols": "x"}]},
        {"applicationRuleCollections": [{"rules": [{}]}]},
        {"value": [{"value": [{"ruleCollections": [coll(app("*" * 300 + "a"))]}]}]},
    ],
)  # fmt: skip
def test_what_is_not_well_formed_never_breaks_it(body: dict[str, Any]) -> None:
    decider = load([document(body)])
    assert decider is None or decider.decide(flow(HOST, PUBLIC)) is not None
