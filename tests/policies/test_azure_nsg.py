"""Azure network security groups: priorities, both ends' groups, service tags, platform addresses, and every shape of the export."""

from typing import Any

import pytest

from preflight.model.document import Document
from preflight.model.flow import FlowVerdict, Transfer
from preflight.policies.azure_nsg import load
from tests.policies.exported import HOST, PUBLIC, document, exported, flow, outcome, said

ALLOWED, DENIED = "allowed", "denied"
UNKNOWN = ("unknown", "needs-live-data")


def rule(priority: int, access: str = "Allow", **fields: Any) -> dict[str, Any]:
    """An outbound rule for everything, but for what is said."""
    return {
        "name": f"rule-{priority}",
        "priority": priority,
        "direction": "Outbound",
        "access": access,
        "protocol": "*",
        "sourceAddressPrefix": "*",
        "sourcePortRange": "*",
        "destinationAddressPrefix": "*",
        "destinationPortRange": "*",
    } | fields


def group(*rules: dict[str, Any], name: str = "nsg", **fields: Any) -> Document:
    """As `az network nsg show` prints it; Azure's default rules are left out, and known all the same."""
    return document({"name": name, "securityRules": list(rules)} | fields)


DENY_ALL = rule(4096, "Deny")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], (ALLOWED, "default-allow")),
        ([DENY_ALL], (DENIED, "explicit-deny")),
        ([rule(100), DENY_ALL], (ALLOWED, "explicit-allow")),
        ([DENY_ALL, rule(100)], (ALLOWED, "explicit-allow")),
        ([rule(200), rule(100, "Deny")], (DENIED, "explicit-deny")),
        ([rule(100, "Deny", direction="Inbound")], (ALLOWED, "default-allow")),
        ([rule(100, "Deny", protocol="Udp")], (ALLOWED, "default-allow")),
        ([rule(100, "deny", protocol="TCP")], (DENIED, "explicit-deny")),
        ([rule(100, "Deny", destinationPortRange="440-450")], (DENIED, "explicit-deny")),
        ([rule(100, "Deny", destinationPortRange="444-450")], (ALLOWED, "default-allow")),
        (
            [rule(100, "Deny", destinationPortRange=None, destinationPortRanges=["80", "443"])],
            (DENIED, "explicit-deny"),
        ),
        ([rule(100, "Deny", destinationAddressPrefix="20.0.0.0/8")], (DENIED, "explicit-deny")),
        ([rule(100, "Deny", destinationAddressPrefix="21.0.0.0/8")], (ALLOWED, "default-allow")),
        (
            [
                rule(
                    100,
                    "Deny",
                    destinationAddressPrefix="",
                    destinationAddressPrefixes=["21.0.0.0/8", "20.42.65.88"],
                )
            ],
            (DENIED, "explicit-deny"),
        ),
        ([rule(100, "Deny", destinationAddressPrefix="Internet")], (DENIED, "explicit-deny")),
        ([rule(100, "Deny", destinationAddressPrefix="AzureMonitor")], UNKNOWN),
        # the tag in doubt would say the same as what decides after it
        (
            [rule(100, destinationAddressPrefix="AzureMonitor"), rule(200)],
            (ALLOWED, "explicit-allow"),
        ),
        ([rule(100, destinationAddressPrefix="AzureMonitor"), DENY_ALL], UNKNOWN),
        ([rule(100, "Deny", sourceAddressPrefix="10.0.0.0/8")], (DENIED, "explicit-deny")),
        ([rule(100, "Deny", sourceAddressPrefix="10.0.0.0/24")], (ALLOWED, "default-allow")),
        ([rule(100, "Deny", sourceAddressPrefix="VirtualNetwork")], (DENIED, "explicit-deny")),
        ([rule(100, "Deny", sourceAddressPrefix="GatewayManager")], UNKNOWN),
        ([rule(100, "Deny", sourcePortRange="1024-65535")], (DENIED, "explicit-deny")),
        ([rule(100, "Deny", sourcePortRange="53")], UNKNOWN),
        ([rule(100, "Deny", destinationPortRange="https")], UNKNOWN),
        ([rule(100, "Audit")], ("unknown", "unsupported")),
        ([rule(100, "Deny", destinationAddressPrefix=None)], ("unknown", "unsupported")),
        ([rule(100, "Deny", sourceAddressPrefix=None)], ("unknown", "unsupported")),
        ([rule(100, "Deny", destinationPortRange=None)], ("unknown", "unsupported")),
        ([rule(100, "Deny") | {"priority": "[parameters('p')]"}], UNKNOWN),
        (
            [
                rule(
                    100,
                    "Deny",
                    destinationAddressPrefix=None,
                    destinationApplicationSecurityGroups=[
                        {"id": "/x/applicationSecurityGroups/db"}
                    ],
                )
            ],
            (ALLOWED, "default-allow"),  # its members are never public
        ),
        (
            [
                rule(
                    100,
                    "Deny",
                    sourceAddressPrefix=None,
                    sourceApplicationSecurityGroups=[{"id": "/x/applicationSecurityGroups/web"}],
                )
            ],
            UNKNOWN,
        ),
    ],
)
def test_the_first_rule_that_matches_decides(
    rules: list[dict[str, Any]], expected: tuple[str, str]
) -> None:
    assert outcome(load, group(*rules), flow(HOST, PUBLIC)) == expected


