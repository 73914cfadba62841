"""What stops at the explicit proxy."""

from tests.lab.addresses import CLIENT, NOBODY, PROXY, PROXY_PORT
from tests.lab.scenario import OPEN, Actor, Kind, Scenario, blocked
from tests.lab.scenarios.sites import API, BOTH, REGISTRY, UBUNTU, UBUNTU_SITE

VIA = ("--proxy", f"http://{PROXY}:{PROXY_PORT}")
NAMED = "proxy.example.test"
NO_OTHER_WAY = f"ip saddr {CLIENT} tcp dport {{ 80, 443 }} drop"
LOGIN = (
    "auth_param basic program /usr/lib/squid/basic_fake_auth\n"
    "acl known proxy_auth REQUIRED\nhttp_access allow known"
)
"""A helper of squid's that takes any user for a known one."""

SCENARIOS = (
    Scenario(
        name="proxy-denied",
        kind=Kind.BLOCKED,
        web=BOTH,
        squid=f"acl good dstdomain {REGISTRY}\nhttp_access allow good",
        nft=NO_OTHER_WAY,
        arguments=VIA,
        expect={API: blocked("proxy.denied", "403"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="proxy-denied-and-open-past-it",
        kind=Kind.BLOCKED,
        web=BOTH,
        squid=f"acl good dstdomain {REGISTRY}\nhttp_access allow good",
        arguments=VIA,
        expect={API: blocked("proxy.denied", "answers directly"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="proxy-auth-required",
        kind=Kind.BLOCKED,
        web=BOTH,
        squid=LOGIN,
        nft=NO_OTHER_WAY,
        arguments=VIA,
        expect=dict.fromkeys((API, REGISTRY), blocked("proxy.auth_required", "407")),
        code=1,
        findings=1,
    ),
    Scenario(
        name="proxy-resets-what-it-denies",
        kind=Kind.BLOCKED,
        web=BOTH,
        squid=f"acl good dstdomain {REGISTRY}\nacl rest src all\ndeny_info TCP_RESET rest\n"
        "http_access allow good\nhttp_access deny rest",
        nft=NO_OTHER_WAY,
        arguments=VIA,
        expect={API: blocked("proxy.denied"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="proxy-denied-in-clear-http",
        kind=Kind.BLOCKED,
        web=(BOTH[1], UBUNTU_SITE),
        squid=f"acl good dstdomain {REGISTRY}\nhttp_access allow good",
        nft=NO_OTHER_WAY,
        arguments=VIA,
        expect={UBUNTU: blocked("proxy.denied", "403"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="proxy-upstream-failed",
        kind=Kind.BLOCKED,
        web=(BOTH[1],),
        records={API: (NOBODY,)},
        squid="http_access allow all",
        nft=NO_OTHER_WAY,
        arguments=VIA,
        expect={API: blocked("proxy.upstream_failed", "503"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="proxy-upstream-without-dns",
        kind=Kind.BLOCKED,
        web=(BOTH[1],),
        squid="http_access allow all",
        nft=NO_OTHER_WAY,
        arguments=VIA,
        expect={API: blocked("proxy.upstream_failed", "ERR_CANNOT_FORWARD"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="proxy-refuses-connections",
        kind=Kind.BLOCKED,
        web=BOTH,
        arguments=("--proxy", f"http://{NOBODY}:{PROXY_PORT}"),
        nft=NO_OTHER_WAY,
        expect=dict.fromkeys((API, REGISTRY), blocked("proxy.unreachable", "tcp.refused")),
        code=1,
        findings=1,
    ),
    Scenario(
        name="proxy-behind-a-closed-firewall",
        kind=Kind.BLOCKED,
        web=BOTH,
        squid="http_access allow all",
        arguments=VIA,
        nft=f"ip daddr {PROXY} drop\n{NO_OTHER_WAY}",
        expect=dict.fromkeys((API, REGISTRY), blocked("proxy.unreachable", "tcp.dropped")),
        code=1,
        findings=1,
    ),
    Scenario(
        name="proxy-without-a-name",
        kind=Kind.BLOCKED,
        web=BOTH,
        arguments=("--proxy", f"http://{NAMED}:{PROXY_PORT}"),
        expect=dict.fromkeys((API, REGISTRY), blocked("proxy.unreachable", "dns.nxdomain")),
        code=1,
        findings=1,
    ),
    Scenario(
        name="proxy-silent",
        kind=Kind.BLOCKED,
        web=BOTH,
        actors=(Actor(behaviour="proxy silent", address=PROXY, port=PROXY_PORT),),
        arguments=VIA,
        expect=dict.fromkeys((API, REGISTRY), blocked("proxy.dropped")),
        code=1,
        findings=1,
    ),
)
