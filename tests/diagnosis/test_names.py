"""Comparing names and addresses."""

from ipaddress import ip_address

import pytest

from preflight.addresses import is_nowhere, is_private
from preflight.diagnosis.names import domain, is_for, organization_key
from preflight.diagnosis.wording import counted, listed
from tests.factories import certificate


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Microsoft Corporation", "microsoft corp."),
        ("DigiCert, Inc.", "DigiCert Inc"),
        ("Let's Encrypt", "Lets Encrypt"),
        ("Google Trust Services LLC", "Google Trust Services"),
    ],
)
def test_spellings_of_one_organisation_are_equal(one: str, other: str) -> None:
    assert organization_key(one) == organization_key(other)


def test_different_organisations_are_not_equal() -> None:
    assert organization_key("Microsoft Corporation") != organization_key(
        "Microsoft Security Inspection"
    )


def test_a_name_that_is_only_a_legal_form_stays() -> None:
    assert organization_key("Corp") == "corp"


@pytest.mark.parametrize(
    ("name", "host", "covers"),
    [
        ("api.example.com", "API.example.com.", True),
        ("*.example.com", "api.example.com", True),
        ("*.example.com", "example.com", False),
        ("*.example.com", "a.b.example.com", False),
        ("*.com", "com", False),
        ("example.com", "api.example.com", False),
        ("2001:DB8:0::1", "2001:db8::1", True),
        ("203.0.113.1", "203.0.113.2", False),
    ],
)
def test_a_certificate_covers_its_names(name: str, host: str, covers: bool) -> None:
    assert is_for(certificate("X", name), host) is covers


def test_names_are_related_by_their_last_two_labels() -> None:
    assert domain("mcr.microsoft.com.") == domain("api.cloud.defender.Microsoft.com")
    assert domain("microsoft.com") != domain("microsoft.net")


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "172.31.0.1", "192.168.1.1", "100.64.0.1", "fd00::1"]
)
def test_private_addresses(address: str) -> None:
    assert is_private(ip_address(address))
    assert not is_nowhere(ip_address(address))


@pytest.mark.parametrize(
    "address", ["203.0.113.1", "198.18.0.1", "20.1.2.3", "2001:db8::1", "172.32.0.1"]
)
def test_addresses_that_a_service_may_have(address: str) -> None:
    assert not is_private(ip_address(address))
    assert not is_nowhere(ip_address(address))


def test_lists_show_a_few_names_and_count_the_rest() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


def test_numbers_come_with_their_noun() -> None:
    assert (counted(1, "host"), counted(2, "host")) == ("1 host", "2 hosts")
    assert counted(2, "address", "addresses") == "2 addresses"
