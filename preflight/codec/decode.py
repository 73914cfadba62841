"""JSON → Report. The document is untrusted: bounded, checked against the schema, and then for what a schema cannot say."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from preflight.codec.encode import SCHEMA
from preflight.codec.kinds import check_kind
from preflight.codec.parse import Json, address, day, each, field, instant, maybe, parse, seconds
from preflight.codec.schema import REPORT_SCHEMA, Misfit, check
from preflight.errors import ReportError
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

if TYPE_CHECKING:
    from preflight.model.fleet import FleetReport  # not needed before there is one

LIMIT = 32 * 1024 * 1024
"""Bytes; sixteen thousand for each of two thousand endpoints."""


def decode(text: str | bytes) -> Report:
    """Return the report that the JSON text states.

    Bytes may be UTF-8, or UTF-16 as some shells write redirected output; a byte order mark is ignored.

    Raises:
        ReportError: one line that names the place as a JSON pointer and what is wrong there.
    """
    return report_of(parse(text, LIMIT))


def report_of(document: Any) -> Report:
    """Return the report that a JSON document states.

    Raises:
        ReportError: as `decode` does.
    """
    check_kind(document, SCHEMA)
    try:
        check(document, REPORT_SCHEMA)
        return report(document)
    except Misfit as misfit:
        raise ReportError(f"at {misfit.pointer}: {misfit.problem}") from None


def report(raw: Json) -> Report:
    """Return the report that a member of a checked document states.

    Raises:
        Misfit: what a schema cannot say is wrong in it.
    """
    made = Report(
        tool_version=raw["tool"]["version"],
        started_at=field(raw, "started_at", instant),
        duration=seconds(raw["duration_ms"]),
        profile=field(raw, "profile", profile),
        vantage=field(raw, "vantage", _vantage),
        endpoints=field(raw, "endpoints", each(_endpoint)),
        findings=field(raw, "findings", each(_finding)),
        notices=tuple(raw["notices"]),
        interrupted=raw["interrupted"],
    )
    check_agreement(raw, made)
    return made


def check_agreement(raw: Json, made: "Report | FleetReport") -> None:
    """Return when verdict and counts are those that follow from the rest.

    Raises:
        Misfit: one of them is not.
    """
    if raw["verdict"] != made.verdict:
        raise Misfit(
            f"is {raw['verdict']!a}, but the endpoints make it {made.verdict.value!r}", "verdict"
        )
    counts = made.counts
    for name, stated in raw["counts"].items():
        counted = getattr(counts, name)
        if stated != counted:
            raise Misfit(f"is {stated}, but the endpoints make it {counted}", "counts", name)


def profile(raw: Json) -> Profile:
    """Return the profile that a member of a checked document states."""
    return Profile(
        environment=maybe(Environment)(raw["environment"]),
        cloud=Cloud(raw["cloud"]),
        region=raw["region"],
        workspace_id=raw["workspace_id"],
        components=tuple(raw["components"]),
        catalog_version=field(raw, "catalog_version", day),
    )


def _vantage(raw: Json) -> ReportVantage:
    return ReportVantage(
        kind=VantageKind(raw["kind"]),
        host=raw["host"],
        node=raw["node"],
        namespace=raw["namespace"],
        pod=raw["pod"],
        addresses=field(raw, "addresses", each(address)),
        resolvers=tuple(raw["resolvers"]),
        proxy=raw["proxy"],
        context=raw.get("context"),
        pool=raw.get("pool"),
    )


def _endpoint(raw: Json) -> EndpointResult:
    return EndpointResult(
        id=raw["id"],
        fqdn=raw["fqdn"],
        host=raw["host"],
        port=int(raw["port"]),
        protocol=Protocol(raw["protocol"]),
        component=raw["component"],
        requirement=Requirement(raw["requirement"]),
        verdict=Verdict(raw["verdict"]),
        stage=maybe(Stage)(raw["stage"]),
        cause=maybe(Cause)(raw["cause"]),
        explanation=raw["explanation"],
        dns=field(raw, "dns", maybe(_dns)),
        addresses=field(raw, "addresses", each(_address_result)),
        tls=field(raw, "tls", maybe(_tls)),
        http=maybe(_http)(raw["http"]),
        evidence=field(raw, "evidence", each(_line)),
        findings=tuple(raw["findings"]),
        waived=field(raw, "waived", maybe(_waived)),
    )


def _dns(raw: Json) -> DnsResult:
    return DnsResult(
        resolver=raw["resolver"],
        rcode=raw["rcode"],
        canonical_name=raw["canonical_name"],
        addresses=field(raw, "addresses", each(address)),
        elapsed=seconds(raw["elapsed_ms"]),
    )


def _address_result(raw: Json) -> AddressResult:
    own = field(raw, "address", address)
    if raw["family"] != own.version:
        raise Misfit(f"must be {own.version} for this address", "family")
    return AddressResult(
        address=own,
        verdict=Verdict(raw["verdict"]),
        stage=maybe(Stage)(raw["stage"]),
        cause=maybe(Cause)(raw["cause"]),
        timings=_timings(raw["timings_ms"]),
    )


def _timings(raw: Json) -> Timings:
    elapsed = maybe(seconds)
    return Timings(tcp=elapsed(raw["tcp"]), tls=elapsed(raw["tls"]), http=elapsed(raw["http"]))


def _tls(raw: Json) -> TlsResult:
    return TlsResult(
        version=raw["version"],
        cipher=raw["cipher"],
        subject=raw["subject"],
        issuer=raw["issuer"],
        not_before=field(raw, "not_before", maybe(instant)),
        not_after=field(raw, "not_after", maybe(instant)),
        trusted=raw["trusted"],
    )


def _http(raw: Json) -> HttpResult:
    return HttpResult(
        method=raw["method"], path=raw["path"], status=int(raw["status"]), server=raw["server"]
    )


def _waived(raw: Json) -> Waived:
    return Waived(reason=raw["reason"], until=field(raw, "until", maybe(day)))


def _line(raw: Json) -> EvidenceLine:
    return EvidenceLine(
        at=field(raw, "at", instant),
        stage=Stage(raw["stage"]),
        action=raw["action"],
        source=raw["source"],
        destination=raw["destination"],
        outcome=raw["outcome"],
        elapsed=seconds(raw["elapsed_ms"]),
        detail=raw["detail"],
    )


def _finding(raw: Json) -> Finding:
    return Finding(**finding_fields(raw))


def finding_fields(raw: Json) -> dict[str, Any]:
    """Return the fields of a finding, which one over several vantages has too."""
    return {
        "id": raw["id"],
        "cause": Cause(raw["cause"]),
        "title": raw["title"],
        "explanation": raw["explanation"],
        "confidence": Confidence(raw["confidence"]),
        "endpoints": tuple(raw["endpoints"]),
        "blocked_by": tuple(_blocked_by(blocker) for blocker in raw["blocked_by"]),
        "allow": tuple(_allow(rule) for rule in raw["allow"]),
        "evidence": field(raw, "evidence", each(_line)),
        "search": field(raw, "search", maybe(_search)) if "search" in raw else None,
    }


def _search(raw: Json) -> LogSearch:
    begin, end = field(raw, "window", _window)
    return LogSearch(
        device=raw["device"],
        begin=begin,
        end=end,
        sources=tuple(raw["sources"]),
        destinations=tuple(raw["destinations"]),
        names=tuple(raw["names"]),
        queries=tuple(_query(query) for query in raw["queries"]),
    )


def _window(raw: Json) -> tuple[datetime, datetime]:
    return field(raw, "from", instant), field(raw, "to", instant)


def _query(raw: Json) -> LogQuery:
    return LogQuery(
        log=LogKind(raw["log"]), language=QueryLanguage(raw["language"]), query=raw["query"]
    )


def _blocked_by(raw: Json) -> BlockedBy:
    return BlockedBy(
        engine=Engine(raw["engine"]),
        name=raw["name"],
        rule=raw["rule"],
        source=raw["source"],
        confidence=Confidence(raw["confidence"]) if "confidence" in raw else None,
    )


def _allow(raw: Json) -> Allow:
    return Allow(
        fqdn=raw["fqdn"],
        port=int(raw["port"]),
        protocol=Protocol(raw["protocol"]),
        service_tag=raw["service_tag"],
    )
