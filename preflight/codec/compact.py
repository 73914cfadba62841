"""Report ⇄ the few lines that fit into a pod's termination message, which the API server keeps when the log cannot be read.

    blocked: 2 of 41 endpoints are blocked: tls.sni_reset (api.cloud.defender.microsoft.com:443), …
    defender-preflight/compact/v1 c%0@dO&EN…

The first line is for people. The second is a report without its evidence: the JSON of the contract, deflated, in base 85.
"""

import base64
import zlib
from collections.abc import Iterator
from dataclasses import replace

from preflight.codec.decode import decode
from preflight.codec.encode import encode
from preflight.errors import ReportError
from preflight.model.diagnosis import Verdict
from preflight.model.report import EndpointResult, Finding, Report

MARK = "defender-preflight/compact/v1"
LIMIT = 4096
"""Bytes that the kubelet keeps of a container's termination message (Kubernetes documentation, Determine the Reason for Pod Failure)."""
UNPACKED_LIMIT = 4 * 1024 * 1024
"""Bytes that a message may become; two thousand endpoints take one."""
NAMED = 2
"""Endpoints that the first line names."""
LEFT_OUT = "{} endpoints are left out: the pod's termination message had no room for them, and blocked ones come first"


def encode_compact(report: Report) -> str:
    """The message, of at most LIMIT bytes of ASCII: as much of the report as there is room for, the worst first."""
    for shorter in _shorter(report):
        message = f"{_headline(report)}\n{MARK} {_packed(shorter)}"
        if len(message) <= LIMIT:
            return message
    return _headline(report)


def decode_compact(message: str) -> Report:
    """The report in a message; ReportError when there is none."""
    for line in message.splitlines():
        mark, _, data = line.partition(" ")
        if mark == MARK:
            return decode(_unpacked(data))
    raise ReportError("the termination message holds no report")


def _packed(report: Report) -> str:
    deflated = zlib.compress(encode(report, one_line=True).encode(), level=9)
    return base64.b85encode(deflated).decode()


def _unpacked(data: str) -> bytes:
    inflating = zlib.decompressobj()
    try:
        text = inflating.decompress(base64.b85decode(data.strip()), UNPACKED_LIMIT)
    except (ValueError, zlib.error):
        raise ReportError("the report in the termination message is damaged") from None
    if not inflating.eof:
        raise ReportError("the report in the termination message is cut off, or too long")
    return text


def _shorter(report: Report) -> Iterator[Report]:
    """The report in shorter and shorter forms; the verdict stays what it is as long as anything is left to tell."""
    bare = replace(
        report,
        endpoints=tuple(map(_bare, report.endpoints)),
        findings=tuple(map(_titled, report.findings)),
    )
    yield bare
    bare = replace(
        bare,
        notices=(),
        findings=tuple(replace(finding, allow=(), blocked_by=()) for finding in bare.findings),
    )
    yield bare
    worst_first = sorted(bare.endpoints, key=lambda e: e.verdict is Verdict.REACHABLE)
    kept = len(worst_first)
    while kept > 1:
        kept = kept * 3 // 4
        yield _cut(bare, tuple(worst_first[:kept]))


def _cut(report: Report, kept: tuple[EndpointResult, ...]) -> Report:
    """The report about those endpoints alone."""
    ids = {endpoint.id for endpoint in kept}
    findings = (
        replace(finding, endpoints=tuple(name for name in finding.endpoints if name in ids))
        for finding in report.findings
    )
    missing = len(report.endpoints) - len(kept)
    return replace(
        report,
        endpoints=kept,
        findings=tuple(finding for finding in findings if finding.endpoints),
        notices=(LEFT_OUT.format(missing),),
    )


def _bare(endpoint: EndpointResult) -> EndpointResult:
    return replace(
        endpoint, explanation="", dns=None, addresses=(), tls=None, http=None, evidence=()
    )


def _titled(finding: Finding) -> Finding:
    return replace(finding, explanation=finding.title, evidence=(), search=None)


def _headline(report: Report) -> str:
    """One line of at most some 300 ASCII characters; causes and hosts are of the kind that needs no escaping."""
    bad = [e for e in report.endpoints if e.verdict in {Verdict.BLOCKED, Verdict.INCONCLUSIVE}]
    if not bad:
        return f"{report.verdict}: {len(report.endpoints)} endpoints"
    named = ", ".join(f"{e.cause or e.verdict} ({e.host}:{e.port})"[:120] for e in bad[:NAMED])
    more = ", ..." if len(bad) > NAMED else ""
    line = f"{report.verdict}: {len(bad)} of {len(report.endpoints)} endpoints: {named}{more}"
    return line.encode("ascii", "backslashreplace").decode()
