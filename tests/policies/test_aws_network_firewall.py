"""AWS Network Firewall: domain lists, orders, the first packet, stateless rules, and the Suricata that is read."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.model.document import Document
from preflight.model.flow import FlowVerdict, Transfer
from preflight.policies.aws_network_firewall import content, load
from preflight.policies.aws_network_firewall.signature import lines, signature
from preflight.policies.packet import packets
from tests.budget import examples
from tests.policies.exported import HOST, PUBLIC, document, flow, outcome, said

ALLOWED = ("allowed", "explicit-allow")
PASSES = ("allowed", "default-allow")
DENIED = ("denied", "explicit-deny")
DROPPED = ("denied", "default-deny")
UNKNOWN = ("unknown", "needs-live-data")
UNSUPPORTED = ("unknown", "unsupported")
ASKED = flow(HOST, PUBLIC)


def rule_group(
    source: dict[str, Any], name: str = "group", order: str = "", **fields: Any
) -> Document:
    """As `aws network-firewall describe-rule-group` prints it."""
    options = {"StatefulRuleOptions": {"RuleOrder": order}} if order else {}
    return document(
        {
            "RuleGroup": {"RulesSource": source} | options | fields,
            "RuleGroupResponse": {"RuleGroupName": name, "RuleGroupArn": f"arn:aws:x/{name}"},
        }
    )


def names(
    kind: str, *targets: str, types: tuple[str, ...] = ("TLS_SNI", "HTTP_HOST")
) -> dict[str, Any]:
    return {
        "RulesSourceList": {
            "GeneratedRulesType": kind,
            "Targets": list(targets),
            "TargetTypes": list(types),
        }
    }


def suricata(*rules: str) -> dict[str, Any]:
    return {"RulesString": "\n".join(rules)}


def policy(
    *groups: str, defaults: tuple[str, ...] = (), strict: bool = False, **fields: Any
) -> Document:
    """As `describe-firewall-policy` prints it; the groups are asked in the order given."""
    references = [
        {"ResourceArn": f"arn:aws:x/{name}", "Priority": number}
        for number, name in enumerate(groups)
    ]
    body = {
        "StatelessDefaultActions": ["aws:forward_to_sfe"],
        "StatefulRuleGroupReferences": references,
        "StatefulDefaultActions": list(defaults),
        "StatefulEngineOptions": {
            "RuleOrder": "STRICT_ORDER" if strict else "DEFAULT_ACTION_ORDER"
        },
    }
    return document(
        {
            "FirewallPolicy": body | fields,
            "FirewallPolicyResponse": {"FirewallPolicyName": "policy"},
        }
    )


@pytest.mark.parametrize(
    ("source", "asked", "expected"),
    [
        (names("ALLOWLIST", HOST), ASKED, ALLOWED),
        (names("ALLOWLIST", ".example.com"), ASKED, ALLOWED),
        (names("ALLOWLIST", "example.com"), ASKED, DENIED),
        (names("ALLOWLIST", ".login.example.com"), ASKED, ALLOWED),
        (names("ALLOWLIST", "other.example", types=("HTTP_HOST",)), ASKED, PASSES),
        (names("ALLOWLIST", "other.example", types=("HTTP_HOST",)), flow(HOST, PUBLIC, port=80), DENIED),
        (names("ALLOWLIST", "other.example"), flow(HOST, PUBLIC, port=123, transfer=Transfer.UDP), PASSES),
        (names("ALLOWLIST", HOST), flow(PUBLIC), UNKNOWN),
        (names("DENYLIST", ".example.com"), ASKED, DENIED),
        (names("DENYLIST", "other.example"), ASKED, PASSES),
        (names("REJECTLIST", HOST), ASKED, DENIED),
        (names("ALERTLIST", HOST), ASKED, PASSES),
        (names("DENYLIST", "x.example", types=("TLS_SNI", "AWS_ROUTE_53_RESOLVED_DOMAIN")), ASKED, UNSUPPORTED),
    ],
)  # fmt: skip
def test_domain_lists(source: dict[str, Any], asked: Any, expected: tuple[str, str]) -> None:
    assert outcome(load, rule_group(source), asked) == expected


def test_by_default_every_pass_comes_before_every_drop() -> None:
    given = [
        rule_group(names("DENYLIST", ".example.com"), "a"),
        rule_group(names("ALLOWLIST", HOST), "b"),
    ]
    for order in permutations([*given, policy("a", "b")]):
        assert outcome(load, order, ASKED) == ALLOWED
    assert outcome(load, given, ASKED) == ALLOWED


def test_in_strict_order_the_groups_are_asked_by_priority() -> None:
    given = [
        rule_group(names("DENYLIST", ".example.com"), "a", "STRICT_ORDER"),
        rule_group(names("ALLOWLIST", HOST), "b", "STRICT_ORDER"),
    ]
    assert outcome(load, [*given, policy("a", "b", strict=True)], ASKED) == DENIED
    assert outcome(load, [*given, policy("b", "a", strict=True)], ASKED) == ALLOWED
    assert outcome(load, given, ASKED) == UNKNOWN  # the order stands in the policy


@pytest.mark.parametrize(
    ("defaults", "expected"),
    [
        ((), PASSES),
        (("aws:alert_established",), PASSES),
        (("aws:drop_established", "aws:alert_established"), DROPPED),
        (("aws:drop_strict",), DROPPED),
    ],
)
def test_the_default_action_of_strict_order(
    defaults: tuple[str, ...], expected: tuple[str, str]
) -> None:
    given = [
        rule_group(names("DENYLIST", "x.example"), "a", "STRICT_ORDER"),
        policy("a", strict=True, defaults=defaults),
    ]
    assert outcome(load, given, ASKED) == expected


def test_what_drops_the_first_packet_closes_the_way_before_any_name_is_sent() -> None:
    listed = rule_group(names("ALLOWLIST", HOST), "a", "STRICT_ORDER")
    strict = policy("a", strict=True, defaults=("aws:drop_strict",))
    found = said(load, [listed, strict], ASKED)
    assert found.verdict is FlowVerdict.DENIED
    assert "before any name is sent" in found.explanation
    established = policy("a", strict=True, defaults=("aws:drop_established",))
    assert outcome(load, [listed, established], ASKED) == ALLOWED
    opened = rule_group(
        suricata("pass tcp any any -> any 443 (flow:not_established; sid:1;)"), "t", "STRICT_ORDER"
    )
    both = policy("a", "t", strict=True, defaults=("aws:drop_strict",))
    assert outcome(load, [listed, opened, both], ASKED) == ALLOWED


def test_a_rule_that_drops_all_of_tcp_is_met_before_the_name() -> None:
    listed = rule_group(names("ALLOWLIST", HOST), "a")
    plain = rule_group(suricata("drop tcp any any -> any any (sid:7;)"), "b")
    found = said(load, [listed, plain, policy("a", "b")], ASKED)
    assert (found.verdict, found.name, found.rule) == (FlowVerdict.DENIED, "b", "sid 7")
    late = rule_group(
        suricata("drop tcp any any -> any any (flow:established,to_server; sid:7;)"), "b"
    )
    assert outcome(load, [listed, late, policy("a", "b")], ASKED) == ALLOWED


def test_a_pass_that_matches_the_first_packet_passes_the_whole_connection() -> None:
    drop = 'drop tls any any -> any any (tls.sni; content:"login"; sid:1;)'
    for passing, expected in (
        ("pass tcp any any -> any 443 (flow:to_server; sid:2;)", ALLOWED),
        ("pass tcp any any -> any 443 (flow:not_established; sid:2;)", DENIED),
        ("pass tcp any any -> any 443 (flow:established; sid:2;)", DENIED),
        ("pass tcp any any -> any 80 (sid:2;)", DENIED),
    ):
        given = [rule_group(suricata(drop, passing), "a", "STRICT_ORDER"), policy("a", strict=True)]
        assert outcome(load, given, ASKED) == expected


SNI = "$HOME_NET any -> $EXTERNAL_NET any (tls.sni;"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (f'drop tls {SNI} content:"{HOST}"; startswith; nocase; endswith; sid:1;)', DENIED),
        (f'drop tls {SNI} dotprefix; content:".example.com"; nocase; endswith; flow:to_server; sid:1; rev:1;)', DENIED),
        (f'drop tls {SNI} content:".example.com"; endswith; sid:1;)', DENIED),
        (f'drop tls {SNI} content:"login."; startswith; content:".com"; endswith; sid:1;)', DENIED),
        (f'drop tls {SNI} content:"example"; sid:1;)', DENIED),
        (f'drop tls {SNI} content:"xample.org"; sid:1;)', PASSES),
        (f'drop tls {SNI} content:"example.com"; startswith; sid:1;)', PASSES),
        (f'drop tls {SNI} content:"{HOST.upper()}"; sid:1;)', PASSES),
        (f'drop tls {SNI} content:"{HOST.upper()}"; nocase; sid:1;)', DENIED),
        (f'drop tls {SNI} content:!"other"; sid:1;)', DENIED),
        (f'drop tls {SNI} content:"login|2e|example"; msg:"a; b"; sid:1;)', DENIED),
        (f'drop tls {SNI} pcre:"/x/"; sid:1;)', UNSUPPORTED),
        (f'drop tls {SNI} content:"nothing"; pcre:"/x/"; sid:1;)', PASSES),
        (f'alert tls {SNI} content:"example"; sid:1;)', PASSES),
        (f'reject tls {SNI} content:"example"; sid:1;)', DENIED),
        ('drop http any any -> any any (http.host; content:"example"; sid:1;)', PASSES),
        ('drop tls any any -> any ![443,8443] (sid:1;)', PASSES),
        ('drop tls any any -> any [80,440:450] (sid:1;)', DENIED),
        ('drop tcp any any -> [20.0.0.0/8, !20.42.65.0/24] any (sid:1;)', PASSES),
        ('drop tcp any any -> [20.0.0.0/8,!20.42.66.0/24] 443 (sid:1;)', DENIED),
        ('drop tcp any any -> [30.0.0.0/8, [31.0.0.0/8, 20.0.0.0/8], 32.0.0.0/8] any (sid:1;)', DENIED),
        ('drop tcp !10.240.0.0/16 any -> any any (sid:1;)', PASSES),
        ('drop udp any any -> any any (sid:1;)', PASSES),
        ('drop ip any any -> $EXTERNAL_NET any (sid:1;)', DENIED),
        ('drop ip any any -> $PARTNERS any (sid:1;)', UNKNOWN),
        ('drop tcp any any -> any any (app-layer-protocol:!tls; flow:established; sid:1;)', PASSES),
        ('drop tcp any any -> any any (content:"GET"; flow:established; sid:1;)', UNSUPPORTED),
        ('drop tls any any -> any any (flow:to_client; sid:1;)', PASSES),
        ('drop dns any any -> any any (sid:1;)', PASSES),
        ('drop tls any any -> any any', UNSUPPORTED),
        ('# drop tls any any -> any any (sid:1;)', PASSES),
        ('mangle tls any any -> any any (sid:1;)', UNSUPPORTED),
    ],
)  # fmt: skip
def test_suricata(rule: str, expected: tuple[str, str]) -> None:
    assert outcome(load, rule_group(suricata(rule)), ASKED) == expected


TEXT = st.text(alphabet="ab.", min_size=1, max_size=6)
NAME = st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1, max_size=4).map(".".join)


@given(text=TEXT, modifiers=st.sets(st.sampled_from(["startswith", "endswith", "nocase"])), dot=st.sampled_from(["", "dotprefix; "]), host=NAME)  # fmt: skip
@examples(300)
def test_the_domains_that_a_rule_is_found_by_hold_every_name_that_it_matches(
    text: str, modifiers: set[str], dot: str, host: str
) -> None:
    after = "".join(f" {each};" for each in sorted(modifiers))
    read = signature(f'drop tls any any -> any any (tls.sni; {dot}content:"{text}";{after} sid:1;)')
    assert read is not None
    (packet,) = packets(flow(host))
    domains = content.names(read)
    if domains and content.options(read)(packet) is not False:
        assert any(host == each or host.endswith(f".{each}") for each in domains)


def test_variables_of_the_group_are_read() -> None:
    variables = {"IPSets": {"HOME_NET": {"Definition": ["10.1.0.0/16"]}}}
    source = suricata(
        'drop tls $HOME_NET any -> $EXTERNAL_NET any (tls.sni; content:"example"; sid:1;)'
    )
    given = rule_group(source, RuleVariables=variables)
    assert outcome(load, given, ASKED) == PASSES
    assert outcome(load, given, flow(HOST, PUBLIC, source="10.1.2.3")) == DENIED
    assert outcome(load, given, flow(HOST, PUBLIC, source=None)) == UNKNOWN


def test_the_rule_groups_of_a_template_are_read_and_its_references_are_doubts() -> None:
    def template(definition: Any) -> Document:
        variables = {"IPSets": {"HOME_NET": {"Definition": definition}}}
        group = {"RulesSource": names("DENYLIST", HOST), "RuleVariables": variables}
        properties = {"RuleGroupName": "from-template", "RuleGroup": group}
        resource = {"Type": "AWS::NetworkFirewall::RuleGroup", "Properties": properties}
        return document({"Resources": {"Group": resource}})

    assert said(load, template(["10.240.0.0/16"]), ASKED).name == "from-template"
    assert outcome(load, template(["10.240.0.0/16"]), ASKED) == DENIED
    assert outcome(load, template({"Ref": "SourceCidrs"}), ASKED) == UNKNOWN


def test_what_home_net_is_taken_for_is_told() -> None:
    assert "$HOME_NET" in said(load, rule_group(names("DENYLIST", HOST)), ASKED).explanation


def test_standard_rules_are_read() -> None:
    def standard(action: str, port: str = "443") -> dict[str, Any]:
        header = {"Protocol": "TCP", "Source": "ANY", "SourcePort": "ANY", "Direction": "FORWARD", "Destination": "20.0.0.0/8", "DestinationPort": port}  # fmt: skip
        return {
            "Action": action,
            "Header": header,
            "RuleOptions": [{"Keyword": "sid", "Settings": ["42"]}],
        }

    found = said(load, rule_group({"StatefulRules": [standard("DROP")]}), ASKED)
    assert (found.verdict, found.rule) == (FlowVerdict.DENIED, "sid 42")
    assert outcome(load, rule_group({"StatefulRules": [standard("DROP", "80")]}), ASKED) == PASSES
    assert (
        outcome(load, rule_group({"StatefulRules": [standard("PASS"), standard("DROP")]}), ASKED)
        == ALLOWED
    )


def stateless(action: str, number: int = 1, **attributes: Any) -> dict[str, Any]:
    return {
        "Priority": number,
        "RuleDefinition": {"MatchAttributes": attributes, "Actions": [action]},
    }


def stateless_group(*rules: dict[str, Any]) -> Document:
    return rule_group({"StatelessRulesAndCustomActions": {"StatelessRules": list(rules)}}, "first")


REFERENCE: dict[str, Any] = {
    "StatelessRuleGroupReferences": [{"ResourceArn": "arn:aws:x/first", "Priority": 1}]
}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([stateless("aws:drop")], DENIED),
        ([stateless("aws:pass")], ALLOWED),
        ([stateless("aws:forward_to_sfe"), stateless("aws:drop", 2)], DENIED),
        ([stateless("aws:drop", Protocols=[17])], DENIED),
        ([stateless("aws:pass", Protocols=[6], DestinationPorts=[{"FromPort": 443, "ToPort": 443}])], ALLOWED),
        ([stateless("aws:pass", DestinationPorts=[{"FromPort": 80, "ToPort": 80}])], DENIED),
        ([stateless("aws:pass", Destinations=[{"AddressDefinition": "20.42.65.0/24"}])], ALLOWED),
        ([stateless("aws:pass", Destinations=[{"AddressDefinition": "20.42.66.0/24"}])], DENIED),
        ([stateless("aws:pass", 2), stateless("aws:drop", 1)], DENIED),
        ([stateless("aws:pass", SourcePorts=[{"FromPort": 53, "ToPort": 53}])], UNKNOWN),
        ([stateless("aws:drop", SourcePorts=[{"FromPort": 53, "ToPort": 53}])], DENIED),
    ],
)  # fmt: skip
def test_stateless_rules_come_first_and_hand_on(
    rules: list[dict[str, Any]], expected: tuple[str, str]
) -> None:
    given = [
        stateless_group(*rules),
        rule_group(names("DENYLIST", HOST), "a"),
        policy("a", **REFERENCE),
    ]
    assert outcome(load, given, ASKED) == expected


def test_a_group_that_is_not_given_is_named() -> None:
    found = said(load, [rule_group(names("ALLOWLIST", HOST), "a"), policy("a", "managed")], ASKED)
    assert (found.verdict, found.name) == (FlowVerdict.UNKNOWN, "managed")


@pytest.mark.parametrize(
    "text",
    ["", "(", "drop", "drop tls any any -> any any (", "a b c d e f g (;;;:;)", 'x y z w v u t (msg:"\\)', "[" * 500 + "("],
)  # fmt: skip
def test_what_is_no_rule_never_breaks_the_reader(text: str) -> None:
    signature(text)
    assert isinstance(lines(text), list)
    decider = load([rule_group(suricata(text))])
    assert decider is not None
    assert decider.decide(ASKED) is not None


@pytest.mark.parametrize(
    "body",
    [
        {"RuleGroup": {"RulesSource": "x"}},
        {"RuleGroup": {"RulesSource": {"RulesSourceList": [], "StatefulRules": [None, {}], "RulesString": 9}, "RuleVariables": 4}},
        {"FirewallPolicy": {"StatelessDefaultActions": {}}},
        {"RuleGroup": {"RulesSource": {"StatelessRulesAndCustomActions": {"StatelessRules": [{}, 1]}}}},
    ],
)  # fmt: skip
def test_what_is_not_well_formed_never_breaks_it(body: dict[str, Any]) -> None:
    decider = load([document(body)])
    assert decider is None or decider.decide(ASKED) is not None
