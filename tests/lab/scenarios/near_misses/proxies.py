"""Proxies, and what is read of NO_PROXY."""

from tests.lab.addresses import CLIENT, PROXY, PROXY_PORT
from tests.lab.scenario import (
    OPEN,
    Kind,
    Scenario,
    blocked,
    open_path,
)
from tests.lab.scenarios.sites import (
    API,
    BOTH,
    REGISTRY,
)

PROXIED = {"HTTPS_PROXY": f"http://{PROXY}:{PROXY_PORT}"}

SCENARIOS = (
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
        name="no-proxy-token-with-a-leading-dot",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        squid="http_access allow all",
        environment={**PROXIED, "NO_PROXY": f".{REGISTRY}"},
        expect={API: OPEN, REGISTRY: open_path(f".{REGISTRY}")},
        code=0,
    ),
    Scenario(
        name="no-proxy-range-of-addresses-is-for-no-name",
        kind=Kind.NEAR_MISS,
        web=BOTH,
        squid="http_access allow all",
        environment={**PROXIED, "NO_PROXY": "198.51.100.0/24,10.223.0.0/16"},
        nft=f"ip saddr {CLIENT} tcp dport 443 drop",
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
)
