"""Markdown in which nothing untrusted is markup."""

import re
from dataclasses import replace

import pytest

from preflight.model.diagnosis import Cause
from preflight.model.plan import Stage
from preflight.model.report import BlockedBy, Engine
from preflight.report.markdown import render
from preflight.report.markup import code, prose, row
from tests.golden.rich import rich_report
from tests.report.builders import endpoint, finding, report, skipped, stopped, waived

DROPPED = stopped("mcr-rest", "mcr.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a*b_c`d", r"a\*b\_c\`d"),
        ("[a](b) ![c]", r"\[a\](b) !\[c\]"),
        ("# head", r"\# head"),
        ("a | b", "a &#124; b"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("$x$ ~~y~~", r"\$x\$ \~\~y\~\~"),
        ("a\\", "a\\\\"),
        ("- item", r"\- item"),
        ("+ item", r"\+ item"),
        ("=== ", r"\==="),
        ("1. item", r"1\. item"),
        ("12) item", r"12\) item"),
        ("10.0.0.1", "10.0.0.1"),
        ("    code", "code"),
        ("two\nlines", r"two\\x0alines"),
        ("@team me@corp.test", "@&#8203;team me@&#8203;corp.test"),
        ("http://evil.test www.evil.test", "http&#58;//evil.test www&#46;evil.test"),
    ],
)
def test_prose_has_no_markup(text: str, escaped: str) -> None:
    assert prose(text) == escaped


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("a.test", "`a.test`"),
        ("a`b", r"`a\x60b`"),
        ("a|b", r"`a\x7cb`"),
        ("a\nb", r"`a\x0ab`"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_nothing_ends_a_code_span_early(text: str, span: str) -> None:
    assert code(text) == span


def test_the_head_of_a_table_has_its_line() -> None:
    assert list(row("A", "B", head=True)) == ["| A | B |", "| --- | --- |"]


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    width = 0
    for line in render(rich_report()).splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        cells = line.count("|") - 1
        width = width or cells
        assert cells == width, line


def test_no_html_and_no_link_comes_through() -> None:
    text = re.sub(r"`[^`]*`", "", re.sub(r"\\`", "", render(rich_report())))
    assert "<script" not in text
    assert "](" not in text.replace(r"\](", "")
    assert "evil.test" in text
    assert "http://evil" not in text


def test_a_finding_has_its_rules_and_packets_as_tables() -> None:
    text = render(report(endpoint(), DROPPED, findings=(finding(DROPPED),)))
    assert "### F1: Connections are dropped without an answer" in text
    assert "- Cause: `tcp.dropped`, likely: the evidence has one usual reading" in text
    assert "| `mcr.test` | TCP 443 | HTTPS |  |" in text
    assert (
        "| 2026-11-23 08:31:12.373 | `10.1.0.4:51234` | `20.50.1.9:443` | TCP SYN: no answer within 5.0 s |  |"
        in text
    )


def test_a_known_blocker_is_named_and_an_unknown_one_is_not() -> None:
    known = BlockedBy(engine=Engine.SQUID, name="squid.conf", rule="deny all", source=None)
    one = finding(DROPPED, blocked_by=(known,))
    assert "- Blocked by squid: `squid.conf`, `deny all`" in render(
        report(DROPPED, findings=(one,))
    )
    assert "Blocked by" not in render(report(DROPPED, findings=(finding(DROPPED),)))


def test_a_finding_of_unknown_endpoints_names_their_ids() -> None:
    text = render(report(findings=(finding(endpoints=("gone",)),)))
    assert "  - `gone`\n" in text


def test_waivers_and_reasons_have_their_sections() -> None:
    text = render(
        report(
            endpoint(), skipped(), waived(DROPPED, "mirror"), waived(skipped("x"), "never", None)
        )
    )
    assert "## Not judged, and why\n\n- `{workspace_id}.ods" in text
    assert "blocked at TCP, until 2027-01-31: mirror" in text
    assert "skipped, without an end: never" in text


def test_a_pass_ends_with_known_causes_and_a_block_does_not() -> None:
    assert "## If the sensor still fails" in render(report())
    assert "## If the sensor still fails" not in render(report(DROPPED))


def test_a_report_without_endpoints_has_no_table() -> None:
    assert "## Endpoints" not in render(replace(report(), endpoints=()))
