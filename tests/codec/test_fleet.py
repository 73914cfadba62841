"""Several vantages come back equal, and what is no such report is refused with its place."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import preflight
from preflight.codec import compact, encode
from preflight.codec.document import decode_any
from preflight.codec.fleet import LIMIT, SCHEMA, decode_fleet, encode_fleet
from preflight.errors import ReportError
from preflight.model.fleet import Failure, FailureReason, FleetFinding, FleetReport, Network, Scope
from preflight.model.report import Finding
from tests.codec.test_round_trip import (
    findings,
    instants,
    maybe_text,
    reports,
    seconds,
    text,
    texts,
)
from tests.codec.test_schema import nodes
from tests.diagnosis.vantages.clusters import HOST, NO_ANSWER, POD, RESET, compared, seen
from tests.report.builders import HOSTILE, report

FLEET = compared(
    seen("s1", POD, context="weu", a=NO_ANSWER, b=RESET),
    seen("s1", HOST, context="weu", b=RESET),
    failures=[
        Failure(
            context="weu",
            pool="gpu",
            node="g1",
            network=None,
            reason=FailureReason.IMAGE_PULL,
            detail=HOSTILE,
        )
    ],
)

scopes = st.builds(
    Scope,
    contexts=texts,
    pools=texts,
    nodes=texts,
    networks=st.lists(st.sampled_from(Network), max_size=2).map(tuple),
    words=text,
)
failures = st.builds(
    Failure,
    context=maybe_text,
    pool=maybe_text,
    node=maybe_text,
    network=st.none() | st.sampled_from(Network),
    reason=st.sampled_from(FailureReason),
    detail=text,
)


def scoped(finding: Finding, scope: Scope, vantages: tuple[int, ...]) -> FleetFinding:
    own = {each.name: getattr(finding, each.name) for each in fields(finding)}
    return FleetFinding(**own, scope=scope, vantages=vantages)


@st.composite
def fleets(draw: st.DrawFn) -> FleetReport:
    own = draw(st.lists(reports, max_size=3).map(tuple))
    positions = st.sets(st.integers(0, max(len(own) - 1, 0)), min_size=1)
    found = st.builds(scoped, findings, scopes, positions.map(lambda one: tuple(sorted(one))))
    return FleetReport(
        tool_version=draw(text),
        started_at=draw(instants).replace(microsecond=0),
        duration=draw(seconds),
        reports=own,
        findings=draw(st.lists(found, max_size=2 if own else 0).map(tuple)),
        failures=draw(st.lists(failures, max_size=2).map(tuple)),
        notices=draw(texts),
    )


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(fleets(), st.booleans())
def test_every_fleet_comes_back_equal(value: FleetReport, one_line: bool) -> None:
    written = encode_fleet(value, one_line=one_line)
    assert decode_fleet(written) == value
    assert decode_any(written) == value


def test_a_document_of_either_kind_is_read() -> None:
    assert decode_any(encode(report())) == report()
    assert decode_any(encode_fleet(FLEET).encode("utf-16")) == FLEET


def test_the_text_is_ascii_without_control_characters() -> None:
    written = encode_fleet(FLEET, one_line=True)
    assert written.isascii()
    assert written.isprintable()


def test_members_stand_in_the_order_of_the_contract() -> None:
    document = json.loads(encode_fleet(FLEET))
    assert list(document) == [
        *("schema", "tool", "started_at", "duration_ms", "verdict", "counts"),
        *("reports", "findings", "failures", "notices"),
    ]
    assert list(document["findings"][0])[-2:] == ["scope", "vantages"]


def test_a_vantage_names_its_cluster_and_pool_where_they_are_known() -> None:
    document = json.loads(encode_fleet(FLEET))
    assert document["reports"][0]["vantage"]["context"] == "weu"
    assert "pool" not in json.loads(encode(report()))["vantage"]


def changed(change: Callable[[Any], object]) -> str:
    """The refusal of a good document after one change."""
    document = json.loads(encode_fleet(FLEET))
    change(document)
    with pytest.raises(ReportError) as refused:
        decode_fleet(json.dumps(document))
    message = str(refused.value)
    assert message.isprintable()
    return message


def put(*path: str | int, value: object) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("schema", value="defender-preflight/fleet/v9"), "a newer defender-preflight wrote it"),
        (put("verdict", value="pass"), "at /verdict: is 'pass', but the endpoints make it"),
        (put("counts", "blocked", value=7), "at /counts/blocked: is 7, but"),
        (put("extra", value=1), "at /: must not contain"),
        (put("failures", 0, "reason", value="bored"), "at /failures/0/reason: must be one of"),
        (put("failures", 0, "network", value="vpn"), "at /failures/0/network: must be one of"),
        (
            put("findings", 0, "vantages", value=[]),
            "at /findings/0/vantages: must contain at least 1",
        ),
        (put("findings", 0, "vantages", value=[9]), "at /findings/0/vantages: must be ascending"),
        (
            put("findings", 0, "vantages", value=[1, 0]),
            "at /findings/0/vantages: must be ascending",
        ),
        (put("findings", 0, "scope", "words", value=None), "at /findings/0/scope/words: must be"),
        (put("findings", 0, "cause", value="bad luck"), "at /findings/0/cause: must be one of"),
        (put("findings", 0, "evidence", 0, "at", value="x"), "at /findings/0/evidence/0/at: must"),
        (put("reports", 0, "verdict", value="pass"), "at /reports/0/verdict: is 'pass', but"),
        (
            put("reports", 0, "endpoints", 0, "port", value=70000),
            "at /reports/0/endpoints/0/port: ",
        ),
        (put("started_at", value="2026-02-31T00:00:00Z"), "at /started_at: day"),
    ],
)
def test_what_breaks_the_schema_is_named_with_its_place(
    change: Callable[[Any], object], said: str
) -> None:
    assert said in changed(change)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 7}', b"\xff", "[" * 99_999])
def test_what_is_no_report_is_one_line(text: str | bytes) -> None:
    for read in (decode_fleet, decode_any):
        with pytest.raises(ReportError) as refused:
            read(text)
        assert str(refused.value).isprintable()


def test_a_report_of_one_vantage_is_no_fleet() -> None:
    with pytest.raises(ReportError, match="it comes from another command"):
        decode_fleet(encode(report()))


def test_a_document_beyond_the_bound_is_not_parsed() -> None:
    with pytest.raises(ReportError, match="larger than 64 MiB"):
        decode_any(b" " * (LIMIT + 1))


class TestSchemas:
    NAMES = ("fleet.schema.json", "compact.schema.json")

    @staticmethod
    def load(name: str) -> Any:
        return json.loads(Path(preflight.__file__).with_name(name).read_text(encoding="utf-8"))

    @pytest.mark.parametrize(
        ("name", "kind"), list(zip(NAMES, (SCHEMA, compact.SCHEMA), strict=True))
    )
    def test_each_names_the_draft_and_its_version(self, name: str, kind: str) -> None:
        assert self.load(name)["$schema"] == "http://json-schema.org/draft-07/schema#"
        assert self.load(name)["properties"]["schema"]["const"] == kind

    @pytest.mark.parametrize("name", NAMES)
    def test_every_object_is_closed_and_every_member_described(self, name: str) -> None:
        for path, node in nodes(self.load(name)):
            if "properties" in node:
                assert node["additionalProperties"] is False, path
                assert all(child.get("description") for child in node["properties"].values()), path

    def test_a_finding_has_every_member_of_a_single_reports_finding(self) -> None:
        own = self.load("fleet.schema.json")["definitions"]["finding"]
        single = self.load("report.schema.json")["definitions"]["finding"]
        assert list(own["properties"]) == [*single["properties"], "scope", "vantages"]
        assert own["required"] == list(own["properties"])

    def test_every_choice_is_the_models(self) -> None:
        failure = self.load("fleet.schema.json")["definitions"]["failure"]["properties"]
        assert failure["reason"]["enum"] == [reason.value for reason in FailureReason]
        assert failure["network"]["enum"] == [*(network.value for network in Network), None]
        scope = self.load("fleet.schema.json")["definitions"]["finding"]["properties"]["scope"]
        assert scope["properties"]["networks"]["items"]["enum"] == [one.value for one in Network]


def test_a_report_that_came_as_its_compact_form_is_compared_with_the_others() -> None:
    pod, blocked = seen("s1", POD, a=NO_ANSWER)
    bare = compact.decode(compact.encode(replace(blocked)))
    fleet = compared((pod, bare), seen("s1", HOST))
    (one,) = fleet.findings
    assert one.scope.words == "pods, not nodes"
    assert compact.NOT_DELIVERED in one.account
    assert "A packet filter drops it silently" in one.account
    assert one.evidence == ()
    assert decode_fleet(encode_fleet(fleet)) == fleet
