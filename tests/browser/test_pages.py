"""The pages as a reader sees them: in a real browser, wide and narrow, light and dark, and on paper."""

import json
import re
import struct
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest

from preflight.model.diagnosis import Cause
from preflight.model.fleet import FleetReport
from preflight.model.plan import Stage
from preflight.model.report import Report
from preflight.report.diff import diff, render_difference
from preflight.report.fleet import render_fleet
from preflight.report.fleet.columns import columns
from preflight.report.html import ReadyText, render
from preflight.report.style import PLAIN
from tests.browser.chromium import Chromium, executable, running
from tests.diagnosis.vantages.clusters import HOST, NO_ANSWER, POD, RESET, compared, place, seen
from tests.golden.fleet import cluster, hostile
from tests.golden.rich import rich_report
from tests.report.builders import endpoint, finding, report, skipped, stopped

if executable() is None:
    pytest.skip("not installed: chromium", allow_module_level=True)

HOW = (Stage.TCP, Cause.TCP_DROPPED, "dropped")
DROPPED = stopped("mcr-rest", "mcr.test", *HOW)
BLOCKED = report(endpoint(), DROPPED, findings=(finding(DROPPED),))
DARK = "rgb(12, 16, 22)"
LIGHT = "rgb(243, 245, 248)"


