"""AWS security groups, network ACLs and the resolver's firewall: unions, both directions, and lists that are not given."""

from typing import Any

import pytest

from preflight.model.document import Document
from preflight.model.flow import FlowVerdict, Transfer
from preflight.policies import aws_dns_firewall, aws_network_acl, aws_security_group
from tests.policies.exported import HOST, PUBLIC, document, exported, flow, outcome, said

ALLOWED = ("allowed", "explicit-allow")
DENIED = ("denied", "explicit-deny")
DEFAULT = ("denied", "default-deny")
MISS = ("denied", "port-mismatch")
UNKNOWN = ("unknown", "needs-live-data")


def permission(
    *blocks: str,
    protocol: str = "tcp",
    first: int | None = 443,
    last: int | None = 443,
    **fields: Any,
) -> dict[str, Any]:
    """One entry of `IpPermissionsEgress`."""
    return {
        "IpProtocol": protocol,
        "FromPort": first,
        "ToPort": last,
        "IpRanges": [{"CidrIp": each} for each in blocks if ":" not in each],
        "Ipv6Ranges": [{"CidrIpv6": each} for each in blocks if ":" in each],
    } | fields


def security_group(*permissions: dict[str, Any], name: str = "sg-1") -> Document:
    return document(
        {"SecurityGroups": [{"GroupId": name, "IpPermissionsEgress": list(permissions)}]}
    )


EVERYTHING = permission("0.0.0.0/0", protocol="-1", first=None, last=None)


@pytest.mark.parametrize(
    ("permissions", "asked", "expected"),
    [
        ([EVERYTHING], flow(HOST, PUBLIC), ALLOWED),
        ([EVERYTHING], flow(HOST), ALLOWED),
        ([EVERYTHING], flow(HOST, "2603:1030::1"), DEFAULT),
        ([EVERYTHING, permission("::/0", protocol="-1")], flow(HOST, "2603:1030::1"), ALLOWED),
        ([], flow(HOST, PUBLIC), ("denied", "no-egress-rules")),
        ([permission("20.42.65.0/24")], flow(HOST, PUBLIC), ALLOWED),
        ([permission("20.42.66.0/24")], flow(HOST, PUBLIC), DEFAULT),
        ([permission("20.42.65.0/24", first=80, last=80)], flow(HOST, PUBLIC), MISS),
        ([permission("20.42.65.0/24", protocol="udp")], flow(HOST, PUBLIC), MISS),
        ([permission("20.42.65.0/24", protocol="6", first=0, last=65535)], flow(HOST, PUBLIC), ALLOWED),
        ([permission("0.0.0.0/0", first=80, last=80)], flow(HOST, PUBLIC), DEFAULT),
        ([permission("20.42.65.0/24")], flow(HOST, PUBLIC, "20.42.66.1"), DEFAULT),
        ([permission("20.42.65.0/24")], flow(HOST), UNKNOWN),
        ([permission(PrefixListIds=[{"PrefixListId": "pl-1"}])], flow(HOST, PUBLIC), UNKNOWN),
        ([permission(PrefixListIds=[{"PrefixListId": "pl-1"}]), EVERYTHING], flow(HOST, PUBLIC), ALLOWED),
        ([permission(UserIdGroupPairs=[{"GroupId": "sg-9"}])], flow(HOST, PUBLIC), DEFAULT),
        ([permission(UserIdGroupPairs=[{"GroupId": "sg-9"}])], flow("10.0.0.9"), UNKNOWN),
        ([permission("nonsense")], flow(HOST, PUBLIC), UNKNOWN),
        ([permission("0.0.0.0/0", protocol="icmp", first=8, last=-1)], flow(HOST, PUBLIC, transfer=Transfer.ICMP), ALLOWED),
        ([], flow("169.254.169.254", port=80), ("allowed", "default-allow")),
    ],
)  # fmt: skip
def test_a_security_group_lets_out_what_a_rule_allows(
    permissions: list[dict[str, Any]], asked: Any, expected: tuple[str, str]
) -> None:
    assert outcome(aws_security_group.load, security_group(*permissions), asked) == expected


def test_an_interface_may_do_what_any_of_its_groups_allows() -> None:
    open_group, closed = security_group(EVERYTHING, name="sg-b"), security_group(name="sg-a")
    for given in ([open_group, closed], [closed, open_group]):
        found = said(aws_security_group.load, given, flow(HOST, PUBLIC))
        assert (found.verdict, found.name) == (FlowVerdict.ALLOWED, "sg-b")
        assert 'By itself "sg-a" does not' in found.explanation


def test_where_no_group_allows_all_of_them_share_the_guilt() -> None:
    given = [security_group(name="sg-b"), security_group(permission("9.9.9.9/32"), name="sg-a")]
    found = said(aws_security_group.load, given, flow(HOST, PUBLIC))
    assert [found.name, *(each.name for each in found.also)] == ["sg-a", "sg-b"]


