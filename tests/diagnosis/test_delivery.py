"""What the kernel knows of bytes that nobody answered is told where it says something."""

from dataclasses import replace

import pytest

from preflight.model.diagnosis import Cause
from preflight.model.evidence import Delivery, Outcome
from tests.diagnosis.asking import diagnosed
from tests.factories import (
    HOST,
    checked,
    connected,
    exchanged,
    shaken,
    to_proxy,
    tunnelled,
    via,
)

TAKEN = Delivery(is_acknowledged=True, retransmissions=0, mss=1460)
LOST = Delivery(is_acknowledged=False, retransmissions=4, mss=1460)
TOO_EARLY = replace(LOST, retransmissions=0)


def tls(delivery: Delivery | None) -> str:
    found = diagnosed(checked(HOST, connected(), shaken(Outcome.DROPPED, delivery=delivery)))
    assert found.cause is Cause.TLS_DROPPED
    return found.explanation


def http(delivery: Delivery | None) -> str:
    silent = exchanged(Outcome.DROPPED, delivery=delivery)
    found = diagnosed(checked(HOST, connected(), shaken(), silent))
    assert found.cause is Cause.HTTP_DROPPED
    return found.explanation


def test_an_acknowledged_client_hello_was_taken_by_somebody() -> None:
    assert "The ClientHello was acknowledged: the host, or a device" in tls(TAKEN)


def test_a_client_hello_that_was_sent_again_was_lost_on_the_way() -> None:
    assert "The ClientHello was never acknowledged, though it was sent 5 times: it is lost" in tls(
        LOST
    )


def test_the_same_is_told_of_a_request() -> None:
    assert "The request was acknowledged" in http(TAKEN)
    assert "The request was never acknowledged" in http(LOST)


@pytest.mark.parametrize("delivery", [None, TOO_EARLY])
def test_where_the_kernel_does_not_know_nothing_is_told(delivery: Delivery | None) -> None:
    assert "acknowledged" not in tls(delivery)
    assert "acknowledged" not in http(delivery)


def test_through_a_proxy_the_kernel_knows_only_of_the_proxy() -> None:
    silent = shaken(Outcome.DROPPED, "10.0.0.20", 3128, delivery=TAKEN)
    found = diagnosed(checked(HOST, to_proxy(), tunnelled(), silent, route=via()))
    assert found.cause is Cause.TLS_DROPPED
    assert "acknowledged" not in found.explanation
