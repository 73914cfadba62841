"""Thousands of reports in bounded memory, and nothing lost that says something new."""

from dataclasses import replace

from preflight.diagnosis.vantages import Gathering, compare
from preflight.diagnosis.vantages.gathering import WHOLE
from preflight.model.fleet import Place
from preflight.model.report import Report
from preflight.model.vantage import VantageKind
from tests.diagnosis.vantages.clusters import HOST, NO_ANSWER, POD, compared, only, place, seen
from tests.report.builders import START

Seen = tuple[Place, Report]


def many(number: int) -> list[Seen]:
    """Vantages in one pool that all found the same, then one that did not."""
    alike = [seen(f"n{index:04}", POD) for index in range(number - 1)]
    return [*alike, seen("odd", POD, a=NO_ANSWER)]


def gathered(pairs: list[Seen]) -> Gathering:
    gathering = Gathering()
    for where, report in pairs:
        gathering.add(where, report)
    return gathering


def with_evidence(reports: tuple[Report, ...]) -> list[str | None]:
    return [
        report.vantage.node
        for report in reports
        if any(endpoint.evidence for endpoint in report.endpoints)
    ]


def test_as_many_as_can_be_kept_are_kept_whole() -> None:
    gathering = gathered(many(WHOLE))
    assert gathering.thinned == 0
    assert len(with_evidence(gathering.reports)) == WHOLE


def test_beyond_that_the_first_of_those_that_found_the_same_keeps_its_evidence() -> None:
    gathering = gathered(many(WHOLE + 1))
    assert with_evidence(gathering.reports) == ["n0000", "odd"]
    assert gathering.thinned == WHOLE - 1


def test_what_was_found_stays_where_the_evidence_is_let_go() -> None:
    fleet = compared(*many(WHOLE + 50))
    assert fleet.counts.blocked == 1
    assert len(fleet.reports) == WHOLE + 50
    assert all(report.counts.total == 3 for report in fleet.reports)


def test_the_one_that_found_something_else_keeps_its_packets() -> None:
    one = only(compared(*many(WHOLE + 50)))
    assert one.scope.nodes == ("odd",)
    assert any(not line.is_control for line in one.evidence)


def test_the_report_says_that_evidence_was_let_go() -> None:
    fleet = compared(*many(WHOLE + 1))
    assert fleet.notices[0].startswith(f"{WHOLE - 1} of {WHOLE + 1} vantages are told without")


def test_the_order_in_which_they_come_does_not_matter() -> None:
    pairs = many(WHOLE + 40)
    assert gathered(pairs).reports == gathered(pairs[::-1]).reports


def test_of_too_many_that_each_found_something_else_the_first_by_place_are_kept() -> None:
    ids = [f"e{index}" for index in range(8)]
    pairs = [
        seen(
            f"n{number:03}",
            POD,
            ids=ids,
            stops={id_: NO_ANSWER for bit, id_ in enumerate(ids) if number >> bit & 1},
        )
        for number in range(WHOLE + 30)
    ]
    expected = [f"n{number:03}" for number in range(WHOLE)]
    assert with_evidence(gathered(pairs).reports) == expected
    assert with_evidence(gathered(pairs[::-1]).reports) == expected


def test_equal_results_are_one_object() -> None:
    reports = gathered(many(WHOLE + 50)).reports
    thin = [report for report in reports if not report.endpoints[0].evidence]
    assert len({id(report.endpoints[0]) for report in thin}) == 1


def test_reports_are_taken_from_an_iterator_one_by_one() -> None:
    arriving = (seen(f"n{index:04}", POD) for index in range(WHOLE + 200))
    fleet = compare(arriving, tool_version="1", started_at=START, duration=1.0)
    assert len(fleet.reports) == WHOLE + 200


def test_the_place_is_written_into_the_vantage() -> None:
    where = replace(place("n1", HOST, "gpu", "weu"))
    (report,) = gathered([(where, seen("other", POD)[1])]).reports
    vantage = report.vantage
    assert (vantage.context, vantage.pool, vantage.node) == ("weu", "gpu", "n1")
    assert vantage.kind is VantageKind.HOST_NETWORK_POD
    assert Place.of(vantage) == where


def test_a_node_that_is_not_known_outside_is_the_one_that_the_pod_was_told() -> None:
    report = seen("n1", POD)[1]
    told = replace(report, vantage=replace(report.vantage, node="told"))
    (kept,) = gathered([(place("n1", POD), told)]).reports
    assert kept.vantage.node == "n1"
    (kept,) = gathered([(replace(place("n1", POD), node=None), told)]).reports
    assert kept.vantage.node == "told"
