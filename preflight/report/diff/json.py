"""The difference for scripts: `defender-preflight/difference/v1`."""

import json
from datetime import datetime
from typing import Any

from preflight.model.report import EndpointResult, Finding, Report
from preflight.report.diff import Difference
from preflight.report.diff.words import pairs, summary
from preflight.report.style import PLAIN, Style
from preflight.report.words import decisive, moment

SCHEMA = "defender-preflight/difference/v1"

Json = dict[str, Any]


def render(difference: Difference, style: Style = PLAIN) -> str:
    """Return the difference as one JSON object in ASCII."""
    document = {
        "schema": SCHEMA,
        "summary": summary(difference),
        "old": _run(difference.old),
        "new": _run(difference.new),
        "context": [
            {"what": one.what, "old": one.old, "new": one.new} for one in difference.context
        ],
        "newly_blocked": [one.id for one in difference.newly_blocked],
        "newly_unmeasured": [one.id for one in difference.newly_unmeasured],
        "findings": _findings(difference),
        "endpoints": {
            "changed": [
                {"id": one.new.id, "old": _endpoint(one.old), "new": _endpoint(one.new)}
                for one in difference.changed
            ],
            "added": [{"id": one.id, **_endpoint(one)} for one in difference.added],
            "removed": [{"id": one.id, **_endpoint(one)} for one in difference.removed],
        },
    }
    text = json.dumps(document, indent=None if style.one_line else 2)
    return text.replace("\x7f", "\\u007f") + "\n"


def _run(report: Report) -> Json:
    return {
        "started_at": _instant(report.started_at),
        "verdict": report.verdict,
    }


def _findings(difference: Difference) -> Json:
    return {
        "opened": [_finding(one) for one in difference.opened],
        "closed": [
            {**_finding(one), "proof": [_proof(*pair) for pair in pairs(one, difference)]}
            for one in difference.closed
        ],
        "unmeasured": [_finding(one) for one in difference.unmeasured],
        "stayed": [
            {**_finding(one.new), "gained": one.gained, "lost": one.lost}
            for one in difference.stayed
        ],
    }


def _finding(finding: Finding) -> Json:
    return {
        "id": finding.id,
        "cause": finding.cause,
        "title": finding.title,
        "endpoints": finding.endpoints,
    }


def _proof(old: EndpointResult | None, new: EndpointResult) -> Json:
    return {"id": new.id, "old": _seen(old) if old else None, "new": _seen(new)}


def _seen(endpoint: EndpointResult) -> Json:
    """Return the verdict and the packet that shows it, so that a firewall's log can be held beside it."""
    line = decisive(endpoint)
    return {
        "verdict": endpoint.verdict,
        "at": _instant(line.at) if line else None,
        "source": line.source if line else None,
        "destination": line.destination if line else None,
    }


def _instant(at: datetime) -> str:
    return f"{moment(at).replace(' ', 'T')}Z"


def _endpoint(endpoint: EndpointResult) -> Json:
    return {
        "host": endpoint.host,
        "port": endpoint.port,
        "requirement": endpoint.requirement,
        "verdict": endpoint.verdict,
        "stage": endpoint.stage,
        "cause": endpoint.cause,
        "waived": endpoint.waived is not None,
    }
