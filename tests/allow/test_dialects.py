"""What holds for every dialect: it opens just what was asked, says what it leaves out, and no text gets out of its place."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.allow import DIALECTS, of_report, render
from preflight.cli.rules_request import FORMATS
from preflight.model.request import Request
from tests.allow.builders import (
    DEEP,
    IMAGES,
    LITERAL,
    LOGIN,
    MIXED,
    ODD_PORT,
    PARTIAL,
    RELAY,
    SENSOR,
    TIME,
    TUNNEL,
    UPDATES,
    request,
    rule,
)
from tests.allow.readers import Opening, openings
from tests.budget import examples
from tests.golden.rich import rich_report
from tests.report.builders import HOSTILE, PASSWORD

AZURE = {
    ("*.cloud.defender.microsoft.com", 443, "Https"),
    ("*.ingest.monitor.azure.com", 443, "Https"),
    ("*.servicebus.windows.net", 443, "Https"),
    ("mcr.microsoft.com", 443, "Https"),
    ("login.microsoftonline.com", 443, "Https"),
    ("relay.example.com", 8443, "Https"),
    ("security.ubuntu.com", 80, "Http"),
    ("203.0.113.99", 443, "TCP"),
    ("tunnel.example.com", 9000, "TCP"),
    ("ntp.ubuntu.com", 123, "UDP"),
}
BY_ADDRESS = {
    ("203.0.113.10/32", 443, "TCP"),
    ("2001:db8:113::10/128", 443, "TCP"),
    ("198.51.100.30/32", 443, "TCP"),
    ("203.0.113.99/32", 443, "TCP"),
    ("203.0.113.123/32", 123, "UDP"),
}
NAMED = {
    ("*.cloud.defender.microsoft.com", 443, "TCP"),
    ("*.ingest.monitor.azure.com", 443, "TCP"),
    ("*.servicebus.windows.net", 443, "TCP"),
    ("md-*.blob.storage.azure.net", 443, "TCP"),
    ("mcr.microsoft.com", 443, "TCP"),
    ("login.microsoftonline.com", 443, "TCP"),
    ("203.0.113.99", 443, "TCP"),
    ("relay.example.com", 8443, "TCP"),
    ("security.ubuntu.com", 80, "TCP"),
    ("tunnel.example.com", 9000, "TCP"),
    ("ntp.ubuntu.com", 123, "UDP"),
}
OPENED: dict[str, set[Opening]] = {
    "azure-firewall": AZURE,
    "azure-firewall-bicep": AZURE,
    "azure-firewall-terraform": AZURE,
    "nsg": {
        ("203.0.113.10", 443, "Tcp"),
        ("AzureMonitor", 443, "Tcp"),
        ("Storage", 443, "Tcp"),
        ("MicrosoftContainerRegistry", 443, "Tcp"),
        ("AzureFrontDoor.FirstParty", 443, "Tcp"),
        ("AzureActiveDirectory", 443, "Tcp"),
        ("203.0.113.99", 443, "Tcp"),
        ("AzureCloud.westeurope", 9000, "Tcp"),
        ("203.0.113.123", 123, "Udp"),
    },
    "aws-network-firewall": {
        (".cloud.defender.microsoft.com", 0, "TLS_SNI"),
        (".ingest.monitor.azure.com", 0, "TLS_SNI"),
        (".servicebus.windows.net", 0, "TLS_SNI"),
        ("mcr.microsoft.com", 0, "TLS_SNI"),
        ("login.microsoftonline.com", 0, "TLS_SNI"),
        ("relay.example.com", 0, "TLS_SNI"),
        ("security.ubuntu.com", 0, "HTTP_HOST"),
        ("md-*.blob.storage.azure.net", 443, "tls"),
        ("203.0.113.99", 443, "tcp"),
        ("203.0.113.123", 123, "udp"),
    },
    "gcp": {
        ("api.cloud.defender.microsoft.com", 443, "tcp"),
        ("mcr.microsoft.com", 443, "tcp"),
        ("login.microsoftonline.com", 443, "tcp"),
        ("203.0.113.99", 443, "tcp"),
        ("relay.example.com", 8443, "tcp"),
        ("security.ubuntu.com", 80, "tcp"),
        ("tunnel.example.com", 9000, "tcp"),
        ("ntp.ubuntu.com", 123, "udp"),
    },
    "network-policy": BY_ADDRESS | {("kube-dns", 53, "UDP"), ("kube-dns", 53, "TCP")},
    "cilium": {
        ("*.cloud.defender.microsoft.com", 443, "TCP"),
        ("**.ingest.monitor.azure.com", 443, "TCP"),
        ("**.servicebus.windows.net", 443, "TCP"),
        ("md-*.blob.storage.azure.net", 443, "TCP"),
        ("login.microsoftonline.com", 443, "TCP"),
        ("203.0.113.99/32", 443, "TCP"),
        ("relay.example.com", 8443, "TCP"),
        ("security.ubuntu.com", 80, "TCP"),
        ("tunnel.example.com", 9000, "TCP"),
        ("ntp.ubuntu.com", 123, "UDP"),
    },
    "calico": BY_ADDRESS
    | {("k8s-app == 'kube-dns'", 53, "UDP"), ("k8s-app == 'kube-dns'", 53, "TCP")},
    "squid": {
        (".cloud.defender.microsoft.com", 443, "CONNECT"),
        (".ingest.monitor.azure.com", 443, "CONNECT"),
        (".servicebus.windows.net", 443, "CONNECT"),
        (r"^md-[a-z0-9._-]+\.blob\.storage\.azure\.net$", 443, "CONNECT"),
        ("mcr.microsoft.com", 443, "CONNECT"),
        ("login.microsoftonline.com", 443, "CONNECT"),
        ("203.0.113.99", 443, "CONNECT"),
        ("relay.example.com", 8443, "CONNECT"),
        ("security.ubuntu.com", 80, "!CONNECT"),
    },
    "paloalto-edl": {
        ("*.cloud.defender.microsoft.com/", 0, "URL"),
        ("*.ingest.monitor.azure.com/", 0, "URL"),
        ("*.servicebus.windows.net/", 0, "URL"),
        ("mcr.microsoft.com/", 0, "URL"),
        ("login.microsoftonline.com/", 0, "URL"),
        ("relay.example.com/", 0, "URL"),
        ("security.ubuntu.com/", 0, "URL"),
    },
    "fortigate": {
        (name.replace("203.0.113.99", "203.0.113.99/32"), port, protocol.lower())
        for name, port, protocol in NAMED
        if not name.startswith("md-")
    },
    "csv": NAMED,
    "markdown": NAMED,
}
"""What the mixed request opens in each dialect: the conversions of wildcards, and of names into addresses and tags."""

LEFT_OUT = {
    "azure-firewall": (PARTIAL,),
    "azure-firewall-bicep": (PARTIAL,),
    "azure-firewall-terraform": (PARTIAL,),
    "nsg": (RELAY, ODD_PORT, UPDATES),
    "aws-network-firewall": (TUNNEL,),
    "gcp": (DEEP, RELAY, PARTIAL),
    "network-policy": (DEEP, RELAY, PARTIAL, IMAGES, ODD_PORT, UPDATES, TUNNEL),
    "cilium": (IMAGES,),
    "calico": (DEEP, RELAY, PARTIAL, IMAGES, ODD_PORT, UPDATES, TUNNEL),
    "squid": (TUNNEL, TIME),
    "paloalto-edl": (PARTIAL, LITERAL, TUNNEL, TIME),
    "fortigate": (PARTIAL,),
    "csv": (),
    "markdown": (),
}
"""What a dialect cannot say, and so has to name."""


def text(dialect: str, asked: Request) -> str:
    return render(asked, dialect).text


def test_the_command_offers_the_dialects_that_there_are() -> None:
    assert tuple(DIALECTS) == FORMATS
    assert set(DIALECTS) == set(OPENED) == set(LEFT_OUT)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_it_opens_what_was_asked_and_nothing_else(dialect: str) -> None:
    assert openings(text(dialect, request(*MIXED)), dialect) == OPENED[dialect]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_it_cannot_say_is_named_in_a_remark(dialect: str) -> None:
    left = [line for line in render(request(*MIXED), dialect).remarks if line.startswith("Left")]

    named = set(re.findall(r"[^\s,;]+:\d+", " ".join(left)))
    assert named == {f"{rule.fqdn}:{rule.port}" for rule in LEFT_OUT[dialect]}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_rule_is_lost_without_a_word(dialect: str) -> None:
    for asked in MIXED:
        written = render(request(asked), dialect)
        assert written.text or asked.fqdn in " ".join(written.remarks)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_source_is_in_it(dialect: str) -> None:
    written = render(request(SENSOR, source=("10.240.0.0/16",)), dialect)

    if dialect in {"network-policy", "cilium", "calico"}:
        assert "app" in written.text  # their source is the pods' labels
    else:
        assert "10.240.0.0/16" in f"{written.text}{written.remarks}"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_unknown_source_is_a_gap_that_is_named_and_never_everything(dialect: str) -> None:
    written = render(request(*MIXED, source=()), dialect)

    assert "0.0.0.0" not in written.text
    assert "::/0" not in written.text
    if dialect not in {"network-policy", "cilium", "calico"}:
        assert "source" in " ".join(written.remarks).lower()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_text_from_files_stays_in_its_place(dialect: str) -> None:
    hostile = [
        replace(
            each,
            purposes=(HOSTILE, "*/ ' \" ${x} %{y} #{z} [evil] -->"),
            components=each.components if each is IMAGES else (HOSTILE, *each.components),
            sources=(f"https://evil.test/{HOSTILE}",),
        )
        for each in MIXED
    ]

    written = text(dialect, request(*hostile))

    assert openings(written, dialect) == OPENED[dialect]
    assert "\x1b" not in written
    assert "\u202e" not in written


@pytest.mark.parametrize("dialect", DIALECTS)
@examples(30)
@given(purpose=st.text(max_size=60))
def test_no_purpose_changes_what_is_opened(dialect: str, purpose: str) -> None:
    asked = request(replace(SENSOR, purposes=(purpose,)), replace(TIME, purposes=(purpose,)))
    plain = request(replace(SENSOR, purposes=()), replace(TIME, purposes=()))

    assert openings(text(dialect, asked), dialect) == openings(text(dialect, plain), dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_report_full_of_hostile_text_gives_a_request_that_can_be_read(dialect: str) -> None:
    written = render(of_report(rich_report(), name="defender", source=("10.1.0.0/16",)), dialect)

    assert written.text == "" or openings(written.text, dialect)
    for line in (*written.text.split("\n"), *written.remarks):
        assert line.removesuffix("\r").isprintable()
    assert PASSWORD not in written.text


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_order_of_the_rules_is_all_that_the_order_of_input_changes(dialect: str) -> None:
    reversed_ = text(dialect, request(*reversed(MIXED)))

    assert openings(reversed_, dialect) == OPENED[dialect]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_asked_is_nothing_written(dialect: str) -> None:
    assert render(request(), dialect).text == ""


@pytest.mark.parametrize("dialect", DIALECTS)
def test_it_ends_with_a_line_end_and_has_no_space_at_any_lines_end(dialect: str) -> None:
    written = text(dialect, request(*MIXED)).replace("\r\n", "\n")

    assert written.endswith("\n")
    assert [line for line in written.split("\n") if line != line.rstrip()] == []


@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name != "paloalto-edl"])
def test_purposes_stand_where_the_format_can_hold_them(dialect: str) -> None:
    """A list of URLs holds no comments, NSG descriptions are short, and rules by address say for which name they are."""
    written = text(dialect, request(SENSOR))

    if dialect in {"nsg", "network-policy", "calico"}:
        assert "*.cloud.defender.microsoft.com" in written
    else:
        assert "what the sensor sees at runtime" in written


@pytest.mark.parametrize("dialect", DIALECTS)
def test_two_names_that_look_alike_stay_two(dialect: str) -> None:
    """The names of objects are made of names; none may fall together."""
    alike = [
        rule("a-b.example.com", hosts=(), addresses=SENSOR.addresses[:1]),
        rule("a.b.example.com", addresses=LOGIN.addresses),
        rule("wildcard.example.com", addresses=TIME.addresses),
        rule("*.example.com", addresses=TIME.addresses[:0], hosts=("x.example.com",)),
    ]
    written = text(dialect, request(*alike))

    found = openings(written, dialect)
    assert len(found) >= 3
