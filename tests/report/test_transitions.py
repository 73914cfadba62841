"""What is told while somebody edits the firewall."""

from dataclasses import replace

import pytest

from preflight.model.diagnosis import Cause, Verdict
from preflight.model.endpoint import Requirement
from preflight.model.plan import Stage
from preflight.model.report import EndpointResult
from preflight.report.style import PLAIN, Style
from preflight.report.transitions import (
    awaited,
    beginning,
    ending,
    moved,
    notes,
    remaining,
    transitions,
)
from tests.golden.rich import rich_report
from tests.report.builders import at, endpoint, observed, report, skipped, stopped, waived

DROPPED = stopped("mcr", "mcr.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")
OPEN = endpoint("mcr", host="mcr.test", fqdn="mcr.test")


@pytest.mark.parametrize(
    ("one", "is_awaited"),
    [
        (DROPPED, True),
        (replace(DROPPED, verdict=Verdict.INCONCLUSIVE), True),
        (OPEN, False),
        (replace(OPEN, verdict=Verdict.DEGRADED), False),
        (skipped(requirement=Requirement.REQUIRED), False),
        (waived(DROPPED), False),
        (replace(DROPPED, requirement=Requirement.CONDITIONAL), False),
    ],
)
def test_it_waits_for_what_is_required_and_may_yet_open(
    one: EndpointResult, is_awaited: bool
) -> None:
    assert bool(awaited(report(one))) is is_awaited


def test_a_transition_has_the_time_of_the_packet_that_shows_it() -> None:
    (one,) = transitions(report(DROPPED), report(OPEN))
    assert one.at == OPEN.evidence[-1].at
    assert moved([one], PLAIN) == [
        "2026-11-23 08:31:12.405 UTC  ✓ mcr.test:443 (required, mcr): blocked at TCP (tcp.dropped) → reachable"
    ]


def test_transitions_come_in_the_order_in_which_they_were_seen() -> None:
    first = endpoint("a", host="a.test", evidence=(observed(Stage.HTTP, "exchange", after=900),))
    second = endpoint("b", host="b.test", evidence=(observed(Stage.HTTP, "exchange", after=100),))
    old = report(replace(DROPPED, id="a"), replace(DROPPED, id="b"))
    assert [one.endpoint.id for one in transitions(old, report(first, second))] == ["b", "a"]


def test_what_was_never_sent_has_the_time_of_its_look() -> None:
    (one,) = transitions(report(OPEN), report(skipped("mcr"), started_at=at(5_000)))
    assert one.at == at(5_000)


def test_what_stays_is_no_transition() -> None:
    assert transitions(report(DROPPED), report(DROPPED, started_at=at(9_000))) == ()


def test_it_begins_with_what_is_waited_for() -> None:
    assert beginning(report(OPEN, replace(DROPPED, id="x")), PLAIN) == [
        "2026-11-23 08:31:14.690 UTC  1 required endpoint is not open yet. Ctrl-C ends with the report of the last look.",
        "  ✗ mcr.test:443 (required, x): blocked at TCP (tcp.dropped)",
    ]


def test_it_does_not_begin_where_there_is_nothing_to_wait_for() -> None:
    assert beginning(report(OPEN), PLAIN) == []


def test_it_says_when_the_next_look_is() -> None:
    two = report(DROPPED, replace(DROPPED, id="x"))
    assert remaining(two, 3, 5.0) == (
        "Look 3: 2 required endpoints are not open yet; the next look begins in 5 s"
    )


def test_it_says_that_it_is_over() -> None:
    assert ending(3, report(OPEN)) == (
        "2026-11-23 08:31:14.690 UTC  Look 3: nothing required is waited for any more."
    )


def test_a_report_tells_of_the_looks_before_it() -> None:
    first, moved_ = notes(2, at(0), transitions(report(DROPPED), report(OPEN)))
    assert first == "Watched since 2026-11-23 08:31:12.345 UTC; this is look 2."
    assert moved_ == (
        "2026-11-23 08:31:12.405 UTC: mcr.test:443 (mcr): blocked at TCP (tcp.dropped) → reachable"
    )


def rich_lines(style: Style) -> list[str]:
    rich = rich_report()
    opened = report(*(replace(one, verdict=Verdict.REACHABLE) for one in rich.endpoints))
    return [*beginning(rich, style), *moved(transitions(rich, opened), style)]


@pytest.mark.parametrize("style", [PLAIN, Style(unicode=False)])
def test_hostile_text_leaves_nothing_active_and_no_line_in_two(style: Style) -> None:
    lines = rich_lines(style)
    assert len(lines) > 8
    assert all(line.isprintable() for line in lines)
    assert style.unicode or all(line.isascii() for line in lines)


def test_only_a_terminal_gets_colours() -> None:
    assert "\x1b[32m✓\x1b[0m" in "".join(rich_lines(Style(colour=True)))
