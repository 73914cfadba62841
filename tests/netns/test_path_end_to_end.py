"""The real command behind a firewall that is two hops away, run by nobody in particular: what the report says of the path."""

import json
from typing import Any

import pytest

from tests.netns.path import (
    CLOSED,
    DROPPED,
    FIREWALL,
    GATEWAY,
    PROHIBITED,
    REDIRECTED,
    REJECTED,
    ROUTER,
    Both,
    Path,
)

VERSIONS = pytest.mark.parametrize("version", [4, 6])


def row(hops: Path, address: str, *arguments: str) -> dict[str, Any]:
    target = f"[{address}]" if ":" in address else address
    options = ("-o", "json", "--timeout", "1.2", "--only-endpoint", target, *arguments)
    (found,) = json.loads(hops.ask("preflight", "check", *options))["endpoints"]
    assert isinstance(found, dict)
    return found


@VERSIONS
def test_the_router_past_which_syns_are_lost_is_named(hops: Path, version: int) -> None:
    found = row(hops, DROPPED[version])
    assert found["cause"] == "tcp.dropped"
    assert f"SYNs are answered as far as {FIREWALL[version]} (2 hops)" in found["explanation"]
    assert f"reach {ROUTER[version]} (3 hops)" in found["explanation"]


@pytest.mark.parametrize(
    ("site", "reason"), [(PROHIBITED, "administratively prohibited"), (CLOSED, "port unreachable")]
)
@VERSIONS
def test_the_device_that_rejects_with_icmp_is_named(
    hops: Path, version: int, site: Both, reason: str
) -> None:
    found = row(hops, site[version])
    assert found["cause"] == "tcp.unreachable"
    assert f"the device {FIREWALL[version]}, 2 hops away: {reason}" in found["explanation"]


@VERSIONS
def test_rst_from_nearer_than_the_host_is_told(hops: Path, version: int) -> None:
    found = row(hops, REJECTED[version])
    assert found["cause"] == "tcp.refused"
    assert "and the host is beyond" in found["explanation"]
    assert f"in the host's place: {FIREWALL[version]} or the next one." in found["explanation"]


@VERSIONS
def test_the_hops_of_a_device_that_ends_tcp_are_in_the_evidence(hops: Path, version: int) -> None:
    found = row(hops, REDIRECTED[version])
    lines = [line["detail"] for line in found["evidence"] if line["action"] == "hop"]
    assert f"control hops: tcp with time to live 1, answered by {GATEWAY[version]}" == lines[0]
    assert lines[1] == "control hops: tcp with time to live 2"


def test_without_controls_the_sender_of_icmp_is_known_all_the_same(hops: Path) -> None:
    found = row(hops, PROHIBITED[4], "--no-control")
    assert f"the device {FIREWALL[4]}:" in found["explanation"]
    assert not [line for line in found["evidence"] if line["action"] == "hop"]
