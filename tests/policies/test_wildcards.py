"""The same pattern means other names to each engine: rows of their own documentation and tests, and near misses."""

import json

import pytest

from preflight.policies.wildcards import MATCHERS
from tests.policies.exported import EXPORTS

STORED = EXPORTS.parent / "policies" / "fqdn-match.json"


def test_every_stored_row_is_answered_as_its_engine_does() -> None:
    if not STORED.is_file():
        pytest.skip("the stored rows of other suites are not beside this checkout")
    rows = json.loads(STORED.read_text())
    wrong = [
        row
        for row in rows
        if MATCHERS[row["engine"]](row["pattern"], row["name"]) is not row["match"]
    ]
    assert not wrong
    assert {row["engine"] for row in rows} == MATCHERS.keys() - {"route53-dns-firewall"}


@pytest.mark.parametrize(
    ("engine", "pattern", "name", "expected"),
    [
        ("azure-firewall-targetFqdns", "*.contoso.com", "a.b.contoso.com", True),
        ("azure-firewall-targetFqdns", "*contoso.com", "contoso.com", True),
        ("azure-firewall-targetFqdns", "*contoso.com", "notcontoso.com", True),
        ("azure-firewall-targetFqdns", "*.contoso.com", "notcontoso.com", False),
        ("azure-firewall-targetFqdns", "*.Contoso.com", "WWW.contoso.com.", True),
        ("azure-firewall-targetFqdns", "contoso.com", "www.contoso.com", False),
        ("azure-firewall-targetFqdns", "*.contoso.com", ".contoso.com", False),
        ("route53-dns-firewall", "*.example.com", "a.example.com", True),
        ("route53-dns-firewall", "*.example.com", "a.b.example.com", True),
        ("route53-dns-firewall", "*.example.com", "example.com", False),
        ("route53-dns-firewall", "*.example.com", "badexample.com", False),
        ("route53-dns-firewall", "*", "example.com", True),
        ("squid-dstdomain", ".foo.com", "FOO.com", True),
        ("cilium-matchPattern", "**.cilium.io", "acilium.io", False),
        ("cilium-matchPattern", "a*a.io", "a.io", False),
        ("cilium-matchPattern", "a*a.io", "aa.io", True),
        ("cilium-matchPattern", "a*b*c", "abbc", True),
        ("cilium-matchPattern", "a*b*c", "acb", False),
        ("gke-fqdnnetworkpolicy-pattern", "*.company.com", ".company.com", False),
    ],
)
def test_near_misses(engine: str, pattern: str, name: str, expected: bool) -> None:
    assert MATCHERS[engine](pattern, name) is expected


def test_a_pattern_of_stars_takes_no_longer_than_any_other() -> None:
    assert not MATCHERS["cilium-matchPattern"]("*a" * 120 + "b", "a" * 250)