def test_prefix_lists_that_are_given_are_read() -> None:
    group = security_group(permission(PrefixListIds=[{"PrefixListId": "pl-1"}]))
    owned = document({"PrefixLists": [{"PrefixListId": "pl-1", "Cidrs": ["20.42.65.0/24"]}]})
    managed = document({"Entries": [{"Cidr": "20.42.65.0/24"}]}, file="lists/pl-1.json")
    for given in (owned, managed):
        assert outcome(aws_security_group.load, [group, given], flow(HOST, PUBLIC)) == ALLOWED


def entry(
    number: int, action: str = "allow", block: str = "0.0.0.0/0", *, out: bool = True, **fields: Any
) -> dict[str, Any]:
    key = "Ipv6CidrBlock" if ":" in block else "CidrBlock"
    return {
        "RuleNumber": number,
        "RuleAction": action,
        key: block,
        "Egress": out,
        "Protocol": "-1",
    } | fields


LAST = [entry(32767, "deny"), entry(32767, "deny", out=False)]
BACK = entry(100, out=False)


def acl(*entries: dict[str, Any], name: str = "acl-1", **fields: Any) -> Document:
    return document(
        {"NetworkAcls": [{"NetworkAclId": name, "Entries": [*entries, *LAST]} | fields]}
    )


def ports(first: int, last: int) -> dict[str, Any]:
    return {"PortRange": {"From": first, "To": last}, "Protocol": "6"}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([entry(100), BACK], ALLOWED),
        ([BACK], DEFAULT),
        ([entry(100), entry(90, "deny"), BACK], DENIED),
        ([entry(90), entry(100, "deny"), BACK], ALLOWED),
        ([entry(100, **ports(443, 443)), BACK], ALLOWED),
        ([entry(100, block="20.42.65.0/24", **ports(80, 80)), BACK], MISS),
        ([entry(100, Protocol="17"), BACK], DEFAULT),
        ([entry(100, block="::/0"), BACK], DEFAULT),
        # replies
        ([entry(100)], DEFAULT),
        ([entry(100), entry(100, out=False, **ports(443, 443))], DEFAULT),
        ([entry(100), entry(100, out=False, **ports(1024, 65535))], ALLOWED),
        ([entry(100), entry(100, out=False, **ports(32768, 60999))], ALLOWED),
        ([entry(100), entry(100, out=False, **ports(49152, 65535))], UNKNOWN),
        ([entry(100), entry(50, "deny", out=False, **ports(33000, 33000)), BACK], UNKNOWN),
        ([entry(100), entry(50, "deny", out=False, **ports(3389, 3389)), BACK], ALLOWED),
        ([entry(100), entry(50, "deny", "20.0.0.0/8", out=False), BACK], DENIED),
    ],
)  # fmt: skip
def test_a_network_acl_lets_packets_out_and_replies_in(
    entries: list[dict[str, Any]], expected: tuple[str, str]
) -> None:
    assert outcome(aws_network_acl.load, acl(*entries), flow(HOST, PUBLIC)) == expected


def test_missing_replies_are_told_of() -> None:
    found = said(aws_network_acl.load, acl(entry(100)), flow(HOST, PUBLIC))
    assert found.rule == "inbound *"
    assert "Replies" in found.explanation


def test_missing_replies_close_the_way_even_where_the_way_out_is_in_doubt() -> None:
    narrow = acl(entry(100, block="20.0.0.0/8"))
    assert outcome(aws_network_acl.load, narrow, flow(HOST)) == DEFAULT


def test_the_acl_of_the_subnet_applies_and_one_on_no_subnet_does_not() -> None:
    here: dict[str, Any] = {"Associations": [{"SubnetId": "a"}]}
    there: dict[str, Any] = {"Associations": []}
    opened, closed = acl(entry(100), BACK, name="open", **here), acl(name="closed", **here)
    unused = acl(name="unused", **there)
    assert outcome(aws_network_acl.load, [opened, unused], flow(HOST, PUBLIC)) == ALLOWED
    found = said(aws_network_acl.load, [opened, closed], flow(HOST, PUBLIC))
    assert (found.verdict, found.name) == (FlowVerdict.UNKNOWN, "closed")


def dns_rule(
    number: int, action: str, identifier: str = "rslvr-fdl-1", group: str = "frg", **fields: Any
) -> dict[str, Any]:
    return {
        "FirewallRuleGroupId": group,
        "FirewallDomainListId": identifier,
        "Name": f"rule{number}",
        "Priority": number,
        "Action": action,
    } | fields


def dns(*rules: dict[str, Any]) -> Document:
    return document({"FirewallRules": list(rules)})


def domains(*names: str, identifier: str = "rslvr-fdl-1") -> Document:
    return document({"Domains": list(names)}, file=f"{identifier}.json")


