"""Explanations → the JSON of the contract, described by `explanation.schema.json` beside this package."""

import json
from collections.abc import Sequence
from typing import Any

from preflight.model.flow import Destination, Explanation, Origin, Ruling, Workload

SCHEMA = "defender-preflight/explanation/v1"

Json = dict[str, Any]


def encode_explanations(explanations: Sequence[Explanation], *, indent: int | None = 2) -> str:
    """The text of one JSON object, in ASCII."""
    flows = [_flow(one) for one in explanations]
    return json.dumps({"schema": SCHEMA, "flows": flows}, indent=indent)


def _flow(one: Explanation) -> Json:
    return {
        "from": _source(one.flow.source),
        "to": _destination(one.flow.destination),
        "verdict": one.verdict.value,
        "blocked_by": [_ruling(said) for said in one.blocked_by],
        "path": [{**_ruling(said), "verdict": said.verdict.value} for said in one.path],
    }


def _source(source: Workload) -> Json:
    return {
        "namespace": source.namespace or None,
        "pod": source.pod,
        "labels": dict(source.labels),
        "address": str(source.address) if source.address else None,
        "host_network": source.host_network,
    }


def _destination(destination: Destination) -> Json:
    pod = destination.workload
    return {
        "host": destination.host,
        "address": str(destination.addresses[0]) if len(destination.addresses) == 1 else None,
        "addresses": [str(address) for address in destination.addresses],
        "namespace": pod.namespace if pod else None,
        "pod": pod.pod if pod else None,
        "port": destination.port,
        "protocol": destination.transfer.value,
    }


def _ruling(said: Ruling) -> Json:
    return {
        "engine": said.engine.value,
        "name": said.name,
        "rule": said.rule,
        "source": _origin(said.origin),
        "reason": said.reason.value,
        "explanation": said.explanation,
    }


def _origin(origin: Origin | None) -> Json | None:
    if origin is None or (origin.file is None and origin.context is None):
        return None
    if origin.file is None:
        return {"context": origin.context}
    return {"file": origin.file, "line": origin.line}
