"""What holds whatever the vantages found."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preflight.diagnosis.vantages import compare
from preflight.model.diagnosis import Verdict
from preflight.model.fleet import Failure, FailureReason, FleetReport, Network, Place
from preflight.model.plan import Stage
from preflight.model.report import EndpointResult, Report, ReportVerdict
from tests.codec.test_round_trip import reports
from tests.diagnosis.vantages.clusters import (
    BROKEN_IPV6,
    CLOCK,
    IDS,
    NO_ANSWER,
    NO_NAME,
    NO_RESOLVER,
    OPEN,
    REFUSED,
    RESET,
    SKIPPED,
    UNKNOWN,
    compared,
    seen,
)
from tests.report.builders import START

Seen = tuple[Place, Report]

STOPS = (NO_ANSWER, RESET, REFUSED, NO_NAME, NO_RESOLVER, CLOCK, BROKEN_IPV6)
states = st.sampled_from((OPEN, OPEN, NO_ANSWER, NO_ANSWER, *STOPS, UNKNOWN, SKIPPED))
places = st.tuples(
    st.sampled_from(["n1", "n2", "n3"]),
    st.sampled_from(Network),
    st.sampled_from(["system", "gpu", None]),
    st.sampled_from(["weu", "neu", None]),
)
findings = st.fixed_dictionaries(dict.fromkeys(IDS, states))
vantages = st.dictionaries(places, findings, max_size=8).map(
    lambda found: [seen(*where, stops=stops) for where, stops in found.items()]
)
names = st.none() | st.text(max_size=5)
failures = st.lists(
    st.builds(
        Failure,
        context=names,
        node=names,
        network=st.none() | st.sampled_from(Network),
        reason=st.sampled_from(FailureReason),
        detail=st.text(max_size=5),
        pool=names,
    ),
    max_size=3,
)
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(vantages, failures, st.randoms(use_true_random=False))
def test_the_order_of_vantages_and_failures_does_not_matter(
    pairs: list[Seen],
    missing: list[Failure],
    random: "st.random.Random",  # type: ignore[name-defined]  # hypothesis does not name it
) -> None:
    shuffled, moved = pairs.copy(), missing.copy()
    random.shuffle(shuffled)
    random.shuffle(moved)
    assert compared(*pairs, failures=missing) == compared(*shuffled, failures=moved)


@quick
@given(vantages, failures)
def test_a_vantage_without_a_report_never_lets_anything_pass(
    pairs: list[Seen], missing: list[Failure]
) -> None:
    whole = compared(*pairs, failures=missing)
    if missing:
        assert whole.verdict in {ReportVerdict.BLOCKED, ReportVerdict.INCONCLUSIVE}
    blocked = any(report.verdict is ReportVerdict.BLOCKED for _, report in pairs)
    assert (whole.verdict is ReportVerdict.BLOCKED) == blocked


@quick
@given(vantages, vantages)
def test_one_more_vantage_never_makes_the_verdict_better(
    pairs: list[Seen], more: list[Seen]
) -> None:
    order = [*ReportVerdict]
    severity = {
        ReportVerdict.PASS: 0,
        ReportVerdict.DEGRADED: 1,
        ReportVerdict.INCONCLUSIVE: 2,
        ReportVerdict.BLOCKED: 3,
    }
    assert set(order) == set(severity)
    if pairs:
        before, after = compared(*pairs).verdict, compared(*pairs, *more).verdict
        assert severity[after] >= severity[before]


@quick
@given(vantages)
def test_counts_add_up(pairs: list[Seen]) -> None:
    counts = compared(*pairs).counts
    parts = (
        counts.reachable,
        counts.degraded,
        counts.blocked,
        counts.inconclusive,
        counts.skipped,
    )
    assert counts.total == sum(parts) == (len(IDS) if pairs else 0)


@quick
@given(vantages)
def test_every_stop_with_a_cause_is_in_one_finding_at_its_vantage(pairs: list[Seen]) -> None:
    fleet = compared(*pairs)
    told = [
        (position, id_, finding.cause)
        for finding in fleet.findings
        for position in finding.vantages
        for id_ in finding.endpoints
    ]
    assert sorted(told) == sorted(_stops(fleet))


def _stops(fleet: FleetReport) -> list[tuple[int, str, object]]:
    return [
        (position, endpoint.id, endpoint.cause)
        for position, report in enumerate(fleet.reports)
        for endpoint in report.endpoints
        if endpoint.cause is not None
    ]


@quick
@given(vantages)
def test_a_scope_names_exactly_the_places_of_its_vantages(pairs: list[Seen]) -> None:
    fleet = compared(*pairs)
    for finding in fleet.findings:
        own = [fleet.places[position] for position in finding.vantages]
        assert set(finding.scope.networks) == {where.network for where in own}
        assert set(finding.scope.pools) == {where.pool for where in own if where.pool}
        assert finding.scope.words or len(fleet.reports) == 1


def _gets_past(endpoint: EndpointResult) -> bool:
    """Works, or stops only after what a policy would have stopped."""
    is_open = endpoint.verdict in {Verdict.REACHABLE, Verdict.DEGRADED}
    return is_open or endpoint.stage in {Stage.TCP, Stage.TLS, Stage.HTTP}


@quick
@given(vantages)
def test_a_network_policy_is_suspected_of_pods_alone(pairs: list[Seen]) -> None:
    fleet = compared(*pairs)
    for finding in fleet.findings:
        if any(rule.is_suspected for rule in finding.blocked_by):
            assert finding.scope.networks == (Network.POD,)
            nodes = {
                (where.context, where.node)
                for where, report in zip(fleet.places, fleet.reports, strict=True)
                if where.network is Network.HOST
                and _gets_past(report.endpoints[IDS.index(finding.endpoints[0])])
            }
            own = {(fleet.places[at].context, fleet.places[at].node) for at in finding.vantages}
            assert own & nodes


@quick
@given(st.lists(st.tuples(places, reports), max_size=4))
def test_reports_of_any_content_are_compared(
    found: list[tuple[tuple[object, ...], Report]],
) -> None:
    pairs = [
        (Place(node=node, network=network, pool=pool, context=context), report)  # type: ignore[arg-type]  # drawn together
        for (node, network, pool, context), report in found
    ]
    fleet = compare(pairs, tool_version="1", started_at=START, duration=0.0)
    assert len(fleet.reports) == len(found)
    assert fleet.verdict in ReportVerdict


@quick
@given(vantages)
def test_comparing_what_was_compared_changes_nothing(pairs: list[Seen]) -> None:
    once = compared(*pairs)
    again = compared(*zip(once.places, once.reports, strict=True))
    assert replace(again, notices=()) == replace(once, notices=())
