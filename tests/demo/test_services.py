"""What stands in a world: resolvers, hosts and proxies that answer as real ones do."""

from dataclasses import replace
from http import HTTPStatus
from ipaddress import ip_address

import pytest

from preflight.demo.world import (
    ForwardProxy,
    Host,
    Name,
    Page,
    Quiet,
    Resolver,
    Service,
    Site,
    TimeServer,
    Web,
)
from preflight.model.diagnosis import Cause, Verdict
from preflight.model.evidence import Transport
from preflight.model.profile import Target
from preflight.model.vantage import Credentials, Proxy
from tests.demo.tiny import (
    ADDRESS,
    CLEAR,
    HOST,
    NAMES,
    OTHER,
    PROXY,
    RESOLVER,
    SITES,
    VANTAGE,
    cause,
    played,
    result,
    tiny,
)

THROUGH = Proxy(scheme="http", host=str(PROXY.address), port=PROXY.port)
PROXIED = replace(VANTAGE, https_proxy=THROUGH, http_proxy=THROUGH)


@pytest.mark.parametrize(
    ("rcode", "named"),
    [
        ("NXDOMAIN", Cause.DNS_NXDOMAIN),
        ("SERVFAIL", Cause.DNS_SERVFAIL),
        ("REFUSED", Cause.DNS_REFUSED),
        ("NOERROR", Cause.DNS_NO_DATA),
        (None, Cause.DNS_QUERY_DROPPED),
    ],
)
async def test_a_resolver_can_fail_for_one_name(rcode: str | None, named: Cause) -> None:
    report = await played(tiny(names=(Name(name=HOST, rcode=rcode), *NAMES[1:])))
    assert [endpoint.cause for endpoint in report.endpoints] == [named, None]


async def test_a_name_that_no_resolver_knows_does_not_exist() -> None:
    assert await cause(tiny(names=NAMES[1:])) is Cause.DNS_NXDOMAIN


async def test_a_silent_resolver_is_unreachable() -> None:
    world = replace(tiny(), resolvers=(Resolver(peer=RESOLVER, is_silent=True),))
    assert await cause(world) is Cause.DNS_RESOLVER_UNREACHABLE


async def test_a_chain_of_canonical_names_is_followed() -> None:
    chain = ("front.example.net", "end.example.net")
    seen = await result(tiny(names=(Name(name=HOST, chain=chain, addresses=(ADDRESS,)),)))
    assert seen.dns is not None
    assert seen.dns.canonical_name == "end.example.net"
    assert seen.dns.addresses == (ADDRESS,)


async def test_an_answer_too_large_for_udp_comes_over_tcp() -> None:
    many = tuple(ip_address(f"198.51.100.{last}") for last in range(1, 120))
    seen = await result(tiny(names=(Name(name=HOST, addresses=(ADDRESS, *many)),)))
    assert seen.verdict is Verdict.DEGRADED
    assert any(Transport.TCP in line.detail for line in seen.evidence)
    assert seen.dns is not None
    assert len(seen.dns.addresses) > 50


async def test_a_host_reached_by_ipv6_shows_its_own_address_of_that_family() -> None:
    sixth = ip_address("2001:db8::1")
    dual = replace(VANTAGE, addresses=(*VANTAGE.addresses, ip_address("2001:db8::2")))
    world = tiny(names=(Name(name=HOST, addresses=(sixth,)),), vantage=dual, only=(HOST,))
    seen = await result(replace(world, hosts=(replace(world.hosts[0], addresses=(sixth,)),)))
    assert seen.verdict is Verdict.REACHABLE
    assert str(seen.evidence[-1].source).startswith("[2001:db8::2]:")


async def test_without_an_ipv6_address_of_its_own_the_vantage_has_no_way_there() -> None:
    both = Name(name=HOST, addresses=(ADDRESS, ip_address("2001:db8::1")))
    seen = await result(tiny(names=(both,), only=(HOST,)))
    assert seen.verdict is Verdict.REACHABLE


