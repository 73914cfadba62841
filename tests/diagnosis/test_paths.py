"""Several addresses of one host, and checks that were cut short."""

from typing import Any

import pytest

from preflight.diagnosis.steps import is_finished
from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.endpoint import Protocol
from preflight.model.evidence import Attempt, Evidence, Incomplete, Outcome, PathStep
from preflight.model.plan import Stage
from tests.diagnosis.asking import addresses, case, diagnosed, said
from tests.factories import (
    ADDRESS,
    CORPORATE,
    HOST,
    asked,
    attempt,
    certificate,
    check,
    checked,
    connected,
    evidence,
    exchanged,
    healthy,
    lookup,
    peer,
    shaken,
    to_proxy,
    tunnelled,
    via,
)

LIKELY, CONFIRMED, POSSIBLE = Confidence.LIKELY, Confidence.CONFIRMED, Confidence.POSSIBLE
SECOND, THIRD = "203.0.113.11", "203.0.113.12"
V6, V6_TOO = "2001:db8::10", "2001:db8::11"


def good(address: str = ADDRESS) -> Attempt:
    return attempt(connected(address=address), shaken(address=address), exchanged(address=address))


def bad(address: str = SECOND, outcome: Outcome = Outcome.DROPPED) -> Attempt:
    return attempt(connected(outcome, address))


def tried(*attempts: Attempt, **fields: Any) -> Evidence:
    return evidence(attempts=attempts, **fields)


def test_addresses_that_differ_are_partial() -> None:
    found = diagnosed(tried(good(), bad()))
    assert said(found) == (Verdict.DEGRADED, Cause.PATH_PARTIAL_ADDRESSES, LIKELY)
    assert found.stage is Stage.TCP
    assert f"works at {ADDRESS} and fails at {SECOND} (tcp.dropped)" in found.explanation


def test_partial_failure_is_as_sure_as_what_failed() -> None:
    found = diagnosed(tried(good(), bad(outcome=Outcome.REFUSED)))
    assert said(found) == (Verdict.DEGRADED, Cause.PATH_PARTIAL_ADDRESSES, CONFIRMED)


def test_an_address_that_could_not_be_judged_does_not_make_the_host_partial() -> None:
    found = diagnosed(tried(good(), bad(outcome=Outcome.UNKNOWN)))
    assert said(found) == (Verdict.REACHABLE, None, CONFIRMED)
    assert "1 further address could not be judged" in found.explanation


def test_ipv6_that_fails_where_ipv4_works_is_broken() -> None:
    found = diagnosed(tried(good(), bad(V6), bad(V6_TOO, Outcome.REFUSED)))
    assert said(found) == (Verdict.DEGRADED, Cause.PATH_IPV6_BROKEN, LIKELY)
    assert found.stage is Stage.TCP


def test_ipv6_that_works_for_other_hosts_is_only_possibly_broken() -> None:
    found = diagnosed(tried(good(), bad(V6)), healthy("mcr.microsoft.com", "2001:db8::20"))
    assert said(found) == (Verdict.DEGRADED, Cause.PATH_IPV6_BROKEN, POSSIBLE)


GLOBAL, UNIQUE_LOCAL, LINK_LOCAL = "[2001:db8:1::7]:4000", "[fd00:1::7]:4000", "[fe80::7]:4000"


def from_(source: str | None, address: str = V6, outcome: Outcome = Outcome.DROPPED) -> Attempt:
    """A SYN from this source to an IPv6 address."""
    lost = connected(outcome, address, source=peer(source) if source else None)
    return attempt(lost, address=address)


def test_silence_of_ipv6_from_an_address_of_the_internet_is_broken() -> None:
    assert diagnosed(tried(good(), from_(GLOBAL))).cause is Cause.PATH_IPV6_BROKEN


@pytest.mark.parametrize("outcome", [Outcome.DROPPED, Outcome.UNREACHABLE])
@pytest.mark.parametrize("source", [UNIQUE_LOCAL, LINK_LOCAL])
def test_a_lone_local_ipv6_address_is_no_ipv6(source: str, outcome: Outcome) -> None:
    mine = tried(good(), from_(source, outcome=outcome))
    assert said(diagnosed(mine)) == (Verdict.REACHABLE, None, CONFIRMED)
    lone = addresses(mine)[1].diagnosis
    assert lone.verdict is Verdict.SKIPPED
    assert "only local IPv6 addresses" in lone.explanation


