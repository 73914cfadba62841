"""Two fleets are compared by pool and network, each as its worst vantage."""

from preflight.model.fleet import Failure, FailureReason, FleetReport
from preflight.model.report import ReportVerdict
from preflight.report.diff import Difference, diff
from preflight.report.diff.words import summary
from preflight.report.fleet.flat import flat
from tests.diagnosis.vantages.clusters import HOST, NO_ANSWER, POD, compared, seen

LOST = Failure(context=None, node="g1", network=POD, reason=FailureReason.TIMEOUT, detail="60 s")
OPEN = compared(seen("s1", POD), seen("s2", POD), seen("s1", HOST))
ONE_BLOCKED = compared(seen("s1", POD), seen("s2", POD, a=NO_ANSWER), seen("s1", HOST))
BLOCKED = compared(seen("s1", POD, a=NO_ANSWER), seen("s2", POD, a=NO_ANSWER), seen("s1", HOST))


def changed(old: FleetReport, new: FleetReport) -> Difference:
    return diff(flat(old), flat(new))


def test_endpoints_stand_once_for_each_pool_and_network() -> None:
    assert [one.id for one in flat(OPEN).endpoints] == [
        *(f"{id_}, nodes of pool system" for id_ in "abc"),
        *(f"{id_}, pods of pool system" for id_ in "abc"),
    ]


def test_the_verdict_is_the_fleets() -> None:
    for fleet in (OPEN, ONE_BLOCKED, compared(seen("s1", POD), failures=[LOST]), compared()):
        assert flat(fleet).verdict is fleet.verdict


def test_a_newly_blocked_pool_is_worse() -> None:
    difference = changed(OPEN, BLOCKED)
    assert [one.id for one in difference.newly_blocked] == ["a, pods of pool system"]
    assert summary(difference).startswith("Worse: 1 required endpoint")
    assert len(difference.opened) == 1


def test_what_is_mended_on_some_nodes_alone_is_not_closed() -> None:
    difference = changed(BLOCKED, ONE_BLOCKED)
    assert difference.closed == ()
    assert [change.new.endpoints for change in difference.stayed] == [("a, pods of pool system",)]


def test_what_is_mended_everywhere_is_closed() -> None:
    difference = changed(BLOCKED, OPEN)
    assert [one.endpoints for one in difference.closed] == [("a, pods of pool system",)]
    assert summary(difference).startswith("Better: 1 finding closed")


def test_a_pool_that_gave_no_report_this_time_is_not_taken_for_mended() -> None:
    lost = compared(seen("s1", HOST), failures=[LOST])
    difference = changed(BLOCKED, lost)
    assert difference.closed == ()
    assert len(difference.unmeasured) == 1
    assert [one.id for one in difference.added] == ["no report, pod, on node g1"]
    assert flat(lost).verdict is ReportVerdict.INCONCLUSIVE


def test_two_equal_runs_have_no_difference() -> None:
    assert summary(changed(BLOCKED, BLOCKED)) == "Nothing changed."


def test_other_nodes_of_the_same_pools_make_no_difference() -> None:
    other = compared(seen("x1", POD), seen("x2", POD), seen("x1", HOST))
    assert changed(OPEN, other).context == ()


def test_more_vantages_are_said() -> None:
    more = compared(seen("s1", POD), seen("s1", HOST))
    (place,) = [one for one in changed(OPEN, more).context if one.what == "place"]
    assert (place.old, place.new) == (
        "vantages: 3, 2 pods and 1 node's own network, in 1 pool",
        "vantages: 2, 1 pod and 1 node's own network, in 1 pool",
    )
