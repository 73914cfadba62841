"""JUnit: what a pipeline counts."""

from xml.etree.ElementTree import Element, fromstring

import pytest

from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.plan import Stage
from preflight.model.report import BlockedBy, EndpointResult, Engine
from preflight.report.junit import render
from tests.golden.rich import rich_report
from tests.report.builders import endpoint, finding, report, skipped, stopped, unmeasured, waived

DROPPED = stopped("mcr-rest", "mcr.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")


def case(one: EndpointResult) -> Element:
    found = fromstring(render(report(one))).find("testsuite/testcase")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("one", "outcome"),
    [
        (DROPPED, "failure"),
        (unmeasured(), "error"),
        (skipped(), "skipped"),
        (waived(DROPPED), "skipped"),
        (waived(skipped(), until=None), "skipped"),
    ],
    ids=["blocked", "inconclusive", "skipped", "waived", "waived without an end"],
)
def test_what_did_not_pass_has_its_element(one: EndpointResult, outcome: str) -> None:
    assert [child.tag for child in case(one)] == [outcome, "system-out"]


@pytest.mark.parametrize("verdict", [Verdict.REACHABLE, Verdict.DEGRADED])
def test_what_passed_has_only_its_output(verdict: Verdict) -> None:
    passed = case(endpoint(verdict=verdict, explanation="IPv6 fails."))
    assert [child.tag for child in passed] == ["system-out"]
    assert passed.findtext("system-out", "").startswith("IPv6 fails.\n")


def test_a_failure_has_the_cause_as_its_type_and_the_packet_in_its_output() -> None:
    failed = case(DROPPED)
    assert failed.find("failure").get("type") == "tcp.dropped"  # type: ignore[union-attr]  # it is there, as tested above
    assert "10.1.0.4:51234 -> 20.50.1.9:443 TCP SYN: no answer within 5.0 s" in failed.findtext(
        "system-out", ""
    )


def test_a_failure_says_whose_rule_it_is_and_what_to_ask_for() -> None:
    rule = BlockedBy(
        engine=Engine.CALICO,
        name="ns/deny",
        rule="egress 1",
        source="p.yaml:3",
        confidence=Confidence.LIKELY,
    )
    named = finding(DROPPED, explanation="It drops. To ask for: A rule.", blocked_by=(rule,))
    found = fromstring(render(report(DROPPED, findings=(named,)))).find("testsuite/testcase")
    assert found is not None
    text = found.findtext("failure", "")
    assert "\nBlocked by: the Calico policy ns/deny rule egress 1 (p.yaml:3), likely" in text
    assert text.endswith("\nAsk for: A rule.")


def test_a_waiver_says_why_and_until_when() -> None:
    message = case(waived(DROPPED, "mirror")).find("skipped").get("message")  # type: ignore[union-attr]  # as above
    assert message == "waived until 2027-01-31: mirror (blocked at TCP)"


def test_the_totals_count_every_case_once() -> None:
    root = fromstring(render(report(endpoint(), DROPPED, unmeasured(), skipped(), waived(DROPPED))))
    totals = {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert totals == {"tests": "5", "failures": "1", "errors": "1", "skipped": "2"}


def test_an_error_without_a_cause_has_the_verdict_as_its_type() -> None:
    assert case(unmeasured()).find("error").get("type") == "inconclusive"  # type: ignore[union-attr]  # as above


def test_hostile_text_still_makes_valid_xml() -> None:
    root = fromstring(render(rich_report()))
    assert len(root.findall("testsuite/testcase")) == len(rich_report().endpoints)


def test_characters_that_xml_forbids_are_escaped() -> None:
    forbidden = "".join(map(chr, [*range(32), 0x7F, 0xFFFE, 0xFFFF, 0xD800]))
    text = case(endpoint(explanation=forbidden)).findtext("system-out", "")
    assert text.startswith("\\x00\\x01")
    assert "\\ufffe\\uffff\\ud800" in text
