"""The real command in a network namespace, a real nameserver, and a real packet filter between it and real servers."""

import json
from collections.abc import Iterator
from subprocess import CompletedProcess
from typing import Any

import pytest

from tests.netns.addresses import (
    ANY,
    BEHIND_PROXY,
    CLIENT,
    DEAD_PROXY_PORT,
    DROPPED,
    FILTERED,
    FIREWALL,
    INTERCEPTED,
    LOGIN_PROXY_PORT,
    MISSING,
    NEIGHBOUR,
    OPEN,
    PASSWORD,
    PROHIBITED,
    PROXY,
    PROXY_PORT,
    REFUSED,
    SILENT_RESOLVER,
    USER,
)
from tests.netns.world import World, why_not, world

QUICK = ("--timeout", "1")
"""For runs in which something is dropped: a step's budget then runs out."""

Row = dict[str, Any]


@pytest.fixture(scope="module")
def far_side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The two namespaces, once for all tests."""
    if reason := why_not():
        pytest.skip(reason)
    with world(tmp_path_factory.mktemp("netns")) as running:
        yield running


def only(*hosts: str) -> list[str]:
    return [argument for host in hosts for argument in ("--only-endpoint", host)]


def report_of(done: "CompletedProcess[str]") -> dict[str, Any]:
    assert done.stdout.startswith("{"), done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def row(report: dict[str, Any], host: str) -> Row:
    (found,) = [endpoint for endpoint in report["endpoints"] if endpoint["host"] == host]
    return dict(found)


def judged(endpoint: Row) -> tuple[str, str | None, str | None]:
    return endpoint["verdict"], endpoint["stage"], endpoint["cause"]


def via(port: int, login: str = "") -> tuple[str, str]:
    return "--proxy", f"http://{login}{PROXY.address}:{port}"


def test_everything_open_passes(far_side: World) -> None:
    done = far_side.check(*only(OPEN.host, NEIGHBOUR.host, "api.cloud.defender.microsoft.com"))
    report = report_of(done)
    assert (done.returncode, report["verdict"]) == (0, "pass"), report["findings"]
    assert report["counts"]["reachable"] == 3
    assert report["vantage"]["resolvers"] == [f"{FIREWALL}:53"]


def test_both_families_are_measured(far_side: World) -> None:
    addresses = row(report_of(far_side.check(*only(OPEN.host))), OPEN.host)["addresses"]
    assert {(each["address"], each["verdict"]) for each in addresses} == {
        (OPEN.address, "reachable"),
        (OPEN.address_6, "reachable"),
    }


@pytest.mark.parametrize("environment", ["aks", "eks", "gke", "arc"])
def test_a_whole_profile_passes_where_everything_is_open(far_side: World, environment: str) -> None:
    placeholders = ["--region", "westeurope", "--set", "region_short=weu"]
    placeholders += ["--set", "api_server_fqdn=cluster.hcp.westeurope.azmk8s.io"]
    cluster = ["--cluster-ca-file", str(far_side.services)]
    done = far_side.check("--environment", environment, *placeholders, *cluster)
    report = report_of(done)
    assert (done.returncode, report["verdict"], report["findings"]) == (0, "pass", [])
    assert report["counts"]["reachable"] >= 9


BLOCKED = {
    DROPPED.host: ("tcp", "tcp.dropped"),
    REFUSED.host: ("tcp", "tcp.refused"),
    PROHIBITED.host: ("tcp", "tcp.unreachable"),
    MISSING: ("dns", "dns.nxdomain"),
    INTERCEPTED.host: ("tls", "tls.intercepted"),
    FILTERED.host: ("tls", "tls.sni_reset"),
}


@pytest.fixture(scope="module")
def blocked(far_side: World) -> "CompletedProcess[str]":
    """One run over every kind of block, and one name that passes."""
    return far_side.check(*QUICK, *only(*BLOCKED, NEIGHBOUR.host))


@pytest.mark.parametrize(("host", "expected"), BLOCKED.items())
def test_each_block_is_named_by_its_cause(
    blocked: "CompletedProcess[str]", host: str, expected: tuple[str, str]
) -> None:
    assert judged(row(report_of(blocked), host)) == ("blocked", *expected)


def test_blocked_endpoints_fail_the_run_and_an_open_one_beside_them_stays_open(
    blocked: "CompletedProcess[str]",
) -> None:
    report = report_of(blocked)
    assert (blocked.returncode, report["verdict"]) == (1, "blocked")
    assert judged(row(report, NEIGHBOUR.host)) == ("reachable", None, None)


def test_the_packet_to_look_for_is_named(blocked: "CompletedProcess[str]") -> None:
    steps = row(report_of(blocked), DROPPED.host)["evidence"]
    main_line = [step for step in steps if not step["detail"].startswith("control ")]
    (syn,) = [step for step in main_line if step["outcome"] == "dropped"]
    source, _, port = syn["source"].rpartition(":")
    assert (source, syn["destination"]) == (CLIENT, f"{DROPPED.address}:443")
    assert int(port) > 0


def test_a_filtered_name_without_experiments_is_only_known_to_be_reset(far_side: World) -> None:
    report = report_of(far_side.check("--no-control", *only(FILTERED.host)))
    assert judged(row(report, FILTERED.host)) == ("blocked", "tls", "tls.reset")


def test_an_interceptor_that_this_host_trusts_is_still_named(far_side: World) -> None:
    report = report_of(far_side.check(*only(INTERCEPTED.host), trust=far_side.both))
    endpoint = row(report, INTERCEPTED.host)
    assert (endpoint["verdict"], endpoint["cause"]) == ("degraded", "tls.intercepted")
    assert "Example Firewall Ltd" in endpoint["explanation"]


def test_a_resolver_that_never_answers_is_one_finding(far_side: World) -> None:
    hosts = only(OPEN.host, NEIGHBOUR.host, REFUSED.host)
    done = far_side.check(*QUICK, "--dns-server", SILENT_RESOLVER.address, *hosts)
    report = report_of(done)
    assert [finding["cause"] for finding in report["findings"]] == ["dns.resolver_unreachable"]
    assert (done.returncode, report["verdict"]) == (3, "inconclusive")


def test_a_proxy_opens_what_is_closed_without_it(far_side: World) -> None:
    done = far_side.check(*via(PROXY_PORT), *only(BEHIND_PROXY.host))
    assert done.returncode == 0, done.stdout
    assert judged(row(report_of(done), BEHIND_PROXY.host)) == ("reachable", None, None)


@pytest.mark.parametrize(
    ("port", "cause"),
    [
        (PROXY_PORT, "proxy.denied"),
        (LOGIN_PROXY_PORT, "proxy.auth_required"),
        (DEAD_PROXY_PORT, "proxy.unreachable"),
    ],
)
def test_a_refusal_by_the_proxy_is_the_proxys(far_side: World, port: int, cause: str) -> None:
    done = far_side.check(*via(port), *only(OPEN.host))
    assert done.returncode == 1
    seen = row(report_of(done), OPEN.host)
    assert judged(seen) == ("blocked", "proxy", cause)
    assert "answers directly" in seen["explanation"]


def test_credentials_reach_the_proxy_and_nothing_else(far_side: World) -> None:
    done = far_side.check(*via(LOGIN_PROXY_PORT, f"{USER}:{PASSWORD}@"), *only(BEHIND_PROXY.host))
    assert judged(row(report_of(done), BEHIND_PROXY.host)) == ("reachable", None, None)
    assert PASSWORD not in done.stdout + done.stderr
    assert USER not in done.stdout + done.stderr


def test_everything_else_leads_to_one_address(far_side: World) -> None:
    """The world is as the other tests take it to be."""
    endpoint = row(report_of(far_side.check(*only("whatever.example.net"))), "whatever.example.net")
    assert endpoint["dns"]["addresses"] == [ANY.address]
