"""What to know of a request that rests on a report: who has to act, what is not asked for, and whose address the source is."""

from collections.abc import Iterator, Sequence

from preflight.allow.compose import why_not
from preflight.allow.words import listed, printable
from preflight.model.diagnosis import BY_PROXY, BY_RESOLVER, Cause, Verdict
from preflight.model.endpoint import Endpoint
from preflight.model.names import transport
from preflight.model.report import Finding, Report, ReportVantage
from preflight.model.vantage import VantageKind

STOPPED = frozenset({Verdict.BLOCKED, Verdict.DEGRADED})
NO_RULE_MISSING = frozenset({Cause.PATH_UNSTABLE})
"""Causes that no rule mends."""
BEFORE_ALL = frozenset({Cause.DNS_RESOLVER_UNREACHABLE, Cause.PROXY_UNREACHABLE})
"""Causes whose rule leads to what stands before every endpoint."""
Asked = Sequence[tuple[Finding, Sequence[Endpoint]]]
"""Findings, each with the endpoints for which it asks for a rule."""


def caveats(
    report: Report, asked: Asked, *, source: Sequence[str], waived_too: bool
) -> Iterator[str]:
    """The sentences, in the order of the findings; `source` is what the user gave."""
    for finding, ends in asked:
        if ends:
            yield from _of_finding(finding, ends)
    if not source and any(ends and finding.allow for finding, ends in asked):
        yield from _about_source(report.vantage)
    yield from _not_asked(report, waived_too=waived_too)


def _whose(finding: Finding, ends: Sequence[Endpoint]) -> Iterator[str]:
    """Who has to act, where that is not whoever lets packets out."""
    what = f"{printable(finding.id)} ({finding.cause.value})"
    hosts = listed(printable(end.fqdn) for end in ends)
    if finding.cause in BY_RESOLVER:
        yield f"{what} is mended at the resolver, and the rule for {hosts} helps once the name resolves."
    elif finding.cause in BY_PROXY:
        yield f"{what} is mended in the proxy's own access list (--format squid): {hosts}."
    elif finding.cause is Cause.PROXY_UPSTREAM_FAILED:
        yield f"{what}: the traffic to {hosts} comes from the proxy; give the proxy's address with --source CIDR."
    elif finding.cause is Cause.TLS_INTERCEPTED:
        yield f"{what}: the way is open and the device ends TLS; {hosts} has to be left out of TLS inspection."


def _of_finding(finding: Finding, ends: Sequence[Endpoint]) -> Iterator[str]:
    yield from _whose(finding, ends)
    if not finding.allow:
        hosts = listed(printable(end.host) for end in ends)
        yield f"{printable(finding.id)} ({finding.cause.value}) is not mended by a rule: {hosts}."
        return
    for end in ends:
        yield from why_not(end)
    if finding.cause in BEFORE_ALL:
        first = finding.allow[0]
        what = f"{printable(first.fqdn)}, {transport(first.protocol)} {first.port}"
        yield f"{printable(finding.id)} stops everything behind {what}: what else is missing shows once that is open."


def _about_source(vantage: ReportVantage) -> Iterator[str]:
    if not vantage.addresses:
        return
    if vantage.kind is VantageKind.POD:
        yield (
            "The source is one pod's own address: beyond the cluster another address usually stands in its place; "
            "give the nodes' subnet with --source CIDR."
        )
    else:
        yield "The source is the one host that the report was made on; give the nodes' subnet with --source CIDR."


def _not_asked(report: Report, *, waived_too: bool) -> Iterator[str]:
    waived = [e for e in report.endpoints if e.verdict in STOPPED and e.waived is not None]
    if waived and not waived_too:
        yield f"Waived, so not asked for (--all does): {listed(printable(end.fqdn) for end in waived)}."
    unstable = [f for f in report.findings if f.cause in NO_RULE_MISSING]
    for finding in unstable:
        yield f"{printable(finding.id)} ({finding.cause.value}) is not mended by a rule."
    unknown = [e for e in report.endpoints if e.verdict is Verdict.INCONCLUSIVE]
    if unknown:
        yield f"Not measured for certain, so not asked for: {listed(printable(e.fqdn) for e in unknown)}."
