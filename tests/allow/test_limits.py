"""What single formats bound, and how the request keeps within it."""

import csv
import io
import json
import re

import pytest

from preflight.allow import render
from preflight.allow.cilium import selector
from preflight.model.endpoint import Protocol
from preflight.model.request import Rule
from tests.allow.builders import addresses, request, rule
from tests.allow.readers import openings

MANY = [rule(f"h{number}.example.com") for number in range(250)]
LONG = [rule(f"{'a' * 60}.{'b' * 60}.{last}.example.com") for last in ("x", "y")]


def test_google_takes_a_hundred_names_in_a_rule() -> None:
    text = render(request(*MANY), "gcp").text

    assert len(openings(text, "gcp")) == 250
    assert re.findall(r"rules create (\d+)", text) == ["1000", "1001", "1002"]


def test_security_group_priorities_that_run_out_are_named() -> None:
    every = [rule(f"{number}.0.0.1", 1000 + number) for number in range(1, 223)]
    more = [rule(f"{number}.0.0.2", 2000 + number) for number in range(1, 223)]

    assert "more rules than priorities" not in " ".join(render(request(*every), "nsg").remarks)
    assert "more rules than priorities" in " ".join(render(request(*every, *more), "nsg").remarks)


@pytest.mark.parametrize(
    "dialect", ["fortigate", "azure-firewall", "squid", "nsg", "network-policy"]
)
def test_long_names_give_legal_objects_that_differ(dialect: str) -> None:
    asked = [
        rule(each.fqdn, addresses=addresses(f"203.0.113.{number}"))
        for number, each in enumerate(LONG)
    ]

    assert len(openings(render(request(*asked), dialect).text, dialect)) >= 2


def test_components_that_differ_in_signs_alone_share_a_rule_of_azure() -> None:
    asked = [rule("a.example.com", components=("a_b",)), rule("b.example.com", components=("a b",))]

    (group,) = json.loads(render(request(*asked), "azure-firewall").text)["resources"]

    (only,) = group["properties"]["ruleCollections"][0]["rules"]
    assert only["targetFqdns"] == ["a.example.com", "b.example.com"]


def test_a_description_never_becomes_an_expression_of_a_template() -> None:
    asked = request(rule(purposes=("[resourceGroup().id]",)))

    (group,) = json.loads(render(asked, "azure-firewall").text)["resources"]

    described = group["properties"]["ruleCollections"][0]["rules"][0]["description"]
    assert described == "[[resourceGroup().id]"


@pytest.mark.parametrize("purpose", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1"])
def test_a_spreadsheet_evaluates_nothing(purpose: str) -> None:
    asked = request(rule(purposes=(purpose,), components=("=x",)))

    (row,) = csv.DictReader(io.StringIO(render(asked, "csv").text, newline=""))

    assert row["purpose"].startswith("'")
    assert row["component"] == "'=x"
    assert not row["destination_fqdn"].startswith("'")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (rule("a.example.com"), 'matchName: "a.example.com"'),
        (rule("*.example.com", depth=1), 'matchPattern: "*.example.com"'),
        (rule("*.example.com", depth=2), 'matchPattern: "**.example.com"'),
        (rule("*.example.com", depth=None), 'matchPattern: "**.example.com"'),
        (rule("md-*.example.com", depth=1), 'matchPattern: "md-*.example.com"'),
    ],
)
def test_cilium_gets_as_many_labels_as_the_names_have(asked: Rule, expected: str) -> None:
    assert selector(asked) == expected


def test_ipv6_goes_where_a_format_takes_it_and_is_named_elsewhere() -> None:
    asked = request(
        rule("2001:db8::53", 53, protocol=Protocol.UDP, components=("on-the-way",)),
        source=("10.0.0.0/8", "2001:db8:1::/48"),
    )

    assert ("2001:db8::53", 53, "Udp") in openings(render(asked, "nsg").text, "nsg")
    assert ("2001:db8::53/128", 53, "UDP") in openings(render(asked, "cilium").text, "cilium")
    for dialect in ("azure-firewall", "gcp", "fortigate"):
        written = render(asked, dialect)
        assert written.text == ""
        assert "[2001:db8::53]:53/UDP" in " ".join(written.remarks)


def test_a_rule_of_a_security_group_holds_one_address_family() -> None:
    both = rule(addresses=addresses("203.0.113.1", "2001:db8::1"))

    for source, expected in (
        (("10.0.0.0/8",), {"203.0.113.1"}),
        (("2001:db8:1::/48",), {"2001:db8::1"}),
        ((), {"203.0.113.1", "2001:db8::1"}),
    ):
        written = render(request(both, source=source), "nsg")
        assert {where for where, _, _ in openings(written.text, "nsg")} == expected
        left = {"203.0.113.1", "2001:db8::1"} - expected
        assert all(any(each in remark for remark in written.remarks) for each in left)


def test_a_security_group_says_in_plain_words_what_it_cannot_open() -> None:
    written = render(request(rule("*.cloud.defender.microsoft.com")), "nsg")

    assert written.text == ""
    assert "knows no names" in " ".join(written.remarks)


def test_a_policy_without_an_address_is_not_written() -> None:
    for dialect in ("network-policy", "calico"):
        written = render(request(rule()), dialect)
        assert all(line.startswith("#") for line in written.text.splitlines())
        assert "No policy is written." in written.text


def test_policies_warn_that_they_isolate() -> None:
    known = rule(addresses=addresses("203.0.113.1"))

    for dialect in ("network-policy", "calico", "cilium"):
        assert any("isolates" in remark for remark in render(request(known), dialect).remarks)


@pytest.mark.parametrize(
    ("changes", "opened", "remark"),
    [
        ({"hosts": ("x.tun.example.com",)}, {("x.tun.example.com", 9000, "TCP")}, "only the names"),
        ({"service_tags": ("AzureCloud.westeurope",)}, {("AzureCloud.westeurope", 9000, "TCP")}, ""),
        ({}, set(), "Left out"),
    ],
)  # fmt: skip
def test_a_network_rule_of_azure_takes_known_names_or_else_service_tags_for_a_wildcard(
    changes: dict[str, object], opened: set[tuple[str, int, str]], remark: str
) -> None:
    asked = request(rule("*.tun.example.com", 9000, protocol=Protocol.TCP, **changes))

    written = render(asked, "azure-firewall")

    assert remark in " ".join(written.remarks)
    assert (openings(written.text, "azure-firewall") if written.text else set()) == opened
