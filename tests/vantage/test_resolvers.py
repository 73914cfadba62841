"""resolv.conf → resolvers, as the C library reads it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.vantage.resolvers import (
    LOCAL_RESOLVER,
    MOST_RESOLVERS,
    parse_resolv_conf,
    resolvers,
    system_resolvers,
)


def addresses(text: str) -> list[str]:
    return [str(peer) for peer in parse_resolv_conf(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nameserver 10.0.0.10\n", ["10.0.0.10:53"]),
        ("search a.example\nnameserver\t10.0.0.10", ["10.0.0.10:53"]),
        ("nameserver 10.0.0.10 # the cluster's\n", ["10.0.0.10:53"]),
        ("nameserver 10.0.0.10\r\nnameserver 10.0.0.11\r\n", ["10.0.0.10:53", "10.0.0.11:53"]),
        ("nameserver 2001:db8::53\n", ["[2001:db8::53]:53"]),
        ("nameserver fe80::53%eth0\n", ["[fe80::53%eth0]:53"]),
        ("nameserver nonsense\nnameserver 10.0.0.10\n", ["10.0.0.10:53"]),
        ("nameserver 10.0.0.256\nnameserver \nnameserver 10.0.0.10\n", ["10.0.0.10:53"]),
    ],
)
def test_nameserver_lines_name_the_resolvers_in_order(text: str, expected: list[str]) -> None:
    assert addresses(text) == expected


@pytest.mark.parametrize(
    "line",
    [
        "# nameserver 10.0.0.10",
        "; nameserver 10.0.0.10",
        " nameserver 10.0.0.10",
        "nameserver10.0.0.10",
        "nameservers 10.0.0.10",
        "NAMESERVER 10.0.0.10",
        "options nameserver 10.0.0.10",
    ],
)
def test_the_keyword_must_begin_its_line(line: str) -> None:
    assert parse_resolv_conf(line) == (LOCAL_RESOLVER,)


def test_only_the_first_three_usable_resolvers_count() -> None:
    lines = ["nameserver bad"] + [f"nameserver 10.0.0.{n}" for n in range(1, 6)]
    assert addresses("\n".join(lines)) == ["10.0.0.1:53", "10.0.0.2:53", "10.0.0.3:53"]


def test_an_absent_file_means_the_local_machine(tmp_path: Path) -> None:
    assert resolvers(tmp_path / "absent", system="posix") == (LOCAL_RESOLVER,)


def test_the_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    file.write_bytes(b"nameserver 10.0.0.10\n# \xff\xfe\n")
    assert [str(peer) for peer in resolvers(file)] == ["10.0.0.10:53"]


def test_where_there_is_no_file_on_windows_dnspython_knows(tmp_path: Path) -> None:
    assert resolvers(tmp_path / "absent", system="nt") == ()


def test_dnspython_resolvers_become_peers(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text("nameserver 10.0.0.10\nnameserver 2001:db8::53\n")
    assert [str(peer) for peer in system_resolvers(file)] == ["10.0.0.10:53", "[2001:db8::53]:53"]


@given(st.text())
def test_any_text_gives_one_to_three_resolvers(text: str) -> None:
    assert 1 <= len(parse_resolv_conf(text)) <= MOST_RESOLVERS