def test_a_local_ipv6_address_that_is_translated_elsewhere_is_ipv6_and_may_break() -> None:
    other = checked(
        "mcr.microsoft.com",
        connected(address="2001:db8::20", source=peer(UNIQUE_LOCAL)),
        shaken(address="2001:db8::20", name="mcr.microsoft.com", source=peer(UNIQUE_LOCAL)),
        exchanged(address="2001:db8::20"),
    )
    found = diagnosed(tried(good(), from_(UNIQUE_LOCAL)), other)
    assert said(found) == (Verdict.DEGRADED, Cause.PATH_IPV6_BROKEN, POSSIBLE)


def test_a_private_ipv6_address_is_asked_from_a_local_one() -> None:
    found = diagnosed(tried(good(), from_(UNIQUE_LOCAL, "fd00:2::10")))
    assert found.cause is Cause.PATH_IPV6_BROKEN


def test_a_way_to_private_ipv6_addresses_is_none_to_the_internet() -> None:
    private = tried(from_(UNIQUE_LOCAL, "fd00:2::10"), of=check("private.example"))
    mine = tried(good(), from_(None, outcome=Outcome.UNREACHABLE))
    assert said(diagnosed(mine, private)) == (Verdict.REACHABLE, None, CONFIRMED)


def test_a_host_with_ipv6_alone_may_have_its_local_address_translated() -> None:
    found = diagnosed(tried(from_(UNIQUE_LOCAL)))
    assert said(found) == (Verdict.BLOCKED, Cause.TCP_DROPPED, LIKELY)


def test_where_ipv4_fails_too_a_lone_local_ipv6_address_excuses_nothing() -> None:
    found = diagnosed(tried(bad(ADDRESS), from_(UNIQUE_LOCAL)))
    assert said(found) == (Verdict.BLOCKED, Cause.TCP_DROPPED, LIKELY)


def test_one_of_two_ipv6_addresses_failing_is_partial_not_broken() -> None:
    assert diagnosed(tried(good(), good(V6), bad(V6_TOO))).cause is Cause.PATH_PARTIAL_ADDRESSES


def test_ipv4_failing_where_ipv6_works_is_partial() -> None:
    assert diagnosed(tried(bad(ADDRESS), good(V6))).cause is Cause.PATH_PARTIAL_ADDRESSES


V6_RESOLVER = lookup(resolver="[fd00:10::a]:53")
UNSENT = attempt(connected(Outcome.UNREACHABLE, ADDRESS, source=None))


def test_ipv4_is_not_judged_on_a_host_with_ipv6_alone() -> None:
    mine = tried(UNSENT, good(V6), lookups=(V6_RESOLVER,))
    assert said(diagnosed(mine)) == (Verdict.REACHABLE, None, CONFIRMED)
    assert addresses(mine)[0].diagnosis.verdict is Verdict.SKIPPED


def test_a_host_without_an_ipv6_address_is_blocked_from_there() -> None:
    other = tried(good(V6), of=check("other.example"), lookups=(V6_RESOLVER,))
    found = diagnosed(tried(UNSENT, lookups=(V6_RESOLVER,)), other)
    assert said(found) == (Verdict.BLOCKED, Cause.TCP_UNREACHABLE, CONFIRMED)


def test_ipv4_without_a_route_to_one_host_alone_is_partial() -> None:
    """The resolver is asked over IPv4, so the host does have it."""
    assert diagnosed(tried(UNSENT, good(V6))).cause is Cause.PATH_PARTIAL_ADDRESSES


def test_an_unspecified_address_beside_a_good_one_switches_ipv6_off() -> None:
    mine = tried(good(), bad("::", Outcome.REFUSED))
    assert said(diagnosed(mine)) == (Verdict.REACHABLE, None, CONFIRMED)
    assert "is no address" in addresses(mine)[1].diagnosis.explanation


def test_addresses_of_a_proxy_that_differ_are_partial_in_any_family() -> None:
    through = attempt(to_proxy(), tunnelled(), shaken(), exchanged())
    lost = attempt(to_proxy(Outcome.DROPPED), address=V6)
    mine = tried(through, lost, of=healthy(route=via()).check)
    assert diagnosed(mine).cause is Cause.PATH_PARTIAL_ADDRESSES


def test_a_degraded_address_decides_over_a_good_one() -> None:
    leaf = shaken(address=SECOND, certificates=(certificate(CORPORATE),))
    intercepted = attempt(connected(address=SECOND), leaf, exchanged(address=SECOND))
    found = diagnosed(tried(good(), intercepted))
    assert said(found) == (Verdict.DEGRADED, Cause.TLS_INTERCEPTED, CONFIRMED)


