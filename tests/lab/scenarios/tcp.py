"""What stops the SYN."""

from tests.lab.addresses import NOBODY, site, site_6
from tests.lab.scenario import OPEN, Kind, Place, Scenario, blocked
from tests.lab.scenarios.sites import (
    API,
    BOTH,
    DUAL_API_SITE,
    DUAL_REGISTRY_SITE,
    REGISTRY,
    REGISTRY_SITE,
)

SCENARIOS = (
    Scenario(
        name="tcp-dropped",
        kind=Kind.BLOCKED,
        web=BOTH,
        nft=f"ip daddr {site(1)} tcp dport 443 drop",
        expect={API: blocked("tcp.dropped", "10.220.0.1 (1 hop)"), REGISTRY: OPEN},
        code=1,
        findings=1,
    ),
    Scenario(
        name="tcp-dropped-by-iptables",
        kind=Kind.BLOCKED,
        web=BOTH,
        iptables=(f"-d {site(1)} -p tcp --dport 443 -j DROP",),
        expect={API: blocked("tcp.dropped"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tcp-refused-by-firewall",
        kind=Kind.BLOCKED,
        web=BOTH,
        nft=f"ip daddr {site(1)} tcp dport 443 reject with tcp reset",
        expect={API: blocked("tcp.refused", "the host is beyond"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tcp-prohibited-by-icmp",
        kind=Kind.BLOCKED,
        web=BOTH,
        iptables=(f"-d {site(1)} -j REJECT --reject-with icmp-admin-prohibited",),
        expect={
            API: blocked("tcp.unreachable", "administratively prohibited", "10.220.0.1"),
            REGISTRY: OPEN,
        },
        code=1,
    ),
    Scenario(
        name="tcp-no-route-here",
        kind=Kind.BLOCKED,
        web=BOTH,
        commands={Place.CLIENT: (f"ip route add unreachable {site(1)}",)},
        expect={API: blocked("tcp.unreachable", "no route"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tcp-no-route-at-the-router",
        kind=Kind.BLOCKED,
        web=BOTH,
        commands={Place.ROUTER: (f"ip route add unreachable {site(1)}",)},
        expect={API: blocked("tcp.unreachable", "10.221.0.2"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tcp-rejected-as-iptables-does-by-default",
        kind=Kind.BLOCKED,
        web=BOTH,
        iptables=(f"-d {site(1)} -p tcp --dport 443 -j REJECT",),
        expect={API: blocked("tcp.unreachable", "port unreachable", "10.220.0.1"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tcp-refused-by-the-host",
        kind=Kind.BLOCKED,
        web=(REGISTRY_SITE,),
        records={API: (NOBODY,)},
        expect={API: blocked("tcp.refused"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tcp-dropped-at-the-second-hop",
        kind=Kind.BLOCKED,
        web=BOTH,
        commands={Place.ROUTER: (f"iptables -A FORWARD -d {site(1)} -p tcp --dport 443 -j DROP",)},
        expect={API: blocked("tcp.dropped", "10.221.0.2 (2 hops)"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tcp-dropped-over-both-families",
        kind=Kind.BLOCKED,
        has_ipv6=True,
        web=(DUAL_API_SITE, DUAL_REGISTRY_SITE),
        nft=f"ip daddr {site(1)} drop\nip6 daddr {site_6(1)} drop",
        expect={API: blocked("tcp.dropped"), REGISTRY: OPEN},
        code=1,
        findings=1,
    ),
)
