"""What changed between two reports. Pure; the renderers are beside it, one file per format.

Endpoints are matched by id. Findings have no lasting id: those of one cause are matched by the endpoints they share, most first.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from preflight.model.diagnosis import Verdict
from preflight.model.endpoint import Requirement
from preflight.model.plan import Stage
from preflight.model.report import EndpointResult, Finding, Report
from preflight.model.vantage import VantageKind
from preflight.report.style import Style

__all__ = [
    "DIFF_FORMATS",
    "ContextChange",
    "Difference",
    "EndpointChange",
    "FindingChange",
    "diff",
    "render_difference",
]

Endpoints = Mapping[str, EndpointResult]
"""By id."""

STAGES = tuple(Stage)
"""In the order in which they run."""

JUDGED = frozenset({Verdict.REACHABLE, Verdict.DEGRADED, Verdict.BLOCKED})
"""Verdicts that rest on a measurement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextChange:
    """Something about the two runs themselves that makes them hard to compare."""

    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointChange:
    """An endpoint of both reports about which something else is said now."""

    old: EndpointResult
    new: EndpointResult


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingChange:
    """A finding of both reports."""

    old: Finding
    new: Finding
    gained: tuple[str, ...]
    """Ids of endpoints that it stops now and did not before; in the new report's order."""
    lost: tuple[str, ...]
    """Ids of endpoints that it no longer stops; in the old report's order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Everything that changed from one report to another."""

    old: Report
    new: Report
    context: tuple[ContextChange, ...]
    closed: tuple[Finding, ...]
    """Findings of the old report alone, whose endpoints were all measured again, at least as far as they came before."""
    unmeasured: tuple[Finding, ...]
    """Findings of the old report alone, of which nothing is known now: an endpoint was not measured so far, or all are gone."""
    opened: tuple[Finding, ...]
    """Findings of the new report alone."""
    stayed: tuple[FindingChange, ...]
    changed: tuple[EndpointChange, ...]
    """Endpoints with another host, verdict, stage, cause or waiver."""
    added: tuple[EndpointResult, ...]
    removed: tuple[EndpointResult, ...]

    @property
    def newly_blocked(self) -> tuple[EndpointResult, ...]:
        """Endpoints that count and are blocked now and were not before; of these a run's failure is made."""
        return tuple(
            endpoint
            for before, endpoint in self._counting
            if _is_blocked(endpoint) and not (before and _is_blocked(before))
        )

    @property
    def newly_unmeasured(self) -> tuple[EndpointResult, ...]:
        """Endpoints that count, were measured before and could not be measured now."""
        return tuple(
            endpoint
            for before, endpoint in self._counting
            if endpoint.verdict in {Verdict.INCONCLUSIVE, Verdict.SKIPPED}
            and before
            and before.verdict in JUDGED
        )

    @property
    def _counting(self) -> Iterator[tuple[EndpointResult | None, EndpointResult]]:
        pairs = [(change.old, change.new) for change in self.changed] + [
            (None, endpoint) for endpoint in self.added
        ]
        return (
            pair
            for pair in pairs
            if pair[1].requirement is Requirement.REQUIRED and not pair[1].waived
        )


def _is_blocked(endpoint: EndpointResult) -> bool:
    """Say whether it counted as blocked: a waived one did not."""
    return endpoint.verdict is Verdict.BLOCKED and endpoint.waived is None


def diff(old: Report, new: Report) -> Difference:
    """Return what changed from `old` to `new`."""
    before = {endpoint.id: endpoint for endpoint in old.endpoints}
    after = {endpoint.id: endpoint for endpoint in new.endpoints}
    matched = _matched(old.findings, new.findings)
    gone = [one for one in old.findings if one.id not in {was.id for was, _ in matched}]
    return Difference(
        old=old,
        new=new,
        context=tuple(_context(old, new)),
        closed=tuple(one for one in gone if _is_measured(one, before, after)),
        unmeasured=tuple(one for one in gone if not _is_measured(one, before, after)),
        opened=tuple(one for one in new.findings if one.id not in {now.id for _, now in matched}),
        stayed=tuple(_stayed(was, now) for was, now in matched),
        changed=tuple(
            EndpointChange(old=before[id_], new=endpoint)
            for id_, endpoint in after.items()
            if id_ in before and _said(before[id_]) != _said(endpoint)
        ),
        added=tuple(endpoint for id_, endpoint in after.items() if id_ not in before),
        removed=tuple(endpoint for id_, endpoint in before.items() if id_ not in after),
    )


