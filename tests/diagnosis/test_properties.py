"""What holds for any evidence: a verdict, never an exception; and no failure makes anything better."""

from dataclasses import replace
from datetime import date, timedelta
from ipaddress import ip_address
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from preflight.diagnosis import judge
from preflight.model.diagnosis import Verdict
from preflight.model.endpoint import Answer, Endpoint, Protocol, Trust
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
    Incomplete,
    Lookup,
    Outcome,
    RecordType,
    Transport,
    Tunnel,
)
from preflight.model.plan import Check, Direct, Stage, ViaProxy
from preflight.model.vantage import Peer
from tests.factories import NOW, endpoint, plan, proxy

HOSTS = ("a.example.com", "b.example.com", "c.other.net", "203.0.113.1")
ADDRESSES = tuple(
    map(ip_address, ("203.0.113.1", "203.0.113.2", "10.0.0.1", "127.0.0.1", "2001:db8::1", "::"))
)
TEXTS = st.sampled_from(("", "x", "Microsoft Corporation", "Zscaler", "\x1b[2J\u202e", "portal"))
BYTES = st.sampled_from((b"", b"\xff\x00", b"Web Page Blocked", b"FortiGuard", b"Healthy"))
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            ("date", "server", "location", "x-squid-error", "via", "x-mark", "content-encoding")
        ),
        st.sampled_from(
            (
                "",
                "Sun, 06 Nov 2027 08:49:37 GMT",
                "http://10.0.0.1/login",
                "https://portal.x.example/",
                "squid",
                "://[",
                "\x1b",
            )
        ),
    ),
    max_size=3,
).map(tuple)
OUTCOMES = st.sampled_from(Outcome)
PEERS = st.none() | st.builds(
    Peer, address=st.sampled_from(ADDRESSES), port=st.sampled_from((53, 443))
)
STEP = {
    "at": st.integers(0, 60).map(lambda seconds: NOW + timedelta(seconds=seconds)),
    "stage": st.sampled_from(Stage),
    "source": PEERS,
    "destination": PEERS,
    "outcome": OUTCOMES,
    "elapsed": st.floats(0, 10),
    "error": TEXTS,
}
NAMES = st.sampled_from(HOSTS)
CERTIFICATES = st.lists(
    st.builds(
        Certificate,
        subject=TEXTS,
        issuer=TEXTS,
        subject_organization=st.none() | TEXTS,
        issuer_organization=st.none() | TEXTS,
        names=st.lists(NAMES | st.just("*.example.com"), max_size=2).map(tuple),
        not_before=st.just(NOW - timedelta(days=9)),
        not_after=st.sampled_from((NOW - timedelta(days=1), NOW + timedelta(days=9))),
        sha256=st.just("ab" * 32),
    ),
    max_size=2,
).map(tuple)
LOOKUPS = st.builds(
    Lookup,
    **STEP,
    name=NAMES,
    record_type=st.sampled_from(RecordType),
    transport=st.sampled_from(Transport),
    rcode=st.none() | TEXTS,
    chain=st.lists(st.sampled_from(("e.privatelink.x.com", "y.net", "")), max_size=2).map(tuple),
    addresses=st.lists(st.sampled_from(ADDRESSES), max_size=3, unique=True).map(tuple),
)
CONNECTS = st.builds(Connect, **STEP)
STATUSES = st.none() | st.sampled_from((200, 302, 403, 407, 470, 503, 511))
TUNNELS = st.builds(
    Tunnel, **STEP, target=TEXTS, status=STATUSES, reason=TEXTS, headers=HEADERS, body=BYTES
)
HANDSHAKES = st.builds(
    Handshake,
    **STEP,
    server_name=st.none() | NAMES,
    verified=st.booleans(),
    version=st.none() | TEXTS,
    alert=st.none() | TEXTS,
    verify_code=st.none() | st.sampled_from((18, 19, 20)),
    certificates=CERTIFICATES,
    first_bytes=BYTES,
)
EXCHANGES = st.builds(
    Exchange, **STEP, method=TEXTS, path=TEXTS, status=STATUSES, headers=HEADERS, body=BYTES
)
DATAGRAMS = st.builds(Datagram, **STEP, question=TEXTS, answer=BYTES)
PATH_STEPS = CONNECTS | TUNNELS | HANDSHAKES | EXCHANGES | DATAGRAMS
ATTEMPTS = st.builds(
    Attempt,
    address=st.sampled_from(ADDRESSES),
    steps=st.lists(PATH_STEPS, min_size=1, max_size=4).map(tuple),
)
CONTROLS = st.builds(
    Control,
    name=st.sampled_from(Experiment),
    address=st.none() | st.sampled_from(ADDRESSES),
    observations=st.lists(PATH_STEPS | LOOKUPS, max_size=2).map(tuple),
)
CHECKS = st.builds(
    Check,
    host=NAMES,
    port=st.just(443),
    protocol=st.sampled_from(Protocol),
    path=st.just("/"),
    route=st.sampled_from((Direct(), ViaProxy(proxy()))),
    trust=st.sampled_from(Trust),
    timeout=st.just(5.0),
    ids=NAMES.map(lambda host: (host,)),
)
EVIDENCE = st.builds(
    Evidence,
    check=CHECKS,
    lookups=st.lists(LOOKUPS, max_size=4).map(tuple),
    attempts=st.lists(ATTEMPTS, max_size=3).map(tuple),
    controls=st.lists(CONTROLS, max_size=2).map(tuple),
    untried=st.integers(0, 3),
    incomplete=st.none() | st.sampled_from(Incomplete),
    error=TEXTS,
)
ENDPOINTS = st.builds(
    endpoint,
    NAMES,
    trust=st.sampled_from(Trust),
    issuers=st.sampled_from(((), ("Microsoft Corporation",))),
    answer=st.builds(
        Answer,
        statuses=st.sampled_from(((), ((200, 200),))),
        header=st.none() | st.just("x-mark"),
        body=st.none() | st.just("Healthy"),
    ),
)
RUNS = st.lists(EVIDENCE, max_size=4).map(tuple)
TODAY = date(2026, 11, 23)


