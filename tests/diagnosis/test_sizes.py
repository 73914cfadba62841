"""What is lost for its size: packets that a link does not carry, and ClientHellos of more than one segment."""

from ipaddress import ip_address
from typing import Any

import pytest

from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.evidence import (
    Control,
    Evidence,
    Experiment,
    Hello,
    Observation,
    Outcome,
    PathStep,
)
from preflight.model.plan import Stage
from tests.diagnosis.asking import diagnosed, said
from tests.factories import (
    ADDRESS,
    HOST,
    at,
    attempt,
    check,
    connected,
    evidence,
    exchanged,
    healthy,
    peer,
    shaken,
    to_proxy,
    tunnelled,
    via,
)

LARGE, SMALL = 1_800, 517
BLOCKED, LIKELY, POSSIBLE = Verdict.BLOCKED, Confidence.LIKELY, Confidence.POSSIBLE
LOST, MTU = Cause.PATH_LARGE_HELLO_DROPPED, Cause.PATH_MTU_BLACKHOLE
OK, DROPPED, RESET, CLOSED = Outcome.OK, Outcome.DROPPED, Outcome.RESET, Outcome.CLOSED
OPEN = (connected(), shaken(), exchanged())


def hello(number: int, size: int, outcome: Outcome = OK, *, mss: int | None = None) -> list[Any]:
    """A connection of its own and the ClientHello sent over it."""
    source = peer(f"10.244.1.7:{41_000 + number}")
    sent = Hello(
        at=at(1.0),
        stage=Stage.TLS,
        source=source,
        destination=peer(f"{ADDRESS}:443"),
        outcome=outcome,
        elapsed=4.0 if outcome is DROPPED else 0.02,
        server_name=HOST,
        size=size,
    )
    return [connected(source=source, mss=mss), sent]


def sent(*found: list[Any]) -> Control:
    steps = tuple(step for pair in found for step in pair)
    return Control(name=Experiment.LARGE_HELLO, address=ip_address(ADDRESS), observations=steps)


def refused(outcome: Outcome, *, in_small_segments: Outcome | None = None) -> Control:
    """Two large ones refused, two small ones answered; one large in small segments, if it is given."""
    small = [] if in_small_segments is None else [hello(5, LARGE, in_small_segments, mss=536)]
    return sent(
        hello(1, LARGE, outcome),
        hello(2, LARGE, outcome),
        *small,
        hello(3, SMALL),
        hello(4, SMALL),
    )


def seen(control: Control, *steps: PathStep, **fields: Any) -> Evidence:
    return evidence(attempts=(attempt(*(steps or OPEN)),), controls=(control,), **fields)


@pytest.mark.parametrize("outcome", [DROPPED, RESET, CLOSED])
def test_large_ones_lost_in_any_segments_where_small_ones_are_answered(outcome: Outcome) -> None:
    found = diagnosed(seen(refused(outcome, in_small_segments=outcome)))
    assert said(found) == (BLOCKED, LOST, LIKELY)
    assert found.stage is Stage.TLS
    assert "1800 bytes" in found.explanation
    assert "517 bytes is answered" in found.explanation


def test_without_the_word_of_small_segments_the_size_of_the_hello_is_only_possibly_it() -> None:
    assert said(diagnosed(seen(refused(RESET)))) == (BLOCKED, LOST, POSSIBLE)


def test_large_ones_that_arrive_in_small_segments_met_a_link_with_a_small_mtu() -> None:
    found = diagnosed(seen(refused(DROPPED, in_small_segments=OK)))
    assert said(found) == (BLOCKED, MTU, LIKELY)
    assert "in small segments" in found.explanation


def test_a_reset_in_large_segments_alone_is_no_link_with_a_small_mtu() -> None:
    """A link loses; it does not reset."""
    found = diagnosed(seen(refused(RESET, in_small_segments=OK)))
    assert said(found) == (BLOCKED, LOST, POSSIBLE)


@pytest.mark.parametrize(
    "control",
    [
        pytest.param(sent(hello(1, LARGE)), id="answered"),
        pytest.param(sent(hello(1, LARGE, RESET)), id="lost once, by chance"),
        pytest.param(
            sent(hello(1, LARGE, RESET), hello(2, LARGE), hello(3, SMALL)), id="lost now and then"
        ),
        pytest.param(
            sent(hello(1, LARGE, RESET), hello(2, LARGE, RESET)), id="nothing to compare with"
        ),
        pytest.param(
            sent(hello(1, LARGE, RESET), hello(2, LARGE, RESET), hello(3, SMALL, RESET)),
            id="small ones as well",
        ),
        pytest.param(
            sent(
                hello(1, LARGE, RESET),
                hello(2, LARGE, RESET),
                hello(3, SMALL),
                [connected(RESET, source=peer("10.244.1.7:41009"))],
            ),
            id="connections fail by chance",
        ),
    ],
)
def test_what_is_not_lost_for_its_size_alone_leaves_the_path_open(control: Control) -> None:
    assert diagnosed(seen(control)).verdict is Verdict.REACHABLE


