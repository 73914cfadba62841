"""CSV for spreadsheets that evaluate what they read."""

import csv
import io

import pytest

from preflight.model.diagnosis import Cause
from preflight.model.plan import Stage
from preflight.report.csv import COLUMNS, render
from tests.golden.rich import rich_report
from tests.report.builders import endpoint, observed, report, skipped, stopped, unmeasured, waived

DROPPED = stopped("mcr-rest", "mcr.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("start", [*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20"])
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(start: str) -> None:
    (row,) = rows(render(report(endpoint(explanation=f"{start}cmd|' /C calc'!A0"))))
    assert row["explanation"].startswith("'")


def test_a_formula_behind_spaces_gets_one_too() -> None:
    (row,) = rows(render(report(endpoint(explanation="  =1+1"))))
    assert row["explanation"] == "'  =1+1"


def test_other_cells_stay_as_they_are() -> None:
    (row,) = rows(render(report(endpoint(explanation='a "b", c=d'))))
    assert row["explanation"] == 'a "b", c=d'


def test_every_line_ends_with_crlf_and_no_cell_has_a_line_end() -> None:
    text = render(rich_report())
    assert (
        text.count("\r\n")
        == text.count("\n")
        == text.count("\r")
        == len(rich_report().endpoints) + 1
    )


def test_there_is_one_row_for_each_endpoint_below_the_head() -> None:
    text = render(rich_report())
    assert text.splitlines()[0] == ",".join(COLUMNS)
    assert [row["port"] for row in rows(text)] == [str(e.port) for e in rich_report().endpoints]


def test_a_blocked_row_has_the_packet_to_look_for() -> None:
    (row,) = rows(render(report(DROPPED)))
    assert row["packet_at_utc"] == "2026-11-23 08:31:12.373"
    assert (row["packet_source"], row["packet_destination"]) == ("10.1.0.4:51234", "20.50.1.9:443")


@pytest.mark.parametrize(
    "one",
    [
        endpoint(),
        skipped(),
        unmeasured(),
        stopped("a", "a.test", Stage.TCP, Cause.TCP_DROPPED, "dropped", evidence=()),
    ],
)
def test_a_row_without_a_stop_or_without_evidence_has_no_packet(one: object) -> None:
    (row,) = rows(render(report(one)))  # type: ignore[arg-type]  # an endpoint each
    assert row["packet_at_utc"] == row["packet_source"] == row["packet_destination"] == ""


def test_a_waiver_has_its_reason_and_day() -> None:
    (row,) = rows(render(report(waived(DROPPED, "mirror"))))
    assert (row["waived_reason"], row["waived_until"]) == ("mirror", "2027-01-31")


def test_times_are_milliseconds() -> None:
    (row,) = rows(render(report()))
    assert [row[name] for name in ("dns_ms", "tcp_ms", "tls_ms", "http_ms")] == [
        "4.0",
        "23.0",
        "31.2",
        "45.6",
    ]


def test_the_proxys_time_has_its_column() -> None:
    one = endpoint(evidence=(observed(Stage.PROXY, "tunnel", elapsed=0.0175),))
    assert rows(render(report(one)))[0]["proxy_ms"] == "17.5"


def test_an_endpoint_that_could_not_be_judged_for_a_known_cause_has_its_packet() -> None:
    lost = unmeasured(stage=Stage.DNS, cause=Cause.DNS_RESOLVER_UNREACHABLE)
    assert rows(render(report(lost)))[0]["packet_destination"] == "10.0.0.10:53"
