"""Report → JSON."""

import json
from datetime import UTC, datetime
from typing import Any

from preflight.model.plan import Stage
from preflight.model.profile import Profile
from preflight.model.report import (
    AddressResult,
    Allow,
    BlockedBy,
    Counts,
    DnsResult,
    EndpointResult,
    EvidenceLine,
    Finding,
    HttpResult,
    Report,
    ReportVantage,
    Timings,
    TlsResult,
    Waived,
)
from preflight.model.search import LogQuery, LogSearch

SCHEMA = "defender-preflight/report/v1"

Json = dict[str, Any]


def encode(report: Report, *, one_line: bool = False) -> str:
    """Return the report as one JSON object, in several lines or in one; without a newline at the end.

    The text is ASCII: every other character is escaped, so that it survives any code page and holds nothing that a terminal
    would act on.
    """
    return dumped(report_json(report), one_line=one_line)


def dumped(document: Json | str, *, one_line: bool) -> str:
    """Return the document's text, in ASCII without control characters."""
    separators, indent = ((",", ":"), None) if one_line else ((",", ": "), 2)
    text = json.dumps(document, separators=separators, indent=indent)
    return text.replace("\x7f", "\\u007f")


def report_json(report: Report) -> Json:
    """Return the report as plain values in the contract's order."""
    return {
        "schema": SCHEMA,
        "tool": tool_json(report.tool_version),
        "started_at": instant_json(report.started_at, "milliseconds"),
        "duration_ms": milliseconds(report.duration),
        "profile": profile_json(report.profile),
        "vantage": _vantage(report.vantage),
        "verdict": report.verdict,
        "counts": counts_json(report.counts),
        "endpoints": [_endpoint(endpoint) for endpoint in report.endpoints],
        "findings": [finding_json(finding) for finding in report.findings],
        "notices": report.notices,
        "interrupted": report.interrupted,
    }


def tool_json(version: str) -> Json:
    """Return what wrote the document."""
    return {"name": "defender-preflight", "version": version}


def profile_json(profile: Profile) -> Json:
    """Return the profile as plain values."""
    return {
        "environment": profile.environment,
        "cloud": profile.cloud,
        "region": profile.region,
        "workspace_id": profile.workspace_id,
        "components": profile.components,
        "catalog_version": profile.catalog_version.isoformat(),
    }


def _vantage(vantage: ReportVantage) -> Json:
    """Context and pool stand only where they are known: a check by itself knows neither."""
    added = {"context": vantage.context, "pool": vantage.pool}
    return {
        "kind": vantage.kind,
        "host": vantage.host,
        "node": vantage.node,
        "namespace": vantage.namespace,
        "pod": vantage.pod,
        "addresses": [str(address) for address in vantage.addresses],
        "resolvers": vantage.resolvers,
        "proxy": vantage.proxy,
        **{name: value for name, value in added.items() if value is not None},
    }


def counts_json(counts: Counts) -> Json:
    """Return the counts as plain values."""
    return {
        "total": counts.total,
        "reachable": counts.reachable,
        "degraded": counts.degraded,
        "blocked": counts.blocked,
        "inconclusive": counts.inconclusive,
        "skipped": counts.skipped,
    }


def _endpoint(endpoint: EndpointResult) -> Json:
    return {
        "id": endpoint.id,
        "fqdn": endpoint.fqdn,
        "host": endpoint.host,
        "port": endpoint.port,
        "protocol": endpoint.protocol,
        "component": endpoint.component,
        "requirement": endpoint.requirement,
        "verdict": endpoint.verdict,
        "stage": endpoint.stage,
        "cause": endpoint.cause,
        "explanation": endpoint.explanation,
        "dns": _dns(endpoint.dns) if endpoint.dns else None,
        "addresses": [_address(result) for result in endpoint.addresses],
        "tls": _tls(endpoint.tls) if endpoint.tls else None,
        "http": _http(endpoint.http) if endpoint.http else None,
        "evidence": [_line(line) for line in endpoint.evidence],
        "findings": endpoint.findings,
        "waived": _waived(endpoint.waived) if endpoint.waived else None,
    }


def _dns(dns: DnsResult) -> Json:
    return {
        "resolver": dns.resolver,
        "rcode": dns.rcode,
        "canonical_name": dns.canonical_name,
        "addresses": [str(address) for address in dns.addresses],
        "elapsed_ms": milliseconds(dns.elapsed),
    }


def _address(result: AddressResult) -> Json:
    return {
        "address": str(result.address),
        "family": result.address.version,
        "verdict": result.verdict,
        "stage": result.stage,
        "cause": result.cause,
        "timings_ms": _timings(result.timings),
    }


def _timings(timings: Timings) -> Json:
    steps = ((Stage.TCP, timings.tcp), (Stage.TLS, timings.tls), (Stage.HTTP, timings.http))
    return {stage: None if elapsed is None else milliseconds(elapsed) for stage, elapsed in steps}


def _tls(tls: TlsResult) -> Json:
    return {
        "version": tls.version,
        "cipher": tls.cipher,
        "subject": tls.subject,
        "issuer": tls.issuer,
        "not_before": instant_json(tls.not_before) if tls.not_before else None,
        "not_after": instant_json(tls.not_after) if tls.not_after else None,
        "trusted": tls.trusted,
    }


def _http(http: HttpResult) -> Json:
    return {
        "method": http.method,
        "path": http.path,
        "status": http.status,
        "server": http.server,
    }


def _waived(waived: Waived) -> Json:
    until = waived.until.isoformat() if waived.until else None
    return {"reason": waived.reason, "until": until}


def _line(line: EvidenceLine) -> Json:
    return {
        "at": instant_json(line.at, "microseconds"),
        "stage": line.stage,
        "action": line.action,
        "source": line.source,
        "destination": line.destination,
        "outcome": line.outcome,
        "elapsed_ms": milliseconds(line.elapsed),
        "detail": line.detail,
    }


def finding_json(finding: Finding) -> Json:
    """Return the finding as plain values, without what only one over several vantages has."""
    return {
        "id": finding.id,
        "cause": finding.cause,
        "title": finding.title,
        "explanation": finding.explanation,
        "confidence": finding.confidence,
        "endpoints": finding.endpoints,
        "blocked_by": [_blocked_by(blocker) for blocker in finding.blocked_by],
        "allow": [_allow(rule) for rule in finding.allow],
        "evidence": [_line(line) for line in finding.evidence],
        "search": _search(finding.search) if finding.search else None,
    }


def _search(search: LogSearch) -> Json:
    return {
        "device": search.device,
        "window": {
            "from": instant_json(search.begin, "microseconds"),
            "to": instant_json(search.end, "microseconds"),
        },
        "sources": search.sources,
        "destinations": search.destinations,
        "names": search.names,
        "queries": [_query(query) for query in search.queries],
    }


def _query(query: LogQuery) -> Json:
    return {"log": query.log, "language": query.language, "query": query.query}


def _blocked_by(blocker: BlockedBy) -> Json:
    return {
        "engine": blocker.engine,
        "name": blocker.name,
        "rule": blocker.rule,
        "source": blocker.source,
    }


def _allow(rule: Allow) -> Json:
    return {
        "fqdn": rule.fqdn,
        "port": rule.port,
        "protocol": rule.protocol,
        "service_tag": rule.service_tag,
    }


def milliseconds(seconds: float) -> float:
    """Return them with three decimals."""
    return round(seconds * 1000, 3)


def instant_json(at: datetime, precision: str = "auto") -> str:
    """RFC 3339 in UTC; the precision is cut, not rounded."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision) + "Z"
