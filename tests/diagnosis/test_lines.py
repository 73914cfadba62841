"""Observations as lines: complete, bounded, and nothing raw."""

import pytest

from preflight.diagnosis.lines import line
from preflight.model.evidence import Experiment, Observation, Outcome, Transport
from tests.factories import (
    asked,
    certificate,
    connected,
    exchanged,
    from_hosts,
    lookup,
    presented,
    shaken,
    tunnelled,
)

HOSTILE = 'a"b\\c\x1b[31m\u202e\r\n\x00'


@pytest.mark.parametrize(
    ("observation", "detail"),
    [
        (
            lookup(chain=("a.example",)),
            "A api.cloud.defender.microsoft.com over udp, NOERROR, alias of a.example, 203.0.113.10",
        ),
        (
            lookup(Outcome.OK, *(f"203.0.113.{n}" for n in range(6))),
            "A api.cloud.defender.microsoft.com over udp, NOERROR,"
            " 203.0.113.0, 203.0.113.1, 203.0.113.2, 203.0.113.3 and 2 more",
        ),
        (from_hosts(), "A api.cloud.defender.microsoft.com from the hosts file, 203.0.113.10"),
        (
            lookup(transport=Transport.LITERAL, rcode=None),
            "A api.cloud.defender.microsoft.com, 203.0.113.10",
        ),
        (connected(Outcome.REFUSED, error="ConnectionRefusedError"), "ConnectionRefusedError"),
        (
            tunnelled(
                Outcome.DENIED, reason="Forbidden", headers=(("x-squid-error", "ERR"), ("x", "y"))
            ),
            'CONNECT api.cloud.defender.microsoft.com:443, status 403 "Forbidden", x-squid-error "ERR"',
        ),
        (tunnelled(Outcome.DROPPED), "CONNECT api.cloud.defender.microsoft.com:443"),
        (
            shaken(Outcome.ALERT, name=None, alert="access_denied", verify_code=20),
            'no server name, alert "access_denied", verification code 20',
        ),
        (
            shaken(Outcome.NOT_TLS, first_bytes=b"HTTP/1.1 \xff"),
            'server name api.cloud.defender.microsoft.com, answered "HTTP/1.1 \\\\xff"',
        ),
        (
            presented(certificate("Contoso")).observations[0],
            "server name api.cloud.defender.microsoft.com, not verified, only looked at, TLSv1.3,"
            ' subject "CN=api.cloud.defender.microsoft.com, O=Microsoft Corporation",'
            ' issuer "CN=Issuing CA 01, O=Contoso"',
        ),
        (exchanged(body=b"<html>"), 'GET /, status 404, server "Kestrel", body "<html>"'),
        (exchanged(Outcome.DROPPED), "GET /"),
        (asked(), "NTP client request, 48 bytes answered"),
        (asked(Outcome.DROPPED), "NTP client request"),
    ],
)
def test_a_line_tells_what_the_other_columns_do_not(observation: Observation, detail: str) -> None:
    assert line(observation).detail == detail


def test_a_line_has_the_columns_of_the_contract() -> None:
    found = line(connected(Outcome.DROPPED))
    assert (found.stage, found.action, found.outcome) == ("tcp", "connect", "dropped")
    assert (found.source, found.destination) == ("10.244.1.7:40001", "203.0.113.10:443")


def test_a_line_about_nothing_sent_has_no_ends() -> None:
    found = line(from_hosts())
    assert (found.source, found.destination) == (None, None)


@pytest.mark.parametrize(
    "observation",
    [
        lookup(name=HOSTILE, rcode=HOSTILE, chain=(HOSTILE,) * 9, error=HOSTILE * 99),
        connected(Outcome.UNKNOWN, error=HOSTILE),
        tunnelled(
            Outcome.DENIED,
            target=HOSTILE,
            reason=HOSTILE,
            headers=(("server", HOSTILE),) * 50,
            body=HOSTILE.encode() * 99,
        ),
        shaken(
            Outcome.NOT_TLS,
            name=HOSTILE,
            version=HOSTILE,
            alert=HOSTILE,
            certificates=(certificate(HOSTILE, HOSTILE, subject=HOSTILE * 99),),
            first_bytes=b"\x1b\xff" * 99,
        ),
        exchanged(
            method=HOSTILE,
            path=HOSTILE * 99,
            headers=(("location", HOSTILE * 99),),
            body=b"\x1b" * 999,
        ),
        asked(question=HOSTILE),
    ],
    ids=lambda observation: type(observation).__name__,
)
def test_nothing_hostile_reaches_a_line(observation: Observation) -> None:
    detail = line(observation).detail
    assert detail.isprintable()
    assert len(detail) < 3000


def test_what_an_experiment_saw_says_which_one() -> None:
    found = line(shaken(name="mcr.microsoft.com"), Experiment.ANOTHER_NAME)
    assert found.detail.startswith("control another_name: server name mcr.microsoft.com, ")
    assert found.is_control
    assert not line(shaken()).is_control


def test_an_experiment_without_anything_to_add_is_named_all_the_same() -> None:
    assert line(connected(), Experiment.REPEAT).detail == "control repeat"
