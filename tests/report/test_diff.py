"""What changed between two reports, and what makes them hard to compare."""

import json
from dataclasses import replace
from datetime import date

import pytest

from preflight.model.diagnosis import Cause, Verdict
from preflight.model.endpoint import Requirement
from preflight.model.plan import Stage
from preflight.model.report import EndpointResult, Report
from preflight.model.vantage import VantageKind
from preflight.report.diff import DIFF_FORMATS, Difference, diff, render_difference
from preflight.report.diff.words import summary
from preflight.report.layout import columns
from preflight.report.style import Style
from tests.golden.rich import rich_report
from tests.report.builders import (
    at,
    endpoint,
    finding,
    profile,
    report,
    skipped,
    stopped,
    unmeasured,
    vantage,
    waived,
)


def dropped(id_: str, **changes: object) -> EndpointResult:
    return stopped(id_, f"{id_}.test", Stage.TCP, Cause.TCP_DROPPED, "dropped", **changes)


def reachable(id_: str, **changes: object) -> EndpointResult:
    return endpoint(id_, host=f"{id_}.test", **changes)


def ids(endpoints: tuple[EndpointResult, ...]) -> list[str]:
    return [one.id for one in endpoints]


def test_a_report_does_not_differ_from_itself() -> None:
    same = diff(rich_report(), rich_report())
    assert summary(same) == "Nothing changed."
    assert (same.context, same.changed, same.newly_blocked, same.newly_unmeasured) == ((),) * 4
    assert len(same.stayed) == 4


def test_a_required_endpoint_that_was_reachable_is_newly_blocked() -> None:
    difference = diff(report(reachable("a")), report(dropped("a")))
    assert ids(difference.newly_blocked) == ["a"]
    assert summary(difference) == "Worse: 1 required endpoint newly blocked."


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (dropped("a"), replace(dropped("a"), stage=Stage.TLS)),
        (reachable("a"), dropped("a", requirement=Requirement.LEGACY)),
        (reachable("a"), waived(dropped("a"))),
        (dropped("a"), reachable("a")),
    ],
    ids=["it was blocked before", "it is not required", "it is waived", "it is open now"],
)
def test_it_is_not_newly_blocked_when(old: EndpointResult, new: EndpointResult) -> None:
    assert diff(report(old), report(new)).newly_blocked == ()


def test_a_new_endpoint_that_is_blocked_is_newly_blocked() -> None:
    difference = diff(report(reachable("a")), report(reachable("a"), dropped("b")))
    assert ids(difference.newly_blocked) == ids(difference.added) == ["b"]


def test_a_block_whose_waiver_ended_is_newly_blocked() -> None:
    difference = diff(report(waived(dropped("a"))), report(dropped("a")))
    assert ids(difference.newly_blocked) == ["a"]


def test_what_can_no_longer_be_measured_is_not_called_blocked() -> None:
    difference = diff(report(reachable("a")), report(unmeasured("a", "a.test")))
    assert difference.newly_blocked == ()
    assert ids(difference.newly_unmeasured) == ["a"]
    assert summary(difference).startswith("Unclear: 1 required endpoint")


def test_what_never_could_be_measured_is_not_newly_so() -> None:
    was = unmeasured("a", "a.test")
    assert diff(report(was), report(replace(was, verdict=Verdict.SKIPPED))).newly_unmeasured == ()
    assert diff(report(reachable("b")), report(was)).newly_unmeasured == ()


def test_endpoints_of_one_report_alone_are_added_or_removed() -> None:
    difference = diff(report(reachable("a"), skipped("b")), report(reachable("c")))
    assert ids(difference.added) == ["c"]
    assert ids(difference.removed) == ["a", "b"]


@pytest.mark.parametrize(
    "change",
    [{"host": "other.test"}, {"port": 8443}, {"requirement": Requirement.OPTIONAL}],
    ids=lambda change: next(iter(change)),
)
def test_an_endpoint_that_means_something_else_has_changed(change: dict[str, object]) -> None:
    difference = diff(report(reachable("a")), report(replace(reachable("a"), **change)))  # type: ignore[arg-type]  # names are checked at run time
    assert len(difference.changed) == 1


def one_finding(*ids_: str, cause: Cause = Cause.TCP_DROPPED, id_: str = "F1") -> Report:
    return report(
        *(dropped(one) for one in ids_),
        findings=(finding(*(dropped(one) for one in ids_), id_=id_, cause=cause),),
    )


def test_a_finding_of_one_cause_and_a_shared_endpoint_stays_whatever_its_id() -> None:
    (stayed,) = diff(one_finding("a", "b"), one_finding("b", "c", id_="F7")).stayed
    assert (stayed.gained, stayed.lost) == (("c",), ("a",))


@pytest.mark.parametrize(
    "new",
    [
        one_finding("a", cause=Cause.TLS_RESET),
        report(reachable("a"), dropped("b"), findings=(finding(dropped("b")),)),
    ],
    ids=["another cause", "no shared endpoint"],
)
def test_a_finding_that_matches_none_opened_and_the_other_closed(new: Report) -> None:
    difference = diff(one_finding("a"), new)
    assert (len(difference.opened), len(difference.closed), difference.stayed) == (1, 1, ())


