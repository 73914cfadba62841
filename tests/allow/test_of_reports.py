"""Reports from several vantages become one request."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address

from preflight.allow import of_report, of_reports, render
from preflight.model.diagnosis import Cause
from preflight.model.plan import Stage
from tests.allow.readers import openings
from tests.allow.test_of_report import SENSOR, found
from tests.report.builders import report, stopped, vantage

IMAGES = stopped(
    "mcr-rest", "mcr.microsoft.com", Stage.TCP, Cause.TCP_DROPPED, "dropped", component="image-pull"
)
FIRST = report(SENSOR, findings=(found(SENSOR),))
SECOND = replace(
    report(
        IMAGES,
        SENSOR,
        findings=(found(IMAGES, cause=Cause.TCP_DROPPED), found(SENSOR, id_="F2")),
        vantage=vantage(host="node-2", addresses=(ip_address("10.1.0.5"),)),
    ),
    started_at=FIRST.started_at - timedelta(seconds=5),
)


def test_one_report_is_asked_for_as_by_itself() -> None:
    assert of_reports((FIRST,), name="defender") == of_report(FIRST, name="defender")


def test_what_any_vantage_found_stopped_is_asked_for_once_from_all_of_them() -> None:
    asked = of_reports((FIRST, SECOND), name="defender")

    assert [rule.fqdn for rule in asked.rules] == [
        "*.cloud.defender.microsoft.com",
        "mcr.microsoft.com",
    ]
    assert asked.source == ("10.1.0.4/32", "10.1.0.5/32")


def test_one_finding_of_two_vantages_stands_once_under_one_number() -> None:
    asked = of_reports((FIRST, SECOND), name="defender")

    assert asked.occasion
    assert asked.occasion.started_at == SECOND.started_at
    assert asked.occasion.place == "2 vantages (host build-7, host node-2)"
    assert [(each.id, each.cause) for each in asked.occasion.findings] == [
        ("F1", Cause.TLS_RESET),
        ("F2", Cause.TCP_DROPPED),
    ]
    assert [rule.findings for rule in asked.rules] == [("F1",), ("F2",)]


def test_the_order_of_vantages_changes_no_rule() -> None:
    one = of_reports((FIRST, SECOND), name="defender")
    other = of_reports((SECOND, FIRST), name="defender")

    assert openings(render(one, "csv").text, "csv") == openings(render(other, "csv").text, "csv")
