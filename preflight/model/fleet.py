"""One report over several vantages: the same endpoints seen from many places, as values; `codec` is its only serialiser.

Each report says by its vantage where it comes from; what is said of the fleet is computed from the reports, never stored beside them.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum, unique

from preflight.model.diagnosis import Verdict
from preflight.model.report import Counts, Finding, Report, ReportVantage, ReportVerdict
from preflight.model.vantage import VantageKind


@unique
class Network(StrEnum):
    """Whose network a vantage uses."""

    POD = "pod"
    """The cluster's pod network."""
    HOST = "host"
    """The node's own, as host-network pods do."""
    LOCAL = "local"
    """A host's that is no node: a workstation, a build agent."""


KINDS = {
    Network.POD: VantageKind.POD,
    Network.HOST: VantageKind.HOST_NETWORK_POD,
    Network.LOCAL: VantageKind.LOCAL,
}
"""The kind of vantage for each network; one follows from the other."""
NETWORKS = {kind: network for network, kind in KINDS.items()}


def _sortable(name: str | None) -> str:
    """No name before every name, the empty one included."""
    return "" if name is None else f"={name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a report comes from, or should have come from."""

    context: str | None
    """The cluster, as the kubeconfig names it; None where there was only one."""
    pool: str | None
    """The node pool; None where nodes are in none, or it is not known."""
    node: str | None
    network: Network

    @classmethod
    def of(cls, vantage: ReportVantage) -> "Place":
        """The place that a report's vantage states; a host that is no node counts as one."""
        is_local = vantage.kind is VantageKind.LOCAL
        return cls(
            context=vantage.context,
            pool=vantage.pool,
            node=vantage.node or (vantage.host if is_local else None),
            network=NETWORKS[vantage.kind],
        )

    @property
    def order(self) -> tuple[str, ...]:
        """What to sort places by; the same whatever order they came in."""
        return (*map(_sortable, (self.context, self.pool, self.node)), self.network.value)


def placed(report: Report, place: Place) -> Report:
    """The report with its place written into its vantage; whoever made the pod knows better than the pod itself."""
    vantage = replace(
        report.vantage,
        kind=KINDS[place.network],
        node=place.node or report.vantage.node,
        context=place.context,
        pool=place.pool,
    )
    return replace(report, vantage=vantage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where a finding holds. Each part names every value that occurs there, sorted; empty where none is known."""

    contexts: tuple[str, ...]
    pools: tuple[str, ...]
    nodes: tuple[str, ...]
    networks: tuple[Network, ...]
    words: str = ""
    """The same for people and no wider than the evidence: `only pool gpu`, `pods, not nodes`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetFinding(Finding):
    """A finding of one cause, with the places where it holds; its explanation compares them with those where it does not."""

    scope: Scope
    vantages: tuple[int, ...]
    """Positions of those places' reports in the fleet's `reports`, ascending; at least one."""


@unique
class FailureReason(StrEnum):
    """Why a vantage gave no report."""

    FORBIDDEN = "forbidden"
    """Rights that are missing: the API server said no."""
    ADMISSION = "admission"
    """An admission webhook or policy denied the pod, Pod Security included."""
    UNSCHEDULABLE = "unschedulable"
    IMAGE_PULL = "image-pull"
    SANDBOX = "sandbox"
    """The node could not make the pod's sandbox: its network plugin, or its runtime."""
    NOT_STARTED = "not-started"
    """The pod did not start in time, and no event says why."""
    CRASHED = "crashed"
    """It ended without a report."""
    OUT_OF_MEMORY = "out-of-memory"
    TIMEOUT = "timeout"
    """It ran longer than the Job may."""
    POD_LOST = "pod-lost"
    """The pod was deleted or evicted, or its node went away."""
    UNREADABLE = "unreadable"
    """Neither its log nor its termination message holds a report that can be read."""
    CLUSTER = "cluster"
    """The API server could not be reached, or failed."""
    INTERRUPTED = "interrupted"
    """Stopped by the user before it was there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A vantage that gave no report, and why."""

    context: str | None
    node: str | None
    """None where no node was chosen yet, or a whole cluster is meant."""
    network: Network | None
    """None where both are meant."""
    reason: FailureReason
    detail: str
    """The cluster's own words, in one line; untrusted."""
    pool: str | None = None

    @property
    def order(self) -> tuple[str, ...]:
        """What to sort failures by; the same whatever order they came in."""
        where = map(_sortable, (self.context, self.pool, self.node, self.network))
        return (*where, self.reason.value, self.detail)


SEVERITY = (
    Verdict.BLOCKED,
    Verdict.INCONCLUSIVE,
    Verdict.DEGRADED,
    Verdict.SKIPPED,
    Verdict.REACHABLE,
)
"""Worst first. What was not probed somewhere is worse than what was reached everywhere."""


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The one that counts where one endpoint has several; skipped where it has none."""
    return min(verdicts, key=SEVERITY.index, default=Verdict.SKIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetReport:
    """One run from several vantages."""

    tool_version: str
    started_at: datetime
    duration: float
    """Seconds, from the first thing made in a cluster to the last report."""
    reports: tuple[Report, ...]
    """Sorted by place; each one's vantage says where it comes from."""
    findings: tuple[FleetFinding, ...]
    """Most severe first."""
    failures: tuple[Failure, ...]
    """Sorted; a place that gave no report."""
    notices: tuple[str, ...] = ()
    """Remarks about the run: nodes that were left out and why, what could not be removed."""

    @property
    def places(self) -> tuple[Place, ...]:
        """Where each report comes from, in their order."""
        return tuple(Place.of(report.vantage) for report in self.reports)

    @property
    def counts(self) -> Counts:
        """Counts over distinct endpoints, each with its worst verdict anywhere."""
        seen: dict[str, set[Verdict]] = {}
        for report in self.reports:
            for endpoint in report.endpoints:
                seen.setdefault(endpoint.id, set()).add(endpoint.verdict)
        number = Counter(worst(verdicts) for verdicts in seen.values())
        return Counts(
            total=len(seen),
            reachable=number[Verdict.REACHABLE],
            degraded=number[Verdict.DEGRADED],
            blocked=number[Verdict.BLOCKED],
            inconclusive=number[Verdict.INCONCLUSIVE],
            skipped=number[Verdict.SKIPPED],
        )

    @property
    def verdict(self) -> ReportVerdict:
        """The worst of the reports' verdicts; without a report from every vantage never better than inconclusive."""
        verdicts = {report.verdict for report in self.reports}
        if ReportVerdict.BLOCKED in verdicts:
            return ReportVerdict.BLOCKED
        if self.failures or not verdicts or ReportVerdict.INCONCLUSIVE in verdicts:
            return ReportVerdict.INCONCLUSIVE
        if ReportVerdict.DEGRADED in verdicts:
            return ReportVerdict.DEGRADED
        return ReportVerdict.PASS
