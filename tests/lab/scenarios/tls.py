"""What stops the handshake."""

from dataclasses import replace

from tests.lab.addresses import site
from tests.lab.scenario import OPEN, Actor, Kind, Place, Scenario, Shown, blocked, degraded
from tests.lab.scenarios.sites import (
    API,
    API_SITE,
    BOTH,
    LOGIN,
    LOGIN_SITE,
    REGISTRY,
    REGISTRY_SITE,
    STRANGE,
    STRANGE_SITE,
)

NAMING_API = f"-p tcp --dport 443 -m string --algo bm --string {API}"
"""Segments with the name in clear: the ClientHello's."""
ANY_HELLO = f'-d {site(1)} -p tcp --dport 443 -m string --algo bm --hex-string "|160301|" --to 100'
RESET = "-j REJECT --reject-with tcp-reset"
SYN_PROXY = f"""
table ip taken_over {{
    chain prerouting {{ type filter hook prerouting priority raw; policy accept;
        ip daddr {site(1)} tcp dport 443 tcp flags syn notrack
    }}
    chain forward {{ type filter hook forward priority -10; policy accept;
        ip daddr {site(1)} tcp dport 443 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
    }}
    chain postrouting {{ type filter hook postrouting priority 300; policy accept;
        ip daddr {site(1)} tcp dport 443 tcp flags syn drop
    }}
}}"""

SCENARIOS = (
    Scenario(
        name="tls-sni-reset",
        kind=Kind.BLOCKED,
        web=BOTH,
        iptables=(f"{NAMING_API} {RESET}",),
        expect={API: blocked("tls.sni_reset", "filters by server name"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tls-sni-dropped",
        kind=Kind.BLOCKED,
        web=BOTH,
        iptables=(f"{NAMING_API} -j DROP",),
        expect={API: blocked("tls.sni_dropped", "filters by server name"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tls-reset",
        kind=Kind.BLOCKED,
        web=BOTH,
        iptables=(f"{ANY_HELLO} {RESET}",),
        expect={API: blocked("tls.reset"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tls-dropped",
        kind=Kind.BLOCKED,
        web=BOTH,
        iptables=(f"{ANY_HELLO} -j DROP",),
        expect={API: blocked("tls.dropped"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tls-all-but-one-name-reset",
        kind=Kind.BLOCKED,
        web=(*BOTH, LOGIN_SITE),
        iptables=(
            f"-p tcp --dport 443 -m string --algo bm --string {REGISTRY} -j ACCEPT",
            f'-p tcp --dport 443 -m string --algo bm --hex-string "|160301|" --to 100 {RESET}',
        ),
        expect={
            **dict.fromkeys((API, LOGIN), blocked("tls.sni_reset", "filters by server name")),
            REGISTRY: OPEN,
        },
        code=1,
        findings=1,
    ),
    Scenario(
        name="tls-reset-by-the-host",
        kind=Kind.BLOCKED,
        web=(REGISTRY_SITE,),
        actors=(Actor(behaviour="tls reset", address=site(1), host=API),),
        expect={API: blocked("tls.reset"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tls-dropped-by-the-host",
        kind=Kind.BLOCKED,
        web=(REGISTRY_SITE,),
        actors=(Actor(behaviour="tls silent", address=site(1), host=API),),
        expect={API: blocked("tls.dropped"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tls-dropped-behind-a-syn-proxy",
        kind=Kind.BLOCKED,
        web=BOTH,
        # The firewall answers the SYN itself, and its own to the host is lost.
        tables=SYN_PROXY,
        commands={
            Place.FIREWALL: ("echo 0 >/proc/sys/net/netfilter/nf_conntrack_tcp_loose",),
        },
        expect={API: blocked("tls.dropped", "in the host's place: 10.220.0.1"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tls-dropped-at-the-certificate",
        kind=Kind.BLOCKED,
        web=tuple(replace(each, protocols="TLSv1.2") for each in BOTH),
        # A filter that reads names where TLS 1.2 still shows them: in the server's certificate.
        iptables=(f"-s {site(1)} -p tcp --sport 443 -m string --algo bm --string {API} -j DROP",),
        expect={API: blocked("tls.dropped", "The ClientHello was acknowledged"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tls-closed",
        kind=Kind.BLOCKED,
        web=(REGISTRY_SITE,),
        actors=(Actor(behaviour="tls closed", address=site(1), host=API),),
        expect={API: blocked("tls.closed"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tls-alert-for-every-name",
        kind=Kind.BLOCKED,
        web=(replace(API_SITE, directives="ssl_reject_handshake on;"), REGISTRY_SITE),
        expect={API: blocked("tls.alert", "unrecognized_name"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tls-alert-access-denied",
        kind=Kind.BLOCKED,
        web=(REGISTRY_SITE,),
        actors=(Actor(behaviour="tls access denied", address=site(1), host=API),),
        expect={API: blocked("tls.alert", "access_denied"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tls-intercepted",
        kind=Kind.BLOCKED,
        web=BOTH,
        interceptor="Fortinet",
        expect=dict.fromkeys(
            (API, REGISTRY), blocked("tls.intercepted", "Fortinet", "answers in the host's place")
        ),
        code=1,
        findings=1,
    ),
    Scenario(
        name="tls-intercepted-by-a-trusted-authority",
        kind=Kind.BLOCKED,
        web=BOTH,
        interceptor="Contoso Network Security",
        is_interceptor_trusted=True,
        expect=dict.fromkeys(
            (API, REGISTRY), degraded("tls.intercepted", "Contoso Network Security")
        ),
        code=0,
        findings=1,
    ),
    Scenario(
        name="tls-untrusted",
        kind=Kind.BLOCKED,
        web=(replace(STRANGE_SITE, shows=Shown.STRANGER), REGISTRY_SITE),
        expect={STRANGE: blocked("tls.untrusted", "Nobody Knows Us"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tls-expired",
        kind=Kind.BLOCKED,
        web=(replace(API_SITE, shows=Shown.EXPIRED), REGISTRY_SITE),
        expect={API: blocked("tls.expired"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tls-name-mismatch",
        kind=Kind.BLOCKED,
        web=(replace(API_SITE, shows=Shown.OTHER_NAME), REGISTRY_SITE),
        expect={API: blocked("tls.name_mismatch", "portal.example.test"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tls-version",
        kind=Kind.BLOCKED,
        web=(replace(API_SITE, protocols="TLSv1.1"), REGISTRY_SITE),
        expect={API: blocked("tls.version"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="tls-not-tls",
        kind=Kind.BLOCKED,
        web=(replace(API_SITE, shows=None), REGISTRY_SITE),
        expect={API: blocked("tls.not_tls", "HTTP/1.1 400"), REGISTRY: OPEN},
        code=1,
    ),
    Scenario(
        name="host-clock-ahead",
        kind=Kind.BLOCKED,
        web=tuple(replace(each, shows=Shown.BRIEF) for each in BOTH),
        clock="+400d",
        expect=dict.fromkeys((API, REGISTRY), blocked("host.clock_skew", "ahead", stage="tls")),
        code=1,
        findings=1,
    ),
    Scenario(
        name="host-clock-behind",
        kind=Kind.BLOCKED,
        web=tuple(replace(each, shows=Shown.BRIEF) for each in BOTH),
        clock="-90d",
        expect=dict.fromkeys((API, REGISTRY), blocked("host.clock_skew", "behind", stage="tls")),
        code=1,
        findings=1,
    ),
)
