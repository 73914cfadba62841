"""Which step a main line waits for, told from the steps that have ended."""

import pytest

from preflight.model.endpoint import Protocol
from preflight.model.evidence import Outcome, PathStep
from preflight.model.plan import Route, Stage, ViaProxy
from preflight.probes.standing import stage_under_way
from tests.factories import (
    asked,
    check,
    connected,
    exchanged,
    proxy,
    shaken,
    to_proxy,
    tunnelled,
    via,
)

THROUGH = via()
OVER_TLS = ViaProxy(proxy(scheme="https"))


def to_proxy_by_tls() -> PathStep:
    return shaken(stage=Stage.PROXY, name="proxy.contoso.example")


@pytest.mark.parametrize(
    ("protocol", "steps", "expected"),
    [
        (Protocol.HTTPS, (), Stage.TCP),
        (Protocol.HTTPS, (connected(),), Stage.TLS),
        (Protocol.HTTPS, (connected(), shaken()), Stage.HTTP),
        (Protocol.HTTPS, (connected(), shaken(), exchanged()), None),
        (Protocol.WSS, (connected(), shaken()), Stage.HTTP),
        (Protocol.HTTP, (), Stage.TCP),
        (Protocol.HTTP, (connected(),), Stage.HTTP),
        (Protocol.TCP, (), Stage.TCP),
        (Protocol.TCP, (connected(),), None),
    ],
)
def test_straight_to_the_host_each_protocol_has_its_steps(
    protocol: Protocol, steps: tuple[PathStep, ...], expected: Stage | None
) -> None:
    assert stage_under_way(check(protocol=protocol), steps) is expected


@pytest.mark.parametrize(
    ("protocol", "route", "steps", "expected"),
    [
        (Protocol.HTTPS, THROUGH, (), Stage.PROXY),
        (Protocol.HTTPS, THROUGH, (to_proxy(),), Stage.PROXY),
        (Protocol.HTTPS, THROUGH, (to_proxy(), tunnelled()), Stage.TLS),
        (Protocol.HTTPS, THROUGH, (to_proxy(), tunnelled(), shaken()), Stage.HTTP),
        (Protocol.HTTPS, OVER_TLS, (to_proxy(),), Stage.PROXY),
        (Protocol.HTTPS, OVER_TLS, (to_proxy(), to_proxy_by_tls()), Stage.PROXY),
        (Protocol.TCP, THROUGH, (to_proxy(),), Stage.PROXY),
        (Protocol.TCP, THROUGH, (to_proxy(), tunnelled()), None),
        (Protocol.HTTP, THROUGH, (), Stage.PROXY),
        (Protocol.HTTP, THROUGH, (to_proxy(),), Stage.HTTP),
        (Protocol.HTTP, OVER_TLS, (to_proxy(),), Stage.PROXY),
        (Protocol.HTTP, OVER_TLS, (to_proxy(), to_proxy_by_tls()), Stage.HTTP),
    ],
)
def test_through_a_proxy_what_stands_before_the_service_is_the_proxys(
    protocol: Protocol, route: Route, steps: tuple[PathStep, ...], expected: Stage | None
) -> None:
    assert stage_under_way(check(protocol=protocol, route=route), steps) is expected


@pytest.mark.parametrize(
    "steps",
    [
        (connected(Outcome.REFUSED),),
        (connected(), shaken(Outcome.RESET)),
        (connected(), shaken(), exchanged(Outcome.CLOSED)),
    ],
)
def test_nothing_follows_a_step_that_failed(steps: tuple[PathStep, ...]) -> None:
    assert stage_under_way(check(), steps) is None


def test_nothing_follows_a_look_without_trust_anchors() -> None:
    assert stage_under_way(check(), (connected(), shaken(verified=False))) is None


@pytest.mark.parametrize("steps", [(), (asked(),), (asked(Outcome.DROPPED),)])
def test_silence_of_udp_is_its_own_matter(steps: tuple[PathStep, ...]) -> None:
    assert stage_under_way(check(protocol=Protocol.UDP), steps) is None
