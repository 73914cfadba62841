"""What to look for in a log: short on a terminal, ready to paste in a ticket."""

from datetime import timedelta

import pytest

from preflight.model.diagnosis import Cause
from preflight.model.endpoint import Environment
from preflight.model.plan import Stage
from preflight.model.search import LogKind, LogQuery, LogSearch, QueryLanguage
from preflight.model.vantage import VantageKind
from preflight.report import FORMATS, render
from preflight.report.markup import fenced
from preflight.report.searches import ELSEWHERE, FENCES, LANGUAGES, LOGS, fitting, flow, window
from tests.report.builders import (
    START,
    endpoint,
    finding,
    profile,
    report,
    searched,
    stopped,
    vantage,
)

DROPPED = stopped("mcr-rest", "mcr.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")
EVERY = searched(
    queries=tuple(
        LogQuery(log=log, language=QueryLanguage.KQL, query=f"{log} | take 1") for log in LogKind
    )
)


def shown(
    search: LogSearch | None, format_name: str, environment: Environment | None = None
) -> str:
    value = report(
        DROPPED,
        findings=(finding(DROPPED, search=search),),
        profile=profile(environment=environment),
    )
    return render(value, format_name)


def test_every_log_language_and_environment_has_words() -> None:
    assert set(LOGS) == set(LogKind)
    assert set(LANGUAGES) == set(FENCES) == set(QueryLanguage)
    assert set(ELSEWHERE) == set(Environment)


def test_the_window_names_the_day_once() -> None:
    assert window(searched()) == "2026-11-23 08:26 to 08:37 UTC"


def test_a_window_over_midnight_names_both_days() -> None:
    late = searched(begin=START, end=START + timedelta(hours=16))
    assert window(late) == "2026-11-23 08:31:12 to 2026-11-24 00:31:12 UTC"


@pytest.mark.parametrize(
    ("sources", "destinations", "short", "whole"),
    [
        (("10.1.0.4",), ("1.1.1.1:443",), "10.1.0.4 → 1.1.1.1:443", "10.1.0.4 → 1.1.1.1:443"),
        (
            ("10.1.0.4", "2001:db8::4"),
            ("1.1.1.1:443", "1.1.1.2:443", "1.1.1.3:80"),
            "10.1.0.4 and 1 more → 1.1.1.1:443 and 2 more",
            "10.1.0.4, 2001:db8::4 → 1.1.1.1:443, 1.1.1.2:443, 1.1.1.3:80",
        ),
        ((), ("1.1.1.1:443",), "? → 1.1.1.1:443", "? → 1.1.1.1:443"),
    ],
)
def test_the_flow_is_short_or_whole(
    sources: tuple[str, ...], destinations: tuple[str, ...], short: str, whole: str
) -> None:
    search = searched(sources=sources, destinations=destinations)
    assert (flow(search), flow(search, whole=True)) == (short, whole)


@pytest.mark.parametrize(
    ("environment", "clouds"),
    [
        (Environment.AKS, {"azure", "squid"}),
        (Environment.EKS, {"aws", "squid"}),
        (Environment.GKE, {"squid"}),
        (Environment.ARC, {"azure", "aws", "squid"}),
        (None, {"azure", "aws", "squid"}),
    ],
)
def test_only_logs_that_there_can_be_are_shown(
    environment: Environment | None, clouds: set[str]
) -> None:
    found = fitting(EVERY, profile(environment=environment))
    assert {query.log.partition("-")[0] for query in found} == clouds


def test_the_table_has_one_line_and_says_where_the_queries_are() -> None:
    text = shown(searched(), "table", Environment.AKS)
    assert "    Search log 2026-11-23 08:26 to 08:37 UTC, 10.1.0.4 → 20.50.1.9:443\n" in text
    assert "    Typical of a network rule, network security group or network policy" in text
    assert "Ready queries for these logs: -o markdown" in text
    assert "AZFWNetworkRule" not in text


def test_without_a_query_that_fits_the_table_promises_none() -> None:
    text = shown(searched(), "table", Environment.GKE)
    assert "Search log" in text
    assert "Ready queries" not in text


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_finding_without_a_search_has_nothing_of_it(format_name: str) -> None:
    text = shown(None, format_name)
    assert not any(word in text for word in ("Search log", "Typical of", "Ready queries"))


def test_an_empty_device_is_not_shown() -> None:
    assert "Typical of" not in shown(searched(device=""), "table")
    assert "Typical of" not in shown(searched(device=""), "markdown")


def test_a_ticket_holds_the_queries_as_code() -> None:
    text = shown(searched(), "markdown", Environment.AKS)
    assert "Typical of a network rule" in text
    assert "<summary>Ready queries: Azure Firewall, network rules</summary>" in text
    assert '```kusto\nAZFWNetworkRule\n| where DestinationIp in ("20.50.1.9")\n```\n' in text
    assert "fields @timestamp" not in text, "an AKS cluster has no VPC flow logs"


def test_pipelines_and_spreadsheets_are_spared_the_queries() -> None:
    assert "AZFW" not in shown(searched(), "junit")
    assert "AZFW" not in shown(searched(), "csv")


@pytest.mark.parametrize("text", ["```", "a\n````\nb", "`", "\x1b[2J\n</details>", ""])
def test_nothing_ends_a_code_block_but_its_fence(text: str) -> None:
    first, *lines, last = fenced(text, "kusto")
    assert first == f"{last}kusto"
    assert set(last) == {"`"}
    assert not any(last in line for line in lines)
    assert all(line.isprintable() for line in lines)


def test_in_a_pod_the_sources_are_said_to_be_its_own_once() -> None:
    value = report(
        endpoint(),
        DROPPED,
        findings=(finding(DROPPED), finding(DROPPED, id_="F2")),
        vantage=vantage(kind=VantageKind.POD),
    )
    text = " ".join(render(value, "table").split())
    assert text.count("beyond the cluster the source is often the node's address") == 1
