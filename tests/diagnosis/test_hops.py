"""What packets with few hops to live say of a failure, and when they say nothing."""

from dataclasses import replace

import pytest

from preflight.diagnosis.path import answering, ending, shown
from preflight.diagnosis.rows import Row, result
from preflight.diagnosis.wording import spans
from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.evidence import Connect, Evidence, Hop, Outcome, Transport
from tests.diagnosis.asking import case, diagnosed, judged, said
from tests.factories import (
    ADDRESS,
    HOST,
    SOURCE,
    attempt,
    check,
    checked,
    connected,
    endpoint,
    evidence,
    hop,
    peer,
    shaken,
    traced,
    via,
)

GATEWAY, FIREWALL, ROUTER = "10.0.0.1", "10.0.3.4", "192.0.2.1"
FIRST, SECOND = hop(1, router=GATEWAY), hop(2, router=FIREWALL)
DROPPED, REFUSED, OK = Outcome.DROPPED, Outcome.REFUSED, Outcome.OK


def datagram(ttl: int, router: str | None, outcome: Outcome = Outcome.TTL_EXCEEDED) -> Hop:
    return hop(ttl, outcome, router, transport=Transport.UDP)


def silent(*ttls: int) -> tuple[Hop, ...]:
    return tuple(hop(ttl, DROPPED) for ttl in ttls)


def unanswered(*hops: Hop, address: str = ADDRESS) -> Evidence:
    return checked(HOST, connected(DROPPED, address), controls=[traced(*hops, address=address)])


def refused(*hops: Hop, address: str = ADDRESS) -> Evidence:
    return checked(HOST, connected(REFUSED, address), controls=[traced(*hops, address=address)])


# silence


def test_the_last_router_that_a_syn_reached_is_named() -> None:
    found = diagnosed(unanswered(FIRST, SECOND, *silent(3, 4, 5)))
    assert said(found) == (Verdict.BLOCKED, Cause.TCP_DROPPED, Confidence.LIKELY)
    assert (
        f"The path answers as far as {FIREWALL} (2 hops); nothing beyond it does."
        in found.explanation
    )
    assert SECOND in found.observations
    assert isinstance(found.observations[-1], Connect)


def test_datagrams_that_go_farther_tell_where_tcp_is_dropped() -> None:
    found = diagnosed(unanswered(FIRST, SECOND, *silent(3, 4), datagram(3, ROUTER)))
    assert f"SYNs are answered as far as {FIREWALL} (2 hops) and no farther" in found.explanation
    assert f"reach {ROUTER} (3 hops)" in found.explanation
    assert f"TCP is dropped by {FIREWALL} or right behind it." in found.explanation


def test_routers_that_stay_silent_leave_a_stretch_of_the_path() -> None:
    text = diagnosed(unanswered(FIRST, SECOND, *silent(3, 4, 5), datagram(5, ROUTER))).explanation
    assert f"TCP is dropped somewhere from {FIREWALL} to {ROUTER}." in text


def test_syns_that_no_router_answers_are_dropped_before_the_first_that_datagrams_reach() -> None:
    hops = (*silent(1, 2, 3), datagram(1, GATEWAY), datagram(2, FIREWALL))
    text = diagnosed(unanswered(*hops)).explanation
    assert "SYNs are answered by no router, while datagrams" in text
    assert f"TCP is dropped before {GATEWAY}." in text


@pytest.mark.parametrize(
    "hops",
    [
        (),
        silent(1, 2, 3),
        (FIRST, *silent(2, 3)),  # every path has a gateway
        (FIRST, SECOND),  # nobody asked beyond
        (FIRST, SECOND, hop(3, Outcome.LOCAL), hop(4, Outcome.UNKNOWN)),  # this host could not
        (FIRST, SECOND, *silent(3), hop(4, OK)),  # a SYN did come through
        (FIRST, hop(2, DROPPED), datagram(1, GATEWAY)),
    ],
    ids=["none", "silence", "gateway", "unasked", "unable", "passed", "one hop"],
)
def test_too_little_is_no_evidence(hops: tuple[Hop, ...]) -> None:
    found = diagnosed(unanswered(*hops))
    plain = diagnosed(checked(HOST, connected(DROPPED)))
    assert found.explanation == plain.explanation
    assert found.cause is Cause.TCP_DROPPED


