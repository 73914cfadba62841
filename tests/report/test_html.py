"""The page for people without the tool: it says everything, asks nothing of a network, and nothing breaks out of it."""

import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.model.diagnosis import Cause
from preflight.model.fleet import FleetReport
from preflight.model.plan import Stage
from preflight.model.report import BlockedBy, Engine, Report
from preflight.model.vantage import VantageKind
from preflight.report.diff import diff, render_difference
from preflight.report.fleet import render_fleet
from preflight.report.html import ReadyText, render
from preflight.report.html.page import page
from preflight.report.html.request import names, ticket
from preflight.report.html.stylesheet import STYLESHEET
from preflight.report.style import PLAIN
from tests.diagnosis.vantages.clusters import HOST, NO_ANSWER, POD, compared, seen
from tests.golden.fleet import cluster, hostile
from tests.golden.rich import rich_report
from tests.report.builders import (
    HOSTILE,
    endpoint,
    finding,
    report,
    skipped,
    stopped,
    vantage,
    waived,
)
from tests.report.pages import Page

DROPPED = stopped("mcr-rest", "mcr.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")
BLOCKED = report(endpoint(), DROPPED, findings=(finding(DROPPED),))


def difference_page(old: Report, new: Report) -> str:
    return render_difference(diff(old, new), "html", PLAIN)


def twins() -> Report:
    """Two findings of one id, and two endpoints of one id: a saved file can say anything."""
    return replace(BLOCKED, endpoints=(DROPPED, DROPPED), findings=BLOCKED.findings * 2)


def fleet_twins() -> FleetReport:
    fleet = compared(seen("s1", POD, a=NO_ANSWER), seen("s1", HOST))
    return replace(fleet, findings=fleet.findings * 2)


PAGES = {
    "rich": render(rich_report()),
    "pass": render(report()),
    "nothing": render(report(skipped())),
    "difference": difference_page(rich_report(), BLOCKED),
    "same": difference_page(BLOCKED, BLOCKED),
    "twins": render(twins()),
    "cluster": render_fleet(cluster(), "html"),
    "hostile cluster": render_fleet(hostile(), "html"),
    "twins of a cluster": render_fleet(fleet_twins(), "html"),
    "no vantage": render_fleet(compared(failures=cluster().failures), "html"),
    "no failure": render_fleet(compared(seen("s1", POD), seen("s1", HOST)), "html"),
    "nothing asked": render_fleet(compared(seen("s1", POD, ids=())), "html"),
}
every_page = pytest.mark.parametrize("html", PAGES.values(), ids=PAGES)


class TestSelfContained:
    @every_page
    def test_it_refers_to_nothing_outside(self, html: str) -> None:
        read = Page(html)
        allowed = {"html", "head", "meta", "title", "style", "body", "svg", "rect"}
        loading = {"script", "link", "img", "iframe", "object", "embed", "base", "form", "video"}
        assert loading.isdisjoint(read.tags)
        assert allowed <= {*read.tags, "svg", "rect"}
        assert [href for href in read.values("href") if not href.startswith("#")] == []
        for attribute in ("src", "srcset", "action", "style", "background", "ping", "onclick"):
            assert read.values(attribute) == []
        assert not re.search(r"url\(|@import|@font-face|src:", STYLESHEET)

    @every_page
    def test_every_way_within_the_page_leads_somewhere(self, html: str) -> None:
        read = Page(html)
        places = read.values("id")
        assert len(places) == len(set(places))
        assert {href[1:] for href in read.values("href")} <= set(places)

    @every_page
    def test_its_policy_allows_its_own_style_and_nothing_else(self, html: str) -> None:
        from base64 import b64encode
        from hashlib import sha256

        (style,) = re.findall(r"<style>(.*?)</style>", html, flags=re.DOTALL)
        digest = b64encode(sha256(style.encode()).digest()).decode()
        policy = next(v for v in Page(html).values("content") if v.startswith("default-src"))
        assert policy == (
            f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        )


