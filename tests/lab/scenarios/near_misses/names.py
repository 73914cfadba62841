"""Resolvers and answers that look wrong and are not, or are wrong in another way."""

from dataclasses import replace

from tests.lab.addresses import DNSMASQ, UNBOUND, private, site
from tests.lab.scenario import (
    OPEN,
    Actor,
    Kind,
    Scenario,
    Shown,
    Web,
    blocked,
    open_path,
)
from tests.lab.scenarios.sites import (
    API,
    API_SITE,
    BOTH,
    EVERYTHING_FORWARDED,
    REGISTRY,
    REGISTRY_SITE,
    forwarded,
)

SLOW_RESOLVER = "192.0.2.55"
DEAD_RESOLVER = "192.0.2.56"
ZONE = "privatelink.cloud.defender.microsoft.com"
PRIVATE_ZONE = f"$ORIGIN {ZONE}.\n$TTL 60\n@ SOA ns hostmaster 1 60 60 60 60\n@ NS ns\n"
"""Linked to the network, and without the endpoint's record."""
PUBLIC_ZONE = (
    "$ORIGIN cloud.defender.microsoft.com.\n$TTL 60\n@ SOA ns hostmaster 1 60 60 60 60\n@ NS ns\n"
    f"api CNAME api.{ZONE}.\n"
)


def zone(name: str, file: str) -> str:
    """A zone that unbound resolves from a file, following its aliases."""
    return (
        f'auth-zone:\n    name: "{name}."\n    zonefile: "{file}"\n'
        "    for-downstream: no\n    for-upstream: yes\n    fallback-enabled: no\n"
    )


SCENARIOS = (
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
        name="aaaa-never-answered",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        iptables=tuple(
            f'-p {transport} --dport 53 -m string --algo bm --hex-string "|00001c0001|" -j DROP'
            for transport in ("udp", "tcp")
        ),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="resolver-over-tcp-alone",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        nft="udp dport 53 drop",
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="resolver-over-udp-alone",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        nft="tcp dport 53 drop",
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="edns-is-dropped",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        iptables=('-p udp --dport 53 -m string --algo bm --hex-string "|000029|" -j DROP',),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="first-resolver-refuses",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        unbound='    local-zone: "." refuse',
        resolvers=(UNBOUND, DNSMASQ),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="first-resolver-fails",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        unbound="    local-zone: example.test static\n",
        resolvers=(UNBOUND, DNSMASQ),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="rebinding-protection-hides-the-private-endpoint",
        kind=Kind.NEAR_MISS,
        web=(replace(API_SITE, addresses=(private(4),)), REGISTRY_SITE),
        unbound=f"    private-address: 10.223.0.0/16\n{EVERYTHING_FORWARDED}",
        resolvers=(UNBOUND,),
        expect={API: blocked("dns.no_data"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="resolvers-that-disagree",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        unbound=f'    local-zone: "{API}." always_nxdomain\n{EVERYTHING_FORWARDED}',
        resolvers=(UNBOUND, DNSMASQ),
        expect={API: blocked("dns.nxdomain"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="right-address-in-the-hosts-file",
        kind=Kind.NEAR_MISS,
        web=(replace(API_SITE, has_record=False), REGISTRY_SITE),
        hosts_file=f"{site(1)} {API}\n",
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="aaaa-fails",
        kind=Kind.NEAR_MISS,
        web=(REGISTRY_SITE,),
        actors=(
            Actor(behaviour="dns aaaa fails", address=SLOW_RESOLVER, port=53, answers=(site(2),)),
        ),
        resolvers=(SLOW_RESOLVER,),
        expect={REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="many-addresses-truncated",
        kind=Kind.NEAR_MISS,
        web=(replace(API_SITE, addresses=tuple(site(n) for n in range(100, 135))), REGISTRY_SITE),
        dnsmasq=("--edns-packet-max=512", "--local=/#/"),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="wildcard-record-of-a-private-zone",
        kind=Kind.NEAR_MISS,
        web=(replace(API_SITE, addresses=(private(4),), has_record=False), REGISTRY_SITE),
        dnsmasq=(f"--address=/cloud.defender.microsoft.com/{private(4)}", "--local=/#/"),
        expect={API: open_path("private endpoint"), REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="wildcard-record-and-an-old-certificate",
        kind=Kind.NEAR_MISS,
        web=(replace(API_SITE, shows=Shown.EXPIRED, has_record=False), REGISTRY_SITE),
        dnsmasq=(f"--address=/cloud.defender.microsoft.com/{site(1)}", "--local=/#/"),
        expect={API: blocked("tls.expired"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="wildcard-record-and-a-name-filter",
        kind=Kind.NEAR_MISS,
        web=(replace(API_SITE, has_record=False), REGISTRY_SITE),
        dnsmasq=(f"--address=/cloud.defender.microsoft.com/{site(1)}", "--local=/#/"),
        iptables=(
            f"-p tcp --dport 443 -m string --algo bm --string {API} -j REJECT --reject-with tcp-reset",
        ),
        expect={API: blocked("tls.sni_reset"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="wildcard-record-and-a-firewall-that-drops",
        kind=Kind.NEAR_MISS,
        web=(replace(API_SITE, has_record=False), REGISTRY_SITE),
        dnsmasq=(f"--address=/cloud.defender.microsoft.com/{site(1)}", "--local=/#/"),
        nft=f"ip daddr {site(1)} drop",
        expect={API: blocked("tcp.dropped"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="wildcard-record-of-a-private-zone-and-a-firewall-that-drops",
        kind=Kind.NEAR_MISS,
        web=(replace(API_SITE, addresses=(private(4),), has_record=False), REGISTRY_SITE),
        dnsmasq=(f"--address=/cloud.defender.microsoft.com/{private(4)}", "--local=/#/"),
        nft=f"ip daddr {private(4)} drop",
        expect={API: blocked("tcp.dropped", "private"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="missing-names-lead-to-a-search-page",
        kind=Kind.NEAR_MISS,
        web=(*BOTH, Web(host="search.example.test", addresses=(site(99),), has_record=False)),
        dnsmasq=(f"--address=/#/{site(99)}",),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="missing-names-lead-to-a-search-page-and-a-firewall-drops",
        kind=Kind.NEAR_MISS,
        web=(*BOTH, Web(host="search.example.test", addresses=(site(99),), has_record=False)),
        dnsmasq=(f"--address=/#/{site(99)}",),
        nft=f"ip daddr {site(1)} drop",
        expect={API: blocked("tcp.dropped"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="dns-led-to-another-resolver-that-is-well",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        unbound=EVERYTHING_FORWARDED,
        nat="".join(
            f"iifname in0 {transport} dport 53 dnat ip to {UNBOUND}\n"
            for transport in ("udp", "tcp")
        ),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
)