def test_the_rule_that_denies_is_named_with_its_line_and_what_to_do() -> None:
    found = said(
        load,
        document(
            {"name": "nsg", "securityRules": [rule(300), rule(100, "Deny")]},
            {"securityRules[1]": 12},
        ),
        flow(HOST, PUBLIC),
    )
    assert (found.name, found.rule) == ("nsg", "100 rule-100")
    assert found.origin is not None
    assert found.origin.line == 12
    assert "lower priority number" in found.explanation


def test_every_address_has_to_be_allowed() -> None:
    documents = group(rule(100, "Deny", destinationAddressPrefix="20.42.66.0/24"))
    found = said(load, documents, flow(HOST, PUBLIC, "20.42.66.1"))
    assert found.verdict is FlowVerdict.DENIED
    assert "20.42.66.1" in found.explanation


def test_a_source_of_one_family_never_sends_to_the_other() -> None:
    documents = group(rule(100, "Deny", destinationAddressPrefix="::/0"))
    both = (PUBLIC, "2603:1030::1")
    assert outcome(load, documents, flow(HOST, *both)) == (ALLOWED, "default-allow")
    assert outcome(load, documents, flow(HOST, *both, source=None)) == (DENIED, "explicit-deny")
    assert outcome(load, documents, flow(HOST, both[1])) == (DENIED, "explicit-deny")


def test_ipv6_is_held_by_ipv6_prefixes_alone() -> None:
    documents = group(rule(100, "Deny", destinationAddressPrefix="0.0.0.0/0"))
    assert outcome(load, documents, flow(HOST, "2603:1030::1")) == (ALLOWED, "default-allow")


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("0.0.0.0/0", (DENIED, "explicit-deny")),
        ("10.0.0.0/8", (ALLOWED, "default-allow")),
        ("20.0.0.0/8", UNKNOWN),
        ("fd00::/8", (ALLOWED, "default-allow")),
        ("Internet", (DENIED, "explicit-deny")),
    ],
)
def test_a_host_that_was_not_resolved_is_taken_to_be_public(
    prefix: str, expected: tuple[str, str]
) -> None:
    documents = group(rule(100, "Deny", destinationAddressPrefix=prefix))
    assert outcome(load, documents, flow(HOST)) == expected


def test_the_source_of_a_rule_needs_the_source_address() -> None:
    documents = group(rule(100, "Deny", sourceAddressPrefix="10.0.0.0/8"))
    assert outcome(load, documents, flow(HOST, PUBLIC, source=None)) == UNKNOWN


def test_a_private_address_may_lie_in_the_virtual_network() -> None:
    assert outcome(load, group(DENY_ALL), flow("10.1.2.3")) == (DENIED, "explicit-deny")
    assert outcome(load, group(), flow("10.1.2.3")) == UNKNOWN


VNET_ONLY = group(rule(100, destinationAddressPrefix="VirtualNetwork"), DENY_ALL)


def routes(*prefixes: str) -> Document:
    """A route table with a route to an appliance for each prefix."""
    hop = {"nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.0.0.4"}
    return document({"name": "rt", "routes": [{"addressPrefix": each} | hop for each in prefixes]})


