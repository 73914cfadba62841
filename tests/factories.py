"""Short builders for model values: name what matters in a test, the rest is a healthy default.

evidence(attempts=(attempt(connected(), shaken(Outcome.RESET)),))
checked("api.example.com", connected(), shaken(), exchanged(status=404))
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any

from preflight.model.endpoint import Endpoint, Protocol, Requirement, Trust
from preflight.model.evidence import (
    Attempt,
    Certificate,
    Connect,
    Control,
    Datagram,
    Evidence,
    Exchange,
    Experiment,
    Handshake,
    Hop,
    Lookup,
    Outcome,
    PathStep,
    RecordType,
    Transport,
    Tunnel,
)
from preflight.model.plan import Check, Direct, Plan, Stage, ViaProxy
from preflight.model.vantage import Peer, Proxy

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""The instant at which everything in a test begins unless it says otherwise."""
HOST = "api.cloud.defender.microsoft.com"
ADDRESS = "203.0.113.10"
SOURCE = "10.244.1.7:40001"
RESOLVER = "10.0.0.10:53"
MICROSOFT = "Microsoft Corporation"
CORPORATE = "Contoso Network Security"
"""The organisation of an interceptor's certificate authority."""


def at(seconds: float) -> datetime:
    """The instant `seconds` after `NOW`."""
    return NOW + timedelta(seconds=seconds)


def peer(text: str) -> Peer:
    """`10.0.0.1:53` or `[2001:db8::1]:53` as a Peer."""
    host, _, port = text.rpartition(":")
    return Peer(address=ip_address(host.strip("[]")), port=int(port))


def proxy(host: str = "proxy.contoso.example", port: int = 3128, **fields: Any) -> Proxy:
    """An HTTP proxy without credentials."""
    return replace(Proxy(scheme="http", host=host, port=port), **fields)


def via(host: str = "proxy.contoso.example", port: int = 3128) -> ViaProxy:
    """The route through `proxy()`."""
    return ViaProxy(proxy(host, port))


# observations

RCODES = {
    Outcome.OK: "NOERROR",
    Outcome.NO_DATA: "NOERROR",
    Outcome.CNAME_LOOP: "NOERROR",
    Outcome.NXDOMAIN: "NXDOMAIN",
    Outcome.SERVFAIL: "SERVFAIL",
    Outcome.RCODE_REFUSED: "REFUSED",
    Outcome.RCODE_OTHER: "NOTIMP",
}


def lookup(
    outcome: Outcome = Outcome.OK, *addresses: str, resolver: str = RESOLVER, **fields: Any
) -> Lookup:
    """One question to one resolver; `ok` leads to `ADDRESS` unless addresses are given."""
    answers = addresses or ((ADDRESS,) if outcome is Outcome.OK else ())
    made = Lookup(
        at=NOW,
        stage=Stage.DNS,
        source=peer("10.244.1.7:50001"),
        destination=peer(resolver),
        outcome=outcome,
        elapsed=5.0 if outcome is Outcome.DROPPED else 0.002,
        name=HOST,
        record_type=RecordType.A,
        transport=Transport.UDP,
        rcode=RCODES.get(outcome),
        addresses=tuple(ip_address(address) for address in answers),
    )
    return replace(made, **fields)


def from_hosts(*addresses: str, name: str = HOST) -> Lookup:
    """The hosts file gave these addresses."""
    return lookup(
        Outcome.OK,
        *(addresses or (ADDRESS,)),
        name=name,
        transport=Transport.HOSTS,
        rcode=None,
        source=None,
        destination=None,
    )


def _elapsed(outcome: Outcome) -> float:
    return 5.0 if outcome is Outcome.DROPPED else 0.02


def connected(
    outcome: Outcome = Outcome.OK, address: str = ADDRESS, port: int = 443, **fields: Any
) -> Connect:
    """A TCP connection attempt."""
    made = Connect(
        at=at(0.01),
        stage=Stage.TCP,
        source=peer(SOURCE),
        destination=Peer(address=ip_address(address), port=port),
        outcome=outcome,
        elapsed=_elapsed(outcome),
    )
    return replace(made, **fields)