@settings(max_examples=150, deadline=None)
@given(RUNS, st.lists(ENDPOINTS, max_size=4, unique_by=lambda each: each.id).map(tuple))
def test_any_evidence_gets_a_judgement(
    run: tuple[Evidence, ...], endpoints: tuple[Endpoint, ...]
) -> None:
    found = judge(plan(*endpoints, checks=()), run, (), TODAY)
    assert [row.id for row in found.endpoints] == [each.id for each in endpoints]
    ids = {finding.id for finding in found.findings}
    for row in found.endpoints:
        assert set(row.findings) <= ids
        assert (row.cause is not None) == bool(row.findings)
        assert row.verdict is not Verdict.BLOCKED or row.cause is not None
        assert row.explanation.isprintable()
        assert all(line.detail.isprintable() for line in row.evidence)
    for finding in found.findings:
        assert finding.explanation.isprintable()
        assert finding.title.isprintable()
        assert finding.endpoints


FAILED_STEPS = PATH_STEPS.filter(lambda step: step.outcome is not Outcome.OK)
FAILED_ATTEMPTS = st.builds(
    Attempt, address=st.sampled_from(ADDRESSES), steps=FAILED_STEPS.map(lambda step: (step,))
)
FAILED_LOOKUPS = LOOKUPS.filter(lambda lookup: lookup.outcome is not Outcome.OK).map(
    lambda lookup: replace(lookup, addresses=())
)
FAILURES = (
    st.tuples(st.just("attempts"), FAILED_ATTEMPTS)
    | st.tuples(st.just("lookups"), FAILED_LOOKUPS)
    | st.tuples(
        st.just("controls"),
        st.builds(
            Control,
            name=st.just("another"),
            address=st.none(),
            observations=st.tuples(FAILED_STEPS),
        ),
    )
)


@settings(max_examples=150, deadline=None)
@given(EVIDENCE, FAILURES, ENDPOINTS)
def test_a_failed_observation_never_turns_blocked_into_reachable(
    seen: Evidence, failure: tuple[str, object], of: Endpoint
) -> None:
    mine = replace(seen, check=replace(seen.check, ids=(of.id,)))
    kind, failed = failure
    added: dict[str, Any] = {kind: (*getattr(mine, kind), failed)}
    more = replace(mine, **added)
    before = judge(plan(of), (mine,), (), TODAY).endpoints[0].verdict
    after = judge(plan(of), (more,), (), TODAY).endpoints[0].verdict
    assert not (before is Verdict.BLOCKED and after is Verdict.REACHABLE)
