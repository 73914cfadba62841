"""Reports as they come home, kept in bounded memory: evidence that says nothing new is let go.

Up to `WHOLE` reports are kept as they are. Beyond that, of vantages in one node pool and network whose endpoints all ended alike, the
first by place keeps its evidence and the others keep what was found. The result is the same in whatever order they come.
"""

from dataclasses import replace

from preflight.model.diagnosis import Cause, Verdict
from preflight.model.fleet import Network, Place, placed
from preflight.model.plan import Stage
from preflight.model.report import EndpointResult, Finding, Report

WHOLE = 96
"""Reports that keep their evidence: a few hundred kilobytes each."""

Ended = tuple[str, Verdict, Stage | None, Cause | None]
Group = tuple[str | None, str | None, Network, tuple[Ended, ...]]
"""Cluster, pool, network, and how every endpoint ended."""
Order = tuple[str, ...]


class Gathering:
    """Takes reports one by one; `reports` gives them sorted by place."""

    def __init__(self) -> None:
        self._whole: dict[Order, tuple[Group, Report]] = {}
        self._first: dict[Group, Order] = {}
        """The report of each group that is to keep its evidence."""
        self._thin: dict[Order, Report] = {}
        self._endpoints: dict[EndpointResult, EndpointResult] = {}
        self._findings: dict[Finding, Finding] = {}
        """Equal results of thinned reports are one object."""
        self._count = 0

    def add(self, place: Place, report: Report) -> None:
        """Keep one more report."""
        whole = placed(report, place)
        order = (*_order(whole), f"{self._count:09}")
        group = (place.context, place.pool, place.network, tuple(map(_ended, report.endpoints)))
        self._count += 1
        self._whole[order] = (group, whole)
        self._first[group] = min(order, self._first.get(group, order))
        if self._count > WHOLE:
            self._let_go()

    @property
    def reports(self) -> tuple[Report, ...]:
        """Every report, sorted by place."""
        kept = {order: report for order, (_, report) in self._whole.items()} | self._thin
        return tuple(kept[order] for order in sorted(kept))

    @property
    def thinned(self) -> int:
        """How many reports kept what was found and not the evidence for it."""
        return len(self._thin)

    def _let_go(self) -> None:
        """Thin what is not first in its group; of too many groups, the last by place."""
        for order, (group, _) in list(self._whole.items()):
            if order != self._first[group]:
                self._make_thin(order)
        for order in sorted(self._whole)[WHOLE:]:
            self._make_thin(order)

    def _make_thin(self, order: Order) -> None:
        _, report = self._whole.pop(order)
        endpoints = map(_without_evidence, report.endpoints)
        findings = (replace(finding, evidence=(), search=None) for finding in report.findings)
        self._thin[order] = replace(
            report,
            endpoints=tuple(self._endpoints.setdefault(each, each) for each in endpoints),
            findings=tuple(self._findings.setdefault(each, each) for each in findings),
        )


def _order(report: Report) -> Order:
    """By place; of one place by when, and by which pod."""
    vantage = report.vantage
    return (*Place.of(vantage).order, report.started_at.isoformat(), vantage.pod or vantage.host)


def _ended(endpoint: EndpointResult) -> Ended:
    return endpoint.id, endpoint.verdict, endpoint.stage, endpoint.cause


def _without_evidence(endpoint: EndpointResult) -> EndpointResult:
    return replace(endpoint, evidence=(), dns=None, addresses=(), tls=None, http=None)
