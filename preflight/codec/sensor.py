"""What the commands of `sensor` find → JSON, described by `sensor.schema.json` beside this package."""

import json
from collections.abc import Sequence
from enum import Enum
from typing import Any

from preflight.model.endpoint import Endpoint, Source
from preflight.model.sensor import (
    Advice,
    AlertCall,
    Clue,
    Coverage,
    Detected,
    Fact,
    Gap,
    Install,
    Leftover,
    Relevance,
    Removal,
    SensorStatus,
    Trouble,
    Uncovered,
    Workload,
)

SCHEMA = "defender-preflight/sensor/v1"

Json = dict[str, Any]


def encode_status(
    status: SensorStatus, relevance: Relevance, *, version: str, one_line: bool = False
) -> str:
    """Returns what `sensor status` found as one JSON object, in ASCII; without a newline at the end."""
    detected = status.detected
    body = {
        "standing": status.standing,
        "detected": _detected(detected),
        "ingestion": _fact(status.ingestion),
        "installs": [_install(each) for each in status.installs],
        "workloads": [_workload(each) for each in status.workloads],
        "troubles": [_trouble(each) for each in status.troubles],
        "coverage": _coverage(status.coverage) if status.coverage else None,
        "proxies": [
            {"workload": each.workload, "variable": each.variable, "value": each.value}
            for each in status.proxies
        ],
        "resource": {
            "subscription": status.resource.subscription,
            "group": status.resource.group,
            "name": status.resource.name,
        }
        if status.resource
        else None,
        "endpoints": [_endpoint(each) for each in relevance.endpoints],
        "commands": list(relevance.commands),
        "assumed": list(relevance.assumed),
        "advice": [_advice(each) for each in status.advice],
        "gaps": [_gap(each) for each in status.gaps],
    }
    return _text("status", status.context, body, version, one_line=one_line)


def encode_removal(removal: Removal, *, version: str, one_line: bool = False) -> str:
    """Returns what `sensor verify-removed` found, as above."""
    body = {
        "looked_at": list(removal.looked_at),
        "leftovers": [_leftover(each) for each in removal.leftovers],
        "advice": [_advice(each) for each in removal.advice],
        "gaps": [_gap(each) for each in removal.gaps],
    }
    return _text("verify-removed", removal.context, body, version, one_line=one_line)


def encode_alert(
    call: AlertCall, sources: Sequence[Source], *, version: str, one_line: bool = False
) -> str:
    """Returns what `sensor simulate-alert` did, as above."""
    body = {
        "namespace": call.namespace,
        "pods": call.pods,
        "refusal": _gap(call.refusal) if call.refusal else None,
        "sources": [_source(each) for each in sources],
    }
    return _text("simulate-alert", call.context, body, version, one_line=one_line)


def _text(command: str, context: str, body: Json, version: str, *, one_line: bool) -> str:
    document = {
        "schema": SCHEMA,
        "tool": {"name": "defender-preflight", "version": version},
        "command": command,
        "context": context,
        **body,
    }
    separators, indent = ((",", ":"), None) if one_line else ((",", ": "), 2)
    return json.dumps(document, separators=separators, indent=indent).replace("\x7f", "\\u007f")


def _detected(detected: Detected) -> Json:
    return {
        "environment": _fact(detected.environment),
        "cloud": _fact(detected.cloud),
        "region": _fact(detected.region),
        "azure_region": _fact(detected.azure_region),
        "arc_connected": _fact(detected.arc_connected),
        "workspace_id": _fact(detected.workspace_id),
        "sensor_version": _fact(detected.sensor_version),
        "components": list(detected.components),
    }


def _fact(fact: Fact[Any]) -> Json:
    return {
        "value": _plain(fact.value),
        "confidence": fact.confidence,
        "evidence": [_clue(each) for each in fact.clues],
        "doubt": fact.doubt,
    }


def _plain(value: object) -> object:
    """A version is written with dots; names and truth values stay."""
    if isinstance(value, tuple):
        return ".".join(str(part) for part in value)
    return value.value if isinstance(value, Enum) else value


def _clue(clue: Clue) -> Json:
    return {"where": clue.where, "says": clue.says}


def _install(install: Install) -> Json:
    return {
        "method": install.method,
        "namespace": install.namespace,
        "confidence": install.confidence,
        "release": install.release,
        "evidence": [_clue(each) for each in install.clues],
    }


def _workload(workload: Workload) -> Json:
    return {
        "kind": workload.kind,
        "namespace": workload.namespace,
        "name": workload.name,
        "role": workload.role,
        "desired": workload.desired,
        "ready": workload.ready,
        "restarts": workload.restarts,
        "images": list(workload.images),
    }


def _trouble(trouble: Trouble) -> Json:
    return {
        "workload": trouble.workload,
        "severity": trouble.severity,
        "title": trouble.title,
        "explanation": trouble.explanation,
        "pods": list(trouble.pods),
        "nodes": list(trouble.nodes),
    }


def _coverage(coverage: Coverage) -> Json:
    return {
        "nodes": coverage.nodes,
        "covered": coverage.covered,
        "uncovered": [_uncovered(each) for each in coverage.uncovered],
    }


def _uncovered(uncovered: Uncovered) -> Json:
    return {
        "node": uncovered.node,
        "pool": uncovered.pool,
        "missing": list(uncovered.missing),
        "reason": uncovered.reason,
        "expected": uncovered.expected,
    }


def _endpoint(endpoint: Endpoint) -> Json:
    return {
        "id": endpoint.id,
        "fqdn": endpoint.fqdn,
        "host": endpoint.host,
        "port": endpoint.port,
        "protocol": endpoint.protocol,
        "component": endpoint.component,
        "requirement": endpoint.requirement,
        "condition": endpoint.condition,
    }


def _advice(advice: Advice) -> Json:
    return {
        "purpose": advice.purpose,
        "title": advice.title,
        "lines": list(advice.lines),
        "source": _source(advice.source),
    }


def _source(source: Source) -> Json:
    return {"title": source.title, "url": source.url, "dated": source.dated}


def _leftover(leftover: Leftover) -> Json:
    return {
        "kind": leftover.kind,
        "namespace": leftover.namespace,
        "name": leftover.name,
        "why": leftover.why,
        "counted": leftover.counted,
        "leaving": leftover.leaving,
    }


def _gap(gap: Gap) -> Json:
    return {"part": gap.part, "reason": gap.reason, "needs": gap.needs}
