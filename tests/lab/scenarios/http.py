"""What stops the request."""

from tests.lab.addresses import PROXY, site
from tests.lab.scenario import OPEN, Actor, Kind, Scenario, Web, blocked
from tests.lab.scenarios.sites import API, API_SITE, REGISTRY, REGISTRY_SITE, UBUNTU, UBUNTU_SITE

INSTEAD = (UBUNTU_SITE, REGISTRY_SITE)
REQUEST = '-p tcp --dport 80 -m string --algo bm --string " HTTP/1.1"'
PORTAL_ADDRESS = site(99)


def portal(answer: str) -> Web:
    """A site that the firewall leads port 80 to."""
    return Web(
        host="portal.example.test", addresses=(PORTAL_ADDRESS,), shows=None, port=80, answer=answer
    )


TO_PORTAL = f"iifname in0 tcp dport 80 dnat ip to {PORTAL_ADDRESS}:80"

SCENARIOS = (
    Scenario(
        name="http-block-page-of-squid",
        kind=Kind.BLOCKED,
        web=INSTEAD,
        squid=f"http_port {PROXY}:80 accel vhost\nhttp_access deny all",
        nat=f"iifname in0 tcp dport 80 dnat ip to {PROXY}:80",
        expect={UBUNTU: blocked("http.block_page", "Squid"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="http-block-page-of-azure-firewall",
        kind=Kind.BLOCKED,
        web=(
            *INSTEAD,
            portal(
                'return 470 "Action: Deny. Reason: No rule matched. Proceeding with default action.";'
            ),
        ),
        nat=TO_PORTAL,
        expect={UBUNTU: blocked("http.block_page", "Azure Firewall"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="http-captive-portal",
        kind=Kind.BLOCKED,
        web=(*INSTEAD, portal("return 302 http://login.portal.example.test/guest?from=$host;")),
        nat=TO_PORTAL,
        expect={UBUNTU: blocked("http.block_page", "portal.example.test"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="http-reset",
        kind=Kind.BLOCKED,
        web=INSTEAD,
        iptables=(f"{REQUEST} -j REJECT --reject-with tcp-reset",),
        expect={UBUNTU: blocked("http.reset"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="http-dropped",
        kind=Kind.BLOCKED,
        web=INSTEAD,
        iptables=(f"{REQUEST} -j DROP",),
        expect={UBUNTU: blocked("http.dropped"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="http-reset-in-tls",
        kind=Kind.BLOCKED,
        web=(REGISTRY_SITE,),
        actors=(Actor(behaviour="http reset", address=API_SITE.addresses[0], host=API),),
        expect={API: blocked("http.reset"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="http-dropped-in-tls",
        kind=Kind.BLOCKED,
        web=(REGISTRY_SITE,),
        actors=(Actor(behaviour="http silent", address=API_SITE.addresses[0], host=API),),
        expect={API: blocked("http.dropped"), REGISTRY: OPEN},
        code=1,
    ),
)
