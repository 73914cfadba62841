"""Shares → findings with their scope, most severe first."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from preflight.diagnosis.egress import AFTER_CONNECTION, BEFORE_CONNECTION
from preflight.diagnosis.findings import CAUSES
from preflight.diagnosis.manual import Page, pages
from preflight.diagnosis.severity import rank
from preflight.diagnosis.vantages.blockers import blockers, contrast_of, doubt, is_for_pods
from preflight.diagnosis.vantages.contrast import contrast
from preflight.diagnosis.vantages.extent import Extent, extent
from preflight.diagnosis.vantages.naming import networks, place_in_words
from preflight.diagnosis.vantages.parts import divide
from preflight.diagnosis.vantages.pattern import Pattern
from preflight.diagnosis.vantages.readings import THIN, Policies, Reading, reading, suspects
from preflight.diagnosis.vantages.shares import Share, finding_of
from preflight.diagnosis.vantages.ways import ways
from preflight.diagnosis.verdicts import CONFIDENCES, WORKING, least
from preflight.diagnosis.wording import listed
from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.endpoint import Requirement
from preflight.model.fleet import FleetFinding, Place
from preflight.model.report import (
    ASK_FOR,
    Allow,
    BlockedBy,
    EndpointResult,
    Finding,
    Report,
)

RULES = 200
"""Allow rules in one finding."""
SILENT = frozenset(
    {
        Cause.DNS_RESOLVER_UNREACHABLE,
        Cause.DNS_QUERY_DROPPED,
        Cause.TCP_DROPPED,
        Cause.TLS_DROPPED,
        Cause.TLS_SNI_DROPPED,
        Cause.HTTP_DROPPED,
        Cause.PROXY_DROPPED,
    }
)
"""Causes that rest on silence, which a lost packet makes too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """One vantage's word on a share."""

    position: int
    place: Place
    results: tuple[EndpointResult, ...]
    """The share's endpoints there."""
    findings: tuple[Finding, ...]
    """Those that name them; empty where only the results came home."""

    @property
    def weight(self) -> tuple[bool, bool, int, int]:
        """The heaviest speaks for all: one that has evidence, then one that names a rule, then the surest, then the first."""
        has_evidence = any(finding.evidence for finding in self.findings)
        has_rule = any(
            is_for_pods(rule) for finding in self.findings for rule in finding.blocked_by
        )
        return has_evidence, has_rule, CONFIDENCES.index(self.confidence), -self.position

    @property
    def confidence(self) -> Confidence:
        """How sure that vantage was; the weakest where it did not say."""
        said = [finding.confidence for finding in self.findings]
        return max(said, key=CONFIDENCES.index, default=Confidence.POSSIBLE)


def find(
    shared: Iterable[Share],
    reports: Sequence[Report],
    places: Sequence[Place],
    looked_at: Collection[str | None] = (),
) -> tuple[FleetFinding, ...]:
    """The findings, numbered in their order; `looked_at` names the clusters whose policies were read."""
    results = [{endpoint.id: endpoint for endpoint in report.endpoints} for report in reports]
    told = [
        _told(part, reports, places, results) for share in shared for part in _parts(share, places)
    ]
    told.sort(key=lambda pair: _severity(*pair))
    return tuple(
        _finding(f"F{number}", share, witnesses, reports, places, looked_at)
        for number, (share, witnesses) in enumerate(told, start=1)
    )


def _parts(share: Share, places: Sequence[Place]) -> Iterator[Share]:
    """The share as it is where one property tells its places; else in parts that each have one."""
    positions = sorted(share.stopped)
    open_at = [places[position] for position in sorted(share.open)]
    for part in divide([places[position] for position in positions], open_at, len(places)):
        own = frozenset(positions[at] for at in part.positions)
        yield replace(share, stopped=own, others=share.stopped - own)


def _told(
    share: Share,
    reports: Sequence[Report],
    places: Sequence[Place],
    results: Sequence[dict[str, EndpointResult]],
) -> tuple[Share, tuple[Witness, ...]]:
    return share, tuple(
        _witness(share, position, reports[position], places[position], results[position])
        for position in sorted(share.stopped)
    )


def _witness(
    share: Share, position: int, report: Report, place: Place, by_id: dict[str, EndpointResult]
) -> Witness:
    own = tuple(by_id[id_] for id_ in share.endpoints)
    findings = {finding.id: finding for finding in report.findings}
    named = (finding_of(endpoint, findings) for endpoint in own)
    return Witness(
        position=position,
        place=place,
        results=own,
        findings=tuple({finding.id: finding for finding in named if finding}.values()),
    )


def _severity(share: Share, witnesses: Sequence[Witness]) -> tuple[int, int, int, int, str]:
    """What fails a run comes first, then what holds at more vantages and for more endpoints."""
    rank = min(_rank(endpoint) for witness in witnesses for endpoint in witness.results)
    first = share.endpoints[0]
    return rank, -len(share.stopped), -len(share.endpoints), CAUSES.index(share.cause), first


def _rank(endpoint: EndpointResult) -> int:
    counts = endpoint.requirement is Requirement.REQUIRED and endpoint.waived is None
    return rank(endpoint.verdict, counts=counts)


