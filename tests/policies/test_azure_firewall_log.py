"""What Azure Firewall's log says of a flow."""

import json
from typing import Any

import pytest

from preflight.model.document import Document
from preflight.model.flow import FlowVerdict, Reason, Ruling, Transfer
from preflight.policies import azure_firewall_log
from tests.policies.exported import EXPORTS, document, flow

HOST, SOURCE = "login.example.com", "10.240.0.4"


def logged(message: str, at: str = "2026-11-23T10:00:00Z", table: str = "Application") -> Document:
    return document(
        {"category": f"AzureFirewall{table}Rule", "time": at, "properties": {"msg": message}},
        file="log.jsonl",
    )


def request(rest: str, *, source: str = SOURCE, to: str = f"{HOST}:443", **fields: Any) -> Document:
    return logged(f"HTTPS request from {source}:55640 to {to}. {rest}", **fields)


def row(**fields: Any) -> Document:
    given = {
        "TimeGenerated": "2026-11-23T10:00:00Z",
        "Protocol": "HTTPS",
        "SourceIp": SOURCE,
        "Fqdn": HOST,
        "DestinationPort": 443,
        "Action": "Deny",
        "Policy": "hub",
        "RuleCollectionGroup": "g",
        "RuleCollection": "c",
        "Rule": "r",
    }
    return document(given | fields)


def said(*entries: Document, to: str = HOST, **fields: Any) -> Ruling | None:
    log = azure_firewall_log.load(entries)
    return log.decide(flow(to, **fields)) if log else None


def verdict(found: Ruling | None) -> tuple[FlowVerdict, Reason, str | None] | None:
    return (found.verdict, found.reason, found.rule) if found else None


DENIED, ALLOWED, UNKNOWN = FlowVerdict.DENIED, FlowVerdict.ALLOWED, FlowVerdict.UNKNOWN


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("Action: Allow. Rule Collection: c. Rule: r", (ALLOWED, Reason.EXPLICIT_ALLOW, "c/r")),
        (
            "Action: Deny. Policy: hub. Rule Collection Group: g. Rule Collection: c. Rule: r",
            (DENIED, Reason.EXPLICIT_DENY, "g/c/r"),
        ),
        (
            "Action: Deny. No rule matched. Proceeding with default action",
            (DENIED, Reason.DEFAULT_DENY, None),
        ),
        ("Action: Deny..", (DENIED, Reason.DEFAULT_DENY, None)),
        (
            "Url: login.example.com/a.b?c=d. Action: Deny. Policy:hub. Rule Collection Group:g. Rule Collection:c. Rule:r. Web Category:x",
            (DENIED, Reason.EXPLICIT_DENY, "g/c/r"),
        ),
    ],
)
def test_the_message_names_action_and_rule(
    rest: str, expected: tuple[FlowVerdict, Reason, str | None]
) -> None:
    found = said(request(rest))
    assert verdict(found) == expected
    assert found is not None
    assert str(found.origin) == "log.jsonl:1"
    assert HOST in found.explanation


def test_a_structured_row_names_policy_and_rule() -> None:
    found = said(row())
    assert verdict(found) == (DENIED, Reason.EXPLICIT_DENY, "g/c/r")
    assert found is not None
    assert found.name == "hub"


def test_a_network_rules_entry_is_about_an_address() -> None:
    entry = logged(
        f"TCP request from {SOURCE}:1 to 20.42.65.88:9000. Action: Deny", table="Network"
    )
    found = said(entry, to="20.42.65.88", port=9000)
    assert verdict(found) == (DENIED, Reason.DEFAULT_DENY, None)


def test_the_latest_entry_counts_whatever_the_order_in_the_file() -> None:
    old = request("Action: Deny", at="2026-11-23T09:00:00Z")
    new = request("Action: Allow. Rule Collection: c. Rule: r", at="2026-11-23T10:00:00Z")
    for order in ((old, new), (new, old)):
        found = said(*order)
        assert found is not None
        assert found.verdict is ALLOWED


def test_an_entry_about_another_source_leaves_it_open() -> None:
    found = said(request("Action: Deny", source="10.9.9.9"))
    assert verdict(found) == (UNKNOWN, Reason.NEEDS_LIVE_DATA, None)
    assert found is not None
    assert "10.9.9.9" in found.explanation


def test_without_a_known_source_every_entry_counts() -> None:
    found = said(request("Action: Deny", source="10.9.9.9"), source=None)
    assert found is not None
    assert found.verdict is DENIED


@pytest.mark.parametrize(
    "fields",
    [
        {"to": "other.example.com"},
        {"port": 80},
        {"transfer": Transfer.UDP},
    ],
)
def test_an_entry_about_something_else_says_nothing(fields: dict[str, Any]) -> None:
    assert said(request("Action: Deny"), **fields) is None


@pytest.mark.parametrize(
    "message",
    [
        "",
        "DNS Request: 10.1.0.7:48197 - 15676 AAA IN login.example.com. udp 55 false 512 NOERROR",
        "HTTPS request from 10.1.0.4:55611. Action: Deny. Reason: SNI TLS extension was missing.",
        "HTTPS request from x to y",
        "HTTPS request from 10.1.0.4:1 to login.example.com:443. Action: Maybe",
        "HTTPS request from 10.1.0.4:1 to " + "a" * 5_000,
    ],
)
def test_what_has_no_destination_or_no_action_is_passed_over(message: str) -> None:
    assert azure_firewall_log.load([logged(message)]) is None


def test_every_line_of_the_public_sample_that_has_a_destination_is_read() -> None:
    path = EXPORTS / "azure-firewall-legacy-logs.jsonl"
    if not path.is_file():
        pytest.skip("the public sample is not beside this checkout")
    lines = path.read_text().splitlines()
    log = azure_firewall_log.load([document(json.loads(line)) for line in lines])
    assert log is not None
    assert len(log.entries) == sum(" request from " in line and " to " in line for line in lines)
