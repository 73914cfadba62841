"""Whatever report a run can make comes back equal."""

from datetime import UTC, date, timedelta
from ipaddress import IPv4Address, IPv6Address

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preflight.codec import decode, encode
from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.endpoint import Cloud, Environment, Protocol, Requirement
from preflight.model.plan import Stage
from preflight.model.profile import Profile
from preflight.model.report import (
    AddressResult,
    Allow,
    BlockedBy,
    DnsResult,
    EndpointResult,
    Engine,
    EvidenceLine,
    Finding,
    HttpResult,
    Report,
    ReportVantage,
    Timings,
    TlsResult,
    Waived,
)
from preflight.model.search import LogKind, LogQuery, LogSearch, QueryLanguage
from preflight.model.vantage import VantageKind
from tests.report.builders import HOSTILE, START, endpoint, finding, report

text = st.text(max_size=12)
texts = st.lists(text, max_size=2).map(tuple)
maybe_text = st.none() | text
stages = st.none() | st.sampled_from(Stage)
causes = st.none() | st.sampled_from(Cause)
ports = st.integers(0, 65535)
instants = st.datetimes(timezones=st.just(UTC))
days = st.dates(date(1, 1, 1))
seconds = st.integers(0, 10**12).map(lambda microseconds: round(microseconds / 1e6, 6))
addresses = st.builds(IPv4Address, st.integers(0, 2**32 - 1)) | st.builds(
    IPv6Address, st.integers(0, 2**128 - 1)
)
several_addresses = st.lists(addresses, max_size=2).map(tuple)

lines = st.builds(
    EvidenceLine,
    at=instants,
    stage=st.sampled_from(Stage),
    action=text,
    source=maybe_text,
    destination=maybe_text,
    outcome=text,
    elapsed=seconds,
    detail=text,
)
several_lines = st.lists(lines, max_size=2).map(tuple)
timings = st.builds(
    Timings, tcp=st.none() | seconds, tls=st.none() | seconds, http=st.none() | seconds
)
endpoints = st.builds(
    EndpointResult,
    id=text,
    fqdn=text,
    host=text,
    port=ports,
    protocol=st.sampled_from(Protocol),
    component=text,
    requirement=st.sampled_from(Requirement),
    verdict=st.sampled_from(Verdict),
    stage=stages,
    cause=causes,
    explanation=text,
    dns=st.none()
    | st.builds(
        DnsResult,
        resolver=maybe_text,
        rcode=maybe_text,
        canonical_name=maybe_text,
        addresses=several_addresses,
        elapsed=seconds,
    ),
    addresses=st.lists(
        st.builds(
            AddressResult,
            address=addresses,
            verdict=st.sampled_from(Verdict),
            stage=stages,
            cause=causes,
            timings=timings,
        ),
        max_size=2,
    ).map(tuple),
    tls=st.none()
    | st.builds(
        TlsResult,
        version=maybe_text,
        cipher=maybe_text,
        subject=maybe_text,
        issuer=maybe_text,
        not_before=st.none() | instants,
        not_after=st.none() | instants,
        trusted=st.none() | st.booleans(),
    ),
    http=st.none()
    | st.builds(HttpResult, method=text, path=text, status=st.integers(0, 999), server=maybe_text),
    evidence=several_lines,
    findings=texts,
    waived=st.none() | st.builds(Waived, reason=text, until=st.none() | days),
)
findings = st.builds(
    Finding,
    id=text,
    cause=st.sampled_from(Cause),
    title=text,
    explanation=text,
    confidence=st.sampled_from(Confidence),
    endpoints=texts,
    blocked_by=st.lists(
        st.builds(
            BlockedBy,
            engine=st.sampled_from(Engine),
            name=maybe_text,
            rule=maybe_text,
            source=maybe_text,
        ),
        max_size=2,
    ).map(tuple),
    allow=st.lists(
        st.builds(
            Allow,
            fqdn=text,
            port=ports,
            protocol=st.sampled_from(Protocol),
            service_tag=maybe_text,
        ),
        max_size=2,
    ).map(tuple),
    evidence=several_lines,
    search=st.none()
    | st.builds(
        LogSearch,
        device=text,
        begin=instants,
        end=instants,
        sources=texts,
        destinations=texts,
        names=texts,
        queries=st.lists(
            st.builds(
                LogQuery,
                log=st.sampled_from(LogKind),
                language=st.sampled_from(QueryLanguage),
                query=text,
            ),
            max_size=2,
        ).map(tuple),
    ),
)
reports = st.builds(
    Report,
    tool_version=text,
    started_at=instants.map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)),
    duration=seconds,
    profile=st.builds(
        Profile,
        environment=st.none() | st.sampled_from(Environment),
        cloud=st.sampled_from(Cloud),
        region=maybe_text,
        workspace_id=maybe_text,
        components=texts,
        catalog_version=days,
    ),
    vantage=st.builds(
        ReportVantage,
        kind=st.sampled_from(VantageKind),
        host=text,
        node=maybe_text,
        namespace=maybe_text,
        pod=maybe_text,
        addresses=several_addresses,
        resolvers=texts,
        proxy=st.sampled_from([None, "http://proxy.corp.test:3128", "https://[2001:db8::1]:8443"]),
        context=maybe_text,
        pool=maybe_text,
    ),
    endpoints=st.lists(endpoints, max_size=3).map(tuple),
    findings=st.lists(findings, max_size=2).map(tuple),
    notices=texts,
    interrupted=st.booleans(),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reports, st.booleans())
