"""Google Cloud firewalls: VPC rules, policies in their layers, goto_next, and what a node's tags leave open."""

from itertools import permutations
from typing import Any

import pytest

from preflight.model.document import Document
from preflight.model.flow import FlowVerdict, Transfer
from preflight.policies.gcp_firewall import load
from tests.policies.exported import HOST, PUBLIC, document, flow, outcome, said

ALLOWED = ("allowed", "explicit-allow")
IMPLIED = ("allowed", "default-allow")
DENIED = ("denied", "explicit-deny")
UNKNOWN = ("unknown", "needs-live-data")
UNSUPPORTED = ("unknown", "unsupported")
ASKED = flow(HOST, PUBLIC)
TCP = {"IPProtocol": "tcp", "ports": ["443"]}
ALL = {"IPProtocol": "all"}


def vpc(name: str, priority: int = 1000, network: str = "net", **fields: Any) -> Document:
    """One rule of `gcloud compute firewall-rules list`; it denies everything but for what is said."""
    body = {
        "kind": "compute#firewall",
        "name": name,
        "network": f"https://www.googleapis.com/compute/v1/projects/p/global/networks/{network}",
        "direction": "EGRESS",
        "priority": priority,
        "destinationRanges": ["0.0.0.0/0"],
    }
    return document(body | (fields or {"denied": [ALL]}))


def allow(name: str = "allow", priority: int = 1000, **fields: Any) -> Document:
    return vpc(name, priority, **({"allowed": [ALL]} | fields))


def deny(name: str = "deny", priority: int = 1000, **fields: Any) -> Document:
    return vpc(name, priority, **({"denied": [ALL]} | fields))


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([deny()], DENIED),
        ([allow()], ALLOWED),
        ([deny(), allow()], DENIED),  # at equal priority
        ([deny(priority=1001), allow()], ALLOWED),
        ([deny(disabled=True)], IMPLIED),
        ([deny(direction="INGRESS")], IMPLIED),
        ([deny(destinationRanges=["20.42.65.0/24"])], DENIED),
        ([deny(destinationRanges=["20.42.66.0/24"])], IMPLIED),
        ([deny(destinationRanges=["::/0"])], IMPLIED),
        ([deny(denied=[TCP])], DENIED),
        ([deny(denied=[{"IPProtocol": "6", "ports": ["400-500"]}])], DENIED),
        ([deny(denied=[{"IPProtocol": "tcp", "ports": ["80", "8443"]}])], IMPLIED),
        ([deny(denied=[{"IPProtocol": "udp"}, TCP])], DENIED),
        ([deny(denied=[{"IPProtocol": "esp"}])], IMPLIED),
        ([deny(targetTags=["db"])], UNKNOWN),
        ([deny(targetServiceAccounts=["a@b"])], UNKNOWN),
        ([deny(targetTags=["db"]), deny("other", 2000)], DENIED),
        ([allow(targetTags=["db"])], IMPLIED),
        ([deny(sourceRanges=["10.240.0.0/16"])], DENIED),
        ([deny(sourceRanges=["10.9.0.0/16"])], IMPLIED),
        ([allow("a", 500, destinationRanges=["20.42.65.0/24"]), deny()], ALLOWED),
        ([vpc("deny", denied=[ALL], priority=1000)], DENIED),
    ],
)  # fmt: skip
def test_vpc_rules(documents: list[Document], expected: tuple[str, str]) -> None:
    for given in permutations(documents):
        assert outcome(load, given, ASKED) == expected


def rule(
    priority: int, action: str = "deny", layer4: dict[str, Any] | None = None, **match: Any
) -> dict[str, Any]:
    """A rule of a policy for all protocols to everywhere, but for what is said."""
    protocols = [layer4 or {"ipProtocol": "all"}]
    return {
        "priority": priority,
        "direction": "EGRESS",
        "action": action,
        "match": {"layer4Configs": protocols} | match,
    }


