"""What works in part, or only in some sizes."""

from dataclasses import replace

from tests.lab.addresses import site, site_6
from tests.lab.scenario import OPEN, Actor, Kind, Place, Scenario, Shown, blocked, degraded
from tests.lab.scenarios.sites import (
    API,
    API_SITE,
    BOTH,
    DUAL_API_SITE,
    DUAL_REGISTRY_SITE,
    REGISTRY,
    REGISTRY_SITE,
)

RESET = "-j REJECT --reject-with tcp-reset"
NAME = "-p tcp --dport 443 -m string --algo bm --string"
SYN_TO_API = f"ip daddr {site(1)} tcp flags & (syn | ack) == syn"
NO_FRAGMENTATION_NEEDED = "iptables -A INPUT -p icmp --icmp-type fragmentation-needed -j DROP"
"""A host that never hears that its packets were too large."""
DEAD_LINK = f"""
table ip links {{
    set dead {{ type inet_service; flags dynamic; }}
    chain forward {{ type filter hook forward priority -1; policy accept;
        {SYN_TO_API} numgen inc mod 1000 0 add @dead {{ tcp sport }}
        ip daddr {site(1)} tcp sport @dead drop
    }}
}}"""

SCENARIOS = (
    Scenario(
        name="path-mtu-blackhole",
        kind=Kind.BLOCKED,
        web=tuple(replace(each, shows=Shown.HUGE) for each in BOTH),
        commands={
            Place.ROUTER: ("ip link set dev in0 mtu 1280",),
            Place.INTERNET: (NO_FRAGMENTATION_NEEDED,),
        },
        expect=dict.fromkeys((API, REGISTRY), blocked("path.mtu_blackhole", stage="tls")),
        code=1,
        findings=1,
    ),
    Scenario(
        name="path-mtu-blackhole-on-the-way-out",
        kind=Kind.BLOCKED,
        web=BOTH,
        commands={
            Place.FIREWALL: ("ip link set dev out0 mtu 1280",),
            Place.CLIENT: (NO_FRAGMENTATION_NEEDED,),
        },
        expect=dict.fromkeys((API, REGISTRY), blocked("path.mtu_blackhole", stage="tls")),
        code=1,
        findings=1,
    ),
    Scenario(
        name="path-large-hello-dropped",
        kind=Kind.BLOCKED,
        web=BOTH,
        # A device that reads segments one by one and drops what does not begin as a TLS record does; timestamps make the
        # TCP header 32 bytes long.
        nft="tcp dport 443 meta length > 100 @th,256,16 != { 0x1403, 0x1503, 0x1603, 0x1703 } drop",
        expect=dict.fromkeys(
            (API, REGISTRY), blocked("path.large_hello_dropped", "first segment", stage="tls")
        ),
        code=1,
        findings=1,
    ),
    Scenario(
        name="path-wildcard-missing",
        kind=Kind.BLOCKED,
        web=BOTH,
        iptables=(
            f"{NAME} {API} -j ACCEPT",
            f"{NAME} .cloud.defender.microsoft.com {RESET}",
        ),
        expect={
            API: degraded("path.wildcard_missing", "*.cloud.defender.microsoft.com"),
            REGISTRY: OPEN,
        },
        code=0,
        findings=1,
    ),
    Scenario(
        name="path-partial-addresses",
        kind=Kind.BLOCKED,
        web=(replace(API_SITE, addresses=(site(1), site(11))), REGISTRY_SITE),
        nft=f"ip daddr {site(11)} drop",
        expect={
            API: degraded("path.partial_addresses", site(11), stage="tcp"),
            REGISTRY: OPEN,
        },
        code=0,
        findings=1,
    ),
    Scenario(
        name="path-one-address-with-a-wrong-certificate",
        kind=Kind.BLOCKED,
        web=(
            API_SITE,
            replace(API_SITE, addresses=(site(11),), shows=Shown.OTHER_NAME),
            REGISTRY_SITE,
        ),
        expect={API: degraded("path.partial_addresses", site(11), stage="tls"), REGISTRY: OPEN},
        code=0,
        findings=1,
    ),
    Scenario(
        name="path-ipv6-broken",
        kind=Kind.BLOCKED,
        has_ipv6=True,
        web=(DUAL_API_SITE, DUAL_REGISTRY_SITE),
        nft="meta l4proto tcp ip6 daddr 2001:db8:198::/64 drop",
        expect={
            API: degraded("path.ipv6_broken", site_6(1), stage="tcp"),
            REGISTRY: degraded("path.ipv6_broken", site_6(2), stage="tcp"),
        },
        code=0,
        findings=1,
    ),
    Scenario(
        name="path-unstable-refusing",
        kind=Kind.BLOCKED,
        web=BOTH,
        nft=f"{SYN_TO_API} numgen inc mod 1000 0 reject with tcp reset",
        expect={API: degraded("path.unstable"), REGISTRY: OPEN},
        code=0,
        findings=1,
    ),
    Scenario(
        name="path-unstable-silent",
        kind=Kind.BLOCKED,
        web=BOTH,
        # One of several links is dead, and the first connection goes there by its port.
        tables=DEAD_LINK,
        expect={API: degraded("path.unstable"), REGISTRY: OPEN},
        code=0,
        findings=1,
    ),
    Scenario(
        name="path-unstable-after-the-request",
        kind=Kind.BLOCKED,
        web=(REGISTRY_SITE,),
        actors=(Actor(behaviour="http reset at first", address=site(1), host=API),),
        expect={API: degraded("path.unstable"), REGISTRY: OPEN},
        code=0,
        findings=1,
    ),
)