def test_a_datagram_that_another_way_led_farther_proves_nothing() -> None:
    """At the second hop it met another router than the SYN did."""
    hops = (FIRST, SECOND, *silent(3, 4), datagram(2, "192.0.2.9"), datagram(3, ROUTER))
    assert "datagrams" not in diagnosed(unanswered(*hops)).explanation


def test_the_trace_does_not_split_a_finding() -> None:
    one = unanswered(FIRST, SECOND, *silent(3, 4))
    other = checked("mcr.microsoft.com", connected(DROPPED, "203.0.113.20"))
    (finding,) = judged(one, other).findings
    assert finding.cause is Cause.TCP_DROPPED
    assert len(finding.endpoints) == 2
    assert f"as far as {FIREWALL}" in finding.explanation
    assert any(line.action == "hop" for line in finding.evidence)


# RST


def test_rst_from_nearer_than_the_routers_that_datagrams_reach_is_a_device_on_the_way() -> None:
    found = diagnosed(refused(FIRST, hop(2, REFUSED), datagram(2, FIREWALL), datagram(3, ROUTER)))
    assert said(found) == (Verdict.BLOCKED, Cause.TCP_REFUSED, Confidence.CONFIRMED)
    assert "The RST comes from at most 2 hops away, and the host is beyond" in found.explanation
    assert f"reach the router {ROUTER}, 3 hops away" in found.explanation
    assert f"answers in the host's place: {GATEWAY} or the next one." in found.explanation
    assert [step.outcome for step in found.observations if isinstance(step, Hop)] == [
        REFUSED,
        Outcome.TTL_EXCEEDED,
    ]


def test_where_the_router_before_it_is_not_known_no_device_is_named() -> None:
    text = diagnosed(refused(FIRST, *silent(2), hop(3, REFUSED), datagram(3, ROUTER))).explanation
    assert "answers in the host's place." in text


@pytest.mark.parametrize(
    "hops",
    [
        (FIRST, SECOND, hop(3, REFUSED)),  # it may well be the host
        (FIRST, SECOND, hop(3, REFUSED), datagram(2, FIREWALL)),  # no router as far as that
        (FIRST, SECOND, hop(3, REFUSED), datagram(3, ADDRESS, REFUSED)),  # the host is there
        (FIRST, SECOND, hop(3, REFUSED), datagram(3, ADDRESS)),  # an address is no router to itself
        (FIRST, hop(2, REFUSED), *(datagram(n, None, DROPPED) for n in range(1, 9))),
        (hop(1, REFUSED), datagram(1, GATEWAY)),  # one hop
        (hop(1, OK), hop(2, REFUSED)),  # no datagram at all
        (FIRST, hop(2, REFUSED), datagram(1, "192.0.2.9"), datagram(3, ROUTER)),  # another way
        (FIRST, hop(2, REFUSED), hop(3, router=ROUTER), datagram(3, ROUTER)),  # SYNs go farther too
        (FIRST, hop(2, REFUSED), datagram(2, ROUTER), datagram(4, ROUTER)),  # a loop
        (FIRST, hop(2, REFUSED), datagram(3, SOURCE.partition(":")[0])),  # this host itself
        (FIRST, hop(2, REFUSED), datagram(3, None)),  # an answer by nobody known
    ],
)
def test_a_device_is_claimed_only_where_a_router_stands_as_far_away(hops: tuple[Hop, ...]) -> None:
    found = diagnosed(refused(*hops))
    assert said(found) == (Verdict.BLOCKED, Cause.TCP_REFUSED, Confidence.CONFIRMED)
    assert "hop" not in found.explanation


def test_nothing_is_claimed_of_the_way_to_a_private_address() -> None:
    private = "10.1.2.3"
    nearer = (FIRST, hop(2, REFUSED), datagram(3, ROUTER))
    assert "hop" not in diagnosed(refused(*nearer, address=private)).explanation
    lost = (FIRST, SECOND, *silent(3, 4))
    assert "hop" not in diagnosed(unanswered(*lost, address=private)).explanation


def test_another_addresses_trace_says_nothing_of_this_one() -> None:
    seen = checked(
        HOST,
        connected(DROPPED),
        controls=[traced(FIRST, SECOND, *silent(3), address="203.0.113.9")],
    )
    assert "hop" not in diagnosed(seen).explanation


# connections that a device completes