def policy(*rules: dict[str, Any], name: str = "policy", **fields: Any) -> Document:
    return document({"kind": "compute#firewallPolicy", "name": name, "rules": list(rules)} | fields)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule(1)], DENIED),
        ([rule(1, "allow"), rule(2)], ALLOWED),
        ([rule(2, "allow"), rule(1)], DENIED),
        ([rule(1, "goto_next"), rule(2)], IMPLIED),
        ([rule(1, "allow", destFqdns=[HOST]), rule(2)], ALLOWED),
        ([rule(1, "allow", destFqdns=[f"{HOST.upper()}."]), rule(2)], ALLOWED),
        ([rule(1, "allow", destFqdns=["example.com"]), rule(2)], DENIED),
        ([rule(1, "allow", destFqdns=["x.example"], destIpRanges=["20.0.0.0/8"]), rule(2)], ALLOWED),
        ([rule(1, "allow", destAddressGroups=["g"]), rule(2)], UNKNOWN),
        ([rule(1, "allow", destRegionCodes=["US"], destFqdns=[HOST]), rule(2)], ALLOWED),
        ([rule(1, "deny", destThreatIntelligences=["iplist-tor-exit-nodes"])], UNKNOWN),
        ([rule(1, "deny", destNetworkType="INTERNET")], DENIED),
        ([rule(1, "deny", destNetworkType="NON_INTERNET")], IMPLIED),
        ([rule(1, "deny", destNetworkContext="VPC_NETWORKS")], UNKNOWN),
        ([rule(1, "deny", {"ipProtocol": "tcp", "ports": ["80"]})], IMPLIED),
        ([rule(1, "deny", srcIpRanges=["10.9.0.0/16"])], IMPLIED),
        ([rule(1, "apply_security_profile_group")], UNSUPPORTED),
        ([rule(1, "shrug")], UNSUPPORTED),
        ([rule(1) | {"disabled": True}], IMPLIED),
        ([rule(1) | {"direction": "INGRESS"}], IMPLIED),
        ([rule(1) | {"targetSecureTags": [{"name": "tagValues/1"}]}], UNKNOWN),
        ([rule(1) | {"priority": None}], UNKNOWN),
    ],
)  # fmt: skip
def test_policy_rules(rules: list[dict[str, Any]], expected: tuple[str, str]) -> None:
    assert outcome(load, policy(*rules), ASKED) == expected


def test_a_name_needs_to_be_known_and_no_address() -> None:
    given = policy(rule(1, "allow", destFqdns=[HOST]), rule(2))
    assert outcome(load, given, flow(PUBLIC)) == UNKNOWN
    assert outcome(load, given, flow(HOST)) == ALLOWED


ORGANISATION = {"parent": "organizations/1"}
FOLDER = {"parent": "folders/2"}
REGIONAL = {"region": "europe-west1"}


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([policy(rule(9), name="org", **ORGANISATION), policy(rule(1, "allow"), name="fold", **FOLDER)], "org"),
        ([policy(rule(9), name="fold", **FOLDER), allow()], "fold"),
        ([deny(), policy(rule(1, "allow"), name="global")], "net"),
        ([policy(rule(9), name="global"), policy(rule(1, "allow"), name="region", **REGIONAL)], "global"),
        ([policy(rule(1, "goto_next"), name="org", **ORGANISATION), deny()], "net"),
        ([allow("a", destinationRanges=["9.9.9.9/32"]), policy(rule(1), name="global")], "global"),
        ([policy(rule(1), name="global"), allow(), document({"name": "net", "networkFirewallPolicyEnforcementOrder": "BEFORE_CLASSIC_FIREWALL"})], "global"),
    ],
)  # fmt: skip
def test_layers_are_asked_one_after_the_other(documents: list[Document], expected: str) -> None:
    for given in permutations(documents):
        found = said(load, given, ASKED)
        assert (found.verdict, found.name) == (FlowVerdict.DENIED, expected)


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        # whether the first list hands on or decides, the answer is the same
        (rule(1, "goto_next", destRegionCodes=["US"]), [deny()], DENIED),
        (rule(1, "deny", destRegionCodes=["US"]), [deny()], DENIED),
        (rule(1, "allow", destRegionCodes=["US"]), [], IMPLIED),
        (rule(1, "allow", destRegionCodes=["US"]), [deny()], UNKNOWN),
        (rule(1, "deny", destRegionCodes=["US"]), [allow()], UNKNOWN),
    ],
)
def test_a_doubt_in_one_layer_matters_only_where_it_changes_the_answer(
    first: dict[str, Any], then: list[Document], expected: tuple[str, str]
) -> None:
    assert outcome(load, [policy(first, **ORGANISATION), *then], ASKED) == expected


