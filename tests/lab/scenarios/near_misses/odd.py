"""Networks and services with habits of their own, in which nothing is wrong."""

from tests.lab.addresses import site, site_6
from tests.lab.scenario import OPEN, Kind, Place, Scenario
from tests.lab.scenarios.sites import (
    API,
    BOTH,
    DUAL_API_SITE,
    DUAL_REGISTRY_SITE,
    LOGIN,
    LOGIN_SITE,
    REGISTRY,
    STRANGE,
    STRANGE_SITE,
)

MANY = (*BOTH, LOGIN_SITE, STRANGE_SITE)
ONE_CONNECTION_AT_ONCE = """
    table inet few {
        set known { type ipv4_addr; flags dynamic; size 1000; }
        chain forward { type filter hook forward priority 1; policy accept;
            tcp dport 443 ct state new add @known { ip daddr ct count over 1 } reject with tcp reset
        }
    }"""
"""To one address, as services that count the connections of a client do."""

SCENARIOS = (
    Scenario(
        name="no-ipv4-beside-ipv6",
        kind=Kind.NEAR_MISS,
        has_ipv6=True,
        web=(DUAL_API_SITE, DUAL_REGISTRY_SITE),
        dnsmasq=("--local=/#/", f"--listen-address={site_6(1)}"),
        resolvers=(site_6(1),),
        commands={Place.CLIENT: ("ip route del default",)},
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="ipv6-switched-off-with-an-unspecified-address",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        records={API: (site(1), "::")},
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="one-connection-at-once",
        kind=Kind.NEAR_MISS,
        web=MANY,
        tables=ONE_CONNECTION_AT_ONCE,
        expect=dict.fromkeys((API, REGISTRY, LOGIN, STRANGE), OPEN),
        code=0,
        findings=0,
    ),
    Scenario(
        name="every-tenth-packet-lost",
        kind=Kind.NEAR_MISS,
        web=MANY,
        nft="tcp dport 443 numgen inc mod 10 == 3 drop\ntcp sport 443 numgen inc mod 10 == 6 drop",
        expect=dict.fromkeys((API, REGISTRY, LOGIN, STRANGE), OPEN),
        code=0,
        findings=0,
    ),
)