def _finding(
    id_: str,
    share: Share,
    witnesses: Sequence[Witness],
    reports: Sequence[Report],
    places: Sequence[Place],
    looked_at: Collection[str | None],
) -> FleetFinding:
    where = extent(
        [witness.place for witness in witnesses],
        [places[position] for position in sorted(share.open)],
        len(reports),
        [places[position] for position in sorted(share.others)],
        [places[position] for position in sorted(share.farther)],
    )
    chief = max(witnesses, key=lambda witness: witness.weight)
    by = ways(share, reports)
    confidence = _confidence(share, where, witnesses)
    findings = [finding for witness in witnesses for finding in witness.findings]
    is_read = _is_read(chief, where, looked_at)
    suspected = () if is_read else suspects(share.cause, where, by, confidence)
    against = contrast_of(where, places)
    named = [(witness.place.network, one) for witness in witnesses for one in witness.findings]
    blocked_by = blockers(named, suspected, against)
    policies = _policies(blocked_by, is_read=is_read)
    meaning = reading(share.cause, where, by, policies)
    return FleetFinding(
        id=id_,
        cause=share.cause,
        title=_title(share, where, witnesses, reports),
        explanation=_explanation(
            share, where, chief, meaning, len(reports), doubt(blocked_by, against)
        ),
        confidence=confidence,
        endpoints=share.endpoints,
        blocked_by=blocked_by,
        allow=_allow(findings),
        evidence=contrast(share, chief.position, chief.findings, reports, places),
        search=chief.findings[0].search if chief.findings else None,
        scope=where.scope,
        vantages=tuple(sorted(share.stopped)),
    )


def _is_read(chief: Witness, where: Extent, looked_at: Collection[str | None]) -> bool:
    """Whether policies were read and asked about what was seen there; what came home without evidence was not asked about."""
    has_evidence = any(finding.evidence for finding in chief.findings)
    return has_evidence and all(place.context in looked_at for place in where.stopped)


def _policies(blocked_by: Iterable[BlockedBy], *, is_read: bool) -> Policies:
    if any(is_for_pods(rule) for rule in blocked_by):
        return Policies.NAMED
    return Policies.CLEARED if is_read else Policies.UNREAD


def _confidence(share: Share, where: Extent, witnesses: Sequence[Witness]) -> Confidence:
    """That of the surest vantage; less where evidence did not come home or silence has no pattern, more where a contrast has one.

    That the same endpoint is open from elsewhere rules out the service itself; it leaves open who stops it.
    """
    surest = max((witness.confidence for witness in witnesses), key=CONFIDENCES.index)
    if not any(finding.evidence for witness in witnesses for finding in witness.findings):
        surest = least(surest, Confidence.LIKELY)
    if where.pattern is Pattern.MIXED:
        return least(surest, Confidence.POSSIBLE) if share.cause in SILENT else surest
    is_contrast = bool(where.open) and not where.is_thin
    return Confidence.LIKELY if surest is Confidence.POSSIBLE and is_contrast else surest


def _page(cause: Cause) -> Page:
    """The cause's page; for one that no rule finds, a page with the code alone."""
    blank = Page(
        cause=cause, title=cause.value, seen="", means="", ask_for="", confidence="", example=""
    )
    return pages().get(cause, blank)


def _title(
    share: Share, where: Extent, witnesses: Sequence[Witness], reports: Sequence[Report]
) -> str:
    title = _page(share.cause).title
    words = where.scope.words
    scope = f" ({words})" if words else ""
    if _is_dark(share, witnesses, reports):
        return f"No egress{scope}: {title}, whatever the host"
    hosts = dict.fromkeys(each.host for witness in witnesses for each in witness.results)
    return f"{title[0].upper()}{title[1:]}: {listed(list(hosts))}{scope}"


def _is_dark(share: Share, witnesses: Sequence[Witness], reports: Sequence[Report]) -> bool:
    """Whether nothing at all works at these vantages, and everything stops by this one cause."""
    if share.cause not in BEFORE_CONNECTION | AFTER_CONNECTION:
        return False
    hosts = {endpoint.host for witness in witnesses for endpoint in witness.results}
    return len(hosts) > 1 and all(
        endpoint.verdict is Verdict.SKIPPED
        or (endpoint.cause is share.cause and endpoint.verdict not in WORKING)
        for witness in witnesses
        for endpoint in reports[witness.position].endpoints
    )


def _explanation(
    share: Share, where: Extent, chief: Witness, meaning: Reading, total: int, doubted: str
) -> str:
    """What one vantage saw, how that compares with the others, what it means, and what to ask for."""
    page = _page(share.cause)
    parts = (
        f"Seen from {place_in_words(chief.place)}: {_account(chief, page)}",
        _compared(where, total),
        doubted,
        meaning.means,
        THIN if where.is_thin else "",
        f"{ASK_FOR}{meaning.ask_for or page.ask_for}" if meaning.ask_for or page.ask_for else "",
    )
    return " ".join(filter(None, parts))


def _account(chief: Witness, page: Page) -> str:
    """The vantage's own words; where its evidence did not come home, what the cause means beside them."""
    if any(finding.evidence for finding in chief.findings):
        return chief.findings[0].account
    own = chief.findings[0].account if chief.findings else chief.results[0].explanation
    return " ".join(filter(None, (own, page.means)))


def _compared(where: Extent, total: int) -> str:
    if total == 1:
        return ""
    farther = {*where.farther}
    works = [place for place in where.open if place not in farther]
    rest = total - len(where.stopped) - len(where.others) - len(where.open)
    parts = (
        f"Compared over {total} vantages: it stops so at {_sides(where.stopped)}",
        f", at {_sides(where.others)} too, which is told apart" if where.others else "",
        f", gets farther at {_sides(where.farther)}" if where.farther else "",
        f", and works at {_sides(works)}" if works else ", and works at none",
        f"; at {rest} it stops otherwise, or is not known" if rest else "",
    )
    return f"{''.join(parts)}."


def _sides(places: Sequence[Place]) -> str:
    return f"{len(places)} ({networks(places)})"


def _allow(findings: Iterable[Finding]) -> tuple[Allow, ...]:
    return tuple(dict.fromkeys(rule for finding in findings for rule in finding.allow))[:RULES]