def test_a_route_of_a_user_may_make_the_internet_part_of_virtual_network() -> None:
    asked = flow(HOST, PUBLIC)
    assert outcome(load, VNET_ONLY, asked) == UNKNOWN
    assert outcome(load, [VNET_ONLY, routes("0.0.0.0/0")], asked) == UNKNOWN
    assert outcome(load, [VNET_ONLY, routes("192.168.0.0/16")], asked) == (DENIED, "explicit-deny")


@pytest.mark.parametrize(
    ("address", "port", "rules", "expected"),
    [
        ("168.63.129.16", 53, [DENY_ALL], ALLOWED),
        ("169.254.169.254", 80, [DENY_ALL], ALLOWED),
        (
            "168.63.129.16",
            53,
            [rule(100, "Deny", destinationAddressPrefix="AzurePlatformDNS")],
            DENIED,
        ),
        (
            "169.254.169.254",
            80,
            [rule(100, "Deny", destinationAddressPrefix="AzurePlatformDNS")],
            ALLOWED,
        ),
        (
            "169.254.169.254",
            80,
            [rule(100, "Deny", destinationAddressPrefix="AzurePlatformIMDS")],
            DENIED,
        ),
    ],
)
def test_platform_addresses_heed_platform_tags_alone(
    address: str, port: int, rules: list[dict[str, Any]], expected: str
) -> None:
    assert outcome(load, group(*rules), flow(address, port=port))[0] == expected


def test_the_groups_of_subnet_and_interface_both_have_to_allow() -> None:
    on_subnet = group(name="on-subnet", subnets=[{"id": "/s"}])
    on_interface = group(DENY_ALL, name="on-interface", networkInterfaces=[{"id": "/n"}])
    for given in ([on_subnet, on_interface], [on_interface, on_subnet]):
        assert said(load, given, flow(HOST, PUBLIC)).verdict is FlowVerdict.DENIED


def test_of_two_groups_on_subnets_one_applies() -> None:
    one = group(name="one", subnets=[{"id": "/a"}])
    other = group(DENY_ALL, name="other", subnets=[{"id": "/b"}])
    found = said(load, [one, other], flow(HOST, PUBLIC))
    assert found.verdict is FlowVerdict.UNKNOWN
    assert (found.name, found.rule) == ("other", "4096 rule-4096")
    both = said(load, [other, group(DENY_ALL, name="third")], flow(HOST, PUBLIC))
    assert both.verdict is FlowVerdict.DENIED
    assert [each.name for each in both.also] == ["third"]


def effective(*rules: dict[str, Any], name: str = "nsg") -> dict[str, Any]:
    """One group of `az network nic list-effective-nsg`."""
    return {
        "networkSecurityGroup": {"id": f"/x/networkSecurityGroups/{name}"},
        "effectiveSecurityRules": list(rules),
    }


def test_the_expanded_list_settles_a_service_tag() -> None:
    tag = rule(
        100,
        "Deny",
        destinationAddressPrefix="AzureMonitor",
        expandedDestinationAddressPrefix=["20.42.65.0/24"],
        destinationPortRange="443-443",
        sourcePortRange="0-65535",
        name="securityRules/no-monitor",
    )
    documents = document({"value": [effective(tag)]})
    found = said(load, documents, flow(HOST, PUBLIC))
    assert (found.verdict, found.rule) == (FlowVerdict.DENIED, "100 no-monitor")
    assert said(load, documents, flow(HOST, "20.42.66.1")).verdict is not FlowVerdict.DENIED


def test_default_rules_of_the_effective_form_are_known_by_their_priority() -> None:
    default = rule(
        65000,
        name="DefaultRule_AllowVnetOutBound",
        destinationAddressPrefix="VirtualNetwork",
        expandedDestinationAddressPrefix=["10.0.0.0/8"],
    )
    documents = document(
        {
            "value": [
                effective(
                    default,
                    rule(65500, "Deny", name="DefaultRule_DenyAllOutBound"),
                    rule(65001, destinationAddressPrefix="9.9.9.9/32"),
                )
            ]
        }
    )
    assert outcome(load, documents, flow(HOST, PUBLIC)) == (DENIED, "default-deny")
    assert outcome(load, documents, flow("10.9.9.9")) == (ALLOWED, "default-allow")


