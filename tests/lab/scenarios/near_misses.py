"""What looks like a cause and is none, or another one."""

from dataclasses import replace

from tests.lab.addresses import DNSMASQ, PROXY, PROXY_PORT, UNBOUND, site, site_6
from tests.lab.scenario import (
    OPEN,
    Actor,
    Kind,
    Scenario,
    Shown,
    Web,
    blocked,
    degraded,
    open_path,
)
from tests.lab.scenarios.sites import (
    API,
    API_SITE,
    BOTH,
    LOGIN,
    LOGIN_SITE,
    REGISTRY,
    REGISTRY_SITE,
    STRANGE,
    STRANGE_SITE,
    forwarded,
)

SLOW_RESOLVER = "192.0.2.55"
DEAD_RESOLVER = "192.0.2.56"
MANY = (*BOTH, LOGIN_SITE, STRANGE_SITE)
ZONE = "privatelink.cloud.defender.microsoft.com"
PRIVATE_ZONE = f"$ORIGIN {ZONE}.\n$TTL 60\n@ SOA ns hostmaster 1 60 60 60 60\n@ NS ns\n"
"""Linked to the network, and without the endpoint's record."""
PUBLIC_ZONE = (
    "$ORIGIN cloud.defender.microsoft.com.\n$TTL 60\n@ SOA ns hostmaster 1 60 60 60 60\n@ NS ns\n"
    f"api CNAME api.{ZONE}.\n"
)
PROXIED = {"HTTPS_PROXY": f"http://{PROXY}:{PROXY_PORT}"}


def zone(name: str, file: str) -> str:
    """A zone that unbound resolves from a file, following its aliases."""
    return (
        f'auth-zone:\n    name: "{name}."\n    zonefile: "{file}"\n'
        "    for-downstream: no\n    for-upstream: yes\n    fallback-enabled: no\n"
    )


SCENARIOS = (
    Scenario(
        name="genuine-503-is-no-block-page",
        kind=Kind.NEAR_MISS,
        web=tuple(
            replace(each, answer='return 503 "<h1>Service Unavailable</h1>";') for each in BOTH
        ),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="genuine-403-that-speaks-of-policy",
        kind=Kind.NEAR_MISS,
        web=tuple(
            replace(each, answer='return 403 "Access denied by policy: token is missing";')
            for each in BOTH
        ),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="missing-private-record-is-named",
        kind=Kind.NEAR_MISS,
        web=(REGISTRY_SITE,),
        unbound=zone("cloud.defender.microsoft.com", "public.zone")
        + zone(ZONE, "private.zone")
        + forwarded(REGISTRY),
        zones={"public.zone": PUBLIC_ZONE, "private.zone": PRIVATE_ZONE},
        resolvers=(UNBOUND,),
        expect={
            API: blocked("dns.nxdomain", f"the private DNS zone {ZONE}"),
            REGISTRY: OPEN,
        },
        code=1,
    ),
    Scenario(
        name="slow-resolver-is-not-blocked",
        kind=Kind.NEAR_MISS,
        web=(API_SITE, replace(REGISTRY_SITE, addresses=API_SITE.addresses)),
        actors=(Actor(behaviour="dns slow", address=SLOW_RESOLVER, port=53, answers=(site(1),)),),
        resolvers=(SLOW_RESOLVER,),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="dead-first-resolver",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        resolvers=(DEAD_RESOLVER, DNSMASQ),
        nft=f"ip daddr {DEAD_RESOLVER} drop",
        expect=dict.fromkeys((API, REGISTRY), open_path(f"{DEAD_RESOLVER}:53 did not answer")),
        code=0,
        findings=0,
    ),
    Scenario(
        name="incomplete-chain-is-not-interception",
        kind=Kind.NEAR_MISS,
        web=(replace(API_SITE, shows=Shown.INCOMPLETE), REGISTRY_SITE),
        expect={
            API: degraded("tls.untrusted", "This is not interception"),
            REGISTRY: OPEN,
        },
        code=0,
        findings=1,
    ),
    Scenario(
        name="ipv6-absent-is-not-broken",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        records={API: (site(1), site_6(1)), REGISTRY: (site(2), site_6(2))},
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="everything-dropped-is-one-finding",
        kind=Kind.NEAR_MISS,
        web=MANY,
        nft="tcp dport 443 drop",
        expect=dict.fromkeys((API, REGISTRY, LOGIN, STRANGE), blocked("tcp.dropped", "No egress")),
        code=1,
        findings=1,
    ),
    Scenario(
        name="everything-prohibited-is-one-finding",
        kind=Kind.NEAR_MISS,
        web=MANY,
        iptables=("-p tcp --dport 443 -j REJECT --reject-with icmp-admin-prohibited",),
        expect=dict.fromkeys(
            (API, REGISTRY, LOGIN, STRANGE), blocked("tcp.unreachable", "No egress")
        ),
        code=1,
        findings=1,
    ),
    Scenario(
        name="lost-syn-is-sent-again",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        nft=f"ip daddr {site(1)} tcp flags & (syn | ack) == syn numgen inc mod 1000 0 drop",
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="service-that-minds-its-own-names",
        kind=Kind.NEAR_MISS,
        web=(
            Web(
                host="default.example.test",
                addresses=(site(1),),
                directives="ssl_reject_handshake on;",
                has_record=False,
            ),
            *BOTH,
        ),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="no-icmp-and-no-pings",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        nft="meta l4proto icmp drop",
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="no-proxy-token-that-only-go-reads",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        squid="http_access allow all",
        environment={**PROXIED, "NO_PROXY": "*.defender.microsoft.com"},
        expect={API: open_path("*.defender.microsoft.com"), REGISTRY: OPEN},
        code=0,
    ),
)
