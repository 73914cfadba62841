"""A compact form → Report: results without evidence. The text is untrusted; a pod wrote it."""

from collections import Counter
from collections.abc import Iterable, Iterator

from preflight.codec.compact.encode import SCHEMA
from preflight.codec.decode import profile
from preflight.codec.kinds import check_kind
from preflight.codec.parse import Json, address, each, field, instant, maybe, parse, seconds
from preflight.codec.schema import COMPACT_SCHEMA, Misfit, check
from preflight.errors import ReportError
from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.endpoint import Protocol, Requirement
from preflight.model.plan import Stage
from preflight.model.report import (
    EndpointResult,
    Finding,
    Report,
    ReportVantage,
    ReportVerdict,
    Waived,
)
from preflight.model.vantage import VantageKind

READ = 64 * 1024
"""Bytes that are read; a message has far fewer."""
NOT_DELIVERED = "The evidence was not delivered: the pod's log could not be read."
"""What stands in the place of every explanation."""
UNKNOWN_PORT = 0
"""Of an endpoint whose host was left out; its id stands for the host."""
UNKNOWN_COMPONENT = "not delivered"
CONFIDENCES = (Confidence.POSSIBLE, Confidence.LIKELY, Confidence.CONFIRMED)


def decode(text: str | bytes) -> Report:
    """Return the report that a compact form states; its explanations say that there is no evidence.

    Raises:
        ReportError: one line that names the place as a JSON pointer and what is wrong there.
    """
    document = parse(text, READ)
    check_kind(document, SCHEMA)
    try:
        check(document, COMPACT_SCHEMA)
        return _report(document)
    except Misfit as misfit:
        raise ReportError(f"at {misfit.pointer}: {misfit.problem}") from None


def _report(raw: Json) -> Report:
    endpoints = tuple(result for ending in raw["endings"] for result in _results(ending))
    findings = tuple(_findings(raw["endings"]))
    report = Report(
        tool_version=raw["version"],
        started_at=field(raw, "started_at", instant),
        duration=seconds(raw["duration_ms"]),
        profile=field(raw, "profile", profile),
        vantage=field(raw, "vantage", _vantage),
        endpoints=endpoints,
        findings=findings,
        notices=(_notice(raw["left_out"]),),
        interrupted=raw["interrupted"],
    )
    _check_agreement(raw, report)
    return report


def _check_agreement(raw: Json, report: Report) -> None:
    """What is stated has to follow from what was carried and what was counted; of less, nothing but the weaker word may follow."""
    found = Counter(endpoint.verdict for endpoint in report.endpoints)
    for verdict in Verdict:
        stated = raw["counts"][verdict.value]
        counted = found[verdict] + raw["left_out"].get(verdict.value, 0)
        if stated != counted:
            raise Misfit(f"is {stated}, but there are {counted}", "counts", verdict.value)
    follows = {report.verdict.value}
    if report.verdict is ReportVerdict.INCONCLUSIVE and raw["left_out"]:
        follows.add(raw["verdict"])
    if raw["verdict"] not in follows:
        raise Misfit(
            f"is {raw['verdict']!a}, but the endpoints make it {report.verdict.value!r}", "verdict"
        )


def _notice(left_out: Json) -> str:
    """Say what did not come, each with its number."""
    told = ", ".join(f"{number} {verdict}" for verdict, number in left_out.items())
    remark = f" Nor were {told} endpoints, for which there was no room." if told else ""
    return f"{NOT_DELIVERED} Neither were its remarks and what to ask for.{remark}"


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
    )


def _results(ending: Json) -> Iterator[EndpointResult]:
    cause = maybe(Cause)(ending.get("cause"))
    for named in ending["endpoints"]:
        id_, host, port, protocol = _parts(named)
        yield EndpointResult(
            id=id_,
            fqdn=host,
            host=host,
            port=port,
            protocol=protocol,
            component=UNKNOWN_COMPONENT,
            requirement=Requirement(ending["requirement"]),
            verdict=Verdict(ending["verdict"]),
            stage=maybe(Stage)(ending.get("stage")),
            cause=cause,
            explanation=NOT_DELIVERED,
            dns=None,
            addresses=(),
            tls=None,
            http=None,
            evidence=(),
            findings=(cause.value,) if cause else (),
            waived=Waived(reason=NOT_DELIVERED, until=None) if "waived" in ending else None,
        )


def _parts(named: str | list[str | int]) -> tuple[str, str, int, Protocol]:
    if isinstance(named, str):
        return named, named, UNKNOWN_PORT, Protocol.HTTPS
    id_, host, port, protocol = named
    return str(id_), str(host), int(port), Protocol(str(protocol))


def _findings(endings: Iterable[Json]) -> Iterator[Finding]:
    """One for each cause, named by it: what a finding says more was not carried."""
    causes: dict[Cause, list[Json]] = {}
    for ending in endings:
        if ending.get("cause") is not None:
            causes.setdefault(Cause(ending["cause"]), []).append(ending)
    for cause, members in causes.items():
        said = [Confidence(each_["confidence"]) for each_ in members if "confidence" in each_]
        yield Finding(
            id=cause.value,
            cause=cause,
            title=cause.value,
            explanation=NOT_DELIVERED,
            confidence=max(said, key=CONFIDENCES.index, default=Confidence.POSSIBLE),
            endpoints=tuple(_parts(named)[0] for each_ in members for named in each_["endpoints"]),
            blocked_by=(),
            allow=(),
            evidence=(),
        )