PROXY_PEER = "10.0.0.20:3128"
"""Where `proxy()` listens."""
CONNECT_STATUS = {
    Outcome.OK: 200,
    Outcome.AUTH_REQUIRED: 407,
    Outcome.DENIED: 403,
    Outcome.UPSTREAM_FAILED: 503,
}


def to_proxy(outcome: Outcome = Outcome.OK, **fields: Any) -> Connect:
    """A TCP connection attempt to the proxy."""
    return replace(connected(outcome, "10.0.0.20", 3128), **{"stage": Stage.PROXY} | fields)


def tunnelled(outcome: Outcome = Outcome.OK, **fields: Any) -> Tunnel:
    """A CONNECT to the proxy."""
    made = Tunnel(
        at=at(0.03),
        stage=Stage.PROXY,
        source=peer(SOURCE),
        destination=peer(PROXY_PEER),
        outcome=outcome,
        elapsed=_elapsed(outcome),
        target=f"{HOST}:443",
        status=CONNECT_STATUS.get(outcome),
    )
    return replace(made, **fields)


def certificate(
    issuer: str | None = MICROSOFT, *names: str, issued_by: str = "", **fields: Any
) -> Certificate:
    """A leaf for `HOST` (or `names`), issued by the organisation given; None: without any."""
    given = names or (HOST,)
    organization = f", O={issuer}" if issuer else ""
    made = Certificate(
        subject=f"CN={given[0]}, O={MICROSOFT}",
        issuer=issued_by or f"CN=Issuing CA 01{organization}",
        subject_organization=MICROSOFT,
        issuer_organization=issuer,
        names=given,
        not_before=NOW - timedelta(days=30),
        not_after=NOW + timedelta(days=150),
        sha256="ab" * 32,
    )
    return replace(made, **fields)


def shaken(
    outcome: Outcome = Outcome.OK,
    address: str = ADDRESS,
    port: int = 443,
    name: str | None = HOST,
    **fields: Any,
) -> Handshake:
    """A TLS handshake; `ok` is verified and shows a leaf issued by Microsoft."""
    made = Handshake(
        at=at(0.05),
        stage=Stage.TLS,
        source=peer(SOURCE),
        destination=Peer(address=ip_address(address), port=port),
        outcome=outcome,
        elapsed=_elapsed(outcome),
        server_name=name,
        verified=True,
    )
    if outcome is Outcome.OK:
        made = replace(
            made,
            version="TLSv1.3",
            cipher="TLS_AES_256_GCM_SHA384",
            alpn="http/1.1",
            certificates=(certificate(MICROSOFT, name or address),),
        )
    return replace(made, **fields)


def exchanged(
    outcome: Outcome = Outcome.OK, address: str = ADDRESS, port: int = 443, **fields: Any
) -> Exchange:
    """One request; `ok` is answered with 404, which proves the path as well as 200."""
    made = Exchange(
        at=at(0.08),
        stage=Stage.HTTP,
        source=peer(SOURCE),
        destination=Peer(address=ip_address(address), port=port),
        outcome=outcome,
        elapsed=_elapsed(outcome),
        method="GET",
        path="/",
    )
    if outcome is Outcome.OK:
        made = replace(made, status=404, headers=(("server", "Kestrel"),))
    return replace(made, **fields)


def asked(
    outcome: Outcome = Outcome.OK, address: str = ADDRESS, port: int = 123, **fields: Any
) -> Datagram:
    """One UDP question, as to an NTP server."""
    made = Datagram(
        at=at(0.01),
        stage=Stage.TCP,
        source=peer(SOURCE),
        destination=Peer(address=ip_address(address), port=port),
        outcome=outcome,
        elapsed=_elapsed(outcome),
        question="NTP client request",
        answer=b"\x24" + 47 * b"\x01" if outcome is Outcome.OK else b"",
    )
    return replace(made, **fields)