def test_silence_shorter_than_twice_a_small_ones_answer_may_be_a_slow_service() -> None:
    slow = shaken(elapsed=3.0)
    found = diagnosed(seen(refused(DROPPED, in_small_segments=DROPPED), connected(), slow))
    assert found.cause is not LOST


def test_through_a_proxy_it_is_only_possible() -> None:
    steps = (to_proxy(), tunnelled(), shaken(address="10.0.0.20", port=3128), exchanged())
    control = refused(RESET)
    behind = Control(
        name=control.name,
        address=ip_address("10.0.0.20"),
        observations=control.observations,
    )
    found = diagnosed(seen(behind, *steps, of=check(route=via())))
    assert said(found) == (BLOCKED, LOST, POSSIBLE)


# handshakes


def handshake(number: int, outcome: Outcome, *, mss: int | None = None) -> list[Observation]:
    """One more handshake as the main line's, over a connection of its own."""
    source = peer(f"10.244.1.7:{42_000 + number}")
    return [connected(source=source, mss=mss), shaken(outcome, source=source)]


def segmented(*found: list[Observation]) -> Control:
    steps = tuple(step for pair in found for step in pair)
    return Control(name=Experiment.SMALL_SEGMENTS, address=ip_address(ADDRESS), observations=steps)


STALLED = (connected(), shaken(DROPPED))


def test_a_handshake_that_stalls_again_and_completes_in_small_segments() -> None:
    control = segmented(handshake(1, OK, mss=536), handshake(2, DROPPED), handshake(3, OK, mss=536))
    found = diagnosed(seen(control, *STALLED))
    assert said(found) == (BLOCKED, MTU, LIKELY)
    assert found.stage is Stage.TLS
    assert "segments of 536 bytes" in found.explanation


def test_a_stall_seen_once_is_only_possibly_a_black_hole() -> None:
    found = diagnosed(seen(segmented(handshake(1, OK, mss=536)), *STALLED))
    assert said(found) == (BLOCKED, MTU, POSSIBLE)


@pytest.mark.parametrize(
    "control",
    [
        pytest.param(segmented(handshake(1, DROPPED, mss=536)), id="stalls in small segments too"),
        pytest.param(segmented(handshake(1, Outcome.ALERT, mss=536)), id="a small answer alone"),
        pytest.param(
            segmented(handshake(1, OK, mss=536), handshake(2, OK), handshake(3, OK, mss=536)),
            id="completes in full size the second time",
        ),
        pytest.param(
            segmented(
                handshake(1, OK, mss=536), handshake(2, DROPPED), handshake(3, DROPPED, mss=536)
            ),
            id="small segments fail by turns",
        ),
    ],
)
def test_a_stall_that_segments_do_not_explain_is_silence(control: Control) -> None:
    found = diagnosed(seen(control, *STALLED))
    assert found.cause in {Cause.TLS_DROPPED, Cause.PATH_UNSTABLE}


def test_a_name_whose_neighbour_is_answered_in_full_size_is_filtered_not_too_large() -> None:
    """A filter that reads one segment is evaded by small ones; the link carries the other name's certificate."""
    control = segmented(handshake(1, OK, mss=536), handshake(2, DROPPED))
    filtered = seen(control, *STALLED)
    other = healthy("mcr.microsoft.com")
    assert diagnosed(filtered, other).cause is Cause.TLS_SNI_DROPPED


def test_a_handshake_in_small_segments_says_nothing_of_names_in_large_ones() -> None:
    """Two names behind one black hole: what the one's small segments met makes no filter of the other."""
    control = segmented(handshake(1, OK, mss=536), handshake(2, DROPPED))
    other = evidence(
        attempts=(attempt(connected(), shaken(DROPPED, name="mcr.microsoft.com")),),
        of=check("mcr.microsoft.com"),
    )
    assert diagnosed(seen(control, *STALLED), other).cause is MTU
    assert diagnosed(other, seen(control, *STALLED)).cause is Cause.TLS_DROPPED


def test_a_service_that_takes_its_time_is_no_black_hole() -> None:
    slow: list[Observation] = [
        connected(source=peer("10.244.1.7:42001"), mss=536),
        shaken(OK, source=peer("10.244.1.7:42001"), elapsed=4.0),
    ]
    found = diagnosed(seen(segmented(slow), *STALLED))
    assert found.cause is not MTU