def test_addresses_that_fail_alike_are_told_once() -> None:
    found = diagnosed(tried(bad(), bad(THIRD), untried=2))
    assert said(found) == (Verdict.BLOCKED, Cause.TCP_DROPPED, LIKELY)
    assert "The same at all 2 addresses." in found.explanation
    assert "2 further addresses were not tried." in found.explanation


def test_of_addresses_that_fail_differently_the_one_that_came_furthest_decides() -> None:
    further = attempt(connected(address=THIRD), shaken(Outcome.RESET, THIRD))
    found = diagnosed(tried(bad(), further))
    assert said(found) == (Verdict.BLOCKED, Cause.TLS_RESET, LIKELY)
    assert "1 further address fails too (tcp.dropped)" in found.explanation


def test_a_blocked_address_decides_over_one_that_could_not_be_judged() -> None:
    found = diagnosed(tried(bad(outcome=Outcome.UNKNOWN), bad(THIRD)))
    assert said(found) == (Verdict.BLOCKED, Cause.TCP_DROPPED, LIKELY)


def test_a_name_that_resolves_but_was_not_tried_is_not_measured() -> None:
    found = diagnosed(evidence([lookup()]))
    assert (found.verdict, found.cause) == (Verdict.INCONCLUSIVE, None)
    assert "no address was tried" in found.explanation


# cut short


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (Incomplete.DEADLINE, "--deadline"),
        (Incomplete.INTERRUPTED, "interrupted"),
        (Incomplete.CRASHED, "KeyError\\x1b"),
    ],
)
def test_what_was_cut_short_is_not_measured_and_says_why(why: Incomplete, words: str) -> None:
    found = diagnosed(evidence([], incomplete=why, error="KeyError\x1b"))
    assert (found.verdict, found.cause) == (Verdict.INCONCLUSIVE, None)
    assert words in found.explanation


def test_silence_of_a_resolver_that_was_cut_short_blames_nobody() -> None:
    mine = evidence([lookup(Outcome.DROPPED)], incomplete=Incomplete.INTERRUPTED)
    assert diagnosed(mine).cause is None
    assert diagnosed(mine, healthy("mcr.microsoft.com")).cause is None


def test_an_answer_that_says_no_stands_although_the_check_was_cut_short() -> None:
    mine = evidence([lookup(Outcome.NXDOMAIN)], incomplete=Incomplete.DEADLINE)
    assert said(diagnosed(mine)) == (Verdict.BLOCKED, Cause.DNS_NXDOMAIN, CONFIRMED)


def test_an_open_path_stands_although_the_check_was_cut_short() -> None:
    mine = tried(good(), attempt(connected(address=SECOND)), incomplete=Incomplete.DEADLINE)
    assert diagnosed(mine).verdict is Verdict.REACHABLE


def test_a_block_at_every_address_stands_although_the_controls_were_cut_short() -> None:
    mine = tried(bad(), bad(THIRD), incomplete=Incomplete.DEADLINE)
    assert diagnosed(mine).cause is Cause.TCP_DROPPED


def test_a_block_at_some_addresses_does_not_stand_when_others_were_cut_short() -> None:
    mine = tried(bad(), attempt(connected(address=THIRD)), incomplete=Incomplete.DEADLINE)
    found = diagnosed(mine)
    assert (found.verdict, found.cause) == (Verdict.INCONCLUSIVE, None)


def test_an_attempt_that_just_stops_ended_early() -> None:
    found = diagnosed(checked(HOST, connected(), shaken()))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "ended early, after the tls step" in found.explanation


def test_an_ipv6_step_that_this_host_itself_refused_is_not_called_a_missing_route() -> None:
    refused = attempt(connected(Outcome.LOCAL, "2001:db8::10", source=None))
    (judged,) = addresses(evidence(attempts=(refused,)))
    assert judged.diagnosis.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("protocol", "step", "finished"),
    [
        (Protocol.UDP, asked(), True),
        (Protocol.TCP, connected(), True),
        (Protocol.HTTPS, connected(), False),
        (Protocol.HTTPS, exchanged(), True),
        (Protocol.HTTPS, connected(Outcome.REFUSED), True),
    ],
)
def test_an_attempt_is_finished_at_a_bad_end_or_at_its_protocols_last_step(
    protocol: Protocol, step: PathStep, finished: bool
) -> None:
    mine = checked(HOST, step, protocol=protocol)
    assert is_finished(mine.attempts[0], case(mine)) is finished
