"""Any evidence at all, for properties: as strange as the types allow, and as runs of the field have it with anything failing."""

from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from hypothesis import strategies as st

from preflight.model.endpoint import Answer, Endpoint, Protocol, Trust
from preflight.model.evidence import (
    Attempt,
    Certificate,
    Connect,
    Control,
    Datagram,
    Delivery,
    Evidence,
    Exchange,
    Experiment,
    Handshake,
    Hello,
    Hop,
    Incomplete,
    Lookup,
    Observation,
    Outcome,
    PathStep,
    RecordType,
    Transport,
    Tunnel,
)
from preflight.model.plan import Check, Direct, Exemption, Runtime, Stage, ViaProxy
from preflight.model.vantage import Address, Peer
from tests.factories import (
    CORPORATE,
    MICROSOFT,
    NOW,
    PROXY_PEER,
    RESOLVER,
    SOURCE,
    attempt,
    connected,
    endpoint,
    exchanged,
    lookup,
    peer,
    proxy,
    shaken,
    to_proxy,
    tunnelled,
)
from tests.factories import certificate as certificate_of
from tests.factories import check as check_of

HOSTS = ("a.example.com", "b.example.com", "c.other.net", "203.0.113.1")
ADDRESSES: tuple[Address, ...] = tuple(
    map(ip_address, ("203.0.113.1", "203.0.113.2", "10.0.0.1", "127.0.0.1", "2001:db8::1", "::"))
)
LONG = 20_000
"""Characters of a text that somebody on the path made long."""
TEXTS = st.sampled_from(
    (
        "",
        "x",
        "Microsoft Corporation",
        "Zscaler",
        "\x1b[2J\u202e",
        "portal",
        "\ud800",
    )
) | st.builds(lambda: "\u2028{}%s" * (LONG // 6))
BYTES = st.sampled_from(
    (b"", b"\xff\x00", b"Web Page Blocked", b"FortiGuard", b"Healthy")
) | st.builds(lambda: b"\x1b" * LONG)
DATES = (
    "",
    "Sun, 06 Nov 2027 08:49:37 GMT",
    "Mon, 23 Nov 2026 09:00:00 GMT",
    "Mon, 99 Nov 0000 99:99:99 +9999",
)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            ("date", "server", "location", "x-squid-error", "via", "x-mark", "content-encoding")
        ),
        st.sampled_from(
            (
                *DATES,
                "http://10.0.0.1/login",
                "https://portal.x.example/",
                "squid",
                "://[",
                "\x1b",
            )
        )
        | st.builds(lambda: "\u202e" * LONG),
    ),
    max_size=3,
).map(tuple)
OUTCOMES = st.sampled_from(Outcome)
FAILED = OUTCOMES.filter(lambda outcome: outcome is not Outcome.OK)
PEERS = st.none() | st.builds(
    Peer, address=st.sampled_from(ADDRESSES), port=st.sampled_from((53, 443))
)
INSTANTS = st.integers(0, 60).map(lambda seconds: NOW + timedelta(seconds=seconds))
SECONDS = st.floats(0, 10)
STATUSES = st.none() | st.sampled_from((200, 302, 403, 404, 407, 470, 503, 511))
NAMES = st.sampled_from(HOSTS)
DELIVERIES = st.none() | st.builds(
    Delivery,
    is_acknowledged=st.booleans(),
    retransmissions=st.integers(0, 9),
    mss=st.sampled_from((0, 88, 536, 1460)),
)
CERTIFICATES = st.lists(
    st.builds(
        Certificate,
        subject=TEXTS,
        issuer=TEXTS,
        subject_organization=st.none() | TEXTS,
        issuer_organization=st.none() | TEXTS,
        names=st.lists(NAMES | st.just("*.example.com") | TEXTS, max_size=2).map(tuple),
        not_before=st.sampled_from(
            (NOW - timedelta(days=9), datetime.min.replace(tzinfo=NOW.tzinfo))
        ),
        not_after=st.sampled_from((NOW - timedelta(days=1), NOW + timedelta(days=9))),
        sha256=st.just("ab" * 32),
    ),
    max_size=2,
).map(tuple)


def steps(outcomes: st.SearchStrategy[Outcome]) -> dict[str, st.SearchStrategy[Any]]:
    """What every observation has."""
    return {
        "at": INSTANTS,
        "stage": st.sampled_from(Stage),
        "source": PEERS,
        "destination": PEERS,
        "outcome": outcomes,
        "elapsed": SECONDS,
        "error": TEXTS,
    }


