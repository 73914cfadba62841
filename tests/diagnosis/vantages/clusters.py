"""Clusters in a few words: which endpoint stops where, and by what; everything else is open.

compared(seen("s1", POD, a=NO_ANSWER), seen("s1", HOST))  one node; its pods get no answer from endpoint a
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from preflight.diagnosis.vantages import compare
from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.fleet import Failure, FleetFinding, FleetReport, Network, Place
from preflight.model.plan import Stage
from preflight.model.report import BlockedBy, EndpointResult, Engine, Report
from tests.report.builders import START, endpoint, finding, report, skipped, stopped, unmeasured

POD, HOST, LOCAL = Network.POD, Network.HOST, Network.LOCAL
IDS = ("a", "b", "c")
"""Endpoints of every vantage; each one's host is `ID.test`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How an endpoint ends at a vantage."""

    cause: Cause | None = None
    outcome: str = "dropped"
    stage: Stage = Stage.TCP
    verdict: Verdict = Verdict.BLOCKED
    confidence: Confidence = Confidence.LIKELY
    engine: Engine = Engine.UNKNOWN
    name: str | None = None


OPEN = State(verdict=Verdict.REACHABLE)
NO_ANSWER = State(cause=Cause.TCP_DROPPED)
REFUSED = State(cause=Cause.TCP_REFUSED, outcome="refused", confidence=Confidence.CONFIRMED)
RESET = State(cause=Cause.TLS_RESET, stage=Stage.TLS, outcome="reset")
NO_NAME = State(cause=Cause.DNS_NXDOMAIN, stage=Stage.DNS, outcome="nxdomain", engine=Engine.DNS)
NO_RESOLVER = State(
    cause=Cause.DNS_RESOLVER_UNREACHABLE, stage=Stage.DNS, verdict=Verdict.INCONCLUSIVE
)
CLOCK = State(cause=Cause.HOST_CLOCK_SKEW, stage=Stage.TLS, outcome="not_yet_valid")
BROKEN_IPV6 = State(cause=Cause.PATH_IPV6_BROKEN, verdict=Verdict.DEGRADED)
UNKNOWN = State(verdict=Verdict.INCONCLUSIVE)
SKIPPED = State(verdict=Verdict.SKIPPED)


def place(
    node: str, network: Network, pool: str | None = "system", context: str | None = None
) -> Place:
    return Place(context=context, pool=pool, node=node, network=network)


def seen(
    node: str,
    network: Network,
    pool: str | None = "system",
    context: str | None = None,
    *,
    ids: Iterable[str] = IDS,
    stops: Mapping[str, State] | None = None,
    **named: State,
) -> tuple[Place, Report]:
    """What a vantage reports; endpoints that neither `stops` nor a keyword names are open there."""
    states = {**(stops or {}), **named}
    results = tuple(_result(id_, states.get(id_, OPEN)) for id_ in ids)
    causes = {one.cause: states[one.id] for one in results if one.cause}
    findings = tuple(
        finding(
            *(one for one in results if one.cause is cause),
            id_=f"F-{cause.value}",
            cause=cause,
            confidence=state.confidence,
            blocked_by=(BlockedBy(engine=state.engine, name=state.name, rule=None, source=None),),
        )
        for cause, state in causes.items()
    )
    told = replace(report(), endpoints=results, findings=findings)
    return place(node, network, pool, context), told


def _result(id_: str, state: State) -> EndpointResult:
    host = f"{id_}.test"
    match state:
        case State(cause=None, verdict=Verdict.REACHABLE):
            return endpoint(id_, host=host, fqdn=host)
        case State(cause=None, verdict=Verdict.SKIPPED):
            return skipped(id_, host=host, fqdn=host)
        case State(cause=None):
            return unmeasured(id_, host)
        case State(cause=cause):
            assert cause is not None
            named = (f"F-{cause.value}",)
            return stopped(
                id_,
                host,
                state.stage,
                cause,
                state.outcome,
                verdict=state.verdict,
                findings=named,
            )


def compared(*pairs: tuple[Place, Report], failures: Iterable[Failure] = ()) -> FleetReport:
    return compare(pairs, failures, tool_version="0.1.0", started_at=START, duration=42.5)


def only(fleet: FleetReport) -> FleetFinding:
    """The single finding that there must be."""
    (one,) = fleet.findings
    return one