def _is_measured(finding: Finding, before: Endpoints, after: Endpoints) -> bool:
    """Say whether the new report knows better: what it did not measure may still be stopped as before."""
    pairs = [(before.get(id_), after[id_]) for id_ in finding.endpoints if id_ in after]
    return bool(pairs) and all(_came_as_far(was, now) for was, now in pairs)


def _came_as_far(was: EndpointResult | None, now: EndpointResult) -> bool:
    """Say whether the new look came to where the old one ended: what stops it earlier hides whether that is open now."""
    if now.verdict not in JUDGED:
        return False
    if was is None or was.stage is None or now.stage is None:
        return True
    return STAGES.index(now.stage) >= STAGES.index(was.stage)


def _said(endpoint: EndpointResult) -> tuple[object, ...]:
    return (
        endpoint.host,
        endpoint.port,
        endpoint.requirement,
        endpoint.verdict,
        endpoint.stage,
        endpoint.cause,
        endpoint.waived,
    )


def _matched(
    old: tuple[Finding, ...], new: tuple[Finding, ...]
) -> tuple[tuple[Finding, Finding], ...]:
    """Pair findings of one cause by the endpoints they share, largest share first; in the new report's order."""
    shares = [
        (len({*was.endpoints} & {*now.endpoints}), was, now)
        for was, now in product(old, new)
        if was.cause is now.cause
    ]
    pairs: dict[str, tuple[Finding, Finding]] = {}
    taken: set[str] = set()
    for shared, was, now in sorted(shares, key=lambda share: -share[0]):
        if shared and now.id not in pairs and was.id not in taken:
            pairs[now.id] = (was, now)
            taken.add(was.id)
    return tuple(pairs[now.id] for now in new if now.id in pairs)


def _stayed(was: Finding, now: Finding) -> FindingChange:
    return FindingChange(
        old=was,
        new=now,
        gained=tuple(id_ for id_ in now.endpoints if id_ not in was.endpoints),
        lost=tuple(id_ for id_ in was.endpoints if id_ not in now.endpoints),
    )


def _context(old: Report, new: Report) -> Iterator[ContextChange]:
    """Yield what makes the two runs unlike; a pod's own name and address differ every time and say nothing."""
    facts: tuple[tuple[str, Callable[[Report], str | None]], ...] = (
        ("environment", lambda report: report.profile.environment),
        ("cloud", lambda report: report.profile.cloud),
        ("region", lambda report: report.profile.region),
        ("workspace", lambda report: report.profile.workspace_id),
        ("components", lambda report: ", ".join(report.profile.components) or "all"),
        ("catalogue", lambda report: report.profile.catalog_version.isoformat()),
        ("kind of vantage", lambda report: report.vantage.kind),
        ("place", _place),
        ("resolvers", lambda report: ", ".join(report.vantage.resolvers)),
        ("proxy", lambda report: report.vantage.proxy),
        ("defender-preflight", lambda report: report.tool_version),
        ("run", lambda report: "interrupted" if report.interrupted else "complete"),
    )
    for what, fact in facts:
        was, now = fact(old) or "none", fact(new) or "none"
        if was != now:
            yield ContextChange(what=what, old=str(was), new=str(now))


def _place(report: Report) -> str:
    vantage = report.vantage
    if vantage.kind is VantageKind.LOCAL:
        return vantage.host
    return f"node {vantage.node or 'unknown'}, namespace {vantage.namespace or 'unknown'}"


DifferenceRenderer = Callable[[Difference, Style], str]


def _table() -> DifferenceRenderer:
    from preflight.report.diff.table import render

    return render


def _json() -> DifferenceRenderer:
    from preflight.report.diff.json import render

    return render


def _markdown() -> DifferenceRenderer:
    from preflight.report.diff.markdown import render

    return render


def _html() -> DifferenceRenderer:
    from preflight.report.diff.html import render

    return render


DIFF_FORMATS: dict[str, Callable[[], DifferenceRenderer]] = {
    "table": _table,
    "json": _json,
    "markdown": _markdown,
    "html": _html,
}


def render_difference(difference: Difference, format_name: str, style: Style) -> str:
    """Return the difference in the format of that name; the text ends with a line end."""
    return DIFF_FORMATS[format_name]()(difference, style)
