"""A profile's endpoints become the request."""

from ipaddress import ip_address
from typing import Any

import pytest

from preflight.allow import of_endpoints
from preflight.catalog.load import load
from preflight.catalog.select import select
from preflight.model.endpoint import Cloud, Endpoint, Environment, Protocol, Requirement, Trust
from preflight.model.profile import Selection
from preflight.model.request import Inspection, Request
from preflight.model.vantage import Address
from tests.allow.builders import PROFILE, endpoint


def composed(*endpoints: Endpoint, addresses: dict[str, list[Address]] | None = None) -> Request:
    return of_endpoints(endpoints, name="defender", profile=PROFILE, addresses=addresses)


def test_the_rule_is_the_documented_name_with_the_known_host_behind_it() -> None:
    (rule,) = composed(endpoint("*.example.com", "api.example.com")).rules

    assert rule.fqdn == "*.example.com"
    assert rule.hosts == ("api.example.com",)
    assert rule.depth == 1
    assert rule.sources == ("https://learn.example.com/page",)


def test_a_host_that_the_documented_name_does_not_cover_gets_its_own_rule() -> None:
    asked = composed(endpoint("vault.azure.net", "ours.vault.azure.net"))

    assert [rule.fqdn for rule in asked.rules] == ["vault.azure.net", "ours.vault.azure.net"]


def test_a_known_address_is_a_rule_where_the_name_is_not_known() -> None:
    asked = composed(endpoint("{api_server_fqdn}", "203.0.113.9", port=9000, protocol=Protocol.TCP))

    assert [(rule.fqdn, rule.port) for rule in asked.rules] == [("203.0.113.9", 9000)]


def test_a_placeholder_that_is_not_filled_is_named_with_the_way_to_fill_it() -> None:
    asked = composed(
        endpoint("{acr_name}.azurecr.io"),
        endpoint("*.hcp.{region}.azmk8s.io", "{api_server_fqdn}", skipped="something else"),
    )

    assert asked.rules == ()
    assert asked.remarks == (
        "{acr_name}.azurecr.io, TCP 443 (defender-sensor) is left out: a part of the name is not known; give --set acr_name=VALUE.",
        "*.hcp.{region}.azmk8s.io, TCP 443 (defender-sensor) is left out: a part of the name is not known; give --region NAME "
        "(of Azure, as in westeurope).",
    )


def test_a_host_with_a_placeholder_still_tells_how_deep_the_wildcard_is() -> None:
    (rule,) = composed(endpoint("*.ingest.example.com", "{dce_id}.west.ingest.example.com")).rules

    assert rule.depth == 2
    assert rule.hosts == ()


def test_a_websocket_is_https_to_a_firewall() -> None:
    (rule,) = composed(
        endpoint(protocol=Protocol.WSS), endpoint(protocol=Protocol.HTTPS, component="monitor")
    ).rules

    assert rule.protocol is Protocol.HTTPS
    assert rule.is_websocket


def test_a_tag_with_a_placeholder_is_no_tag() -> None:
    (rule,) = composed(endpoint(service_tags=("AzureCloud.{region}", "AzureMonitor"))).rules

    assert rule.service_tags == ("AzureMonitor",)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Inspection.BYPASS),
        ({"component": "image-pull"}, Inspection.UNSTATED),
        ({"component": "aks-base", "trust": Trust.CLUSTER}, Inspection.BYPASS),
        ({"component": "monitor", "protocol": Protocol.WSS}, Inspection.BYPASS),
        ({"protocol": Protocol.HTTP}, Inspection.NOT_TLS),
        ({"protocol": Protocol.UDP}, Inspection.NOT_TLS),
    ],
)
def test_inspection_is_as_the_vendor_documents(
    changes: dict[str, Any], expected: Inspection
) -> None:
    (rule,) = composed(endpoint(**changes)).rules

    assert rule.inspection is expected


def test_given_addresses_belong_to_the_names_that_they_are_of() -> None:
    known: dict[str, list[Address]] = {
        "api.example.com": [ip_address("203.0.113.1")],
        "other.example.com": [ip_address("203.0.113.2")],
        "c.test.net": [ip_address("203.0.113.3")],
    }
    asked = composed(
        endpoint("*.example.com", "api.example.com"), endpoint("d.test.net"), addresses=known
    )

    assert [list(map(str, rule.addresses)) for rule in asked.rules] == [
        ["203.0.113.1", "203.0.113.2"],
        [],
    ]
    assert asked.remarks == ("The addresses of c.test.net are not used: no rule is for it.",)


@pytest.mark.parametrize("environment", Environment)
@pytest.mark.parametrize("cloud", Cloud)
def test_every_required_endpoint_of_every_profile_is_opened_or_named(
    environment: Environment, cloud: Cloud
) -> None:
    selection = Selection(environment=environment, cloud=cloud, everything=True)
    endpoints = select(load(), selection)

    asked = of_endpoints(endpoints, name="defender", profile=PROFILE)

    names = {rule.fqdn for rule in asked.rules} | {n for r in asked.rules for n in r.covers}
    lost = [
        each.fqdn
        for each in endpoints
        if each.requirement is Requirement.REQUIRED
        and each.fqdn not in names
        and not any(each.fqdn in remark for remark in asked.remarks)
    ]
    assert lost == []
    assert len(asked.rules) < len(endpoints)