def lookups(outcomes: st.SearchStrategy[Outcome] = OUTCOMES) -> st.SearchStrategy[Lookup]:
    """Any question, with addresses even where it failed."""
    return st.builds(
        Lookup,
        **steps(outcomes),
        name=NAMES | TEXTS,
        record_type=st.sampled_from(RecordType),
        transport=st.sampled_from(Transport),
        rcode=st.none() | TEXTS,
        chain=st.lists(
            st.sampled_from(("e.privatelink.x.com", "y.net", "")) | TEXTS, max_size=2
        ).map(tuple),
        addresses=st.lists(st.sampled_from(ADDRESSES), max_size=3, unique=True).map(tuple),
    )


def path_steps(outcomes: st.SearchStrategy[Outcome] = OUTCOMES) -> st.SearchStrategy[PathStep]:
    """Any step of a main line."""
    common = steps(outcomes)
    return st.one_of(
        st.builds(Connect, **common, mss=st.none() | st.integers(88, 1460)),
        st.builds(
            Tunnel,
            **common,
            target=TEXTS,
            status=STATUSES,
            reason=TEXTS,
            headers=HEADERS,
            body=BYTES,
        ),
        st.builds(
            Handshake,
            **common,
            server_name=st.none() | NAMES | TEXTS,
            verified=st.booleans(),
            ignores_dates=st.booleans(),
            version=st.none() | TEXTS,
            cipher=st.none() | TEXTS,
            alert=st.none() | TEXTS | st.just("unrecognized_name"),
            verify_code=st.none() | st.sampled_from((18, 19, 20)),
            certificates=CERTIFICATES,
            first_bytes=BYTES,
            delivery=DELIVERIES,
        ),
        st.builds(
            Exchange,
            **common,
            method=TEXTS,
            path=TEXTS,
            status=STATUSES,
            headers=HEADERS,
            body=BYTES,
            delivery=DELIVERIES,
        ),
        st.builds(Datagram, **common, question=TEXTS, answer=BYTES),
    )


def probings(outcomes: st.SearchStrategy[Outcome] = OUTCOMES) -> st.SearchStrategy[Hello | Hop]:
    """What only experiments send."""
    common = steps(outcomes)
    return st.one_of(
        st.builds(
            Hello,
            **common,
            server_name=st.none() | NAMES | TEXTS,
            size=st.integers(0, 9000),
            delivery=DELIVERIES,
        ),
        st.builds(
            Hop,
            **common,
            transport=st.sampled_from(Transport),
            ttl=st.integers(0, 255),
            router=st.none() | st.sampled_from(ADDRESSES),
        ),
    )


def observations(outcomes: st.SearchStrategy[Outcome] = OUTCOMES) -> st.SearchStrategy[Observation]:
    """Anything that an experiment can leave."""
    return path_steps(outcomes) | lookups(outcomes) | probings(outcomes)


ATTEMPTS = st.builds(
    Attempt,
    address=st.sampled_from(ADDRESSES),
    steps=st.lists(path_steps(), min_size=1, max_size=4).map(tuple),
)


def controls(
    found: st.SearchStrategy[Observation] | None = None,
    addresses: st.SearchStrategy[Address | None] | None = None,
    names: st.SearchStrategy[Experiment] | None = None,
) -> st.SearchStrategy[Control]:
    """Any experiment with anything in it, also what it would never ask."""
    return st.builds(
        Control,
        name=st.sampled_from(Experiment) if names is None else names,
        address=st.none() | st.sampled_from(ADDRESSES) if addresses is None else addresses,
        observations=st.lists(observations() if found is None else found, max_size=4).map(tuple),
    )


WAYS = (Direct(), ViaProxy(proxy()))
READINGS = st.lists(
    st.builds(Exemption, runtime=st.sampled_from(Runtime), token=st.none() | TEXTS), max_size=3
).map(tuple)
CHECKS = st.builds(
    Check,
    host=NAMES,
    port=st.just(443),
    protocol=st.sampled_from(Protocol),
    path=st.just("/"),
    route=st.sampled_from(WAYS),
    alternative=st.none() | st.sampled_from(WAYS),
    exemptions=READINGS,
    trust=st.sampled_from(Trust),
    timeout=st.just(5.0),
    ids=NAMES.map(lambda host: (host,)),
)
STRANGE = st.builds(
    Evidence,
    check=CHECKS,
    lookups=st.lists(lookups(), max_size=4).map(tuple),
    attempts=st.lists(ATTEMPTS, max_size=3).map(tuple),
    controls=st.lists(controls(), max_size=3).map(tuple),
    untried=st.integers(0, 3),
    incomplete=st.none() | st.sampled_from(Incomplete),
    error=TEXTS,
)
"""Whatever the types allow."""

