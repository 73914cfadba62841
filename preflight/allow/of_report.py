"""A saved report → the request for just what it found stopped."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from preflight.allow.caveats import BEFORE_ALL, NO_RULE_MISSING, STOPPED, caveats
from preflight.allow.compose import rules_of, unused
from preflight.allow.minimal import minimal
from preflight.allow.names import is_address, is_name, is_service_tag
from preflight.allow.pods import sensor_pods
from preflight.model.diagnosis import Cause, Verdict
from preflight.model.endpoint import Endpoint, Entry, Protocol, Requirement, Trust
from preflight.model.report import Allow, EndpointResult, Finding, Report, ReportVantage
from preflight.model.request import Inspection, Occasion, Pods, Request, Rule
from preflight.model.vantage import Address, VantageKind

NEEDED_ON_THE_WAY = "on-the-way"
"""The component of what is no endpoint: a resolver, a proxy."""


def of_report(
    report: Report,
    *,
    name: str,
    entries: Mapping[str, Entry] | None = None,
    source: tuple[str, ...] = (),
    pods: Pods | None = None,
    components: Sequence[str] = (),
    waived_too: bool = False,
    addresses: Mapping[str, Sequence[Address]] | None = None,
) -> Request:
    """The request for what is blocked or degraded, from the findings' own rules.

    `entries` are the catalogue's, by id, for what a report does not hold: purposes and pages. Waived endpoints are asked for with
    `waived_too`. Without `source` the vantage's own addresses stand for it.
    """
    candidates = _candidates(report, components, waived_too=waived_too)
    known = entries or {}
    asked = [
        (
            finding,
            [
                _endpoint(candidates[id_], finding, known.get(id_.partition("/")[0]))
                for id_ in finding.endpoints
                if id_ in candidates and _is_asked(candidates[id_], finding)
            ],
        )
        for finding in report.findings
        if finding.cause not in NO_RULE_MISSING
    ]
    given = _seen(report, addresses or {})
    rules = [rule for finding, ends in asked for rule in _rules(finding, ends, given)]
    found = minimal(rules)
    return Request(
        name=name,
        rules=found,
        source=source or _own(report.vantage),
        pods=pods or sensor_pods(report.profile.environment),
        profile=report.profile,
        occasion=Occasion(
            started_at=report.started_at,
            place=_place(report.vantage),
            findings=tuple(f for f, _ in asked if any(f.id in rule.findings for rule in found)),
        ),
        remarks=(
            *caveats(report, asked, source=source, waived_too=waived_too),
            *unused(addresses or {}, found),
        ),
    )


def _candidates(
    report: Report, components: Sequence[str], *, waived_too: bool
) -> Mapping[str, EndpointResult]:
    """By id, everything for which a rule may be asked."""
    return {
        end.id: end
        for end in report.endpoints
        if (waived_too or end.waived is None) and (not components or end.component in components)
    }


def _is_asked(end: EndpointResult, finding: Finding) -> bool:
    """Whether it is stopped; what stands before all endpoints is asked for although nothing is known of those behind."""
    is_unknown = end.verdict is Verdict.INCONCLUSIVE and finding.cause in BEFORE_ALL
    return end.verdict in STOPPED or is_unknown


def _endpoint(end: EndpointResult, finding: Finding, entry: Entry | None) -> Endpoint:
    """The endpoint that the result was of, as far as report and catalogue say."""
    tags = (rule.service_tag for rule in finding.allow if _is_for(rule, end))
    return Endpoint(
        id=end.id,
        fqdn=end.fqdn,
        host=end.host,
        port=end.port,
        protocol=end.protocol,
        component=end.component,
        requirement=end.requirement,
        purpose=entry.purpose if entry else "",
        trust=entry.trust if entry else Trust.PUBLIC,
        service_tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        sources=entry.sources if entry else (),
    )


def _is_for(rule: Allow, end: EndpointResult) -> bool:
    return (rule.fqdn, rule.port, rule.protocol) == (end.fqdn, end.port, end.protocol)


def _rules(
    finding: Finding, ends: Sequence[Endpoint], addresses: Mapping[str, Sequence[Address]]
) -> Iterator[Rule]:
    """What the finding asks for: its endpoints' names, or what stands before all of them, such as a resolver."""
    if not ends:
        return
    if finding.cause in BEFORE_ALL:
        for rule in finding.allow:
            yield from _on_the_way(rule, finding)
    names = {(rule.fqdn, rule.port) for rule in finding.allow}
    for end in ends:
        if (end.fqdn, end.port) in names:
            yield from (_exempt(rule, finding) for rule in rules_of(end, addresses, (finding.id,)))


def _on_the_way(rule: Allow, finding: Finding) -> Iterator[Rule]:
    if not (is_address(rule.fqdn) or is_name(rule.fqdn)):
        return
    tags = filter(None, (rule.service_tag,))
    yield Rule(
        fqdn=rule.fqdn,
        port=rule.port,
        protocol=rule.protocol,
        requirement=Requirement.REQUIRED,
        service_tags=tuple(tag for tag in tags if is_service_tag(tag)),
        purposes=("Resolver" if finding.cause is Cause.DNS_RESOLVER_UNREACHABLE else "Proxy",),
        components=(NEEDED_ON_THE_WAY,),
        inspection=Inspection.NOT_TLS,
        findings=(finding.id,),
    )


def _exempt(rule: Rule, finding: Finding) -> Rule:
    """A name that was seen to be decrypted must not be."""
    if finding.cause is Cause.TLS_INTERCEPTED and rule.protocol is Protocol.HTTPS:
        return replace(rule, inspection=Inspection.BYPASS)
    return rule


def _seen(
    report: Report, given: Mapping[str, Sequence[Address]]
) -> Mapping[str, tuple[Address, ...]]:
    """What each host led to: what was given, else what the report saw, unless the finding is that the answer was false."""
    found: dict[str, tuple[Address, ...]] = {}
    for end in report.endpoints:
        is_false = end.cause in {Cause.DNS_FORGED, Cause.DNS_SINKHOLED}
        if end.dns and not is_false:
            found[end.host] = tuple(dict.fromkeys((*found.get(end.host, ()), *end.dns.addresses)))
    return found | {host: tuple(addresses) for host, addresses in given.items()}


def _own(vantage: ReportVantage) -> tuple[str, ...]:
    return tuple(f"{address}/{address.max_prefixlen}" for address in vantage.addresses)


def _place(vantage: ReportVantage) -> str:
    name = vantage.pod or vantage.host
    match vantage.kind:
        case VantageKind.LOCAL:
            return f"host {vantage.host}"
        case VantageKind.POD:
            return f"pod {name} in the cluster's pod network"
        case VantageKind.HOST_NETWORK_POD:
            return f"pod {name} in its node's network"
