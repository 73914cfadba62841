"""The page with its rules: which formats stand on it, and that nothing in a report keeps it from being written."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.allow import DIALECTS
from preflight.cli.output import write
from preflight.cli.page import MOST, TITLES, page, ready
from preflight.model.diagnosis import Cause
from preflight.model.endpoint import Environment
from preflight.model.plan import Stage
from preflight.model.report import Report
from preflight.model.vantage import VantageKind
from tests.budget import examples
from tests.diagnosis.vantages.clusters import HOST, NO_ANSWER, POD, compared, seen
from tests.golden.fleet import cluster, hostile
from tests.golden.rich import rich_report
from tests.report.builders import PROXY, endpoint, finding, report, stopped, vantage
from tests.report.pages import Page
from tests.report.test_html import everywhere

DROPPED = stopped("mcr-rest", "mcr.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")
BLOCKED = report(endpoint(), DROPPED, findings=(finding(DROPPED),))
PODS = ["Kubernetes NetworkPolicy", "CiliumNetworkPolicy"]
CSV = "Table for forms and spreadsheets (CSV)"
AZURE = "Azure Firewall policy (Bicep)"
GROUP = "Azure network security group (ARM template)"
PODS_ONLY = compared(seen("s1", POD, a=NO_ANSWER), seen("s1", HOST))


def at(
    environment: Environment | None, kind: VantageKind = VantageKind.LOCAL, proxy: str | None = None
) -> Report:
    return replace(
        BLOCKED,
        profile=replace(BLOCKED.profile, environment=environment),
        vantage=vantage(kind=kind, proxy=proxy),
    )


def titles(*reports: Report) -> list[str]:
    return [one.title for one in ready(reports)]


@pytest.mark.parametrize(
    ("asking", "shown"),
    [
        (at(Environment.AKS), [AZURE, GROUP, CSV]),
        (at(Environment.EKS), ["AWS Network Firewall (CloudFormation)", CSV]),
        (at(Environment.GKE), ["Google Cloud firewall policy (gcloud)", CSV]),
        (at(Environment.ARC), ["FortiGate (CLI)", "Palo Alto external dynamic list", CSV]),
        (at(None), [CSV]),
        (at(Environment.AKS, VantageKind.POD), [AZURE, *PODS, GROUP, CSV]),
        (at(Environment.EKS, VantageKind.HOST_NETWORK_POD), ["AWS Network Firewall (CloudFormation)", CSV]),
        (at(Environment.GKE, proxy=str(PROXY)), ["Squid access lists", "Google Cloud firewall policy (gcloud)", CSV]),
        (at(Environment.AKS, VantageKind.POD, str(PROXY)), ["Squid access lists", AZURE, *PODS, CSV]),
    ],
)  # fmt: skip
def test_the_formats_are_those_of_the_way_out(asking: Report, shown: list[str]) -> None:
    assert titles(asking) == shown
    assert len(shown) <= MOST


def test_several_environments_have_each_its_own_and_never_too_many() -> None:
    shown = titles(*(at(one, VantageKind.POD, str(PROXY)) for one in Environment))
    assert shown[0] == "Squid access lists"
    assert shown[-1] == CSV
    assert len(shown) == MOST


def test_where_nothing_is_asked_for_there_is_none() -> None:
    assert ready((report(),)) == ()
    assert ready(()) == ()


def test_a_format_that_can_hold_none_of_it_is_left_out() -> None:
    """A security group knows neither the name nor, where the resolver said nothing, an address."""
    nameless = stopped("mcr-rest", "mcr.test", Stage.DNS, Cause.DNS_NXDOMAIN, "nxdomain")
    unresolved = replace(
        at(Environment.AKS),
        endpoints=(replace(nameless, dns=None),),
        findings=(finding(nameless, cause=Cause.DNS_NXDOMAIN),),
    )
    assert titles(unresolved) == [AZURE, CSV]


def test_the_text_is_what_rules_request_writes_and_its_lines_end_alike() -> None:
    (*_, table) = ready((BLOCKED,))
    head, row = table.text.split("\n")
    assert head.startswith("direction,source,destination_fqdn")
    assert row.startswith("outbound,10.1.0.4/32,mcr.test,")


def test_what_a_format_has_no_comment_for_is_said_below_it() -> None:
    azure, *_, table = ready((BLOCKED,))
    assert any("nodes' subnet" in remark for remark in table.remarks)
    assert not any(remark in azure.text for remark in azure.remarks)


def test_policies_in_the_cluster_are_for_what_its_pods_saw() -> None:
    on_nodes = compared(seen("s1", POD), seen("s1", HOST, a=NO_ANSWER))
    assert PODS[1] in page(PODS_ONLY)
    assert PODS[1] not in page(on_nodes)


def test_the_page_of_several_vantages_has_their_rules_once() -> None:
    text = Page(page(PODS_ONLY)).text
    assert AZURE in text
    assert text.count("outbound,10.1.0.4/32,a.test") == 1


def test_a_compact_report_does_not_make_a_finding_one_that_no_rule_mends() -> None:
    assert "F1 (tcp.dropped) is not mended" not in page(cluster())


def test_every_title_is_of_a_format_that_there_is() -> None:
    assert set(TITLES) <= set(DIALECTS)


def test_html_is_written_with_its_rules(tmp_path: Path) -> None:
    write(BLOCKED, [("html", tmp_path / "one.html")])
    write(cluster(), [("html", tmp_path / "several.html")])
    for name in ("one", "several"):
        assert f"<summary>{CSV}</summary>" in (tmp_path / f"{name}.html").read_text("utf-8")


def test_without_html_no_dialect_is_loaded() -> None:
    code = """
import sys
from pathlib import Path
from preflight.cli.output import write
from preflight.codec import decode
write(decode(Path(sys.argv[1]).read_text("utf-8")), [("table", None)])
assert not [name for name in sys.modules if name.startswith(("preflight.allow", "preflight.report.html"))]
"""
    assert run(code) == 0


def run(code: str) -> int:
    from tempfile import TemporaryDirectory

    from preflight.codec import encode

    with TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        file.write_text(encode(BLOCKED), encoding="utf-8")
        command: Sequence[str] = (sys.executable, "-c", code, str(file))
        return subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode


@pytest.mark.parametrize("value", [rich_report(), cluster(), hostile()])
def test_hostile_text_leaves_nothing_active(value: Report) -> None:
    html = page(value)
    assert "<script" not in html
    assert "\u202e" not in html
    assert Page(html).values("onload") == []


@examples(30)
@given(st.text(max_size=12))
def test_whatever_a_saved_report_says_the_page_is_written(text: str) -> None:
    for value in (rich_report(), cluster()):
        places = Page(page(everywhere(value, text))).values("id")
        assert len(places) == len(set(places))
