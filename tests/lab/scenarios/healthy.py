"""Networks in which nothing is wrong."""

from dataclasses import replace

from tests.lab.addresses import CLIENT, PROXY, PROXY_PORT, private, site_6
from tests.lab.scenario import OPEN, Kind, Place, Scenario, open_path
from tests.lab.scenarios.proxy import LOGIN as LOGIN_HELPER
from tests.lab.scenarios.sites import (
    API,
    API_SITE,
    BOTH,
    DUAL_API_SITE,
    DUAL_REGISTRY_SITE,
    LOGIN,
    LOGIN_SITE,
    REGISTRY,
    REGISTRY_SITE,
    STRANGE,
    STRANGE_SITE,
    UBUNTU,
    UBUNTU_SITE,
)

VIA_PROXY = ("--proxy", f"http://{PROXY}:{PROXY_PORT}")

SCENARIOS = (
    Scenario(
        name="open-ipv4",
        kind=Kind.HEALTHY,
        web=(*BOTH, LOGIN_SITE, UBUNTU_SITE, STRANGE_SITE),
        expect=dict.fromkeys((API, REGISTRY, LOGIN, UBUNTU, STRANGE), OPEN),
        code=0,
        findings=0,
    ),
    Scenario(
        name="open-dual-stack",
        kind=Kind.HEALTHY,
        has_ipv6=True,
        web=(DUAL_API_SITE, DUAL_REGISTRY_SITE),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="open-tls-1.2-only",
        kind=Kind.HEALTHY,
        web=tuple(replace(each, protocols="TLSv1.2") for each in BOTH),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="open-through-the-proxy-alone",
        kind=Kind.HEALTHY,
        web=(*BOTH, UBUNTU_SITE),
        squid="http_access allow all",
        nft=f"ip saddr {CLIENT} tcp dport {{ 80, 443 }} drop",
        arguments=VIA_PROXY,
        expect={API: OPEN, REGISTRY: OPEN, UBUNTU: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="open-slow-network",
        kind=Kind.HEALTHY,
        web=BOTH,
        round_trip=0.4,
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="open-private-endpoint",
        kind=Kind.HEALTHY,
        web=(replace(API_SITE, addresses=(private(4),)), REGISTRY_SITE),
        expect={API: open_path("private endpoint"), REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="open-through-a-packet-filter",
        kind=Kind.HEALTHY,
        web=BOTH,
        nft="ct state established,related accept\nudp dport 53 accept\ntcp dport { 53, 443 } ct state new accept\ndrop",
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="open-through-a-proxy-with-credentials",
        kind=Kind.HEALTHY,
        web=BOTH,
        squid=LOGIN_HELPER,
        nft=f"ip saddr {CLIENT} tcp dport {{ 80, 443 }} drop",
        arguments=("--proxy", f"http://user:secret@{PROXY}:{PROXY_PORT}"),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="open-through-a-proxy-of-the-environment",
        kind=Kind.HEALTHY,
        web=BOTH,
        records={"proxy.example.test": (PROXY,)},
        squid="http_access allow all",
        nft=f"ip saddr {CLIENT} tcp dport {{ 80, 443 }} drop",
        environment={"https_proxy": f"http://proxy.example.test:{PROXY_PORT}"},
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="open-tls-1.3-only",
        kind=Kind.HEALTHY,
        web=tuple(replace(each, protocols="TLSv1.3") for each in BOTH),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="open-ipv6-alone",
        kind=Kind.HEALTHY,
        has_ipv6=True,
        web=(
            replace(API_SITE, addresses=(site_6(1),)),
            replace(REGISTRY_SITE, addresses=(site_6(2),)),
        ),
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="open-slow-dual-stack",
        kind=Kind.HEALTHY,
        has_ipv6=True,
        web=(DUAL_API_SITE, DUAL_REGISTRY_SITE),
        round_trip=0.3,
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
    Scenario(
        name="open-through-a-narrow-link",
        kind=Kind.HEALTHY,
        web=BOTH,
        commands={
            Place.ROUTER: ("tc qdisc add dev in0 root tbf rate 256kbit burst 3000 latency 1s",)
        },
        expect={API: OPEN, REGISTRY: OPEN},
        code=0,
        findings=0,
    ),
)
