"""Peers that mean harm: they drip, never end, or speak nonsense."""

from tests.lab.addresses import PROXY, PROXY_PORT, site
from tests.lab.scenario import OPEN, Actor, Expected, Kind, Scenario, blocked, unexplained, unjudged
from tests.lab.scenarios.sites import API, REGISTRY, REGISTRY_SITE

HOSTILE_RESOLVER = "192.0.2.57"


def service(name: str, behaviour: str, expected: Expected, code: int) -> Scenario:
    """A service that does so, beside one that is well."""
    return Scenario(
        name=name,
        kind=Kind.HOSTILE,
        web=(REGISTRY_SITE,),
        actors=(Actor(behaviour=behaviour, address=site(1), host=API),),
        expect={API: expected, REGISTRY: OPEN},
        code=code,
    )


def proxy(name: str, behaviour: str, expected: Expected, code: int) -> Scenario:
    """A proxy that does so."""
    return Scenario(
        name=name,
        kind=Kind.HOSTILE,
        web=(REGISTRY_SITE,),
        actors=(Actor(behaviour=behaviour, address=PROXY, port=PROXY_PORT),),
        arguments=("--proxy", f"http://{PROXY}:{PROXY_PORT}"),
        expect={REGISTRY: expected},
        code=code,
    )


def resolver(name: str, behaviour: str, expected: Expected, code: int) -> Scenario:
    """A resolver that does so."""
    return Scenario(
        name=name,
        kind=Kind.HOSTILE,
        web=(REGISTRY_SITE,),
        actors=(Actor(behaviour=behaviour, address=HOSTILE_RESOLVER, port=53, answers=(site(2),)),),
        resolvers=(HOSTILE_RESOLVER,),
        expect={REGISTRY: expected},
        code=code,
    )


SCENARIOS = (
    service("hostile-tls-noise", "tls noise", blocked("tls.not_tls"), 1),
    service("hostile-tls-endless", "tls endless", unexplained("tls", "too_large"), 3),
    service("hostile-tls-dripping", "tls dripping", blocked("tls.dropped"), 1),
    service("hostile-http-noise", "http noise", unexplained("http", "malformed"), 3),
    service("hostile-http-endless-head", "http endless head", unexplained("http", "too_large"), 3),
    service("hostile-http-endless-body", "http endless body", OPEN, 0),
    service("hostile-http-dripping-head", "http dripping head", blocked("http.dropped"), 1),
    service("hostile-http-bomb", "http bomb", OPEN, 0),
    service("hostile-http-interim", "http interim", unexplained("http", "too_large"), 3),
    proxy("hostile-proxy-noise", "proxy noise", unexplained("proxy", "malformed"), 3),
    proxy("hostile-proxy-dripping", "proxy dripping", blocked("proxy.dropped"), 1),
    proxy("hostile-proxy-endless", "proxy endless", unexplained("proxy", "too_large"), 3),
    resolver("hostile-dns-noise", "dns noise", unjudged("dns.resolver_unreachable"), 3),
    resolver("hostile-dns-endless", "dns endless", unjudged("dns.resolver_unreachable"), 3),
)