def test_every_report_comes_back_equal(value: Report, one_line: bool) -> None:
    assert decode(encode(value, one_line=one_line)) == value


def test_a_report_of_a_time_before_searches_is_read_as_one_without_them() -> None:
    import json

    value = report(findings=(finding(search=None),))
    document = json.loads(encode(value))
    del document["findings"][0]["search"]
    assert decode(json.dumps(document)) == value


def test_bytes_are_read_as_well_as_text() -> None:
    assert decode(encode(report()).encode()) == report()


def test_one_line_is_one_line() -> None:
    assert "\n" not in encode(report(endpoint(explanation="two\nlines")), one_line=True)


def test_the_text_is_ascii_without_control_characters() -> None:
    text = encode(report(endpoint(explanation=HOSTILE + "\x7f")), one_line=True)
    assert text.isascii()
    assert text.isprintable()


def test_a_lone_surrogate_survives() -> None:
    value = report(endpoint(explanation="\ud800"))
    assert decode(encode(value).encode()) == value


def test_the_start_has_milliseconds_and_evidence_has_microseconds() -> None:
    text = encode(report(), one_line=True)
    assert '"started_at":"2026-11-23T08:31:12.345Z"' in text
    assert '"at":"2026-11-23T08:31:12.345000Z"' in text


def test_an_instant_of_another_zone_is_written_in_utc() -> None:
    from datetime import timezone

    there = START.astimezone(timezone(timedelta(hours=9)))
    assert decode(encode(report(started_at=there))).started_at == START


def test_durations_finer_than_a_microsecond_are_rounded_once() -> None:
    once = decode(encode(report(duration=0.123456789)))
    assert once.duration == 0.123457
    assert decode(encode(once)) == once


def test_members_stand_in_the_order_of_the_contract() -> None:
    import json

    document = json.loads(encode(report()))
    assert list(document) == [
        "schema",
        "tool",
        "started_at",
        "duration_ms",
        "profile",
        "vantage",
        "verdict",
        "counts",
        "endpoints",
        "findings",
        "notices",
        "interrupted",
    ]
    assert list(document["endpoints"][0]) == [
        *("id", "fqdn", "host", "port", "protocol", "component", "requirement", "verdict"),
        *("stage", "cause", "explanation", "dns", "addresses", "tls", "http", "evidence"),
        *("findings", "waived"),
    ]
