"""What stops at the name."""

from dataclasses import replace

from tests.lab.addresses import DNSMASQ, NOBODY, UNBOUND, private, site
from tests.lab.scenario import OPEN, Kind, Scenario, Web, blocked, unjudged
from tests.lab.scenarios.sites import (
    API,
    API_SITE,
    BOTH,
    EVERYTHING_FORWARDED,
    LOGIN,
    LOGIN_SITE,
    REGISTRY,
    REGISTRY_SITE,
    forwarded,
)

PORTAL = Web(
    host="portal.example.test",
    addresses=(site(99),),
    has_record=False,
    answer='return 200 "<h1>Welcome to our network</h1>";',
)
ASKED_FOR_API = '-m string --algo bm --hex-string "|03|api|05|cloud|08|defender"'
"""The name as it stands in a DNS message."""

SCENARIOS = (
    Scenario(
        name="dns-resolver-unreachable-silent",
        kind=Kind.BLOCKED,
        web=BOTH,
        nft="meta l4proto { tcp, udp } th dport 53 drop",
        expect=dict.fromkeys((API, REGISTRY), unjudged("dns.resolver_unreachable", DNSMASQ)),
        code=3,
        findings=1,
    ),
    Scenario(
        name="dns-resolver-unreachable-refusing",
        kind=Kind.BLOCKED,
        web=BOTH,
        resolvers=(NOBODY,),
        expect=dict.fromkeys((API, REGISTRY), unjudged("dns.resolver_unreachable", NOBODY)),
        code=3,
        findings=1,
    ),
    Scenario(
        name="dns-query-dropped-by-the-resolver",
        kind=Kind.BLOCKED,
        web=BOTH,
        unbound=f'    local-zone: "{API}." deny\n{EVERYTHING_FORWARDED}',
        resolvers=(UNBOUND,),
        expect={API: blocked("dns.query_dropped", REGISTRY), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="dns-query-dropped-on-the-way",
        kind=Kind.BLOCKED,
        web=BOTH,
        iptables=(
            f"-p udp --dport 53 {ASKED_FOR_API} -j DROP",
            f"-p tcp --dport 53 {ASKED_FOR_API} -j DROP",
        ),
        expect={API: blocked("dns.query_dropped"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="dns-nxdomain",
        kind=Kind.BLOCKED,
        web=(REGISTRY_SITE,),
        expect={API: blocked("dns.nxdomain", DNSMASQ), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="dns-nxdomain-by-policy-zone",
        kind=Kind.BLOCKED,
        web=BOTH,
        unbound='rpz:\n    name: "policy.example.test."\n    zonefile: "policy.zone"\n'
        + EVERYTHING_FORWARDED,
        zones={
            "policy.zone": "$ORIGIN policy.example.test.\n$TTL 60\n@ SOA ns hostmaster 1 60 60 60 60\n"
            "@ NS ns\n*.cloud.defender.microsoft.com CNAME .\n"
        },
        resolvers=(UNBOUND,),
        expect={API: blocked("dns.nxdomain", UNBOUND), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="dns-servfail",
        kind=Kind.BLOCKED,
        web=(REGISTRY_SITE,),
        # dnsmasq refuses here what it does not know, and unbound has nobody else to ask
        unbound=EVERYTHING_FORWARDED,
        dnsmasq=("--local=/mcr.microsoft.com/",),
        resolvers=(UNBOUND,),
        expect={API: blocked("dns.servfail", "behind the resolver"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="dns-forwarder-that-is-down",
        kind=Kind.BLOCKED,
        web=BOTH,
        unbound=EVERYTHING_FORWARDED + forwarded("defender.microsoft.com", NOBODY),
        resolvers=(UNBOUND,),
        expect={
            API: blocked("dns.query_dropped", "forwards this zone to a server that never answers"),
            REGISTRY: OPEN,
        },
        code=1,
    ),
    Scenario(
        name="dns-refused",
        kind=Kind.BLOCKED,
        web=BOTH,
        unbound='    local-zone: "cloud.defender.microsoft.com." refuse\n' + EVERYTHING_FORWARDED,
        resolvers=(UNBOUND,),
        expect={API: blocked("dns.refused"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="dns-no-data",
        kind=Kind.BLOCKED,
        web=BOTH,
        unbound=f'    local-zone: "{API}." always_nodata\n{EVERYTHING_FORWARDED}',
        resolvers=(UNBOUND,),
        expect={API: blocked("dns.no_data"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="dns-sinkholed-by-the-resolver",
        kind=Kind.BLOCKED,
        web=(REGISTRY_SITE,),
        records={API: ("0.0.0.0", "::")},
        expect={API: blocked("dns.sinkholed", DNSMASQ), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="dns-sinkholed-by-the-hosts-file",
        kind=Kind.BLOCKED,
        web=BOTH,
        hosts_file=f"0.0.0.0 {API}\n",
        expect={API: blocked("dns.sinkholed", "hosts file"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="dns-forged-for-everything",
        kind=Kind.BLOCKED,
        web=(PORTAL,),
        dnsmasq=(f"--address=/#/{site(99)}",),
        expect=dict.fromkeys((API, "archive.example.org"), blocked("dns.forged", site(99))),
        code=1,
        findings=1,
    ),
    Scenario(
        name="dns-forged-for-one-zone",
        kind=Kind.BLOCKED,
        web=(PORTAL, REGISTRY_SITE, LOGIN_SITE, API_SITE),
        dnsmasq=(f"--address=/defender.microsoft.com/{site(99)}", "--local=/#/"),
        records={API: ()},
        expect={API: blocked("dns.forged", site(99)), REGISTRY: OPEN, LOGIN: OPEN},
        code=1,
    ),
    Scenario(
        name="dns-sinkholed-to-loopback",
        kind=Kind.BLOCKED,
        web=(REGISTRY_SITE,),
        records={API: ("127.0.0.1",)},
        expect={API: blocked("dns.sinkholed", "127.0.0.1"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="dns-forged-to-a-private-portal",
        kind=Kind.BLOCKED,
        web=(replace(PORTAL, addresses=(private(9),)), REGISTRY_SITE),
        dnsmasq=(f"--address=/defender.microsoft.com/{private(9)}", "--local=/#/"),
        expect={API: blocked("dns.forged", private(9)), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="dns-led-to-a-filter-on-the-way",
        kind=Kind.BLOCKED,
        web=BOTH,
        unbound=f'    local-zone: "{API}." always_nxdomain\n{EVERYTHING_FORWARDED}',
        nat="".join(
            f"iifname in0 {transport} dport 53 dnat ip to {UNBOUND}\n"
            for transport in ("udp", "tcp")
        ),
        expect={API: blocked("dns.nxdomain"), REGISTRY: OPEN},
        code=1,
    ),
)