def test_of_two_findings_of_one_cause_the_largest_share_wins() -> None:
    both = report(findings=(finding(endpoints=("a",)), finding(id_="F2", endpoints=("a", "b"))))
    (stayed,) = diff(one_finding("a", "b"), both).stayed
    assert stayed.new.id == "F2"
    assert [one.id for one in diff(one_finding("a", "b"), both).opened] == ["F1"]


def test_a_closed_finding_is_better() -> None:
    difference = diff(one_finding("a"), report(reachable("a")))
    assert summary(difference) == "Better: 1 finding closed, none opened."


def test_a_finding_whose_endpoints_cannot_be_measured_now_is_not_closed() -> None:
    down = unmeasured("a", "a.test", cause=Cause.DNS_RESOLVER_UNREACHABLE)
    new = report(down, findings=(finding(down, cause=Cause.DNS_RESOLVER_UNREACHABLE),))
    difference = diff(one_finding("a"), new)
    assert difference.closed == ()
    assert [one.cause for one in difference.unmeasured] == [Cause.TCP_DROPPED]
    assert summary(difference).startswith("Unclear: ")


@pytest.mark.parametrize(
    "new",
    [
        report(reachable("a"), unmeasured("b", "b.test")),
        report(reachable("a"), skipped("b")),
        report(reachable("c")),
    ],
    ids=["one of two is not measured", "one of two is not probed", "neither is there"],
)
def test_it_is_closed_only_when_everything_it_stopped_was_measured_again(new: Report) -> None:
    difference = diff(one_finding("a", "b"), new)
    assert (len(difference.unmeasured), difference.closed) == (1, ())


@pytest.mark.parametrize(
    ("stage", "cause", "is_closed"),
    [
        (Stage.DNS, Cause.DNS_NXDOMAIN, False),
        (Stage.TCP, Cause.TCP_REFUSED, True),
        (Stage.TLS, Cause.TLS_RESET, True),
    ],
)
def test_it_is_closed_only_when_the_new_look_came_as_far(
    stage: Stage, cause: Cause, is_closed: bool
) -> None:
    """A SYN that was dropped may still be, where the name does not even resolve now."""
    now = stopped("a", "a.test", stage, cause, "refused")
    difference = diff(one_finding("a"), report(now, findings=(finding(now, cause=cause),)))
    assert bool(difference.closed) is is_closed
    assert bool(difference.unmeasured) is not is_closed


def test_what_was_closed_and_opened_at_once_is_a_change() -> None:
    now = stopped("a", "a.test", Stage.TLS, Cause.TLS_RESET, "reset")
    difference = diff(
        one_finding("a"), report(now, findings=(finding(now, cause=Cause.TLS_RESET),))
    )
    assert summary(difference) == (
        "Changed: 1 finding closed and 1 opened; nothing required is newly blocked."
    )


def test_a_closed_finding_is_followed_to_its_packets() -> None:
    difference = diff(one_finding("a"), report(reachable("a")))
    text = " ".join(render_difference(difference, "table", Style(width=100)).split())
    assert (
        "a.test:443: blocked at TCP (2026-11-23 08:31:12.373 UTC, 10.1.0.4:51234 → 20.50.1.9:443)"
        " → reachable (2026-11-23 08:31:12.405 UTC, 10.1.0.4:51234 → 20.50.1.9:443)"
    ) in text


def test_scripts_find_the_packets_of_a_closed_finding() -> None:
    difference = diff(one_finding("a"), report(reachable("a")))
    document = json.loads(render_difference(difference, "json", Style()))
    ((proof,),) = [one["proof"] for one in document["findings"]["closed"]]
    assert (proof["old"]["verdict"], proof["new"]["verdict"]) == ("blocked", "reachable")
    assert proof["new"]["at"] == "2026-11-23T08:31:12.405Z"
    assert proof["new"]["destination"] == "20.50.1.9:443"


def test_of_a_large_finding_some_endpoints_are_followed_and_the_rest_is_counted() -> None:
    ids = [f"e{number}" for number in range(12)]
    difference = diff(one_finding(*ids), report(*map(reachable, ids)))
    text = render_difference(difference, "markdown", Style())
    assert text.count("  - e") == 10
    assert "  - and 2 more" in text


def test_an_optional_finding_that_is_not_measured_any_more_is_unclear_and_not_better() -> None:
    was = dropped("a", requirement=Requirement.OPTIONAL)
    old = report(was, findings=(finding(was),))
    new = report(unmeasured("a", "a.test", requirement=Requirement.OPTIONAL))
    said = "Unclear: 1 finding of the old report could not be measured any more."
    assert summary(diff(old, new)) == said


def test_a_finding_whose_endpoint_left_the_profile_is_closed_by_the_others() -> None:
    difference = diff(one_finding("a", "b"), report(reachable("a")))
    assert (len(difference.closed), difference.unmeasured) == (1, ())