def test_a_connection_answered_nearer_than_the_routers_is_said_so() -> None:
    seen = checked(
        HOST,
        connected(),
        shaken(Outcome.RESET),
        controls=[traced(FIRST, hop(2, OK), datagram(2, FIREWALL), datagram(3, ROUTER))],
    )
    text = answering(seen.attempts[0], case(seen))
    assert text.startswith(
        " The connection is answered at most 2 hops away, and the host is beyond:"
    )
    assert [step.ttl for step in shown(seen.attempts[0], case(seen))] == [2, 3]
    assert ending(seen.attempts[0], case(seen)) == ""


def test_silence_behind_a_device_that_completes_the_connection_is_said_to_be_its() -> None:
    seen = checked(
        HOST,
        connected(),
        shaken(DROPPED),
        controls=[traced(FIRST, hop(2, OK), datagram(2, FIREWALL), datagram(3, ROUTER))],
    )
    found = diagnosed(seen)
    assert said(found) == (Verdict.BLOCKED, Cause.TLS_DROPPED, Confidence.LIKELY)
    assert f"answers in the host's place: {GATEWAY} or the next one." in found.explanation


def test_a_connection_that_the_host_may_have_answered_says_nothing() -> None:
    seen = checked(
        HOST,
        connected(),
        shaken(Outcome.RESET),
        controls=[traced(FIRST, SECOND, hop(3, OK), datagram(2, FIREWALL))],
    )
    assert answering(seen.attempts[0], case(seen)) == ""
    assert shown(seen.attempts[0], case(seen)) == ()


# ICMP


def rejected(router: str | None, *hops: Hop, **fields: object) -> Evidence:
    step = replace(
        connected(Outcome.UNREACHABLE, error="administratively prohibited (ICMP type 3 code 13)"),
        router=peer(f"{router}:0").address if router else None,
        **fields,  # type: ignore[arg-type]
    )
    return checked(HOST, step, controls=[traced(*hops)])


def test_the_device_that_rejects_with_icmp_is_named() -> None:
    found = diagnosed(rejected(FIREWALL))
    assert said(found) == (Verdict.BLOCKED, Cause.TCP_UNREACHABLE, Confidence.CONFIRMED)
    assert f"ICMP by the device {FIREWALL}: administratively prohibited" in found.explanation


def test_its_distance_is_told_where_a_packet_ended_there() -> None:
    hops = (FIRST, SECOND, hop(3, Outcome.UNREACHABLE, FIREWALL))
    assert (
        f"the device {FIREWALL}, 2 hops away:" in diagnosed(rejected(FIREWALL, *hops)).explanation
    )


def test_icmp_of_the_address_itself_is_no_device_on_the_way() -> None:
    assert "ICMP by the address itself:" in diagnosed(rejected(ADDRESS)).explanation


def test_icmp_of_this_host_means_that_its_next_hop_is_not_there() -> None:
    own = SOURCE.partition(":")[0]
    assert (
        "this host itself, whose next hop does not answer" in diagnosed(rejected(own)).explanation
    )


def test_icmp_without_its_sender_is_told_as_before() -> None:
    text = diagnosed(rejected(None)).explanation
    assert "was answered with ICMP unreachable or prohibited." in text


# through a proxy, and in the report


def test_through_a_proxy_nothing_is_said_of_hops() -> None:
    seen = evidence(
        attempts=(attempt(connected(DROPPED)),),
        controls=(traced(FIRST, SECOND, *silent(3, 4)),),
        of=check(HOST, route=via()),
    )
    assert "hops" not in diagnosed(seen).explanation


def test_packets_that_nobody_answered_are_one_line_of_a_row() -> None:
    hops = (
        FIRST,
        SECOND,
        *silent(*range(3, 17)),
        datagram(2, FIREWALL),
        datagram(4, None, DROPPED),
    )
    seen = unanswered(*hops)
    found = case(seen)
    row = Row(endpoint=endpoint(HOST), case=found, diagnosis=diagnosed(seen))
    lines = [line.detail for line in result(row, ()).evidence if line.action == "hop"]
    assert lines == [
        f"control hops: tcp with time to live 1, answered by {GATEWAY}",
        f"control hops: tcp with time to live 2, answered by {FIREWALL}",
        f"control hops: udp with time to live 2, answered by {FIREWALL}",
        "control hops: tcp with time to live 3, likewise 4 to 16",
        "control hops: udp with time to live 4",
    ]


@pytest.mark.parametrize(
    ("numbers", "text"),
    [((), ""), ((3,), "3"), ((4, 5, 6, 9, 8, 1), "1, 4 to 6, 8 to 9")],
)
def test_numbers_are_told_in_spans(numbers: tuple[int, ...], text: str) -> None:
    assert spans(numbers) == text