# As runs have it: steps in their order, at the addresses that the lookups gave, each experiment about what it is about.

FIELD_ADDRESSES = ("203.0.113.1", "203.0.113.2", "2001:db8::1")
FOUND = ((), FIELD_ADDRESSES[:1], FIELD_ADDRESSES[:1], FIELD_ADDRESSES[:2], FIELD_ADDRESSES[1:])
FIELD_TEXTS = st.sampled_from(("", "x", "Connection reset by peer"))
LEAVES = st.sampled_from((MICROSOFT, CORPORATE, None)).map(
    lambda issuer: (certificate_of(issuer, HOSTS[0]),)
)


OF_CONNECT = (Outcome.DROPPED, Outcome.REFUSED, Outcome.UNREACHABLE, Outcome.LOCAL)
OF_TUNNEL = (
    Outcome.DROPPED,
    Outcome.RESET,
    Outcome.CLOSED,
    Outcome.AUTH_REQUIRED,
    Outcome.DENIED,
    Outcome.UPSTREAM_FAILED,
    Outcome.MALFORMED,
)
OF_HANDSHAKE = (
    Outcome.DROPPED,
    Outcome.RESET,
    Outcome.CLOSED,
    Outcome.ALERT,
    Outcome.NOT_TLS,
    Outcome.UNTRUSTED,
    Outcome.EXPIRED,
    Outcome.NOT_YET_VALID,
    Outcome.NAME_MISMATCH,
    Outcome.VERSION,
    Outcome.TOO_LARGE,
    Outcome.UNKNOWN,
)
OF_EXCHANGE = (Outcome.DROPPED, Outcome.RESET, Outcome.CLOSED, Outcome.MALFORMED, Outcome.TOO_LARGE)


def often_ok(failures: tuple[Outcome, ...]) -> st.SearchStrategy[Outcome]:
    """Two in three are fine, so that lines get to their end."""
    return st.sampled_from((Outcome.OK,) * 2 * len(failures) + failures)


def _told(outcome: Outcome, delivery: Delivery | None) -> dict[str, Any]:
    return {"delivery": delivery} if outcome is Outcome.DROPPED else {}


@st.composite
def lines(draw: st.DrawFn, host: str, address: str, *, is_proxied: bool) -> tuple[PathStep, ...]:
    """A main line to any end."""
    outcome = draw(often_ok(OF_CONNECT))
    line: list[PathStep] = [to_proxy(outcome) if is_proxied else connected(outcome, address)]
    if is_proxied and outcome is Outcome.OK:
        outcome = draw(often_ok(OF_TUNNEL))
        line.append(tunnelled(outcome, headers=draw(HEADERS)))
    if outcome is Outcome.OK:
        outcome = draw(often_ok(OF_HANDSHAKE))
        at = PROXY_PEER.partition(":")[0] if is_proxied else address
        shown: dict[str, Any] = {"certificates": draw(LEAVES)}
        told = shown if outcome is Outcome.OK else _told(outcome, draw(DELIVERIES))
        line.append(shaken(outcome, at, name=host, **told))
    if outcome is Outcome.OK:
        outcome = draw(often_ok(OF_EXCHANGE))
        seen = {"status": draw(STATUSES), "headers": draw(HEADERS), "body": draw(BYTES)}
        told = seen if outcome is Outcome.OK else _told(outcome, draw(DELIVERIES))
        line.append(exchanged(outcome, address, **told))
    return tuple(line)


def _asked_by(experiment: Experiment, host: str, address: str) -> st.SearchStrategy[Observation]:
    """What this experiment leaves, to any end."""
    destination = peer(f"[{address}]:443" if ":" in address else f"{address}:443")
    common = {
        "at": INSTANTS,
        "source": st.just(peer(SOURCE)),
        "destination": st.just(destination),
        "outcome": often_ok(OF_HANDSHAKE),
        "elapsed": SECONDS,
        "error": FIELD_TEXTS,
    }
    match experiment:
        case Experiment.LARGE_HELLO | Experiment.SMALL_SEGMENTS:
            return st.builds(
                Hello,
                **common,
                stage=st.just(Stage.TLS),
                server_name=st.just(host),
                size=st.sampled_from((300, 1800)),
                delivery=DELIVERIES,
            ) | _path(host, address)
        case Experiment.HOPS:
            return st.builds(
                Hop,
                **common,
                stage=st.just(Stage.TCP),
                transport=st.sampled_from((Transport.TCP, Transport.UDP)),
                ttl=st.integers(1, 12),
                router=st.none() | st.sampled_from(ADDRESSES),
            )
        case Experiment.IMPOSSIBLE_NAME | Experiment.EACH_RESOLVER:
            return _questions(host)
        case Experiment.OTHER_ROUTE:
            return _path(host, address) | _questions(host)
        case _:
            return _path(host, address)


