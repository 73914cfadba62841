"""The worlds that ship: what their reports say, and that they keep to themselves."""

import asyncio
from collections import Counter
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

import pytest

from preflight.demo.world import ForwardProxy, Host, PacketFilter, Resolver, World
from preflight.demo.worlds import WORLDS
from preflight.model.diagnosis import Cause, Verdict
from preflight.model.endpoint import Protocol
from preflight.model.profile import Settings
from preflight.model.report import Report, ReportVerdict
from preflight.model.vantage import Address, Peer
from tests.demo.tiny import played

DOCUMENTATION = tuple(
    map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"))
)
"""RFC 5737, RFC 3849."""
DEMO = Settings(timeout=1.5)
"""As the command's own."""
STOPPED = {
    "api.cloud.defender.microsoft.com": Cause.TLS_SNI_RESET,
    "westeurope.data.mcr.microsoft.com": Cause.TCP_DROPPED,
    "login.microsoftonline.com": Cause.TLS_INTERCEPTED,
    "acs-mirror.azureedge.net": Cause.DNS_NXDOMAIN,
    "packages.aks.azure.com": Cause.PROXY_DENIED,
}


def measured(report: Report) -> dict[str, Cause | None]:
    """The cause of every endpoint that was probed and is no bare TCP, which proves nothing either way."""
    return {
        e.host: e.cause
        for e in report.endpoints
        if e.verdict is not Verdict.SKIPPED and e.protocol is not Protocol.TCP
    }


@pytest.fixture(scope="module")
def blocked() -> Report:
    """The report of the demo's own world."""
    return asyncio.run(played(WORLDS["blocked"], settings=DEMO))


def test_the_blocked_world_shows_exactly_its_five_causes(blocked: Report) -> None:
    causes = measured(blocked)
    assert {host: cause for host, cause in causes.items() if cause} == STOPPED
    assert len(causes) > 2 * len(STOPPED)
    assert blocked.verdict is ReportVerdict.BLOCKED
    assert Counter(finding.cause for finding in blocked.findings) == Counter(STOPPED.values())


def test_the_blocked_world_takes_two_steps_budgets_at_most(blocked: Report) -> None:
    assert blocked.duration < 2 * DEMO.timeout


def test_one_host_passes_the_proxy_that_refuses_another(blocked: Report) -> None:
    passed = next(e for e in blocked.endpoints if e.host == "dc.services.visualstudio.com")
    assert passed.verdict is Verdict.REACHABLE
    assert passed.evidence[-1].destination == "192.0.2.128:3128"


async def test_the_clean_world_passes() -> None:
    report = await played(WORLDS["clean"], settings=DEMO)
    assert not any(measured(report).values())
    assert report.verdict is ReportVerdict.PASS
    assert report.findings == ()


async def test_the_world_without_dns_is_one_finding_and_no_verdict() -> None:
    report = await played(WORLDS["dns-down"], settings=Settings(timeout=0.3))
    assert [finding.cause for finding in report.findings] == [Cause.DNS_RESOLVER_UNREACHABLE]
    assert report.verdict is ReportVerdict.INCONCLUSIVE


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_every_address_is_one_for_documentation(world: World) -> None:
    addresses = list(addresses_in(world))
    assert addresses
    assert all(any(a in n for n in DOCUMENTATION if n.version == a.version) for a in addresses)


def test_every_packet_of_the_evidence_is_between_addresses_for_documentation(
    blocked: Report,
) -> None:
    ends = {
        end
        for e in blocked.endpoints
        for line in e.evidence
        for end in (line.source, line.destination)
    }
    seen = {ip_address(end.rpartition(":")[0].strip("[]")) for end in ends if end}
    assert len(seen) > 10
    assert all(any(a in n for n in DOCUMENTATION if n.version == a.version) for a in seen)


def addresses_in(value: Any) -> list[Address]:
    """Every address in a world's values."""
    match value:
        case World():
            parts = (value.vantage.addresses, value.vantage.resolvers, value.resolvers, value.hosts)
            return addresses_in((*parts, value.middleboxes, value.proxies))
        case Resolver():
            return addresses_in((value.peer, *(name.addresses for name in value.names)))
        case Peer():
            return [value.address]
        case ForwardProxy():
            return [value.peer.address]
        case Host() | PacketFilter():
            return list(value.addresses)
        case tuple():
            return [found for part in value for found in addresses_in(part)]
        case IPv4Address() | IPv6Address():
            return [value]
        case _:
            return []
