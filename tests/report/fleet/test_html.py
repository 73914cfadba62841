"""The page of several vantages: what it says more than that of one. What holds for every page is in `tests/report/test_html.py`."""

from dataclasses import replace

from preflight.codec import compact
from preflight.model.fleet import Failure, FailureReason, FleetReport
from preflight.report.fleet.html import render
from preflight.report.html import ReadyText
from tests.diagnosis.vantages.clusters import HOST, NO_ANSWER, POD, compared, seen
from tests.report.pages import Page

LOST = Failure(
    context="prod",
    pool="gpu",
    node="g1",
    network=POD,
    reason=FailureReason.IMAGE_PULL,
    detail="Back-off pulling image",
)
BLOCKED = compared(seen("s1", POD, a=NO_ANSWER), seen("s1", HOST))


def said(fleet: FleetReport) -> str:
    return Page(render(fleet)).text


def cells(fleet: FleetReport, endpoint: str) -> list[str]:
    """The cells of an endpoint's row, as they are read out, without its own."""
    rows = render(fleet).split("<tr>")
    (row,) = (one for one in rows if f"<code>{endpoint}" in one and 'class="endpoint"' in one)
    found = row.split('<td class="stage')[1:]
    return [Page(f'<td class="{cell.partition("</td>")[0]}</td>').text.strip() for cell in found]


def test_the_head_says_how_much_is_stopped_and_where() -> None:
    text = said(BLOCKED)
    assert "1 of 3 required endpoints cannot be reached from 1 of 2 vantages." in text
    assert "endpoints in all, each by its worst vantage" in text
    assert "2, 1 pod and 1 node's own network, in 1 pool" in text


def test_a_finding_says_where_it_holds_and_for_whom_its_rules_are() -> None:
    html = render(BLOCKED)
    assert "<dt>Where</dt>\n<dd>pods, not nodes; 1 of 2 vantages</dd>" in html
    assert "Open outbound from 10.1.0.4 to" in html
    assert "TCP SYN: no answer within 5.0 s" in html


def test_of_one_vantage_it_does_not_say_where() -> None:
    html = render(compared(seen("s1", POD, a=NO_ANSWER)))
    assert "<dt>Where</dt>" not in html
    assert "each by its worst vantage" not in html


def test_a_place_has_a_column_with_its_sign_and_stage() -> None:
    assert cells(BLOCKED, "a.") == ["✓reachable", "✗blocked tcp"]
    assert cells(BLOCKED, "b.") == ["✓reachable", "✓reachable"]


def test_an_endpoint_that_was_not_asked_somewhere_has_a_dot_there() -> None:
    fleet = compared(seen("s1", POD, a=NO_ANSWER), seen("s1", HOST, ids=("b", "c")))
    assert cells(fleet, "a.") == ["·not asked", "✗blocked tcp"]


def test_a_cell_of_unlike_vantages_says_at_how_many() -> None:
    """Eight nodes of one pool, each with another endpoint blocked, are more than columns side by side."""
    ids = tuple(f"e{number}" for number in range(8))
    fleet = compared(*(seen(f"n-{id_}", POD, ids=ids, stops={id_: NO_ANSWER}) for id_ in ids))
    assert cells(fleet, "e0.") == ["✗blocked tcp 1/8"]


def test_columns_are_explained_below_the_matrix() -> None:
    text = said(BLOCKED)
    assert "pods of pool system: s1" in text
    assert "nodes of pool system: s1" in text


def test_a_vantage_without_a_report_is_named_with_the_clusters_words() -> None:
    html = render(compared(seen("s1", POD), failures=[LOST]))
    assert 'href="#failures"' in html
    text = Page(html).text
    assert "the image could not be pulled" in text
    assert "Back-off pulling image" in text
    assert "pod, on node g1, pool gpu, cluster prod" in text
    assert "If the sensor still fails" not in text


def test_many_places_without_a_report_are_folded_and_all_there() -> None:
    lost = [replace(LOST, node=f"g{number:02}") for number in range(14)]
    html = render(compared(failures=lost))
    shown, folded = html.split("<summary>and 4 more</summary>")
    assert "node g09" in shown
    assert "node g13" in folded


def test_where_nobody_gave_a_report_only_that_is_told() -> None:
    html = render(compared(failures=[LOST]))
    assert "for no vantage gave a report" in html
    assert 'id="endpoints"' not in html
    assert "See first why vantages gave no report" in html


def test_an_endpoint_in_detail_says_whose_result_it_is() -> None:
    html = render(BLOCKED)
    assert "<dt>Seen from</dt>\n<dd>pod" in html


def test_an_endpoint_of_which_only_the_id_came_home_has_no_port() -> None:
    where, report = seen("s1", POD, a=NO_ANSWER)
    came = compact.decode(compact.encode(report))
    bare = replace(came, endpoints=tuple(replace(one, port=0) for one in came.endpoints))
    assert ":0<" not in render(compared((where, bare)))


def test_the_ticket_says_where_and_the_names_stand_once() -> None:
    text = said(BLOCKED)
    assert "Vantages: 2, 1 pod and 1 node's own network, in 1 pool\n" in text
    assert "  Where: pods, not nodes; 1 of 2 vantages\n" in text
    assert "a.test TCP 443" in text


def test_formats_made_elsewhere_stand_beside_the_ticket() -> None:
    html = render(BLOCKED, ready=(ReadyText(title="Squid", text="acl a"),))
    assert "<summary>Squid</summary>" in html


def test_all_clear_asks_for_nothing() -> None:
    html = render(compared(seen("s1", POD), seen("s1", HOST)))
    assert 'id="request"' not in html
    assert "Every required endpoint can be reached from each of 2 vantages." in html
    assert "If the sensor still fails" in html
