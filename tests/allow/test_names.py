"""Documented names: what may stand in a rule, and what covers what."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.allow.names import covers, depth, is_address, is_name, is_service_tag
from preflight.allow.objects import of_name, slug
from preflight.allow.words import printable
from preflight.catalog.load import load
from tests.budget import examples

WILDCARDS = [
    ("*.example.com", "a.example.com", True),
    ("*.example.com", "a.b.example.com", True),
    ("*.example.com", "*.b.example.com", True),
    ("*.example.com", "example.com", False),
    ("*.example.com", "badexample.com", False),
    ("*.example.com", ".example.com", False),
    ("*.example.com", "*.example.com", False),
    ("*.b.example.com", "*.example.com", False),
    ("md-*.example.com", "md-1.example.com", True),
    ("md-*.example.com", "md-1.b.example.com", True),
    ("md-*.example.com", "x.example.com", False),
    ("md-*.example.com", "md-.example.com", False),
    ("md-*.example.com", "*.example.com", False),
    ("a.example.com", "a.example.com", False),
]


@pytest.mark.parametrize(("wide", "name", "expected"), WILDCARDS)
def test_a_wildcard_covers_the_names_it_documents(wide: str, name: str, expected: bool) -> None:
    assert covers(wide, name) is expected


@pytest.mark.parametrize(
    ("wide", "name", "labels"),
    [
        ("*.example.com", "a.example.com", 1),
        ("*.example.com", "a.b.example.com", 2),
        ("*.ingest.example.com", "{dce_id}.westeurope.ingest.example.com", 2),
        ("md-*.example.com", "md-1.example.com", 1),
    ],
)
def test_depth_counts_the_labels_in_the_wildcards_place(wide: str, name: str, labels: int) -> None:
    assert depth(wide, name) == labels


@pytest.mark.parametrize(
    "text", ["example.com", "*.example.com", "md-*.blob.example.com", "_x._tcp.example.com"]
)
def test_names_fit_into_rules(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "com",
        "*",
        "*.com",
        "*.*.example.com",
        "a.*.example.com",
        "**.example.com",
        "{region}.example.com",
        "Example.com",
        "example.com.",
        "-a.example.com",
        "a b.example.com",
        "a.example.com\n",
        "a.example.com/x",
        'a".example.com',
        "$(x).example.com",
        "10.0.0.1",
        f"{'a' * 64}.example.com",
        ".".join(["a" * 60] * 5),
    ],
)
def test_what_no_rule_could_hold_is_refused(text: str) -> None:
    assert not is_name(text)


def test_addresses_are_addresses() -> None:
    assert is_address("10.0.0.1")
    assert is_address("2001:db8::1")
    assert not is_address("fe80::1%eth0")
    assert not is_address("example.com")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("AzureMonitor", True),
        ("AzureCloud.westeurope", True),
        ("AzureCloud.{region}", False),
        ("Storage'", False),
        ("", False),
    ],
)
def test_service_tags_have_no_placeholders_and_no_signs(tag: str, expected: bool) -> None:
    assert is_service_tag(tag) is expected


def test_every_documented_name_of_the_catalogue_fits_once_its_placeholders_are_filled() -> None:
    filled = [re.sub(r"\{[^{}]*\}", "x1", entry.fqdn) for entry in load().entries]

    assert [name for name in filled if not is_name(name) and name != "x1"] == []


@examples(200)
@given(st.text(max_size=90))
def test_a_slug_is_always_legal_and_short(text: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", slug(text, 40))
    assert len(slug(text, 40)) <= 40


def test_long_names_that_begin_alike_give_different_objects() -> None:
    names = [f"{'a' * 60}.{'b' * 60}.{last}.example.com" for last in ("x", "y")]

    assert len({of_name(name, 50) for name in names}) == 2
    assert all(len(of_name(name, 50)) == 50 for name in names)


@examples(200)
@given(st.text(max_size=300))
def test_printable_text_is_one_line_that_joins_no_other(text: str) -> None:
    shown = printable(text, 50)

    assert shown.isprintable()
    assert not shown.endswith("\\")
    assert shown == shown.strip()
