"""Findings over a whole run: one headline when nothing gets out, and lines that say what an experiment saw."""

import pytest

from preflight.model.diagnosis import Cause
from preflight.model.endpoint import Endpoint, Protocol
from preflight.model.evidence import (
    Control,
    Evidence,
    Experiment,
    Incomplete,
    Observation,
    Outcome,
)
from tests.diagnosis.asking import judged
from tests.factories import (
    asked,
    attempt,
    check,
    checked,
    connected,
    endpoint,
    evidence,
    exchanged,
    healthy,
    lookup,
    shaken,
    to_proxy,
    tunnelled,
    via,
)

HOSTS = tuple(f"h{number}.example" for number in range(6))
PRIVATE = "10.1.2.3"


def dropped(host: str, address: str = "203.0.113.10") -> Evidence:
    return checked(host, connected(Outcome.DROPPED, address))


def http(host: str, outcome: Outcome, *, is_connected: bool = False) -> Evidence:
    """Port 80 of the host, refused or dropped before or after it connected."""
    steps = (
        (connected(port=80), exchanged(outcome, port=80))
        if is_connected
        else (connected(outcome, port=80),)
    )
    return checked(host, *steps, port=80, protocol=Protocol.HTTP)


def time(host: str, outcome: Outcome = Outcome.DROPPED) -> Evidence:
    return checked(host, asked(outcome), port=123, protocol=Protocol.UDP)


def titles(*run: Evidence) -> list[str]:
    endpoints = tuple(
        endpoint(each.check.host, port=each.check.port, protocol=each.check.protocol)
        for each in run
    )
    return [finding.title for finding in judged(*run, of=endpoints).findings]


def is_closed(*run: Evidence) -> bool:
    return any(title.startswith("No egress") for title in titles(*run))


DARK = tuple(map(dropped, HOSTS))


def test_one_cause_for_everything_is_one_finding_and_one_headline() -> None:
    assert titles(*DARK) == [
        "No egress from here: the connection request gets no answer at all, whatever the host"
    ]


def test_two_causes_that_the_port_tells_apart_stay_two_and_say_so() -> None:
    plain = [http(f"p{n}.example", Outcome.REFUSED) for n in range(2)]
    first, second = titles(*DARK, *plain)
    assert first.startswith("No egress from here on port 443: the connection request gets no")
    assert second.startswith("No egress from here on port 80: ")


def test_a_device_that_completes_tcp_everywhere_closes_both_ports() -> None:
    tls = [checked(host, connected(), shaken(Outcome.DROPPED)) for host in HOSTS]
    plain = [http(f"p{n}.example", Outcome.DROPPED, is_connected=True) for n in range(2)]
    first, second = titles(*tls, *plain)
    assert first.startswith("No egress from here on port 443: ")
    assert second.startswith("No egress from here on port 80: ")


def test_two_causes_that_the_address_family_tells_apart_say_so() -> None:
    sixth = [
        checked(f"six{n}.example", connected(Outcome.REFUSED, f"2001:db8:1::{n}")) for n in (1, 2)
    ]
    first, second = titles(*DARK, *sixth)
    assert first.startswith("No egress from here over IPv4: ")
    assert second.startswith("No egress from here over IPv6: ")


def test_two_causes_that_nothing_tells_apart_are_two_plain_findings() -> None:
    refused = [checked(f"r{n}.example", connected(Outcome.REFUSED)) for n in range(2)]
    assert not is_closed(*DARK, *refused)
    assert len(titles(*DARK, *refused)) == 2


def test_silence_that_proves_nothing_does_not_hide_it() -> None:
    assert is_closed(*DARK, time("ntp.example"))


def test_a_private_address_that_works_is_no_way_out() -> None:
    (title,) = titles(*DARK, healthy("api.internal.example", PRIVATE))
    assert title.startswith("No egress to public addresses from here: ")


@pytest.mark.parametrize(
    "other",
    [
        healthy("open.example", "203.0.113.99"),
        time("ntp.example", Outcome.OK),
        checked("half.example", connected(), shaken(Outcome.RESET)),
        evidence([lookup(Outcome.NXDOMAIN, name="n.example")], of=check("n.example")),
        evidence((), of=check("late.example"), incomplete=Incomplete.DEADLINE),
        checked("p.example", to_proxy(), tunnelled(Outcome.DENIED), route=via()),
        checked("short.example", connected(), shaken()),
    ],
    ids=["open", "time", "connects", "no name", "not measured", "by proxy", "cut short"],
)
def test_it_is_not_said_when_something_else_was_seen(other: Evidence) -> None:
    assert not is_closed(*DARK, other)


def test_two_ports_of_one_host_are_not_every_host() -> None:
    assert not is_closed(dropped("a.example"), http("a.example", Outcome.DROPPED))


def test_everything_that_connects_and_is_answered_somewhere_is_not_closed() -> None:
    tls = [checked(host, connected(), shaken(Outcome.RESET)) for host in HOSTS[:2]]
    shaking = checked("s.example", connected(), shaken(), exchanged(Outcome.RESET))
    assert not is_closed(*tls, shaking)


# experiments


def with_control(*observations: Observation) -> tuple[Evidence, Endpoint]:
    control = Control(
        name=Experiment.ANOTHER_NAME,
        address=connected().destination.address,  # type: ignore[union-attr]  # it has one
        observations=observations,
    )
    mine = evidence(attempts=(attempt(connected(), shaken(Outcome.RESET)),), controls=(control,))
    return mine, endpoint()


def test_a_rows_lines_say_which_experiment_made_them() -> None:
    mine, of = with_control(shaken(name="mcr.microsoft.com"))
    (row,) = judged(mine, of=(of,)).endpoints
    by_control = [line.detail for line in row.evidence if line.is_control]
    assert len(by_control) == 1
    assert by_control[0].startswith("control another_name: server name mcr.microsoft.com")
    assert len(row.evidence) == 4


def test_a_findings_lines_say_so_too() -> None:
    mine, of = with_control(shaken(name="mcr.microsoft.com"))
    (finding,) = judged(mine, of=(of,)).findings
    assert finding.cause is Cause.TLS_SNI_RESET
    details = [line.detail for line in finding.evidence]
    assert [detail.startswith("control another_name: ") for detail in details] == [
        "mcr.microsoft.com" in detail for detail in details
    ]


def test_an_equal_packet_of_the_main_line_is_not_taken_for_the_experiments() -> None:
    mine, of = with_control(shaken(Outcome.RESET))
    (row,) = judged(mine, of=(of,)).endpoints
    assert [line.is_control for line in row.evidence].count(True) == 1