def _path(host: str, address: str) -> st.SearchStrategy[Observation]:
    names = st.sampled_from((host, *HOSTS[:3]))
    return st.one_of(
        st.builds(
            connected,
            often_ok(OF_CONNECT),
            st.just(address),
            mss=st.sampled_from((None, 536)),
            at=INSTANTS,
        ),
        st.builds(
            shaken,
            often_ok(OF_HANDSHAKE),
            st.just(address),
            name=names,
            verified=st.booleans(),
            ignores_dates=st.booleans(),
            certificates=LEAVES,
            at=INSTANTS,
        ),
        st.builds(
            exchanged,
            often_ok(OF_EXCHANGE),
            st.just(address),
            headers=HEADERS,
            body=BYTES,
            at=INSTANTS,
        ),
    )


def _questions(host: str) -> st.SearchStrategy[Lookup]:
    impossible = (host, "x7f3k2.example.com", "sdfkj3.other.net")
    given = st.lists(st.sampled_from(FIELD_ADDRESSES), min_size=1, max_size=2, unique=True)
    resolvers = st.sampled_from((RESOLVER, "10.0.0.11:53"))
    ways = st.sampled_from((Transport.UDP, Transport.TCP))
    answered = st.builds(
        lambda found, resolver, way, name: lookup(
            Outcome.OK, *found, resolver=resolver, transport=way, name=name
        ),
        given,
        resolvers,
        ways,
        st.sampled_from(impossible),
    )
    failed = st.builds(
        lambda outcome, resolver, way, name: lookup(
            outcome, resolver=resolver, transport=way, name=name
        ),
        FAILED,
        resolvers,
        ways,
        st.sampled_from(impossible),
    )
    return answered | failed


@st.composite
def field_controls(draw: st.DrawFn, host: str, address: str) -> Control:
    """One experiment about what it is about, to any end."""
    experiment = draw(st.sampled_from(Experiment))
    asks_resolvers = experiment in {Experiment.IMPOSSIBLE_NAME, Experiment.EACH_RESOLVER}
    found = draw(st.lists(_asked_by(experiment, host, address), min_size=1, max_size=4))
    return Control(
        name=experiment,
        address=None if asks_resolvers else ip_address(address),
        observations=tuple(found),
    )


@st.composite
def field_evidence(draw: st.DrawFn, host: str | None = None) -> Evidence:
    """What a run of the field sees of one host, with anything failing."""
    name = draw(st.sampled_from(HOSTS[:3])) if host is None else host
    route = draw(st.sampled_from((Direct(), Direct(), Direct(), ViaProxy(proxy()))))
    is_proxied = isinstance(route, ViaProxy)
    other = draw(st.none() | st.just(Direct() if is_proxied else ViaProxy(proxy())))
    given = draw(st.sampled_from(FOUND))
    asked = lookup(Outcome.OK, *given, name=name) if given else lookup(draw(FAILED), name=name)
    tried = [
        attempt(*draw(lines(name, address, is_proxied=is_proxied)), address=address)
        for address in given
    ]
    about = given or [FIELD_ADDRESSES[0]]
    followed = draw(
        st.lists(st.sampled_from(about).flatmap(lambda at: field_controls(name, at)), max_size=4)
    )
    return Evidence(
        check=check_of(name, route=route, alternative=other),
        lookups=(asked,),
        attempts=tuple(tried),
        controls=tuple(followed),
    )


FIELD = field_evidence()
EVIDENCE = STRANGE | FIELD
RUNS = st.lists(EVIDENCE, max_size=3).map(tuple)


def endpoints(hosts: st.SearchStrategy[str] = NAMES) -> st.SearchStrategy[Endpoint]:
    """Endpoints that know more or less of what the service is like, some of them behind a wildcard."""
    return st.builds(
        endpoint,
        hosts,
        fqdn=st.sampled_from(("*.example.com", "a.example.com", "*.other.net")),
        trust=st.sampled_from(Trust),
        issuers=st.sampled_from(((), (MICROSOFT,))),
        private_zones=st.sampled_from(((), ("privatelink.x.com",))),
        answer=st.builds(
            Answer,
            statuses=st.sampled_from(((), ((200, 200),))),
            header=st.none() | st.just("x-mark"),
            body=st.none() | st.just("Healthy"),
        ),
    )


ENDPOINTS = endpoints()
