"""What holds for every format of several vantages."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree.ElementTree import fromstring

import pytest

from preflight.errors import UsageError
from preflight.model.diagnosis import Verdict
from preflight.model.fleet import Failure, FailureReason, FleetReport, Network
from preflight.model.report import ReportVerdict
from preflight.report import FORMATS, Style, render
from preflight.report.fleet import FLEET_FORMATS, render_fleet
from preflight.report.fleet.csv import COLUMNS
from preflight.report.fleet.headline import notices
from preflight.report.fleet.sections import REASONS, holds_at
from preflight.report.layout import columns
from tests.diagnosis.vantages.clusters import (
    BROKEN_IPV6,
    HOST,
    NO_ANSWER,
    POD,
    RESET,
    UNKNOWN,
    compared,
    seen,
)
from tests.golden.fleet import cluster, hostile
from tests.report.builders import HOSTILE, PASSWORD, PROXY, USER, vantage

LOST = Failure(
    context=None,
    node="g1",
    network=POD,
    reason=FailureReason.POD_LOST,
    detail="The node was not ready.",
)


def behind_proxy() -> FleetReport:
    where, report = seen("s1", POD)
    return compared((where, replace(report, vantage=vantage(proxy=str(PROXY)))))


@pytest.mark.parametrize("format_name", FLEET_FORMATS)
def test_hostile_text_leaves_nothing_active(format_name: str) -> None:
    text = render_fleet(hostile(), format_name)
    assert HOSTILE not in text
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text)


def test_hostile_text_is_no_markup() -> None:
    text = render_fleet(hostile(), "markdown")
    prose = re.sub(r"`[^`\n]*`", "", re.sub(r"(?ms)^(`{3,}).*?^\1$", "", text))
    assert "evil.test" in prose
    assert "<script>" not in prose
    assert "[a](" not in prose


def test_hostile_text_is_no_formula() -> None:
    rows = list(csv.reader(io.StringIO(render_fleet(formula(), "csv"))))
    assert {row[2] for row in rows[1:]} == {"'=1+1"}


def formula() -> FleetReport:
    return compared(seen("=1+1", POD), failures=[replace(LOST, node="=1+1")])


@pytest.mark.parametrize("format_name", FLEET_FORMATS)
def test_the_proxy_is_named_without_its_credentials(format_name: str) -> None:
    text = render_fleet(behind_proxy(), format_name)
    assert USER not in text
    assert PASSWORD not in text


@pytest.mark.parametrize("format_name", FLEET_FORMATS)
@pytest.mark.parametrize(
    "make", [compared, lambda: compared(failures=[LOST]), lambda: compared(seen("s1", POD))]
)
def test_a_fleet_of_nothing_or_one_is_shown_too(
    make: Callable[[], FleetReport], format_name: str
) -> None:
    assert render_fleet(make(), format_name).endswith("\n")


def test_a_report_of_either_kind_goes_through_one_door() -> None:
    assert render(cluster(), "table") == render_fleet(cluster(), "table")


def test_every_format_of_one_vantage_is_there_or_refused_with_what_there_is() -> None:
    with pytest.raises(UsageError, match="for several there are table, json, junit, markdown, csv"):
        render_fleet(cluster(), "pdf")
    assert list(FLEET_FORMATS) == [name for name in FORMATS if name in FLEET_FORMATS]


@pytest.mark.parametrize("make", [cluster, hostile])
@pytest.mark.parametrize("width", [60, 80, 96, 100])
@pytest.mark.parametrize("unicode", [True, False])
def test_no_line_is_wider_than_the_terminal(
    make: Callable[[], FleetReport], width: int, unicode: bool
) -> None:
    text = render_fleet(make(), "table", Style(width=width, unicode=unicode))
    assert max(columns(line) for line in text.splitlines()) <= width


def test_without_unicode_everything_is_ascii() -> None:
    assert render_fleet(cluster(), "table", Style(unicode=False)).isascii()


def test_without_colour_there_is_no_escape_sequence() -> None:
    assert "\x1b" not in render_fleet(cluster(), "table")
    assert "\x1b[31m" in render_fleet(cluster(), "table", Style(colour=True))


class TestTable:
    def test_names_what_fails_and_where(self) -> None:
        text = render_fleet(compared(seen("s1", POD, a=NO_ANSWER), seen("s1", HOST)), "table")
        assert "BLOCKED: 1 of 3 required endpoints cannot be reached from 1 of 2 vantages." in text
        assert "Where      pods, not nodes; 1 of 2 vantages" in text
        assert "Suspect    a Kubernetes NetworkPolicy" in text
        assert "Blocked by" not in text

    def test_a_vantage_without_a_report_is_named_with_its_reason(self) -> None:
        text = render_fleet(compared(seen("s1", POD), failures=[LOST]), "table")
        assert "INCONCLUSIVE: Nothing required is blocked for certain. 1 vantage gave no" in text
        assert f"{REASONS[FailureReason.POD_LOST]}: The node was not ready." in text
        assert "  pod, on node g1" in text

    @pytest.mark.parametrize(
        ("verdict", "fleet", "words"),
        [
            (ReportVerdict.PASS, compared(seen("s1", POD)), "from the one vantage."),
            (ReportVerdict.PASS, compared(seen("s1", POD), seen("s1", HOST)), "each of 2 vantages"),
            (ReportVerdict.DEGRADED, compared(seen("s1", POD, a=BROKEN_IPV6)), "only with faults"),
            (
                ReportVerdict.BLOCKED,
                compared(seen("s1", POD, a=RESET), seen("s2", POD, b=RESET)),
                "2 of 3 required endpoints cannot be reached from every vantage",
            ),
            (
                ReportVerdict.INCONCLUSIVE,
                compared(seen("s1", POD, a=UNKNOWN), seen("s2", POD)),
                "1 of 3 required endpoints was not measured at 1 of 2 vantages",
            ),
            (ReportVerdict.INCONCLUSIVE, compared(), "for no vantage gave a report"),
        ],
    )
    def test_every_verdict_has_its_headline(
        self, verdict: ReportVerdict, fleet: FleetReport, words: str
    ) -> None:
        assert fleet.verdict is verdict
        assert words in " ".join(render_fleet(fleet, "table").split())

    def test_an_all_clear_says_so_and_nothing_more(self) -> None:
        text = render_fleet(compared(seen("s1", POD), seen("s1", HOST)), "table")
        assert "PASS: Every required endpoint can be reached" in text
        assert "FINDINGS" not in text
        assert "NEXT" not in text

    def test_many_places_without_a_report_are_counted(self) -> None:
        lost = [replace(LOST, node=f"g{number:02}") for number in range(14)]
        text = render_fleet(compared(failures=lost), "table")
        assert "  pod, on node g09" in text
        assert "  and 4 more" in text

    def test_a_fleet_whose_plan_was_empty_has_no_matrix(self) -> None:
        for name in ("table", "markdown"):
            text = render_fleet(compared(seen("s1", POD, ids=())), name)
            assert "by place" not in text.lower()

    def test_an_endpoint_that_was_not_asked_somewhere_is_left_empty(self) -> None:
        fleet = compared(seen("s1", POD, a=NO_ANSWER), seen("s1", HOST, ids=("b", "c")))
        lines = render_fleet(fleet, "table").splitlines()
        (line,) = (one for one in lines if one.startswith("✗  a.test"))
        assert line.split() == ["✗", "a.test:443", "✗", "tcp", "required", "F1"]
        assert "| not asked |" in render_fleet(fleet, "markdown")


class TestCsv:
    def rows(self, fleet: FleetReport) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(render_fleet(fleet, "csv"))))

    def test_has_a_row_for_each_endpoint_and_vantage(self) -> None:
        rows = self.rows(compared(seen("s1", POD, a=RESET), seen("s1", HOST)))
        assert len(rows) == 6
        assert tuple(rows[0]) == COLUMNS
        stopped = [row for row in rows if row["verdict"] == "blocked"]
        assert [(row["network"], row["id"], row["findings"]) for row in stopped] == [
            ("pod", "a", "F1")
        ]

    def test_has_a_row_for_each_vantage_without_a_report(self) -> None:
        (row,) = self.rows(compared(failures=[LOST]))
        assert (row["node"], row["network"], row["verdict"]) == ("g1", "pod", "inconclusive")
        assert row["explanation"].endswith("The node was not ready.")


class TestJunit:
    def test_vantages_that_ended_alike_are_one_suite(self) -> None:
        alike = [seen(f"s{number}", POD, a=RESET) for number in range(9)]
        root = fromstring(render_fleet(compared(*alike, seen("s1", HOST)), "junit"))
        assert [suite.get("failures") for suite in root] == ["1", "0"]
        assert root.get("tests") == "6"

    def test_a_vantage_without_a_report_is_an_error(self) -> None:
        root = fromstring(render_fleet(compared(seen("s1", POD), failures=[LOST]), "junit"))
        assert (root.get("errors"), root.get("failures")) == ("1", "0")
        error = root.find("testsuite/testcase/error")
        assert error is not None
        assert error.get("type") == "pod-lost"

    def test_two_suites_have_no_case_of_one_name(self) -> None:
        root = fromstring(render_fleet(cluster(), "junit"))
        names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
        assert len(names) == len(set(names))


def test_every_reason_has_words() -> None:
    assert set(REASONS) == set(FailureReason)


def test_a_network_that_is_no_nodes_is_named() -> None:
    text = render_fleet(compared(seen("build-7", Network.LOCAL, None, a=RESET)), "markdown")
    assert "1 host" in text
    assert Verdict.BLOCKED.value in text


def test_a_remark_says_at_how_many_vantages_it_was_made() -> None:
    where, told = seen("s1", POD)
    fleet = compared((where, replace(told, notices=("the clock is off",))), seen("s1", HOST))
    assert notices(fleet) == ("the clock is off (at 1 of 2 vantages)",)


def test_a_remark_of_all_vantages_stands_as_it_is() -> None:
    pairs = [seen("s1", network) for network in (POD, HOST)]
    told = [(where, replace(one, notices=("no proxy",))) for where, one in pairs]
    assert notices(compared(*told)) == ("no proxy",)


def test_where_a_finding_holds_is_not_counted_twice() -> None:
    fleet = compared(
        seen("n1", POD, "p1", a=NO_ANSWER), seen("n2", HOST, "p2"), seen("n3", HOST, "p3")
    )
    (found,) = fleet.findings
    assert holds_at(found, fleet) == "at 1 of 3 vantages"