REFUSED = ("denied", "dns-rule-refuses-name")
EVERY = domains("*", identifier="rslvr-fdl-all")


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([dns(dns_rule(1, "BLOCK")), domains(f"{HOST}.")], REFUSED),
        ([dns(dns_rule(1, "BLOCK")), domains("*.example.com.")], REFUSED),
        ([dns(dns_rule(1, "BLOCK")), domains("example.com.")], ("allowed", "default-allow")),
        ([dns(dns_rule(1, "ALERT")), domains(HOST)], ALLOWED),
        ([dns(dns_rule(2, "BLOCK", "rslvr-fdl-all"), dns_rule(1, "ALLOW")), domains(HOST), EVERY], ALLOWED),
        ([dns(dns_rule(2, "BLOCK", "rslvr-fdl-all"), dns_rule(3, "ALLOW")), domains(HOST), EVERY], REFUSED),
        ([dns(dns_rule(1, "BLOCK"))], UNKNOWN),
        ([dns(dns_rule(1, "ALLOW"))], ("allowed", "default-allow")),
        ([dns(dns_rule(1, "BLOCK", Qtype="MX")), domains(HOST)], ("allowed", "default-allow")),
        ([dns(dns_rule(1, "BLOCK", DnsThreatProtection="DGA"))], ("unknown", "unsupported")),
        # a list without an id belongs to the only rule that wants one
        ([dns(dns_rule(1, "BLOCK")), document({"Domains": [HOST]})], REFUSED),
        ([dns(dns_rule(1, "BLOCK"), dns_rule(2, "BLOCK", "rslvr-fdl-2")), document({"Domains": [HOST]})], UNKNOWN),
    ],
)  # fmt: skip
def test_the_resolver_refuses_what_a_rule_blocks(
    documents: list[Document], expected: tuple[str, str]
) -> None:
    assert outcome(aws_dns_firewall.load, documents, flow(HOST)) == expected


def test_groups_are_asked_by_the_priority_of_their_association() -> None:
    rules = dns(dns_rule(1, "BLOCK", group="late"), dns_rule(9, "ALLOW", group="early"))
    rows = [
        {"FirewallRuleGroupId": "late", "VpcId": "v", "Priority": 200, "MutationProtection": "DISABLED"},
        {"FirewallRuleGroupId": "early", "VpcId": "v", "Priority": 100, "MutationProtection": "DISABLED"},
    ]  # fmt: skip
    given = [rules, domains(HOST), document({"FirewallRuleGroupAssociations": rows})]
    assert outcome(aws_dns_firewall.load, given, flow(HOST)) == ALLOWED
    assert outcome(aws_dns_firewall.load, given[:2], flow(HOST)) == UNKNOWN


def test_an_address_alone_is_never_looked_up() -> None:
    decider = aws_dns_firewall.load([dns(dns_rule(1, "BLOCK")), domains(HOST)])
    assert decider is not None
    assert decider.decide(flow(PUBLIC)) is None


def test_the_public_samples_are_read() -> None:
    groups = exported("aws-describe-security-groups.json")
    assert outcome(aws_security_group.load, groups, flow(HOST, PUBLIC)) == ALLOWED
    loose = said(
        aws_security_group.load,
        exported("aws-describe-security-group-rules.json"),
        flow(HOST, PUBLIC),
    )
    assert loose.rule == "sgr-cdef01234567890ab"
    acls = exported("aws-describe-network-acls.json")
    assert said(aws_network_acl.load, acls, flow(HOST, PUBLIC)).name == "acl-0ea1f54ca7EXAMPLE"
    resolver = [
        each
        for name in ("list-firewall-rules", "list-firewall-domains", "list-firewall-rule-group-associations", "get-firewall-config")
        for each in exported(f"aws-route53resolver-{name}.json")
    ]  # fmt: skip
    found = said(aws_dns_firewall.load, resolver, flow("test2.com"))
    assert (found.verdict.value, found.rule) == ("allowed", "101 allow-rule")


@pytest.mark.parametrize(
    "body",
    [
        {
            "SecurityGroups": [
                1,
                None,
                {"IpPermissionsEgress": [{"IpRanges": "x", "FromPort": "a"}]},
            ]
        },
        {"SecurityGroupRules": [{"IsEgress": "yes"}]},
        {"NetworkAcls": [{"Entries": [{"RuleNumber": "x", "PortRange": []}, None]}]},
        {"FirewallRules": [{"Action": [], "FirewallRuleGroupId": 3}]},
        {"Entries": {"a": 1}, "Domains": "x", "PrefixLists": [{}]},
    ],
)
def test_what_is_not_well_formed_never_breaks_them(body: dict[str, Any]) -> None:
    for engine in (aws_security_group, aws_network_acl, aws_dns_firewall):
        decider = engine.load([document(body)])
        if decider is not None:
            decider.decide(flow(HOST, PUBLIC))
