"""AWS routes: the longest prefix, blackholes, and having no route at all."""

from typing import Any

import pytest

from preflight.model.document import Document
from preflight.model.flow import FlowVerdict
from preflight.policies.aws_route import load
from tests.policies.exported import HOST, PUBLIC, document, exported, flow, outcome, said

ALLOWED = ("allowed", "explicit-allow")
DROPPED = ("denied", "next-hop-none")
NO_ROUTE = ("denied", "default-deny")
UNKNOWN = ("unknown", "needs-live-data")
LOCAL = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}


def route(prefix: str = "0.0.0.0/0", state: str = "active", **fields: Any) -> dict[str, Any]:
    keys = {True: "DestinationIpv6CidrBlock", False: "DestinationCidrBlock"}
    key = "DestinationPrefixListId" if prefix.startswith("pl-") else keys[":" in prefix]
    return {key: prefix, "State": state, "NatGatewayId": "nat-1"} | fields


def table(*routes: dict[str, Any], name: str = "rtb-1") -> Document:
    return document({"RouteTables": [{"RouteTableId": name, "Routes": [LOCAL, *routes]}]})


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        (table(), NO_ROUTE),
        (table(route()), ALLOWED),
        (table(route(state="blackhole")), DROPPED),
        (table(route(state="blackhole"), route("20.42.65.0/24")), ALLOWED),
        (table(route(), route("20.42.65.0/24", "blackhole")), DROPPED),
        (table(route("::/0")), NO_ROUTE),
        (table(route(), route(state="blackhole", Origin="EnableVgwRoutePropagation")), ALLOWED),
        (table(route(), route("pl-1", "blackhole")), UNKNOWN),
        (table(route(), route("pl-1")), ALLOWED),
        (table(route("pl-1")), UNKNOWN),
    ],
)
def test_the_longest_prefix_decides(documents: Document, expected: tuple[str, str]) -> None:
    assert outcome(load, documents, flow(HOST, PUBLIC)) == expected


def test_the_next_hop_is_told() -> None:
    assert 'a NAT gateway ("nat-1")' in said(load, table(route()), flow(HOST, PUBLIC)).explanation
    gone = said(load, table(route(state="blackhole")), flow(HOST, PUBLIC))
    assert (gone.name, gone.rule) == ("rtb-1", "0.0.0.0/0")


@pytest.mark.parametrize(
    ("routes", "expected"),
    [([route()], ALLOWED), ([route("20.0.0.0/8")], UNKNOWN), ([], NO_ROUTE)],
)
def test_a_host_that_was_not_resolved(
    routes: list[dict[str, Any]], expected: tuple[str, str]
) -> None:
    assert outcome(load, table(*routes), flow(HOST)) == expected


def test_of_the_tables_of_the_public_sample_one_applies() -> None:
    sample = exported("aws-describe-route-tables.json")
    found = said(load, sample, flow(HOST, PUBLIC))
    assert (found.verdict, found.name) == (FlowVerdict.UNKNOWN, "rtb-09ba434c1bEXAMPLE")
    first = document({"RouteTables": [sample[0].body["RouteTables"][0]]})
    assert outcome(load, first, flow(HOST, PUBLIC)) == DROPPED


@pytest.mark.parametrize("body", [{"RouteTables": [1, {"Routes": [None, {}]}]}, {"RouteTableId": 5, "Routes": "x"}])  # fmt: skip
def test_what_is_not_well_formed_never_breaks_it(body: dict[str, Any]) -> None:
    decider = load([document(body)])
    assert decider is None or decider.decide(flow(HOST, PUBLIC)) is not None