def long_names() -> Report:
    """Names without a place to break them, as long as names may be, and addresses of IPv6."""
    host = f"{'a' * 63}.{'b' * 63}.{'c' * 63}.test"
    one = endpoint("x" * 200, host=host, fqdn=host, component="y" * 80)
    (found,) = BLOCKED.findings
    named = replace(found, title="z" * 300, endpoints=(one.id, "w" * 200))
    addresses = (ip_address("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),) * 3
    return replace(
        BLOCKED,
        endpoints=(one, skipped(host="{" + "v" * 200 + "}.test"), *BLOCKED.endpoints),
        findings=(named,),
        vantage=replace(BLOCKED.vantage, addresses=addresses, host="h" * 200),
    )


def wide() -> FleetReport:
    """As many columns as there may be, under long names."""
    stops = ({}, *({id_: state} for id_ in ("a", "b", "c") for state in (NO_ANSWER, RESET)))
    pools = ("system-pool-westeurope-01", "gpu-a100-workers-x", "spot", "batch", "web", "edge")
    fleet = compared(
        *(
            seen(f"{pool}-vmss0000{n}", POD, pool, stops=stop)
            for n, (pool, stop) in enumerate(zip(pools, stops, strict=False))
        )
    )
    assert len(columns(fleet)) == 6
    return fleet


def long_cluster() -> FleetReport:
    """Names as long as they may be, and places without a name to break them."""
    node, pool, context = "n" * 63, "p" * 63, "c" * 200
    return compared(
        (place(node, POD, pool, context), long_names()),
        (place(node, HOST, pool, context), BLOCKED),
        failures=[replace(hostile().failures[0], node=node, pool=pool, detail="d" * 900)],
    )


PAGES = {
    "rich": render(rich_report()),
    "pass": render(report()),
    "long": render(long_names(), ready=(ReadyText(title="t" * 200, text="u" * 2_000),)),
    "difference": render_difference(diff(rich_report(), BLOCKED), "html", PLAIN),
    "cluster": render_fleet(cluster(), "html"),
    "hostile cluster": render_fleet(hostile(), "html"),
    "wide cluster": render_fleet(wide(), "html"),
    "long cluster": render_fleet(long_cluster(), "html"),
    "no vantage": render_fleet(compared(failures=hostile().failures), "html"),
    "long difference": render_difference(diff(long_names(), rich_report()), "html", PLAIN),
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with running(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(params=PAGES)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    written = tmp_path / "page.html"
    written.write_text(PAGES[request.param], encoding="utf-8")
    return written


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_window(browser: Chromium, file: Path, width: int) -> None:
    browser.open(file, width=width)
    assert browser.ask("document.documentElement.scrollWidth") <= browser.ask("innerWidth")
    assert browser.ask("innerWidth") == width


def test_it_breaks_no_policy_and_asks_for_nothing_but_itself(browser: Chromium, file: Path) -> None:
    browser.open(file)
    assert browser.logged() == []
    assert browser.requested() == [file.as_uri()]


@pytest.mark.parametrize(("scheme", "ground"), [("light", LIGHT), ("dark", DARK)])
def test_its_own_style_is_in_force_in_the_reader_s_scheme(
    browser: Chromium, file: Path, scheme: str, ground: str
) -> None:
    browser.open(file, scheme=scheme)
    assert browser.ask("getComputedStyle(document.body).backgroundColor") == ground


def test_no_part_has_the_colour_of_its_ground(browser: Chromium, file: Path) -> None:
    """Also where two tones meet that no rule of the stylesheet pairs."""
    for scheme in ("light", "dark"):
        browser.open(file, scheme=scheme)
        assert json.loads(browser.ask(f"JSON.stringify(({TOO_FAINT})())")) == []


TOO_FAINT = """() => {
  const parts = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = colour => parts(colour).slice(0, 3).map(p => p / 255)
    .map(p => p <= 0.04045 ? p / 12.92 : ((p + 0.055) / 1.055) ** 2.4)
    .reduce((sum, p, i) => sum + p * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (parts(colour)[3] !== 0) return colour;
    }
  };
  const faint = [];
  for (const element of document.body.querySelectorAll("*")) {
    const said = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!said || element.closest(".spoken")) continue;
    const [a, b] = [light(getComputedStyle(element).color), light(ground(element))];
    if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5) faint.push(element.outerHTML.slice(0, 200));
  }
  return faint;
}"""


def test_hostile_text_ran_nothing(browser: Chromium, file: Path) -> None:
    browser.open(file)
    assert browser.ask("document.scripts.length") == 0
    assert browser.ask("document.querySelectorAll('[onload], [onclick], [style]').length") == 0


def test_the_whole_page_can_be_pictured(browser: Chromium, file: Path) -> None:
    browser.open(file, width=390)
    width, height = struct.unpack(">II", browser.screenshot()[16:24])
    assert width == 390
    assert height >= browser.ask("document.documentElement.scrollHeight") > 500


def test_on_paper_it_fills_pages_and_unfolds_nothing(browser: Chromium, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    blocked = [stopped(f"e{n}", f"e{n}.test", *HOW) for n in range(40)]
    file.write_text(render(report(*blocked)), encoding="utf-8")
    browser.open(file)
    printed = browser.pdf()
    assert printed.startswith(b"%PDF-")
    pages = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert 2 <= pages <= 8


def test_one_click_selects_the_whole_request(browser: Chromium, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(render(BLOCKED), encoding="utf-8")
    browser.open(file)
    browser.ask(
        "document.querySelector('#request pre.copy').scrollIntoView({block: 'center', behavior: 'instant'})"
    )
    box = "document.querySelector('#request pre.copy').getBoundingClientRect()"
    place = {"x": browser.ask(f"{box}.x + 60"), "y": browser.ask(f"{box}.y + 30")}
    for kind in ("mousePressed", "mouseReleased"):
        browser.send("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)
    selected = browser.ask("getSelection().toString()")
    assert selected.startswith("Request: egress for Microsoft Defender for Containers\n")
    assert "mcr.test, TCP 443 (HTTPS)" in selected


def test_a_row_leads_to_its_endpoint_and_unfolds_it(browser: Chromium, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(render(BLOCKED), encoding="utf-8")
    browser.open(file)
    assert browser.ask("document.querySelectorAll('#evidence details[open]').length") == 0
    browser.ask("document.querySelector('.matrix a[href=\"#endpoint-2\"]').click()")
    unfolded = "document.querySelector('#evidence details[open] summary').textContent"
    assert "mcr.test:443" in browser.ask(unfolded)
