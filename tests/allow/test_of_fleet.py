"""A report over several vantages asks with the numbers of the whole, and says nothing of what did not come home."""

from dataclasses import replace

from preflight.allow import of_reports, render
from preflight.allow.of_fleet import told, undelivered
from preflight.model.fleet import FleetReport
from preflight.model.request import Request
from tests.diagnosis.vantages.clusters import (
    HOST,
    NO_ANSWER,
    POD,
    RESET,
    compared,
    seen,
)
from tests.golden.fleet import without_logs

TWO = compared(seen("s1", POD, a=RESET, b=NO_ANSWER), seen("s1", HOST, a=RESET))
HALF = compared(without_logs(seen("s1", POD, a=NO_ANSWER)), seen("s2", POD, a=NO_ANSWER))
COMPACT = compared(without_logs(seen("s1", POD, a=NO_ANSWER)), seen("s1", HOST))


def asked(fleet: FleetReport) -> Request:
    return of_reports(told(fleet), name="defender")


def test_rules_have_the_numbers_of_the_whole_and_not_of_a_vantage() -> None:
    numbers = {id_: finding.id for finding in TWO.findings for id_ in finding.endpoints}
    assert {rule.fqdn: rule.findings for rule in asked(TWO).rules} == {
        "a.test": (numbers["a"],),
        "b.test": (numbers["b"],),
    }


def test_what_one_vantage_could_not_tell_another_does() -> None:
    request = asked(HALF)
    assert [rule.fqdn for rule in request.rules] == ["a.test"]
    assert not any("is not mended by a rule" in remark for remark in request.remarks)
    assert undelivered(HALF) == ()


def test_what_nobody_could_tell_is_not_asked_for_and_said() -> None:
    assert asked(COMPACT).rules == ()
    (remark,) = undelivered(COMPACT)
    assert remark.startswith("F1 (tcp.dropped) came home without what to ask for")


def test_findings_that_a_file_calls_as_it_likes_have_a_place() -> None:
    named = [replace(one, id=f"x{one.id}") for one in TWO.findings]
    request = asked(replace(TWO, findings=tuple(named)))
    assert request.occasion
    assert [one.id for one in request.occasion.findings] == ["xF1", "xF2"]


def test_two_findings_of_one_id_are_told_apart() -> None:
    twins = replace(TWO, findings=tuple(replace(one, id="F1") for one in TWO.findings))
    assert {rule.findings for rule in asked(twins).rules} == {("F1",), ("F2",)}


def test_the_order_of_vantages_changes_no_text() -> None:
    other = compared(seen("s1", HOST, a=RESET), seen("s1", POD, a=RESET, b=NO_ANSWER))
    assert render(asked(TWO), "csv") == render(asked(other), "csv")