def test_an_expanded_list_stands_beside_the_prefixes_that_need_none() -> None:
    mixed = rule(
        100,
        "Deny",
        destinationAddressPrefix=None,
        destinationAddressPrefixes=["AzureMonitor", "20.42.65.0/24"],
        expandedDestinationAddressPrefix=["9.9.9.0/24"],
    )
    for address in (PUBLIC, "9.9.9.9"):
        found = outcome(load, document({"value": [effective(mixed)]}), flow(HOST, address))
        assert found == (DENIED, "explicit-deny")


def test_both_groups_of_an_interface_have_to_allow_and_effective_rules_replace_the_rest() -> None:
    opened = effective(rule(100), name="nic")
    closed = effective(rule(100, "Deny"), name="subnet")
    documents = [document({"value": [opened, closed]}), group(rule(100))]
    found = said(load, documents, flow(HOST, PUBLIC))
    assert (found.verdict, found.name) == (FlowVerdict.DENIED, "subnet")


def test_rules_by_themselves_and_rest_nesting_are_read() -> None:
    identifier = "/subscriptions/s/networkSecurityGroups/from-id/securityRules/r"
    loose = document(rule(100, "Deny") | {"id": identifier})
    nested = document(
        {
            "value": [
                {
                    "name": "rest",
                    "properties": {
                        "securityRules": [{"name": "r", "properties": rule(100, "Deny")}]
                    },
                }
            ]
        }
    )
    template = document(
        {
            "resources": [
                {
                    "name": "arm",
                    "properties": {
                        "securityRules": [{"name": "r", "properties": rule(100, "Deny")}]
                    },
                }
            ]
        }
    )
    for documents, name in ((loose, "from-id"), (nested, "rest"), (template, "arm")):
        found = said(load, documents, flow(HOST, PUBLIC))
        assert (found.verdict, found.name) == (FlowVerdict.DENIED, name)


def test_the_public_samples_are_read() -> None:
    assert outcome(load, exported("azure-nsg-get.json"), flow(HOST, PUBLIC)) == (
        ALLOWED,
        "default-allow",
    )
    sample = exported("azure-effective-nsg.json")
    found = said(load, sample, flow(HOST, "32.0.0.1"))
    assert (found.verdict.value, found.rule) == (ALLOWED, "65001 AllowInternetOutBound")


def test_what_stays_between_pods_and_other_documents_are_left_alone() -> None:
    assert load([document({"kind": "NetworkPolicy", "spec": {"podSelector": {}}})]) is None
    assert load([]) is None


def test_icmp_has_no_port() -> None:
    documents = group(rule(100, "Deny", protocol="Icmp", destinationPortRange="8"))
    assert outcome(load, documents, flow(HOST, PUBLIC, transfer=Transfer.ICMP)) == (
        DENIED,
        "explicit-deny",
    )


@pytest.mark.parametrize(
    "body",
    [
        {"securityRules": "all"},
        {"securityRules": [None, 7, [], "x", {"direction": "Outbound", "access": []}]},
        {
            "properties": {
                "securityRules": [
                    {
                        "properties": {
                            "direction": "Outbound",
                            "priority": {},
                            "destinationPortRange": "99999999999",
                        }
                    }
                ]
            }
        },
        {"value": [{"effectiveSecurityRules": [{}]}]},
        {
            "access": "x",
            "direction": "outbound",
            "priority": "1e9",
            "destinationAddressPrefix": "300.1.1.1/99",
        },
    ],
)
def test_what_is_not_well_formed_never_breaks_it(body: dict[str, Any]) -> None:
    decider = load([document(body)])
    assert decider is None or decider.decide(flow(HOST, PUBLIC)) is not None


TAGS = document(
    {
        "values": [
            {
                "name": "AzureMonitor",
                "properties": {"addressPrefixes": ["20.42.65.0/24", "2603:1030::/32"]},
            }
        ]
    }
)


def test_published_service_tags_settle_them_everywhere() -> None:
    tagged = group(rule(100, "Deny", destinationAddressPrefix="azuremonitor"))
    assert outcome(load, [tagged, TAGS], flow(HOST, PUBLIC)) == (DENIED, "explicit-deny")
    assert outcome(load, [TAGS, tagged], flow(HOST, "20.42.66.1")) == (ALLOWED, "default-allow")
    assert load([TAGS]) is None
