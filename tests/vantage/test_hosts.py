"""The hosts file → names and addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.vantage.hosts import parse_hosts


def lines(text: str) -> list[tuple[str, str]]:
    return [(line.name, str(line.address)) for line in parse_hosts(text)]


def test_every_name_of_a_line_has_the_address_of_the_line() -> None:
    assert lines("10.0.0.1 one two\n::1\tlocalhost\n") == [
        ("one", "10.0.0.1"),
        ("two", "10.0.0.1"),
        ("localhost", "::1"),
    ]


def test_pod_host_aliases_are_read() -> None:
    text = (
        "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n10.244.1.7\tpod\n\n"
        "# Entries added by HostAliases.\n10.9.9.9\tapi.cloud.defender.microsoft.com\n"
    )
    assert lines(text)[-1] == ("api.cloud.defender.microsoft.com", "10.9.9.9")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.1 Example.COM. # comment", [("example.com", "10.0.0.1")]),
        ("10.0.0.1 a#b", [("a", "10.0.0.1")]),
        ("10.0.0.1\ta\r\n10.0.0.1 b", [("a", "10.0.0.1"), ("b", "10.0.0.1")]),
        ("fe80::1%lo0 link", [("link", "fe80::1%lo0")]),
    ],
)
def test_names_are_compared_without_case_dot_or_comment(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert lines(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "# 10.0.0.1 a", "10.0.0.1", "10.0.0.256 a", "a 10.0.0.1", "10.0.0.1 " + "a" * 254],
)
def test_a_line_without_an_address_or_a_usable_name_is_passed_over(text: str) -> None:
    assert lines(text) == []


@given(st.text())
def test_any_text_gives_lower_case_names(text: str) -> None:
    assert all(line.name == line.name.lower() for line in parse_hosts(text))