class TestHostileText:
    @every_page
    def test_nothing_of_it_is_active(self, html: str) -> None:
        assert "<script" not in html
        assert HOSTILE not in html
        assert "\u202e" not in html

    def test_it_is_shown_as_it_is_except_what_nobody_can_see(self) -> None:
        assert "</td><script>alert(1)</script> \\u202egnp.exe" in Page(PAGES["rich"]).text

    PIECES = ("<", ">", "&", '"', "'", "`", "=", "/", "-->", "]]>", "</pre>", "</style>", "&#60;")
    ACTIVE = (
        "<script>x</script>",
        '" onload="x',
        "<!--",
        "<svg",
        "javascript:x",
        "\x00",
        "\n",
        ".",
    )

    @given(st.lists(st.sampled_from(PIECES + ACTIVE), min_size=1, max_size=6).map("".join))
    def test_no_text_anywhere_changes_the_page_s_structure(self, text: str) -> None:
        plain, bent = (render(everywhere(rich_report(), f"x{said}x")) for said in ("", text))
        assert Page(bent).structure == Page(plain).structure

    @given(st.text(max_size=20))
    def test_nor_in_a_comparison(self, text: str) -> None:
        plain, bent = (
            difference_page(everywhere(rich_report(), f"x{said}x"), everywhere(BLOCKED, "y"))
            for said in ("", text)
        )
        assert Page(bent).structure == Page(plain).structure

    @given(st.lists(st.sampled_from(PIECES + ACTIVE), min_size=1, max_size=6).map("".join))
    def test_nor_on_a_page_of_several_vantages(self, text: str) -> None:
        plain, bent = (
            render_fleet(everywhere(cluster(), f"x{said}x"), "html") for said in ("", text)
        )
        assert Page(bent).structure == Page(plain).structure

    def test_nor_does_a_format_made_elsewhere(self) -> None:
        said = f"{HOSTILE}\n</pre>{HOSTILE}"
        ready = (ReadyText(title=HOSTILE, text=said, remarks=(HOSTILE,)),)
        read = Page(render(BLOCKED, ready=ready))
        assert "script" not in read.tags
        assert "</pre>" in read.text


