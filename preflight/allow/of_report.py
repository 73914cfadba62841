"""A saved report → the request for just what it found stopped."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from preflight.allow.compose import rules_of, unused, why_not
from preflight.allow.minimal import minimal
from preflight.allow.names import is_address, is_name, is_service_tag
from preflight.allow.pods import sensor_pods
from preflight.allow.words import listed, printable, transport
from preflight.model.diagnosis import Cause, Verdict
from preflight.model.endpoint import Endpoint, Entry, Protocol, Requirement, Trust
from preflight.model.report import Allow, EndpointResult, Finding, Report, ReportVantage
from preflight.model.request import Inspection, Occasion, Pods, Request, Rule
from preflight.model.vantage import Address, VantageKind

STOPPED = frozenset({Verdict.BLOCKED, Verdict.DEGRADED})
NO_RULE_MISSING = frozenset({Cause.PATH_UNSTABLE})
"""Causes that no rule mends."""
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
    wanted = _Wanted(report, entries or {}, tuple(components), waived_too)
    findings = [finding for finding in report.findings if finding.cause not in NO_RULE_MISSING]
    asked = [(finding, wanted.by(finding)) for finding in findings]
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
            findings=tuple(f for f in findings if any(f.id in rule.findings for rule in found)),
        ),
        remarks=(
            *_problems(asked),
            *_about_source(report.vantage, source),
            *_not_asked(report, waived_too),
            *unused(addresses or {}, found),
        ),
    )


class _Wanted:
    """Finds the endpoints that a finding stops, as far as a rule is asked for."""

    def __init__(
        self,
        report: Report,
        entries: Mapping[str, Entry],
        components: tuple[str, ...],
        waived_too: bool,  # noqa: FBT001 - one caller, who names nothing else
    ) -> None:
        self.entries = entries
        self.stopped = {
            end.id: end
            for end in report.endpoints
            if end.verdict in STOPPED
            and (waived_too or end.waived is None)
            and (not components or end.component in components)
        }

    def by(self, finding: Finding) -> tuple[Endpoint, ...]:
        """In the finding's order."""
        ends = (self.stopped[id_] for id_ in finding.endpoints if id_ in self.stopped)
        return tuple(self._endpoint(end, finding) for end in ends)

    def _endpoint(self, end: EndpointResult, finding: Finding) -> Endpoint:
        entry = self.entries.get(end.id.partition("/")[0])
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
    if not ends or not finding.allow:
        return
    names = {(rule.fqdn, rule.port) for rule in finding.allow}
    for end in ends:
        if (end.fqdn, end.port) in names:
            yield from (_exempt(rule, finding) for rule in rules_of(end, addresses, (finding.id,)))
    own = {(end.fqdn, end.port) for end in ends}
    every = {end.fqdn for end in ends}
    for rule in finding.allow:
        if (rule.fqdn, rule.port) not in own and rule.fqdn not in every and _is_on_the_way(finding):
            yield from _on_the_way(rule, finding)


def _is_on_the_way(finding: Finding) -> bool:
    return finding.cause in {Cause.DNS_RESOLVER_UNREACHABLE, Cause.PROXY_UNREACHABLE}


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


RESOLVER = frozenset(
    {
        Cause.DNS_QUERY_DROPPED,
        Cause.DNS_NXDOMAIN,
        Cause.DNS_SERVFAIL,
        Cause.DNS_REFUSED,
        Cause.DNS_NO_DATA,
        Cause.DNS_SINKHOLED,
        Cause.DNS_FORGED,
    }
)
PROXY = frozenset({Cause.PROXY_DENIED, Cause.PROXY_AUTH_REQUIRED, Cause.PROXY_DROPPED})


def _whose(finding: Finding, ends: Sequence[Endpoint]) -> Iterator[str]:
    """Who has to act, where that is not whoever lets packets out."""
    what = f"{printable(finding.id)} ({finding.cause.value})"
    hosts = listed(printable(end.fqdn) for end in ends)
    if finding.cause in RESOLVER:
        yield f"{what} is mended at the resolver, and the rule for {hosts} helps once the name resolves."
    elif finding.cause in PROXY:
        yield f"{what} is mended in the proxy's own access list (--format squid): {hosts}."
    elif finding.cause is Cause.PROXY_UPSTREAM_FAILED:
        yield f"{what}: the traffic to {hosts} comes from the proxy; give the proxy's address with --source CIDR."
    elif finding.cause is Cause.TLS_INTERCEPTED:
        yield f"{what}: the way is open and the device ends TLS; {hosts} has to be left out of TLS inspection."


def _problems(asked: Iterable[tuple[Finding, Sequence[Endpoint]]]) -> Iterator[str]:
    for finding, ends in asked:
        if ends and not finding.allow:
            hosts = listed(printable(end.host) for end in ends)
            yield f"{printable(finding.id)} ({finding.cause.value}) is not mended by a rule: {hosts}."
        if ends:
            yield from _whose(finding, ends)
        for end in ends if finding.allow else ():
            yield from why_not(end)
        if ends and _is_on_the_way(finding):
            first = finding.allow[0] if finding.allow else None
            if first:
                what = f"{printable(first.fqdn)}, {transport(first.protocol)} {first.port}"
                yield f"{printable(finding.id)} stops everything behind {what}: what else is missing shows once that is open."


def _about_source(vantage: ReportVantage, source: tuple[str, ...]) -> Iterator[str]:
    if source or not vantage.addresses:
        return
    if vantage.kind is VantageKind.POD:
        yield (
            "The source is one pod's own address: beyond the cluster another address usually stands in its place; "
            "give the nodes' subnet with --source CIDR."
        )
    else:
        yield "The source is the one host that the report was made on; give the nodes' subnet with --source CIDR."


def _not_asked(report: Report, waived_too: bool) -> Iterator[str]:  # noqa: FBT001 - as above
    waived = [e for e in report.endpoints if e.verdict in STOPPED and e.waived is not None]
    if waived and not waived_too:
        yield f"Waived, so not asked for (--all does): {listed(printable(end.fqdn) for end in waived)}."
    unstable = [f for f in report.findings if f.cause in NO_RULE_MISSING]
    for finding in unstable:
        yield f"{printable(finding.id)} ({finding.cause.value}) is not mended by a rule."
    unknown = [e for e in report.endpoints if e.verdict is Verdict.INCONCLUSIVE]
    if unknown:
        yield f"Not measured for certain, so not asked for: {listed(printable(e.fqdn) for e in unknown)}."
