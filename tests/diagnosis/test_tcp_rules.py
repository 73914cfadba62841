"""How a connection request ends, and what it means."""

import pytest

from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.endpoint import Protocol
from preflight.model.evidence import Outcome
from preflight.model.plan import Stage
from tests.diagnosis.asking import addresses, diagnosed, said
from tests.factories import HOST, asked, attempt, checked, connected, evidence, exchanged, shaken

BLOCKED, LIKELY, CONFIRMED = Verdict.BLOCKED, Confidence.LIKELY, Confidence.CONFIRMED
V6 = "2001:db8::10"


def test_an_unanswered_syn_is_dropped_and_never_confirmed() -> None:
    found = diagnosed(checked(HOST, connected(Outcome.DROPPED)))
    assert said(found) == (BLOCKED, Cause.TCP_DROPPED, LIKELY)
    assert found.stage is Stage.TCP
    assert "203.0.113.10:443" in found.explanation


def test_an_rst_to_the_syn_is_refused() -> None:
    found = diagnosed(checked(HOST, connected(Outcome.REFUSED)))
    assert said(found) == (BLOCKED, Cause.TCP_REFUSED, CONFIRMED)


def test_an_icmp_answer_is_unreachable() -> None:
    found = diagnosed(checked(HOST, connected(Outcome.UNREACHABLE)))
    assert said(found) == (BLOCKED, Cause.TCP_UNREACHABLE, CONFIRMED)
    assert "ICMP" in found.explanation


def test_no_route_is_unreachable_and_says_that_nothing_was_sent() -> None:
    found = diagnosed(checked(HOST, connected(Outcome.UNREACHABLE, source=None)))
    assert found.cause is Cause.TCP_UNREACHABLE
    assert "nothing was sent" in found.explanation


@pytest.mark.parametrize("outcome", [Outcome.DROPPED, Outcome.REFUSED, Outcome.UNREACHABLE])
def test_a_private_address_that_fails_sends_people_to_the_route(outcome: Outcome) -> None:
    found = diagnosed(checked(HOST, connected(outcome, "10.1.2.3")))
    assert "private endpoint" in found.explanation


def test_a_documentation_address_is_not_taken_for_a_private_one() -> None:
    assert "private" not in diagnosed(checked(HOST, connected(Outcome.DROPPED))).explanation


@pytest.mark.parametrize("outcome", [Outcome.LOCAL, Outcome.UNKNOWN, Outcome.RESET])
def test_an_end_that_no_cause_covers_is_inconclusive(outcome: Outcome) -> None:
    found = diagnosed(checked(HOST, connected(outcome, error="EPERM\x1b[31m")))
    assert (found.verdict, found.cause) == (Verdict.INCONCLUSIVE, None)
    assert '"EPERM\\x1b[31m"' in found.explanation


def test_an_unknown_end_without_an_error_text_is_told_all_the_same() -> None:
    assert "ended as unknown," in diagnosed(checked(HOST, connected(Outcome.UNKNOWN))).explanation


def test_a_tcp_connection_alone_proves_nothing() -> None:
    found = diagnosed(checked(HOST, connected(port=9000), port=9000, protocol=Protocol.TCP))
    assert (found.verdict, found.cause) == (Verdict.INCONCLUSIVE, None)
    assert "firewalls complete TCP themselves" in found.explanation


def test_a_udp_answer_is_reachable() -> None:
    found = diagnosed(checked(HOST, asked(), port=123, protocol=Protocol.UDP))
    assert said(found) == (Verdict.REACHABLE, None, LIKELY)


def test_udp_silence_is_never_a_block() -> None:
    found = diagnosed(checked(HOST, asked(Outcome.DROPPED), port=123, protocol=Protocol.UDP))
    assert (found.verdict, found.cause) == (Verdict.INCONCLUSIVE, None)
    assert "UDP may be blocked" in found.explanation


def test_icmp_port_unreachable_to_udp_is_unreachable() -> None:
    found = diagnosed(checked(HOST, asked(Outcome.REFUSED), port=123, protocol=Protocol.UDP))
    assert said(found) == (BLOCKED, Cause.TCP_UNREACHABLE, CONFIRMED)
    assert "port unreachable" in found.explanation


def test_ipv6_without_a_route_is_not_judged_and_is_no_fault() -> None:
    good = attempt(connected(), shaken(), exchanged())
    absent = attempt(connected(Outcome.UNREACHABLE, V6, source=None))
    found = evidence(attempts=(good, absent))
    assert said(diagnosed(found)) == (Verdict.REACHABLE, None, CONFIRMED)
    assert [each.diagnosis.verdict for each in addresses(found)] == [
        Verdict.REACHABLE,
        Verdict.SKIPPED,
    ]


def test_ipv6_without_a_route_does_not_hide_a_block_of_ipv4() -> None:
    absent = attempt(connected(Outcome.UNREACHABLE, V6, source=None))
    found = diagnosed(evidence(attempts=(absent, attempt(connected(Outcome.DROPPED)))))
    assert said(found) == (BLOCKED, Cause.TCP_DROPPED, LIKELY)


def test_a_name_with_only_ipv6_addresses_is_inconclusive_without_ipv6() -> None:
    found = diagnosed(
        evidence(attempts=(attempt(connected(Outcome.UNREACHABLE, V6, source=None)),))
    )
    assert (found.verdict, found.cause) == (Verdict.INCONCLUSIVE, None)
    assert "only IPv6" in found.explanation


def test_an_icmp_answer_over_ipv6_is_a_fault() -> None:
    found = diagnosed(evidence(attempts=(attempt(connected(Outcome.UNREACHABLE, V6)),)))
    assert found.cause is Cause.TCP_UNREACHABLE


def test_a_missing_route_to_one_ipv6_address_is_a_fault_where_ipv6_is_routed() -> None:
    mine = evidence(attempts=(attempt(connected(Outcome.UNREACHABLE, V6, source=None)),))
    other = checked("mcr.microsoft.com", connected(Outcome.DROPPED, "2001:db8::20"))
    assert diagnosed(mine, other).cause is Cause.TCP_UNREACHABLE
