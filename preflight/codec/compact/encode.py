"""Report → its compact form."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from preflight.codec.encode import (
    Json,
    counts_json,
    dumped,
    instant_json,
    milliseconds,
    profile_json,
)
from preflight.model.diagnosis import Confidence, Verdict
from preflight.model.endpoint import Requirement
from preflight.model.report import EndpointResult, Report, ReportVantage

SCHEMA = "defender-preflight/compact/v1"
LIMIT = 4096
"""Bytes, all of them ASCII."""
NAME = 260
"""Bytes of a name as it is written, quotes included; that of a node or pod has at most 253 characters."""
WORD = 64
"""Bytes of a version, region, component, resolver or address as it is written."""
COMPONENTS = 8
ADDRESSES = 4
"""Own addresses, and resolvers, that are carried."""

WithHost = Callable[[EndpointResult], bool]
HOSTS: tuple[WithHost, ...] = (
    lambda _: True,
    lambda endpoint: endpoint.verdict is not Verdict.REACHABLE,
    lambda _: False,
)
"""Which endpoints' hosts are carried; what fits first is taken."""
IDS_ALONE = HOSTS[-1]


def encode(report: Report) -> str:
    """Return the report's results in one line; never more than `LIMIT` bytes."""
    confidences = {finding.id: finding.confidence for finding in report.findings}
    told = sorted(
        ((_ending(endpoint, confidences), endpoint) for endpoint in report.endpoints),
        key=lambda pair: (_rank(pair[1]), dumped(pair[0], one_line=True)),
    )
    for with_host in HOSTS:
        text = _text(report, told, with_host)
        if len(text) <= LIMIT:
            return text
    return _text(report, told[: _fitting(report, told)], IDS_ALONE)


Told = Sequence[tuple[Json, EndpointResult]]
"""Endpoints with how they ended, the most important first and those that ended alike together."""


def _fitting(report: Report, told: Told) -> int:
    """Return how many endpoints fit: the longest beginning, found by halving."""
    low, high = 0, len(told)
    while low < high:
        middle = (low + high + 1) // 2
        if len(_text(report, told[:middle], IDS_ALONE)) <= LIMIT:
            low = middle
        else:
            high = middle - 1
    return low


def _rank(endpoint: EndpointResult) -> int:
    """Return how early an endpoint is carried: first what decides the verdict, then what was reached, then the rest."""
    if endpoint.waived is None:
        counts = endpoint.requirement is Requirement.REQUIRED
        if endpoint.verdict in {Verdict.BLOCKED, Verdict.DEGRADED}:
            return 0 if counts and endpoint.verdict is Verdict.BLOCKED else 2
        if counts and endpoint.verdict in {Verdict.INCONCLUSIVE, Verdict.SKIPPED}:
            return 1
    return 3 if endpoint.verdict is Verdict.REACHABLE else 4


def _ending(endpoint: EndpointResult, confidences: dict[str, Confidence]) -> Json:
    """Return how it ended, without what does not apply."""
    named = (confidences[id_] for id_ in endpoint.findings if id_ in confidences)
    members = {
        "verdict": endpoint.verdict,
        "stage": endpoint.stage,
        "cause": endpoint.cause,
        "confidence": next(named, None) if endpoint.cause else None,
        "requirement": endpoint.requirement,
        "waived": True if endpoint.waived else None,
    }
    return {name: value for name, value in members.items() if value is not None}


def _text(report: Report, told: Told, with_host: WithHost) -> str:
    """Return the whole message with these endpoints; whatever else the report has is counted as left out."""
    everything = Counter(endpoint.verdict for endpoint in report.endpoints)
    left_out = everything - Counter(endpoint.verdict for _, endpoint in told)
    document = {
        "schema": SCHEMA,
        "version": _clipped(report.tool_version, WORD),
        "started_at": instant_json(report.started_at, "milliseconds"),
        "duration_ms": milliseconds(report.duration),
        "verdict": report.verdict,
        "counts": counts_json(report.counts),
        "interrupted": report.interrupted,
        "profile": _profile(report),
        "vantage": _vantage(report.vantage),
        "endings": [
            {**ending, "endpoints": [_named(endpoint, with_host) for _, endpoint in members]}
            for ending, members in groupby(told, key=lambda pair: pair[0])
        ],
        "left_out": {verdict.value: left_out[verdict] for verdict in Verdict if left_out[verdict]},
    }
    return dumped(document, one_line=True)


def _profile(report: Report) -> Json:
    profile = profile_json(report.profile)
    return {
        **profile,
        "region": _clipped(report.profile.region, WORD),
        "workspace_id": _clipped(report.profile.workspace_id, WORD),
        "components": _clipped_each(report.profile.components, COMPONENTS),
    }


def _vantage(vantage: ReportVantage) -> Json:
    return {
        "kind": vantage.kind,
        "host": _clipped(vantage.host, NAME),
        "node": _clipped(vantage.node, NAME),
        "namespace": _clipped(vantage.namespace, WORD),
        "pod": _clipped(vantage.pod, NAME),
        "addresses": [str(address) for address in vantage.addresses[:ADDRESSES]],
        "resolvers": _clipped_each(vantage.resolvers, ADDRESSES),
        "proxy": _clipped(vantage.proxy, NAME),
    }


def _named(endpoint: EndpointResult, with_host: WithHost) -> str | list[str | int]:
    if not with_host(endpoint):
        return endpoint.id
    return [endpoint.id, endpoint.host, endpoint.port, endpoint.protocol]


def _clipped_each(texts: Iterable[str], most: int) -> list[str | None]:
    return [_clipped(text, WORD) for text in list(texts)[:most]]


def _clipped(text: str | None, size: int) -> str | None:
    """Return the longest beginning that is written in so many bytes; nearly always the whole."""
    if text is None:
        return None
    kept = text[:size]
    while len(dumped(kept, one_line=True)) > size:
        kept = kept[:-1]
    return kept