async def test_an_address_of_which_the_world_says_nothing_stays_silent() -> None:
    nowhere = Name(name=HOST, addresses=(ip_address("203.0.113.99"),))
    assert await cause(tiny(names=(nowhere,), only=(HOST,))) is Cause.TCP_DROPPED


@pytest.mark.parametrize(
    ("service", "named"),
    [
        (Web(sites=SITES, port=8443), Cause.TCP_REFUSED),
        (TimeServer(port=443), Cause.TCP_REFUSED),
        (Quiet(port=443), Cause.TLS_DROPPED),
        (Web(sites=SITES, is_encrypted=False), Cause.TLS_NOT_TLS),
    ],
)
async def test_what_listens_on_the_port_decides(service: Service, named: Cause) -> None:
    host = Host(addresses=(ADDRESS,), services=(service,))
    assert await cause(replace(tiny(only=(HOST,)), hosts=(host,))) is named


async def test_a_web_server_that_does_not_know_the_site_says_so() -> None:
    seen = await result(tiny(services=(Web(sites=(Site(name=OTHER),)),), only=(HOST,)))
    assert seen.http is not None
    assert seen.http.status == HTTPStatus.NOT_FOUND


async def test_a_page_is_answered_with_its_status_and_headers() -> None:
    page = Page(status=HTTPStatus.IM_A_TEAPOT, headers=(("Server", "pot"),), body="short")
    seen = await result(tiny(services=(Web(sites=(Site(name=HOST, page=page),)),), only=(HOST,)))
    assert seen.http is not None
    assert (seen.http.status, seen.http.server) == (418, "pot")


async def test_a_time_server_answers() -> None:
    name = "ntp.ubuntu.com"
    world = tiny(names=(Name(name=name, addresses=(ADDRESS,)),))
    asked = replace(world.selection, only=(Target(host=name, port=None),))
    host = Host(addresses=(ADDRESS,), services=(TimeServer(),))
    answered = replace(world, selection=asked, hosts=(host,))
    assert (await result(answered, name)).verdict is Verdict.REACHABLE
    assert (await result(replace(answered, hosts=()), name)).verdict is not Verdict.REACHABLE


@pytest.mark.parametrize("host", [HOST, CLEAR])
async def test_a_proxy_leads_to_the_service(host: str) -> None:
    world = tiny(vantage=PROXIED, proxy=ForwardProxy(peer=PROXY), only=(host,))
    seen = await result(world, host)
    assert seen.verdict is Verdict.REACHABLE
    assert seen.evidence[-1].destination == str(PROXY)


async def test_a_proxy_refuses_some_hosts_and_passes_others() -> None:
    proxy = ForwardProxy(peer=PROXY, refused=(HOST,))
    report = await played(tiny(vantage=PROXIED, proxy=proxy))
    assert [endpoint.cause for endpoint in report.endpoints] == [Cause.PROXY_DENIED, None]


async def test_a_proxy_that_does_not_find_the_service_says_so() -> None:
    world = tiny(vantage=PROXIED, proxy=ForwardProxy(peer=PROXY))
    assert await cause(replace(world, hosts=())) is Cause.PROXY_UPSTREAM_FAILED


async def test_a_proxy_asks_for_credentials_and_takes_the_right_ones() -> None:
    known = Credentials(user="cluster", password="demo")
    proxy = ForwardProxy(peer=PROXY, credentials=known)
    with_them = replace(PROXIED, https_proxy=replace(THROUGH, credentials=known))
    assert await cause(tiny(vantage=PROXIED, proxy=proxy)) is Cause.PROXY_AUTH_REQUIRED
    assert await cause(tiny(vantage=with_them, proxy=proxy)) is None


async def test_a_proxy_that_is_not_there_is_unreachable() -> None:
    assert await cause(tiny(vantage=PROXIED)) is Cause.PROXY_UNREACHABLE
