"""The form for a pod's termination message: results alone, within its size, whatever the report holds."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from preflight.codec.compact import LIMIT, NOT_DELIVERED, SCHEMA, decode, encode
from preflight.errors import ReportError
from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.endpoint import Requirement
from preflight.model.plan import Stage
from preflight.model.report import Report, ReportVerdict
from preflight.model.vantage import VantageKind
from tests.codec.test_round_trip import reports
from tests.golden.rich import rich_report
from tests.report.builders import endpoint, finding, report, stopped, vantage


def many(number: int, **changes: object) -> Report:
    """A report whose endpoints stop, every other one."""
    ids = [f"some-component-endpoint-{index}-public" for index in range(number)]
    half = [
        stopped(id_, f"{id_}.example.test", Stage.TLS, Cause.TLS_RESET, "reset") for id_ in ids[::2]
    ]
    rest = [endpoint(id_, host=f"{id_}.example.test") for id_ in ids[1::2]]
    return report(*half, *rest, findings=(finding(*half, cause=Cause.TLS_RESET),), **changes)


def endings(value: Report) -> set[tuple[object, ...]]:
    """What the form promises of each endpoint."""
    return {
        (one.id, one.verdict, one.stage, one.cause, one.requirement, one.waived is not None)
        for one in value.endpoints
    }


def document(value: Report) -> dict[str, object]:
    made: dict[str, object] = json.loads(encode(value))
    return made


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reports)
def test_any_report_fits_and_comes_back_with_its_verdict(value: Report) -> None:
    text = encode(value)
    assert len(text.encode()) <= LIMIT
    assert text.isascii()
    assert text.isprintable()
    assert decode(text).verdict in {value.verdict, ReportVerdict.INCONCLUSIVE}


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(reports)
def test_where_nothing_is_left_out_every_ending_comes_back(value: Report) -> None:
    text = encode(value)
    back = decode(text)
    assert endings(back) <= endings(value)
    assert (endings(back) == endings(value)) or json.loads(text)["left_out"]


def test_verdict_stage_cause_and_confidence_of_every_endpoint_come_home() -> None:
    back = decode(encode(rich_report()))
    assert endings(back) == endings(rich_report())
    assert back.verdict is rich_report().verdict
    assert back.counts == rich_report().counts
    reset = next(one for one in back.findings if one.cause is Cause.TLS_RESET)
    assert reset.confidence is Confidence.LIKELY
    assert reset.endpoints == ("mdc-legacy-ods-public", "mdc-legacy-oms-public")


def test_where_and_when_come_home() -> None:
    value = report(vantage=vantage(kind=VantageKind.POD, node="n1", namespace="a", pod="p"))
    back = decode(encode(value))
    assert (back.started_at, back.duration) == (value.started_at, value.duration)
    assert back.vantage == value.vantage
    assert back.profile == value.profile


def test_an_interrupted_run_stays_one() -> None:
    assert decode(encode(report(interrupted=True))).interrupted


def test_what_came_home_says_that_there_is_no_evidence() -> None:
    back = decode(encode(many(4)))
    assert {one.explanation for one in back.endpoints} == {NOT_DELIVERED}
    assert {one.explanation for one in back.findings} == {NOT_DELIVERED}
    assert not any(one.evidence for one in back.endpoints)
    assert back.notices[0].startswith(NOT_DELIVERED)


def test_hosts_of_reachable_endpoints_are_left_out_first() -> None:
    back = decode(encode(many(44)))
    by_verdict = {one.verdict: one for one in back.endpoints}
    assert by_verdict[Verdict.BLOCKED].host.endswith(".example.test")
    assert by_verdict[Verdict.REACHABLE].host == by_verdict[Verdict.REACHABLE].id
    assert by_verdict[Verdict.REACHABLE].port == 0


def test_what_does_not_fit_is_counted_and_the_verdict_stays() -> None:
    back = decode(encode(many(300)))
    kept = len(back.endpoints)
    assert {one.verdict for one in back.endpoints} == {Verdict.BLOCKED}
    assert back.verdict is ReportVerdict.BLOCKED
    assert f"Nor were 150 reachable, {150 - kept} blocked endpoints" in back.notices[0]


def test_where_not_even_one_endpoint_fits_nothing_is_claimed() -> None:
    value = report(endpoint("a" * LIMIT))
    back = decode(encode(value))
    assert (value.verdict, back.verdict) == (ReportVerdict.PASS, ReportVerdict.INCONCLUSIVE)
    assert "1 reachable" in back.notices[0]


def test_what_decides_the_verdict_is_carried_before_what_was_reached() -> None:
    impaired = endpoint("z" * 3000, verdict=Verdict.DEGRADED, requirement=Requirement.OPTIONAL)
    back = decode(encode(report(*many(60).endpoints[30:], impaired)))
    assert back.verdict is ReportVerdict.DEGRADED


def test_names_of_any_length_leave_room() -> None:
    long = "\ud800\U0001f600" * 4000
    value = report(
        vantage=vantage(host=long, node=long, namespace=long, pod=long, resolvers=(long,) * 50),
        tool_version=long,
    )
    text = encode(
        replace(value, profile=replace(value.profile, region=long, components=(long,) * 50))
    )
    assert len(text) <= LIMIT
    assert decode(text).endpoints[0].id == value.endpoints[0].id


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"schema": "defender-preflight/compact/v2"}, "at /schema: .*a newer defender-preflight"),
        ({"schema": "defender-preflight/report/v1"}, "at /schema: .*another command"),
        ({"verdict": "pass"}, "at /verdict: is 'pass', but the endpoints make it 'blocked'"),
        ({"endings": [{}]}, "at /endings/0: must contain"),
        ({"left_out": {"reachable": 3}}, "at /counts/reachable: is 2, but there are 5"),
        ({"started_at": "2026-02-31T00:00:00Z"}, "at /started_at: "),
    ],
)
def test_what_breaks_the_form_is_named_with_its_place(
    change: dict[str, object], problem: str
) -> None:
    with pytest.raises(ReportError, match=problem):
        decode(json.dumps({**document(many(4)), **change}))


@pytest.mark.parametrize("text", [b"\xff", "", "{}", "[]", "[" * 9999, '"' + "a" * 99_999 + '"'])
def test_what_is_no_such_form_is_one_line(text: str | bytes) -> None:
    with pytest.raises(ReportError) as refused:
        decode(text)
    assert "\n" not in str(refused.value)


def test_a_cause_that_is_null_is_none() -> None:
    spoilt = document(many(2))
    spoilt["endings"][0]["cause"] = None  # type: ignore[index]  # plain JSON
    assert {one.cause for one in decode(json.dumps(spoilt)).endpoints} == {None}


def test_it_says_what_it_is() -> None:
    assert document(report())["schema"] == SCHEMA