@pytest.mark.parametrize("format_name", DIFF_FORMATS)
def test_what_is_not_measured_any_more_is_shown_apart(format_name: str) -> None:
    difference = diff(one_finding("a"), report(unmeasured("a", "a.test")))
    text = render_difference(difference, format_name, Style()).lower()
    assert "not measured any more" in text or '"unmeasured": [\n      {' in text


def test_a_change_of_an_optional_endpoint_alone_is_neither() -> None:
    new = report(dropped("a", requirement=Requirement.OPTIONAL))
    old = report(reachable("a", requirement=Requirement.OPTIONAL))
    assert summary(diff(old, new)) == "Nothing required is newly blocked."


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"profile": profile(environment=None)}, "environment"),
        ({"profile": profile(cloud="usgov")}, "cloud"),
        ({"profile": profile(region=None)}, "region"),
        ({"profile": profile(workspace_id=None)}, "workspace"),
        ({"profile": profile(components=("pki",))}, "components"),
        ({"profile": profile(catalog_version=date(2026, 1, 1))}, "catalogue"),
        ({"vantage": vantage(host="other")}, "place"),
        ({"vantage": vantage(resolvers=())}, "resolvers"),
        ({"vantage": vantage(proxy="http://p:1")}, "proxy"),
        ({"tool_version": "9"}, "defender-preflight"),
        ({"interrupted": True}, "run"),
    ],
)
def test_what_makes_two_runs_unlike_is_named(change: dict[str, object], what: str) -> None:
    assert [one.what for one in diff(report(), report(**change)).context] == [what]


def test_two_pods_of_one_node_are_one_place() -> None:
    def seen_from(pod: str, node: str | None) -> Report:
        inside = vantage(kind=VantageKind.POD, host=pod, pod=pod, node=node, namespace="n")
        return report(vantage=inside)

    assert diff(seen_from("p1", "n1"), seen_from("p2", "n1")).context == ()
    (change,) = diff(seen_from("p1", "n1"), seen_from("p2", None)).context
    assert change.new == "node unknown, namespace n"


def everything() -> Difference:
    """A difference with something in every part."""
    a, b, c = dropped("a"), dropped("b"), dropped("c")
    old = report(
        a,
        b,
        reachable("c"),
        skipped("d"),
        reachable("m"),
        findings=(finding(a), finding(b, id_="F2", cause=Cause.DNS_NXDOMAIN)),
    )
    new = report(
        *(
            a,
            reachable("b"),
            waived(c),
            skipped("e"),
            reachable("m", port=8443, requirement=Requirement.OPTIONAL),
        ),
        started_at=at(-1000),
        findings=(finding(a, c), finding(c, id_="F2", cause=Cause.TLS_RESET)),
        vantage=vantage(proxy="http://p:1"),
    )
    return diff(old, new)


@pytest.mark.parametrize("format_name", ["table", "markdown"])
def test_people_read_every_part(format_name: str) -> None:
    text = render_difference(everything(), format_name, Style(width=100)).lower()
    text = text.replace("`", "").replace("\\", "")
    for part in ("opened", "closed", "that stayed", "that changed", "added", "removed"):
        assert part in text
    assert "proxy: none → http" in text
    assert "these two runs are not alike" in text
    assert "the new report is older than the old one" in text
    assert "now also c" in text
    assert "reachable → blocked at tcp (tcp.dropped, waived)" in text
    assert "; was m.test:443; required → optional" in text


@pytest.mark.parametrize("format_name", ["table", "markdown"])
def test_runs_that_are_alike_get_no_caution(format_name: str) -> None:
    text = render_difference(diff(report(), report()), format_name, Style())
    assert "Nothing changed." in text
    assert "not alike" not in text


def test_what_makes_them_unlike_comes_before_what_changed() -> None:
    text = render_difference(everything(), "table", Style())
    assert text.index("not alike") < text.index("FINDINGS OPENED")


def test_a_difference_fits_its_terminal() -> None:
    text = render_difference(everything(), "table", Style(width=60, unicode=False))
    assert text.isascii()
    assert max(columns(line) for line in text.splitlines()) <= 60


def test_scripts_read_every_part() -> None:
    document = json.loads(render_difference(everything(), "json", Style(one_line=True)))
    assert document["schema"] == "defender-preflight/difference/v1"
    assert [one["id"] for one in document["endpoints"]["changed"]] == ["b", "c", "m"]
    assert [one["gained"] for one in document["findings"]["stayed"]] == [["c"]]
    assert document["context"] == [{"what": "proxy", "old": "none", "new": "http://p:1"}]


@pytest.mark.parametrize("format_name", DIFF_FORMATS)
def test_hostile_text_leaves_nothing_active(format_name: str) -> None:
    text = render_difference(diff(report(), rich_report()), format_name, Style())
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert (
        format_name != "markdown" or "<script" not in text.replace("`", "\n`").split("## Endp")[0]
    )
