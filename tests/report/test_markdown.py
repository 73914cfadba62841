"""Markdown in which nothing untrusted is markup."""

import re
from dataclasses import replace

import pytest

from preflight.model.diagnosis import Cause
from preflight.model.endpoint import Protocol
from preflight.model.plan import Stage
from preflight.model.report import Allow, BlockedBy, Engine
from preflight.model.vantage import VantageKind
from preflight.report.markdown import render
from preflight.report.markup import code, prose, row
from tests.golden.rich import rich_report
from tests.report.builders import (
    endpoint,
    finding,
    report,
    skipped,
    stopped,
    vantage,
    waived,
)

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
    outside_blocks = re.sub(r"(?ms)^(`{3,})[a-z]*\n.*?^\1$", "", render(rich_report()))
    text = re.sub(r"`[^`]*`", "", re.sub(r"\\`", "", outside_blocks))
    assert "<script" not in text
    assert "](" not in text.replace(r"\](", "")
    assert "evil.test" in text
    assert "http://evil" not in text


def test_a_finding_has_its_rules_and_packets_as_tables() -> None:
    text = render(report(endpoint(), DROPPED, findings=(finding(DROPPED),)))
    assert "### F1: Connections are dropped without an answer" in text
    assert "- Cause: `tcp.dropped`, likely: the evidence has one usual reading" in text
    assert "**Open** outbound from 10.1.0.4 to:\n\n| Name | Port |" in text
    assert "| `mcr.test` | TCP 443 | HTTPS |\n" in text
    assert (
        "| 2026-11-23 08:31:12.373 | `10.1.0.4:51234` | `20.50.1.9:443` | TCP SYN: no answer within 5.0 s |  |"
        in text
    )


def test_a_known_blocker_is_named_and_an_unknown_one_is_not() -> None:
    known = BlockedBy(engine=Engine.SQUID, name="squid.conf", rule="deny all", source=None)
    one = finding(DROPPED, blocked_by=(known,))
    assert "- Blocked by the proxy (Squid) squid.conf rule deny all\n" in render(
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


def test_a_ticket_reads_from_the_summary_over_the_findings_to_the_folded_table() -> None:
    text = render(report(endpoint(), DROPPED, findings=(finding(DROPPED),)))
    order = (
        "# Defender",
        "**1 of 2 required",
        "## Findings",
        "<summary>Ready queries",
        "## Endpoints",
        "<summary>2 in all",
        "## Next",
    )
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "<summary>2 in all: 1 reachable, 1 blocked</summary>\n\n| Verdict |" in text
    assert "\n\n</details>\n" in text, "without empty lines the table is not one"


def test_what_to_ask_for_is_the_first_point_of_a_finding() -> None:
    one = finding(DROPPED, explanation="It was dropped. To ask for: Outbound TCP.")
    text = render(report(DROPPED, findings=(one,)))
    assert "It was dropped.\n\n- **Ask for:** Outbound TCP.\n- Cause:" in text


def test_the_service_tags_of_one_name_are_one_cell() -> None:
    allow = tuple(
        Allow(fqdn="a.test", port=443, protocol=Protocol.HTTPS, service_tag=tag)
        for tag in ("A", "B")
    )
    text = render(report(DROPPED, findings=(finding(DROPPED, allow=allow),)))
    assert "| Name | Port | Protocol | Azure service tags, by address |\n" in text
    assert "| `a.test` | TCP 443 | HTTPS | `A`, `B` |\n" in text


def test_an_exemption_from_inspection_has_no_service_tags() -> None:
    allow = (Allow(fqdn="a.test", port=443, protocol=Protocol.HTTPS, service_tag="A"),)
    one = finding(DROPPED, cause=Cause.TLS_INTERCEPTED, allow=allow)
    text = render(report(DROPPED, findings=(one,)))
    assert "**Exempt** from TLS inspection" in text
    assert "| Name | Port | Protocol |\n" in text


def test_a_pods_packets_may_show_another_source() -> None:
    inside = vantage(kind=VantageKind.POD, pod="p")
    text = render(report(DROPPED, findings=(finding(DROPPED),), vantage=inside))
    assert "**Look for** in the log (beyond the cluster" in text


def test_every_endpoint_of_a_finding_is_named() -> None:
    many = [
        stopped(f"e{number}", f"h{number}.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")
        for number in range(25)
    ]
    text = render(report(*many, findings=(finding(*many),)))
    assert "`h24.test:443` (required, e24)" in text
