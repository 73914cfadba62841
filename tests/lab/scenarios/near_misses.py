"""What looks like a cause and is none, or another one."""

from dataclasses import replace

from tests.lab.addresses import CLIENT, DNSMASQ, PROXY, PROXY_PORT, UNBOUND, private, site, site_6
from tests.lab.scenario import (
    OPEN,
    Actor,
    Kind,
    Place,
    Scenario,
    Shown,
    Web,
    blocked,
    degraded,
    open_path,
    unexplained,
)
from tests.lab.scenarios.path import NO_FRAGMENTATION_NEEDED
from tests.lab.scenarios.sites import (
    API,
    API_SITE,
    BOTH,
    DUAL_API_SITE,
    DUAL_REGISTRY_SITE,
    EVERYTHING_FORWARDED,
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
        name="client-certificate-is-asked-for",
        kind=Kind.NEAR_MISS,
        web=(
            replace(
                API_SITE,
                directives="ssl_verify_client optional_no_ca; if ($ssl_client_verify = NONE) { return 400; }",
            ),
            REGISTRY_SITE,
        ),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="redirect-to-the-services-own-sign-in",
        kind=Kind.NEAR_MISS,
        web=tuple(
            replace(each, answer="return 302 https://login.microsoftonline.com/common/login;")
            for each in BOTH
        ),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="unique-local-ipv6-is-no-ipv6",
        kind=Kind.NEAR_MISS,
        has_ipv6=True,
        web=(DUAL_API_SITE, DUAL_REGISTRY_SITE),
        commands={
            Place.CLIENT: (
                "ip -6 address flush dev out0 scope global",
                "ip -6 address add fd00:220::2/64 dev out0 nodad",
                "ip -6 route replace default via 2001:db8:220::1 dev out0 onlink",
            )
        },
        nft="ip6 saddr fd00:220::/32 drop",
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="clock-two-minutes-ahead",
        kind=Kind.NEAR_MISS,
        web=tuple(replace(each, shows=Shown.BRIEF) for each in BOTH),
        clock="+120s",
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="clock-far-off-and-nothing-minds",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        clock="+400d",
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="private-endpoint-that-is-blocked",
        kind=Kind.NEAR_MISS,
        web=(replace(API_SITE, addresses=(private(4),)), REGISTRY_SITE),
        nft=f"ip daddr {private(4)} drop",
        expect={API: blocked("tcp.dropped", "private"), REGISTRY: OPEN},
        code=1,
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
        name="connection-closed-in-place-of-an-answer",
        kind=Kind.NEAR_MISS,
        web=(replace(API_SITE, answer="return 444;"), REGISTRY_SITE),
        expect={API: unexplained("http"), REGISTRY: OPEN},
        code=3,
    ),
    Scenario(
        name="interceptor-for-some-hosts-alone",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        interceptor="Fortinet",
        intercepted=f"ip daddr {site(1)} tcp dport 443",
        expect={API: blocked("tls.intercepted", "Fortinet"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="interceptor-at-the-proxy",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        interceptor="Zscaler Inc.",
        intercepted="",
        arguments=("--proxy", f"http://{PROXY}:{PROXY_PORT}"),
        expect=dict.fromkeys((API, REGISTRY), blocked("tls.intercepted", "Zscaler")),
        code=1,
        findings=1,
    ),
    Scenario(
        name="path-mtu-is-discovered",
        kind=Kind.NEAR_MISS,
        web=tuple(replace(each, shows=Shown.HUGE) for each in BOTH),
        commands={
            Place.ROUTER: ("ip link set dev in0 mtu 1280",),
            Place.FIREWALL: ("ip link set dev out0 mtu 1280",),
        },
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="small-mtu-with-clamped-segments",
        kind=Kind.NEAR_MISS,
        web=tuple(replace(each, shows=Shown.HUGE) for each in BOTH),
        nft="tcp flags syn tcp option maxseg size set 1200",
        commands={
            Place.ROUTER: ("ip link set dev in0 mtu 1280",),
            Place.FIREWALL: ("ip link set dev out0 mtu 1280",),
            Place.INTERNET: (NO_FRAGMENTATION_NEEDED,),
        },
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="everything-reset-is-one-finding",
        kind=Kind.NEAR_MISS,
        web=MANY,
        iptables=(
            '-p tcp --dport 443 -m string --algo bm --hex-string "|160301|" -j REJECT --reject-with tcp-reset',
        ),
        expect=dict.fromkeys((API, REGISTRY, LOGIN, STRANGE), blocked("tls.reset", "No egress")),
        code=1,
        findings=1,
    ),
    Scenario(
        name="ipv4-without-a-route-beside-ipv6",
        kind=Kind.NEAR_MISS,
        has_ipv6=True,
        web=(DUAL_API_SITE, DUAL_REGISTRY_SITE),
        commands={Place.CLIENT: ("ip route add unreachable 198.51.100.0/24",)},
        expect=dict.fromkeys((API, REGISTRY), degraded("path.partial_addresses", stage="tcp")),
        code=0,
    ),
    Scenario(
        name="service-at-another-port",
        kind=Kind.NEAR_MISS,
        web=(replace(STRANGE_SITE, port=8443), REGISTRY_SITE),
        nft=f"ip daddr {site(5)} tcp dport 443 drop",
        expect={f"{STRANGE}:8443": OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
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
        name="slow-service",
        kind=Kind.NEAR_MISS,
        web=(REGISTRY_SITE,),
        actors=(Actor(behaviour="http slow", address=site(1), host=API),),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="answer-followed-by-a-reset",
        kind=Kind.NEAR_MISS,
        web=(REGISTRY_SITE,),
        actors=(Actor(behaviour="http reset after the answer", address=site(1), host=API),),
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
    Scenario(
        name="no-proxy-token-leads-to-a-closed-way",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        squid="http_access allow all",
        environment={**PROXIED, "NO_PROXY": ".defender.microsoft.com"},
        nft=f"ip saddr {CLIENT} tcp dport 443 drop",
        expect={API: blocked("tcp.dropped", ".defender.microsoft.com"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="client-certificate-is-required",
        kind=Kind.NEAR_MISS,
        web=(REGISTRY_SITE,),
        actors=(Actor(behaviour="tls wants a certificate", address=site(1), host=API),),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="some-of-many-connections-at-once",
        kind=Kind.NEAR_MISS,
        web=MANY,
        nft="tcp dport 443 ct state new limit rate over 10/second burst 6 packets drop",
        expect=dict.fromkeys((API, REGISTRY, LOGIN, STRANGE), OPEN),
        code=0,
        findings=0,
    ),
    Scenario(
        name="two-of-three-addresses-fail",
        kind=Kind.NEAR_MISS,
        web=(replace(API_SITE, addresses=(site(1), site(11), site(12))), REGISTRY_SITE),
        nft=f"ip daddr {{ {site(11)}, {site(12)} }} tcp dport 443 reject with tcp reset",
        expect={API: degraded("path.partial_addresses", site(12), stage="tcp"), REGISTRY: OPEN},
        code=0,
        findings=1,
    ),
    Scenario(
        name="ipv6-broken-for-one-host-alone",
        kind=Kind.NEAR_MISS,
        has_ipv6=True,
        web=(DUAL_API_SITE, DUAL_REGISTRY_SITE),
        nft=f"ip6 daddr {site_6(1)} drop",
        expect={API: degraded("path.ipv6_broken", stage="tcp"), REGISTRY: OPEN},
        code=0,
        findings=1,
    ),
    Scenario(
        name="time-over-udp",
        kind=Kind.NEAR_MISS,
        web=(REGISTRY_SITE,),
        actors=(
            Actor(behaviour="ntp", address=site(7), port=123, over="udp", host="ntp.ubuntu.com"),
        ),
        expect={"ntp.ubuntu.com:123": OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="time-over-udp-dropped",
        kind=Kind.NEAR_MISS,
        web=(REGISTRY_SITE,),
        actors=(
            Actor(behaviour="ntp", address=site(7), port=123, over="udp", host="ntp.ubuntu.com"),
        ),
        nft="udp dport 123 drop",
        expect={"ntp.ubuntu.com:123": unexplained("tcp"), REGISTRY: OPEN},
        code=3,
    ),
)