def hop(
    ttl: int,
    outcome: Outcome = Outcome.TTL_EXCEEDED,
    router: str | None = None,
    *,
    transport: Transport = Transport.TCP,
    address: str = ADDRESS,
    **fields: Any,
) -> Hop:
    """One packet with few hops to live, to port 443."""
    made = Hop(
        at=at(1.0 + ttl / 100),
        stage=Stage.TCP,
        source=peer("10.244.1.7:40100"),
        destination=Peer(address=ip_address(address), port=443),
        outcome=outcome,
        elapsed=0.6 if outcome is Outcome.DROPPED else 0.01,
        transport=transport,
        ttl=ttl,
        router=ip_address(router) if router else None,
    )
    return replace(made, **fields)


# evidence


def attempt(*steps: PathStep, address: str | None = None) -> Attempt:
    """The main line at one address, which is that of the first step unless given."""
    if address is not None:
        return Attempt(address=ip_address(address), steps=steps)
    destination = steps[0].destination
    assert destination is not None, "name the address where the first step has no destination"
    return Attempt(address=destination.address, steps=steps)


def presented(
    *certificates: Certificate, address: str = ADDRESS, port: int = 443, name: str = HOST
) -> Control:
    """The control that looks at the chain without judging it."""
    look = shaken(
        Outcome.OK, address, port, name, verified=False, certificates=certificates, at=at(0.5)
    )
    return Control(
        name=Experiment.PRESENTED_CHAIN, address=ip_address(address), observations=(look,)
    )


def traced(*hops: Hop, address: str = ADDRESS) -> Control:
    """The control that sends packets with growing time to live."""
    return Control(name=Experiment.HOPS, address=ip_address(address), observations=hops)


def check(host: str = HOST, **fields: Any) -> Check:
    """An HTTPS check that answers for the endpoint of the same id as its host."""
    made = Check(
        host=host,
        port=443,
        protocol=Protocol.HTTPS,
        path="/",
        route=Direct(),
        trust=Trust.PUBLIC,
        timeout=5.0,
        ids=(host,),
    )
    return replace(made, **fields)


def evidence(
    lookups: Sequence[Lookup] | None = None,
    attempts: Sequence[Attempt] = (),
    controls: Sequence[Control] = (),
    *,
    of: Check | None = None,
    **fields: Any,
) -> Evidence:
    """Everything seen for one check; without lookups, one that led to the addresses tried."""
    subject = of or check()
    found = [str(each.address) for each in attempts]
    made = Evidence(
        check=subject,
        lookups=(lookup(Outcome.OK, *found, name=subject.host),)
        if lookups is None
        else tuple(lookups),
        attempts=tuple(attempts),
        controls=tuple(controls),
    )
    return replace(made, **fields)


def checked(
    host: str, *steps: PathStep, controls: Sequence[Control] = (), **fields: Any
) -> Evidence:
    """Evidence of one check with one address, where these steps were seen; `fields` are the check's."""
    return evidence(attempts=(attempt(*steps),), controls=controls, of=check(host, **fields))


def healthy(
    host: str = HOST, address: str = ADDRESS, *, status: int = 404, **fields: Any
) -> Evidence:
    """Evidence of an open path to an authentic service."""
    return checked(
        host,
        connected(address=address),
        shaken(address=address, name=host),
        exchanged(address=address, status=status),
        **fields,
    )


# plan


def endpoint(host: str = HOST, **fields: Any) -> Endpoint:
    """A required HTTPS endpoint whose certificates Microsoft or DigiCert issue; its id is its host."""
    made = Endpoint(
        id=host,
        fqdn=host,
        host=host,
        port=443,
        protocol=Protocol.HTTPS,
        component="defender-sensor",
        requirement=Requirement.REQUIRED,
        issuers=(MICROSOFT, "DigiCert Inc"),
    )
    return replace(made, **fields)


def plan(
    *endpoints: Endpoint, checks: Sequence[Check] | None = None, notices: tuple[str, ...] = ()
) -> Plan:
    """A plan with one direct check for each endpoint that can be probed, unless checks are given."""
    made = [
        check(each.host, port=each.port, protocol=each.protocol, ids=(each.id,))
        for each in endpoints
        if not each.skipped
    ]
    return Plan(
        endpoints=endpoints, checks=tuple(made if checks is None else checks), notices=notices
    )
