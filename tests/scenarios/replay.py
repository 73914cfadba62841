"""A recording → what is judged of it now, in the form of expected.json."""

import json
from pathlib import Path
from typing import Any

from preflight.diagnosis import judge
from preflight.model.report import EndpointResult, Finding
from tests.lab.record import Recording, loads

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """Every recorded situation, sorted."""
    return sorted(file.parent.name for file in FOLDER.glob("*/evidence.json"))


def text_of(name: str) -> str:
    """The recording as it lies there."""
    return (FOLDER / name / "evidence.json").read_text(encoding="utf-8")


def expected_of(name: str) -> dict[str, Any]:
    """What is expected of it."""
    expected: dict[str, Any] = json.loads(expected_file(name).read_text(encoding="utf-8"))
    return expected


def expected_file(name: str) -> Path:
    """Where that is written."""
    return FOLDER / name / "expected.json"


def replayed(name: str) -> dict[str, Any]:
    """What is judged of it now."""
    return outcome(loads(text_of(name)))


def outcome(recording: Recording) -> dict[str, Any]:
    """What the diagnosis says of each endpoint, and its findings."""
    judgement = judge(recording.plan, recording.evidence, recording.waivers, recording.today)
    by_id = {finding.id: finding for finding in judgement.findings}
    return {
        "endpoints": {each.id: _endpoint(each, by_id) for each in judgement.endpoints},
        "findings": [_finding(each) for each in judgement.findings],
    }


def laid_out(found: dict[str, Any]) -> str:
    """An outcome as expected.json holds it: one line for each endpoint and each finding."""
    rows = [f"{json.dumps(id_)}: {json.dumps(said)}" for id_, said in found["endpoints"].items()]
    findings = [json.dumps(said) for said in found["findings"]]
    return f'{{\n "endpoints": {{{_lines(rows)}}},\n "findings": [{_lines(findings)}]\n}}\n'


def _lines(items: list[str]) -> str:
    return "\n  " + ",\n  ".join(items) + "\n " if items else ""


def _endpoint(row: EndpointResult, findings: dict[str, Finding]) -> dict[str, Any]:
    confidences = [findings[id_].confidence.value for id_ in row.findings]
    return {
        "verdict": row.verdict.value,
        "stage": row.stage.value if row.stage else None,
        "cause": row.cause.value if row.cause else None,
        "confidence": confidences[0] if confidences else None,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "cause": finding.cause.value,
        "confidence": finding.confidence.value,
        "endpoints": sorted(finding.endpoints),
    }
