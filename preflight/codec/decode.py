"""JSON → Report. The document is untrusted: bounded, checked against the schema, and then for what a schema cannot say."""

import json
from collections.abc import Callable
from datetime import date, datetime
from ipaddress import ip_address
from typing import Any, NoReturn, TypeVar

from preflight.codec.encode import SCHEMA
from preflight.codec.schema import Misfit, check
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
from preflight.model.vantage import Address, VantageKind

LIMIT = 32 * 1024 * 1024
"""Bytes; sixteen thousand for each of two thousand endpoints."""

Json = dict[str, Any]
T = TypeVar("T")


def decode(text: str | bytes) -> Report:
    """Return the report that the JSON text states.

    Bytes may be UTF-8, or UTF-16 as some shells write redirected output; a byte order mark is ignored.

    Raises:
        ReportError: one line that names the place as a JSON pointer and what is wrong there.
    """
    document = _parse(text)
    _check_kind(document)
    try:
        check(document)
        return _report(document)
    except Misfit as misfit:
        raise ReportError(f"at {misfit.pointer}: {misfit.problem}") from None


def _parse(text: str | bytes) -> Any:
    if len(text) > LIMIT:
        raise ReportError(f"the report is larger than {LIMIT // (1024 * 1024)} MiB")
    try:
        decoded = text.decode(json.detect_encoding(text)) if isinstance(text, bytes) else text
        return json.loads(
            decoded.removeprefix("\ufeff"),
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as error:
        raise ReportError(f"not JSON: byte {error.start} is not {error.encoding}") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ReportError(f"not JSON: {place}: {error.msg}") from None
    except RecursionError:
        raise ReportError("not a report: nested too deeply") from None
    except ValueError as error:  # a number with too many digits, NaN, a name given twice
        raise ReportError(f"not JSON: {error}") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _object(pairs: list[tuple[str, Any]]) -> Json:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object has one name twice")
    return members


def _check_kind(document: Any) -> None:
    """Say what a document of another kind is, before the schema lists everything that it lacks."""
    if not isinstance(document, dict):
        raise ReportError("at /: must be an object")
    kind = document.get("schema")
    if kind == SCHEMA:
        return
    if not isinstance(kind, str):
        raise ReportError(f"at /schema: must be {SCHEMA!r}; this is not a report")
    raise ReportError(f"at /schema: must be {SCHEMA!r}, not {kind[:80]!a}{_hint(kind)}")


def _hint(kind: str) -> str:
    family, _, version = kind.rpartition("/")
    if family == "defender-preflight/report" and version[:1] == "v" and version[1:].isdecimal():
        return ": a newer defender-preflight wrote it"
    if family == "defender-preflight/fleet":
        return ": it joins the reports of several vantages; show one of its `reports`"
    if family.startswith("defender-preflight/"):
        return ": it comes from another command"
    return ""


def _field(raw: Any, key: str | int, convert: Callable[[Any], T]) -> T:
    """Convert one member or item; whatever is wrong below it is named with the way to it."""
    try:
        return convert(raw[key])
    except Misfit as misfit:
        raise misfit.below(key) from None
    except ValueError as error:
        raise Misfit(str(error), key) from None


def _each(convert: Callable[[Any], T]) -> Callable[[Any], tuple[T, ...]]:
    return lambda items: tuple(_field(items, index, convert) for index in range(len(items)))


def _maybe(convert: Callable[[Any], T]) -> Callable[[Any], T | None]:
    return lambda raw: None if raw is None else convert(raw)


def _report(raw: Json) -> Report:
    report = Report(
        tool_version=raw["tool"]["version"],
        started_at=_field(raw, "started_at", _instant),
        duration=_seconds(raw["duration_ms"]),
        profile=_field(raw, "profile", _profile),
        vantage=_field(raw, "vantage", _vantage),
        endpoints=_field(raw, "endpoints", _each(_endpoint)),
        findings=_field(raw, "findings", _each(_finding)),
        notices=tuple(raw["notices"]),
        interrupted=raw["interrupted"],
    )
    _check_agreement(raw, report)
    return report


def _check_agreement(raw: Json, report: Report) -> None:
    if raw["verdict"] != report.verdict:
        raise Misfit(
            f"is {raw['verdict']!a}, but the endpoints make it {report.verdict.value!r}", "verdict"
        )
    for name, stated in raw["counts"].items():
        counted = getattr(report.counts, name)
        if stated != counted:
            raise Misfit(f"is {stated}, but the endpoints make it {counted}", "counts", name)


def _profile(raw: Json) -> Profile:
    return Profile(
        environment=_maybe(Environment)(raw["environment"]),
        cloud=Cloud(raw["cloud"]),
        region=raw["region"],
        workspace_id=raw["workspace_id"],
        components=tuple(raw["components"]),
        catalog_version=_field(raw, "catalog_version", _day),
    )


def _vantage(raw: Json) -> ReportVantage:
    return ReportVantage(
        kind=VantageKind(raw["kind"]),
        host=raw["host"],
        node=raw["node"],
        namespace=raw["namespace"],
        pod=raw["pod"],
        addresses=_field(raw, "addresses", _each(_address)),
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
        stage=_maybe(Stage)(raw["stage"]),
        cause=_maybe(Cause)(raw["cause"]),
        explanation=raw["explanation"],
        dns=_field(raw, "dns", _maybe(_dns)),
        addresses=_field(raw, "addresses", _each(_address_result)),
        tls=_field(raw, "tls", _maybe(_tls)),
        http=_maybe(_http)(raw["http"]),
        evidence=_field(raw, "evidence", _each(_line)),
        findings=tuple(raw["findings"]),
        waived=_field(raw, "waived", _maybe(_waived)),
    )


def _dns(raw: Json) -> DnsResult:
    return DnsResult(
        resolver=raw["resolver"],
        rcode=raw["rcode"],
        canonical_name=raw["canonical_name"],
        addresses=_field(raw, "addresses", _each(_address)),
        elapsed=_seconds(raw["elapsed_ms"]),
    )


def _address_result(raw: Json) -> AddressResult:
    address = _field(raw, "address", _address)
    if raw["family"] != address.version:
        raise Misfit(f"must be {address.version} for this address", "family")
    return AddressResult(
        address=address,
        verdict=Verdict(raw["verdict"]),
        stage=_maybe(Stage)(raw["stage"]),
        cause=_maybe(Cause)(raw["cause"]),
        timings=_timings(raw["timings_ms"]),
    )


def _timings(raw: Json) -> Timings:
    elapsed = _maybe(_seconds)
    return Timings(tcp=elapsed(raw["tcp"]), tls=elapsed(raw["tls"]), http=elapsed(raw["http"]))


def _tls(raw: Json) -> TlsResult:
    return TlsResult(
        version=raw["version"],
        cipher=raw["cipher"],
        subject=raw["subject"],
        issuer=raw["issuer"],
        not_before=_field(raw, "not_before", _maybe(_instant)),
        not_after=_field(raw, "not_after", _maybe(_instant)),
        trusted=raw["trusted"],
    )


def _http(raw: Json) -> HttpResult:
    return HttpResult(
        method=raw["method"], path=raw["path"], status=int(raw["status"]), server=raw["server"]
    )


def _waived(raw: Json) -> Waived:
    return Waived(reason=raw["reason"], until=_field(raw, "until", _maybe(_day)))


def _line(raw: Json) -> EvidenceLine:
    return EvidenceLine(
        at=_field(raw, "at", _instant),
        stage=Stage(raw["stage"]),
        action=raw["action"],
        source=raw["source"],
        destination=raw["destination"],
        outcome=raw["outcome"],
        elapsed=_seconds(raw["elapsed_ms"]),
        detail=raw["detail"],
    )


def _finding(raw: Json) -> Finding:
    return Finding(
        id=raw["id"],
        cause=Cause(raw["cause"]),
        title=raw["title"],
        explanation=raw["explanation"],
        confidence=Confidence(raw["confidence"]),
        endpoints=tuple(raw["endpoints"]),
        blocked_by=tuple(_blocked_by(blocker) for blocker in raw["blocked_by"]),
        allow=tuple(_allow(rule) for rule in raw["allow"]),
        evidence=_field(raw, "evidence", _each(_line)),
        search=_field(raw, "search", _maybe(_search)) if "search" in raw else None,
    )


def _search(raw: Json) -> LogSearch:
    begin, end = _field(raw, "window", _window)
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
    return _field(raw, "from", _instant), _field(raw, "to", _instant)


def _query(raw: Json) -> LogQuery:
    return LogQuery(
        log=LogKind(raw["log"]), language=QueryLanguage(raw["language"]), query=raw["query"]
    )


def _blocked_by(raw: Json) -> BlockedBy:
    return BlockedBy(
        engine=Engine(raw["engine"]), name=raw["name"], rule=raw["rule"], source=raw["source"]
    )


def _allow(raw: Json) -> Allow:
    return Allow(
        fqdn=raw["fqdn"],
        port=int(raw["port"]),
        protocol=Protocol(raw["protocol"]),
        service_tag=raw["service_tag"],
    )


def _seconds(milliseconds: float) -> float:
    return round(milliseconds / 1000, 6)


def _instant(text: str) -> datetime:
    """Read what the schema's pattern let through; a day that no month has raises ValueError."""
    return datetime.fromisoformat(text)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _address(text: str) -> Address:
    return ip_address(text)
