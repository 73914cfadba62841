"""What is not a report is refused with one line that says where and why."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from preflight.codec import LIMIT, decode, encode
from preflight.errors import ReportError
from preflight.model.diagnosis import Cause
from preflight.model.plan import Stage
from tests.report.builders import endpoint, finding, report, stopped, waived

BLOCKED = stopped("mcr-rest", "mcr.test", Stage.TLS, Cause.TLS_RESET, "reset")


def refusal(text: str | bytes) -> str:
    with pytest.raises(ReportError) as refused:
        decode(text)
    message = str(refused.value)
    assert message.isprintable(), "one line, nothing active in it"
    return message


def changed(change: Callable[[Any], object]) -> str:
    """The refusal of a good report after one change."""
    document = json.loads(encode(report(endpoint(), waived(BLOCKED), findings=(finding(BLOCKED),))))
    change(document)
    return refusal(json.dumps(document))


def put(*path: str | int, value: object) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON: line 1, column 1"),
        ("{]", "not JSON: line 1, column 2"),
        (b"\xff\xff\xff", "not JSON: byte 0 is not utf-8"),
        ("NaN", "not JSON: NaN is not a JSON number"),
        ('{"duration_ms": Infinity}', "not JSON: Infinity is not a JSON number"),
        ("1" * 5000, "not JSON: "),
        ('{"schema": 1, "schema": 2}', "not JSON: an object has one name twice"),
        ("[" * 100_000, "not a report: nested too deeply"),
        ("[]", "at /: must be an object"),
        ("{}", "at /schema: must be 'defender-preflight/report/v1'; this is not a report"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_what_is_no_json_object_is_refused(text: str | bytes, said: str) -> None:
    assert refusal(text).startswith(said)


@pytest.mark.parametrize("text", [" " * (LIMIT + 1), b" " * (LIMIT + 1)], ids=["text", "bytes"])
def test_more_than_the_bound_is_refused_unread(text: str | bytes) -> None:
    assert refusal(text) == "the report is larger than 32 MiB"


@pytest.mark.parametrize(
    ("schema", "hint"),
    [
        ("defender-preflight/report/v2", "a newer defender-preflight wrote it"),
        ("defender-preflight/fleet/v1", "it joins the reports of several vantages"),
        ("defender-preflight/explanation/v1", "it comes from another command"),
        ("something/else\n", "'something/else\\n'"),
    ],
)
def test_a_document_of_another_kind_is_named(schema: str, hint: str) -> None:
    message = refusal(json.dumps({"schema": schema}))
    assert message.startswith("at /schema: must be 'defender-preflight/report/v1', not ")
    assert hint in message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("verdict", value="fine"), "at /verdict: must be one of"),
        (put("endpoints", 1, "port", value="443"), "at /endpoints/1/port: must be integer"),
        (put("endpoints", 1, "port", value=True), "at /endpoints/1/port: must be integer"),
        (put("endpoints", 0, "port", value=70000), "at /endpoints/0/port: must be smaller"),
        (put("endpoints", 0, "x~/y", value=1), "at /endpoints/0: must not contain"),
        (put("endpoints", 0, "cause", value="tls.magic"), "at /endpoints/0/cause: must be one of"),
        (put("duration_ms", value=-1), "at /duration_ms: must be bigger"),
        (put("duration_ms", value=10**400), "at /duration_ms: must be smaller"),
        (put("vantage", "proxy", value="http://u:p@proxy:1"), "at /vantage/proxy: must match"),
        (put("endpoints", 0, "evidence", 0, "at", value="today"), "at /endpoints/0/evidence/0/at:"),
        (
            put("endpoints", 0, "evidence", 0, "at", value="2026-02-30T00:00:00Z"),
            "at /endpoints/0/evidence/0/at: day is out of range",
        ),
        (put("started_at", value="2026-11-23T08:31:12.345Z\n"), "at /started_at: must match"),
        (put("started_at", value="٢٠٢٦-11-23T08:31:12Z"), "at /started_at: must match"),
        (put("profile", "catalog_version", value="2026-13-01"), "at /profile/catalog_version: "),
        (
            put("endpoints", 1, "waived", "until", value="2026-00-01"),
            "at /endpoints/1/waived/until: month",
        ),
        (
            put("endpoints", 0, "addresses", 0, "address", value="1.2.3.999"),
            "at /endpoints/0/addresses/0/address: '1.2.3.999' does not appear",
        ),
        (
            put("endpoints", 0, "addresses", 0, "family", value=6),
            "at /endpoints/0/addresses/0/family: must be 4 for this address",
        ),
        (
            put("verdict", value="blocked"),
            "at /verdict: is 'blocked', but the endpoints make it 'pass'",
        ),
        (put("counts", "total", value=3), "at /counts/total: is 3, but the endpoints make it 2"),
        (put("counts", "blocked", value=0), "at /counts/blocked: is 0, but the endpoints make it"),
        (lambda document: document.pop("tool"), "at /: must contain"),
        (lambda document: document["findings"][0].pop("allow"), "at /findings/0: must contain"),
        (
            put("findings", 0, "search", value={}),
            "at /findings/0/search: must contain",
        ),
        (
            put("findings", 0, "search", "window", "to", value="2026-02-30T00:00:00Z"),
            "at /findings/0/search/window/to: day is out of range",
        ),
        (
            put("findings", 0, "search", "queries", 0, "log", value="syslog"),
            "at /findings/0/search/queries/0/log: must be one of",
        ),
        (put("findings", 0, "evidence", 0, "stage", value=None), "at /findings/0/evidence/0/stage"),
    ],
)
def test_a_report_that_breaks_the_schema_is_refused_with_the_place(
    change: Callable[[Any], object], said: str
) -> None:
    assert changed(change).startswith(said)


def test_a_hostile_name_in_the_document_does_not_reach_the_terminal() -> None:
    assert "\\x1b[31m" in changed(put("\x1b[31m", value=1))


def test_the_line_stays_short_however_long_the_fault_is() -> None:
    assert len(changed(put("x" * 10_000, value=1))) < 300


def test_the_place_is_a_json_pointer() -> None:
    from preflight.codec.schema import Misfit

    assert Misfit("wrong", 3).below("a/b").below("m~n").pointer == "/m~0n/a~1b/3"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_what_shells_make_of_redirected_output_is_read(encoding: str) -> None:
    assert decode(encode(report()).encode(encoding)) == report()


def test_a_byte_order_mark_in_text_is_ignored() -> None:
    assert decode("\ufeff" + encode(report())) == report()


def test_a_port_written_with_a_decimal_point_is_still_a_whole_number() -> None:
    document = json.loads(encode(report()))
    document["endpoints"][0]["port"] = 443.0
    assert repr(decode(json.dumps(document)).endpoints[0].port) == "443"
