"""Whole profiles: every name leads to one address, where every service is."""

from tests.lab.addresses import CLIENT, PROXY, PROXY_PORT, site
from tests.lab.scenario import OPEN, Actor, Expected, Kind, Scenario, blocked
from tests.lab.scenarios.sites import API, LOGIN, REGISTRY

EVERYTHING = site(50)
SERVICES = (
    Actor(behaviour="any service", address=EVERYTHING, issues=True),
    Actor(behaviour="any service in clear", address=EVERYTHING, port=80),
    Actor(behaviour="ntp", address=EVERYTHING, port=123, over="udp"),
)
AKS = ("--environment", "aks", "--region", "westeurope")
RESET = "-j REJECT --reject-with tcp-reset"
NAMED = "-p tcp --dport 443 -m string --algo bm"


def profile(
    name: str, kind: Kind, expect: dict[str, Expected], code: int, findings: int, **fields: object
) -> Scenario:
    """A run over everything that AKS needs."""
    values = {"arguments": AKS} | fields
    return Scenario(
        name=name,
        kind=kind,
        actors=SERVICES,
        # whatever there is, but not the domain in which nothing can be (RFC 6761 section 6.4)
        dnsmasq=(f"--address=/com/io/net/org/{EVERYTHING}", "--local=/#/"),
        is_profile=True,
        expect=expect,
        code=code,
        findings=findings,
        **values,  # type: ignore[arg-type]  # names are checked at run time
    )


SCENARIOS = (
    profile(
        "profile-open",
        Kind.HEALTHY,
        dict.fromkeys((API, LOGIN, REGISTRY), OPEN),
        code=0,
        findings=0,
    ),
    profile(
        "profile-that-is-dropped-is-one-finding",
        Kind.BLOCKED,
        dict.fromkeys((API, LOGIN, REGISTRY), blocked("tcp.dropped", "No egress from here")),
        code=1,
        findings=1,
        nft=f"ip daddr {EVERYTHING} drop",
    ),
    profile(
        "profile-behind-a-list-of-names",
        Kind.BLOCKED,
        {
            API: blocked("tls.sni_reset", "filters by server name"),
            **dict.fromkeys((LOGIN, REGISTRY), OPEN),
        },
        code=1,
        findings=1,
        iptables=(
            f"{NAMED} --string {LOGIN} -j ACCEPT",
            f"{NAMED} --string {REGISTRY} -j ACCEPT",
            f'{NAMED} --hex-string "|160301|" --to 100 {RESET}',
        ),
    ),
    profile(
        "profile-through-a-proxy-with-a-list-of-names",
        Kind.BLOCKED,
        {
            API: blocked("proxy.denied", "the proxy is the only way out"),
            **dict.fromkeys((LOGIN, REGISTRY), OPEN),
        },
        code=1,
        findings=1,
        squid=f"acl good dstdomain {LOGIN} {REGISTRY}\nhttp_access allow good",
        nft=f"ip saddr {CLIENT} ip daddr {EVERYTHING} drop",
        arguments=(*AKS, "--proxy", f"http://{PROXY}:{PROXY_PORT}"),
    ),
)