def everywhere(value: Any, text: str) -> Any:
    """The same value with `text` in place of every text in it."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(everywhere(one, text) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: everywhere(getattr(value, f.name), text) for f in fields(value)}
        return replace(value, **changed)
    return value


class TestReadability:
    @every_page
    def test_headings_go_down_one_by_one(self, html: str) -> None:
        levels = [int(tag[1]) for tag in Page(html).tags if re.fullmatch("h[1-6]", tag)]
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert [(a, b) for a, b in pairwise(levels) if b > a + 1] == []

    @every_page
    def test_every_head_of_a_table_says_what_it_heads(self, html: str) -> None:
        scopes = [given.get("scope") for tag, given in Page(html).elements if tag == "th"]
        assert set(scopes) <= {"col", "row", "rowgroup"}

    @every_page
    def test_its_language_and_its_title_are_known(self, html: str) -> None:
        read = Page(html)
        assert read.elements[0] == ("html", {"lang": "en"})
        assert read.tags.count("title") == 1

    def test_a_sign_is_read_out_in_words(self) -> None:
        assert "✗blocked here" in Page(PAGES["rich"]).text

    @pytest.mark.parametrize("scheme", ["light", "dark", "print"])
    @pytest.mark.parametrize(
        ("ink", "ground"),
        [
            *(("ink", ground) for ground in ("ground", "sheet", "inset")),
            *(("soft", ground) for ground in ("ground", "sheet", "inset")),
            *(("link", ground) for ground in ("ground", "sheet")),
            *((tone, f"{tone}-tint") for tone in ("good", "bad", "warn", "open", "idle")),
            *((tone, "sheet") for tone in ("good", "bad", "warn", "open", "idle")),
        ],
    )
    def test_contrast_is_enough(self, scheme: str, ink: str, ground: str) -> None:
        """WCAG 2.2, 1.4.3, level AA."""
        colours = schemes()[scheme]
        assert contrast(colours[ink], colours[ground]) >= 4.5

    @pytest.mark.parametrize("scheme", ["light", "dark", "print"])
    @pytest.mark.parametrize("tone", ["good", "bad", "warn", "open", "idle"])
    def test_a_sign_stands_out_where_a_stage_stopped(self, scheme: str, tone: str) -> None:
        colours = schemes()[scheme]
        assert contrast(colours["mark"], colours[f"{tone}-solid"]) >= 4.5


def schemes() -> dict[str, dict[str, str]]:
    """The colours of each scheme, as the stylesheet gives them."""
    roots = re.findall(r":root \{(.*?)\}", STYLESHEET, flags=re.DOTALL)
    found = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", root)) for root in roots]
    return dict(zip(("light", "dark", "print"), found, strict=True))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class TestContent:
    def test_a_finding_has_its_rules_and_its_packets(self) -> None:
        said = Page(render(BLOCKED)).text
        assert "F1Connections are dropped without an answer" in said
        assert "Open outbound from 10.1.0.4 to" in said
        assert "2026-11-23 08:31:12.373" in said
        assert "TCP SYN: no answer within 5.0 s" in said

    def test_a_row_leads_to_its_finding(self) -> None:
        html = render(BLOCKED)
        assert '<a href="#finding-1">F1</a>' in html
        assert 'id="finding-1"' in html

    def test_a_finding_that_is_not_there_is_named_only(self) -> None:
        html = render(report(DROPPED))
        assert "#finding" not in html
        assert '<td class="see">F1</td>' in html

    def test_of_two_findings_with_one_id_the_first_is_led_to(self) -> None:
        html = PAGES["twins"]
        assert 'id="finding-2"' in html
        assert 'href="#finding-2"' not in html
        assert 'href="#finding-1"' in html

    def test_a_suspect_is_not_called_the_one_who_blocks(self) -> None:
        suspected = BlockedBy(
            engine=Engine.KUBERNETES_NETWORK_POLICY, name=None, rule=None, source=None
        )
        html = render(replace(BLOCKED, findings=(finding(DROPPED, blocked_by=(suspected,)),)))
        assert "<dt>Suspect</dt>" in html
        assert "<dt>Blocked by</dt>" not in html

    def test_endpoints_that_are_not_in_the_report_are_named(self) -> None:
        html = render(report(findings=(finding(endpoints=("gone",)),)))
        assert "<code>gone</code>" in html

    def test_all_clear_asks_for_nothing(self) -> None:
        html = PAGES["pass"]
        assert 'id="request"' not in html
        assert "Every required endpoint can be reached from here." in html
        assert "If the sensor still fails" in html

    def test_waivers_and_reasons_have_their_parts(self) -> None:
        said = Page(render(report(waived(DROPPED), skipped(findings=())))).text
        assert "replaced by a mirror" in said
        assert "The workspace id is not known; give it with --workspace-id." in said

    def test_of_a_pod_s_packets_it_says_that_sources_change(self) -> None:
        inside = replace(BLOCKED, vantage=vantage(kind=VantageKind.POD, namespace="n"))
        assert "beyond the cluster the source is often" in render(inside)
        assert "beyond the cluster the source is often" not in render(BLOCKED)

    def test_it_is_the_same_every_time(self) -> None:
        assert render(rich_report()) == PAGES["rich"]


class TestRequest:
    def test_the_ticket_names_the_rule_that_blocks(self) -> None:
        rule = BlockedBy(engine=Engine.CALICO, name="ns/deny", rule="egress 1", source="p.yaml:3")
        named = replace(BLOCKED, findings=(finding(DROPPED, blocked_by=(rule,)),))
        assert "  Blocked by: the Calico policy ns/deny rule egress 1 (p.yaml:3)\n" in ticket(named)

    def test_the_ticket_says_from_where_what_and_which_packet(self) -> None:
        text = ticket(BLOCKED)
        assert "From: host build-7, source address 10.1.0.4\n" in text
        assert "  Open outbound from 10.1.0.4 to:\n    mcr.test, TCP 443 (HTTPS)\n" in text
        assert "  Packet: 2026-11-23 08:31:12.373 UTC, 10.1.0.4:51234 -> 20.50.1.9:443" in text

    def test_a_rule_of_two_findings_is_asked_for_once(self) -> None:
        twice = replace(BLOCKED, findings=(finding(DROPPED), finding(DROPPED, id_="F2")))
        assert names(twice) == "mcr.test TCP 443"

    def test_a_finding_without_anything_to_ask_for_is_left_out(self) -> None:
        assert ticket(report(findings=(finding(allow=()),))) == ""

    def test_formats_made_elsewhere_stand_beside_it(self) -> None:
        ready = (ReadyText(title="Squid", text="acl a\nhttp_access allow a"),)
        html = render(BLOCKED, ready=ready)
        assert "<summary>Squid</summary>" in html
        assert ">acl a\nhttp_access allow a</pre>" in html

    def test_what_a_format_cannot_say_is_said_below_it(self) -> None:
        ready = (ReadyText(title="Squid", text="acl a", remarks=("Deny the rest.",)),)
        assert "<li>Deny the rest.</li>" in render(BLOCKED, ready=ready)
        assert "<li>Deny" not in render(BLOCKED, ready=(replace(ready[0], remarks=()),))


def test_a_page_is_a_whole_document() -> None:
    assert page("t").startswith("<!DOCTYPE html>\n<html lang")
    assert page("t").endswith("</html>\n")
