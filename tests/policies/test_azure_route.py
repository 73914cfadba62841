"""Azure routes: the longest prefix, who is preferred among equals, next hops that drop, and what bypasses an appliance."""

from typing import Any

import pytest

from preflight.model.document import Document
from preflight.model.flow import FlowVerdict
from preflight.policies.azure_route import load
from tests.policies.exported import HOST, PUBLIC, document, exported, flow, outcome, said

ALLOWED = ("allowed", "explicit-allow")
SYSTEM = ("allowed", "default-allow")
DROPPED = ("denied", "next-hop-none")
UNKNOWN = ("unknown", "needs-live-data")


def route(prefix: str, hop: str = "VirtualAppliance", **fields: Any) -> dict[str, Any]:
    return {"name": f"to-{prefix}", "addressPrefix": prefix, "nextHopType": hop} | fields


def table(*routes: dict[str, Any], name: str = "rt") -> Document:
    return document({"name": name, "type": "Microsoft.Network/routeTables", "routes": list(routes)})


def effective(*routes: dict[str, Any]) -> Document:
    """As `az network nic show-effective-route-table` prints them."""
    rows = [
        each
        | {
            "addressPrefix": [each["addressPrefix"]],
            "state": each.get("state", "Active"),
            "source": each.get("source", "Default"),
        }
        for each in routes
    ]
    return document({"value": rows})


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        (table(), SYSTEM),
        (table(route("0.0.0.0/0")), ALLOWED),
        (table(route("0.0.0.0/0", "None")), DROPPED),
        (table(route("0.0.0.0/0"), route("20.0.0.0/8", "None")), DROPPED),
        (table(route("0.0.0.0/0", "None"), route("20.42.65.0/24", "Internet")), ALLOWED),
        (table(route("0.0.0.0/0"), route("21.0.0.0/8", "None")), ALLOWED),
        (table(route("0.0.0.0/0", "Teleport")), ("unknown", "unsupported")),
        (table(route("0.0.0.0/0"), route("AzureMonitor", "None")), UNKNOWN),
        (table(route("0.0.0.0/0"), route("AzureMonitor", "Internet")), ALLOWED),
        (effective(route("0.0.0.0/0", "Internet")), ALLOWED),
        (effective(route("10.0.0.0/8", "VnetLocal")), ("denied", "default-deny")),
        (effective(route("0.0.0.0/0", "Internet"), route("0.0.0.0/0", "None", source="User")), DROPPED),
        (effective(route("0.0.0.0/0", "None"), route("0.0.0.0/0", source="VirtualNetworkGateway", hop="VirtualNetworkGateway")), ALLOWED),
        (effective(route("0.0.0.0/0", "Internet"), route("0.0.0.0/0", "None", source="User", state="Invalid")), ALLOWED),
    ],
)  # fmt: skip
def test_the_longest_prefix_decides_then_the_source(
    documents: Document, expected: tuple[str, str]
) -> None:
    assert outcome(load, documents, flow(HOST, PUBLIC)) == expected


def test_an_appliance_is_the_one_to_ask_next() -> None:
    documents = table(route("0.0.0.0/0", nextHopIpAddress="10.1.0.4"))
    found = said(load, documents, flow(HOST, PUBLIC))
    assert '"10.1.0.4"' in found.explanation
    assert found.rule == "to-0.0.0.0/0"


def test_a_more_specific_route_to_the_internet_bypasses_the_appliance() -> None:
    documents = table(route("0.0.0.0/0"), route("20.42.65.0/24", "Internet"))
    assert "never sees the packet" in said(load, documents, flow(HOST, PUBLIC)).explanation


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [("0.0.0.0/0", DROPPED), ("20.0.0.0/8", UNKNOWN), ("10.0.0.0/8", SYSTEM)],
)
def test_a_host_that_was_not_resolved(prefix: str, expected: tuple[str, str]) -> None:
    assert outcome(load, table(route(prefix, "None")), flow(HOST)) == expected


def test_a_private_address_without_a_route_is_unknown() -> None:
    assert outcome(load, table(), flow("10.9.9.9")) == UNKNOWN


def test_of_two_tables_one_applies_and_effective_routes_replace_them() -> None:
    given = [table(route("0.0.0.0/0", "None"), name="a"), table(route("0.0.0.0/0"), name="b")]
    found = said(load, given, flow(HOST, PUBLIC))
    assert (found.verdict, found.name) == (FlowVerdict.UNKNOWN, "a")
    assert (
        outcome(load, [*given, effective(route("0.0.0.0/0", "Internet"))], flow(HOST, PUBLIC))
        == ALLOWED
    )


def test_routes_by_themselves_belong_to_the_table_of_their_id() -> None:
    documents = document(route("0.0.0.0/0", "None") | {"id": "/x/routeTables/mine/routes/r"})
    assert said(load, documents, flow(HOST, PUBLIC)).name == "mine"


def test_the_public_sample_is_read() -> None:
    sample = exported("azure-route-table-get.json")
    assert said(load, sample, flow("10.0.3.9")).rule == "route1"
    assert outcome(load, sample, flow(HOST, PUBLIC)) == SYSTEM


@pytest.mark.parametrize(
    "body", [{"routes": 7}, {"routes": [{"nextHopType": "x"}]}, {"value": [{"nextHopType": "None", "addressPrefix": [None, {}]}]}]
)  # fmt: skip
def test_what_is_not_well_formed_never_breaks_it(body: dict[str, Any]) -> None:
    decider = load([document(body)])
    assert decider is None or decider.decide(flow(HOST, PUBLIC)) is not None


def test_published_service_tags_are_routes_to_each_of_their_prefixes() -> None:
    tags = document(
        {"values": [{"name": "AzureMonitor", "properties": {"addressPrefixes": ["20.42.65.0/24"]}}]}
    )
    given = [table(route("0.0.0.0/0"), route("AzureMonitor", "None")), tags]
    assert outcome(load, given, flow(HOST, PUBLIC)) == DROPPED
    assert outcome(load, given, flow(HOST, "20.42.66.1")) == ALLOWED