def test_a_doubt_about_handing_on_names_the_rule() -> None:
    given = [
        policy(rule(1, "goto_next", destRegionCodes=["US"]), rule(2, "allow"), **ORGANISATION),
        deny(),
    ]
    found = said(load, given, ASKED)
    assert (found.verdict, found.rule) == (FlowVerdict.UNKNOWN, "1")


def test_of_two_networks_one_applies() -> None:
    given = [deny(network="a"), allow(network="b")]
    found = said(load, given, ASKED)
    assert (found.verdict, found.name) == (FlowVerdict.UNKNOWN, "a")


def test_a_policy_holds_for_the_networks_that_it_is_associated_with() -> None:
    here: dict[str, Any] = {
        "associations": [{"attachmentTarget": "projects/p/global/networks/net"}]
    }
    there: dict[str, Any] = {
        "associations": [{"attachmentTarget": "projects/p/global/networks/other"}]
    }
    assert (
        outcome(
            load, [allow("a", destinationRanges=["9.9.9.9/32"]), policy(rule(1), **here)], ASKED
        )
        == DENIED
    )
    assert outcome(load, [allow(), policy(rule(1), **there)], ASKED) == UNKNOWN


def test_a_policy_may_target_networks() -> None:
    for network, expected in (("net", DENIED), ("other", ALLOWED)):
        target = rule(1) | {"targetResources": [f"projects/p/global/networks/{network}"]}
        assert outcome(load, [policy(target, **ORGANISATION), allow()], ASKED) == expected
    assert outcome(load, policy(rule(1) | {"targetResources": ["networks/net"]}), ASKED) == UNKNOWN


def test_effective_firewalls_are_read() -> None:
    body = {
        "firewallPolicys": [
            {"type": "NETWORK", "name": "global", "rules": [rule(1)]},
            {"type": "HIERARCHY", "displayName": "org", "rules": [rule(1, "goto_next")]},
        ],
        "firewalls": [dict(allow("a", destinationRanges=["20.42.66.0/24"]).body)],
    }
    found = said(load, document(body), ASKED)
    assert (found.verdict, found.name) == (FlowVerdict.DENIED, "global")
    assert outcome(load, document(body), flow("20.42.66.1")) == ALLOWED


def test_rules_of_a_policy_by_themselves_are_read() -> None:
    given = [
        document(rule(2), file="rules.json"),
        document(rule(1, "allow", destFqdns=[HOST]), file="rules.json"),
    ]
    assert outcome(load, given, ASKED) == ALLOWED
    assert outcome(load, given, flow("x.example", PUBLIC)) == DENIED


def test_the_metadata_server_is_always_reached() -> None:
    assert outcome(load, deny(), flow("169.254.169.254", port=80)) == IMPLIED


def test_a_host_that_was_not_resolved() -> None:
    assert outcome(load, deny(), flow(HOST)) == DENIED
    assert outcome(load, deny(destinationRanges=["20.0.0.0/8"]), flow(HOST)) == UNKNOWN
    assert (
        outcome(
            load,
            deny(denied=[{"IPProtocol": "udp", "ports": ["123"]}]),
            flow(HOST, port=123, transfer=Transfer.UDP),
        )
        == DENIED
    )


@pytest.mark.parametrize(
    "body",
    [
        {"direction": "EGRESS", "denied": [None, 3, {}], "priority": "x", "destinationRanges": 7},
        {"rules": [{"match": 5, "direction": "EGRESS"}, 1, {"match": {"layer4Configs": "x"}}]},
        {"firewallPolicys": [1, {}], "firewalls": [{}, {"firewalls": [{}]}]},
        {"items": [{"items": []}], "associations": 4},
    ],
)
def test_what_is_not_well_formed_never_breaks_it(body: dict[str, Any]) -> None:
    decider = load([document(body)])
    assert decider is None or decider.decide(ASKED) is not None
