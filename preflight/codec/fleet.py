"""Several vantages ⇄ the JSON of the contract, described by `fleet.schema.json`; each report in it is one of its own."""

from collections.abc import Sequence
from typing import Any

from preflight.codec.decode import check_agreement, finding_fields, report
from preflight.codec.encode import (
    Json,
    counts_json,
    dumped,
    finding_json,
    instant_json,
    milliseconds,
    report_json,
    tool_json,
)
from preflight.codec.kinds import check_kind
from preflight.codec.parse import each, field, instant, maybe, parse, seconds
from preflight.codec.schema import FLEET_SCHEMA, Misfit, check
from preflight.errors import ReportError
from preflight.model.fleet import (
    Failure,
    FailureReason,
    FleetFinding,
    FleetReport,
    Network,
    Scope,
)
from preflight.model.report import Report

SCHEMA = "defender-preflight/fleet/v1"
LIMIT = 64 * 1024 * 1024
"""Bytes; some hundred whole reports, and a thousand of which only the results are kept."""


def encode_fleet(fleet: FleetReport, *, one_line: bool = False) -> str:
    """Return the fleet's report as one JSON object in ASCII, in several lines or in one; without a newline at the end."""
    document = {
        "schema": SCHEMA,
        "tool": tool_json(fleet.tool_version),
        "started_at": instant_json(fleet.started_at, "milliseconds"),
        "duration_ms": milliseconds(fleet.duration),
        "verdict": fleet.verdict,
        "counts": counts_json(fleet.counts),
        "reports": [report_json(each_) for each_ in fleet.reports],
        "findings": [_finding_json(finding) for finding in fleet.findings],
        "failures": [_failure_json(failure) for failure in fleet.failures],
        "notices": fleet.notices,
    }
    return dumped(document, one_line=one_line)


def _finding_json(finding: FleetFinding) -> Json:
    scope = finding.scope
    return {
        **finding_json(finding),
        "scope": {
            "contexts": scope.contexts,
            "pools": scope.pools,
            "nodes": scope.nodes,
            "networks": scope.networks,
            "words": scope.words,
        },
        "vantages": finding.vantages,
    }


def _failure_json(failure: Failure) -> Json:
    return {
        "context": failure.context,
        "pool": failure.pool,
        "node": failure.node,
        "network": failure.network,
        "reason": failure.reason,
        "detail": failure.detail,
    }


def decode_fleet(text: str | bytes) -> FleetReport:
    """Return the report over several vantages that the JSON text states.

    Raises:
        ReportError: one line that names the place as a JSON pointer and what is wrong there.
    """
    return fleet_of(parse(text, LIMIT))


def fleet_of(document: Any) -> FleetReport:
    """Return the report over several vantages that a JSON document states.

    Raises:
        ReportError: as `decode_fleet` does.
    """
    check_kind(document, SCHEMA)
    try:
        check(document, FLEET_SCHEMA)
        return _fleet(document)
    except Misfit as misfit:
        raise ReportError(f"at {misfit.pointer}: {misfit.problem}") from None


def _fleet(raw: Json) -> FleetReport:
    reports = field(raw, "reports", each(report))
    made = FleetReport(
        tool_version=raw["tool"]["version"],
        started_at=field(raw, "started_at", instant),
        duration=seconds(raw["duration_ms"]),
        reports=reports,
        findings=field(raw, "findings", each(lambda finding: _finding(finding, reports))),
        failures=tuple(_failure(failure) for failure in raw["failures"]),
        notices=tuple(raw["notices"]),
    )
    check_agreement(raw, made)
    return made


def _finding(raw: Json, reports: Sequence[Report]) -> FleetFinding:
    """The finding; what it says of positions has to hold, for renderers follow them."""
    vantages = tuple(int(position) for position in raw["vantages"])
    if list(vantages) != sorted(set(vantages)) or any(one >= len(reports) for one in vantages):
        raise Misfit("must be ascending positions of reports", "vantages")
    return FleetFinding(**finding_fields(raw), scope=_scope(raw["scope"]), vantages=vantages)


def _scope(raw: Json) -> Scope:
    return Scope(
        contexts=tuple(raw["contexts"]),
        pools=tuple(raw["pools"]),
        nodes=tuple(raw["nodes"]),
        networks=tuple(Network(network) for network in raw["networks"]),
        words=raw["words"],
    )


def _failure(raw: Json) -> Failure:
    return Failure(
        context=raw["context"],
        pool=raw["pool"],
        node=raw["node"],
        network=maybe(Network)(raw["network"]),
        reason=FailureReason(raw["reason"]),
        detail=raw["detail"],
    )
