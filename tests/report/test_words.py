"""Codes in plain words."""

from typing import Any

import pytest

from preflight.model.diagnosis import Cause, Verdict
from preflight.model.endpoint import Protocol
from preflight.model.evidence import Outcome
from preflight.model.plan import Stage
from preflight.model.vantage import VantageKind
from preflight.report import words
from preflight.report.hints import HINTS
from tests.report.builders import endpoint, looked_up, observed, profile, report, vantage


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_words(outcome: Outcome) -> None:
    assert words.OUTCOMES[outcome]


def test_an_outcome_of_a_newer_version_is_named_as_it_is() -> None:
    assert words.happened(observed(Stage.TLS, "quic", "lost")) == "quic: lost after 23 ms"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "<1 ms"),
        (0.0009, "<1 ms"),
        (0.001, "1 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.0 s"),
        (5, "5.0 s"),
        (120, "120.0 s"),
    ],
)
def test_durations_have_a_unit(seconds: float, text: str) -> None:
    assert words.lasted(seconds) == text


def test_failed_packets_come_before_those_that_were_answered() -> None:
    lines = (
        looked_up(),
        observed(Stage.TCP, "connect", "dropped"),
        observed(Stage.TCP, "connect", destination="192.0.2.1:443"),
    )
    assert words.packets(lines, 3) == (lines[1],)


def test_one_packet_is_enough_for_each_destination() -> None:
    lines = tuple(observed(Stage.TCP, "connect", "dropped", after=after) for after in (1, 2))
    assert words.packets(lines, 3) == (lines[1],)


def test_without_a_failed_packet_the_last_ones_count() -> None:
    lines = tuple(observed(Stage.TCP, "connect", destination=f"192.0.2.{n}:443") for n in range(5))
    assert words.packets(lines, 2) == lines[3:]


def test_what_was_never_sent_is_no_packet() -> None:
    assert words.packets((observed(Stage.DNS, "lookup", "no_data", destination=None),), 3) == ()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (VantageKind.LOCAL, "host build-7, node n1, 10.1.0.4"),
        (VantageKind.POD, "pod ns/p, in the cluster's pod network, node n1, 10.1.0.4"),
        (VantageKind.HOST_NETWORK_POD, "pod ns/p, in its node's own network, node n1, 10.1.0.4"),
    ],
)
def test_a_vantage_is_told_as_a_place(kind: VantageKind, text: str) -> None:
    assert words.about_vantage(vantage(kind=kind, node="n1", namespace="ns", pod="p")) == text


def test_what_a_vantage_does_not_know_is_left_out_or_said() -> None:
    unknown = vantage(kind=VantageKind.POD, addresses=())
    assert (
        words.about_vantage(unknown)
        == "pod build-7, in the cluster's pod network, own address unknown"
    )


def test_a_profile_is_told_in_one_line() -> None:
    bare = profile(
        environment=None, region=None, workspace_id=None, components=("image-pull", "pki")
    )
    assert words.about_profile(bare) == (
        "endpoints named by hand, Azure public cloud, only image-pull, pki, catalogue of 2026-11-23"
    )


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"host": "a.test"}, "a.test:443"),
        ({"host": "2001:db8::1"}, "[2001:db8::1]:443"),
        ({"host": "a.test", "port": 123, "protocol": Protocol.UDP}, "a.test:123/UDP"),
    ],
)
def test_a_target_is_host_and_port(changes: dict[str, Any], text: str) -> None:
    assert words.target(endpoint(**changes)) == text


@pytest.mark.parametrize("protocol", Protocol)
def test_every_protocol_has_a_transport(protocol: Protocol) -> None:
    assert words.transport(protocol) == ("UDP" if protocol is Protocol.UDP else "TCP")


def test_a_remark_keeps_the_headline_a_success() -> None:
    degraded = endpoint(verdict=Verdict.DEGRADED, stage=Stage.TCP, cause=Cause.PATH_UNSTABLE)
    assert (
        words.headline(report(degraded))
        == "Every required endpoint can be reached from here; see the remarks below."
    )


def test_no_endpoint_has_no_tally() -> None:
    from dataclasses import replace

    assert words.tally(replace(report(), endpoints=())) == "none"


def test_every_hint_has_a_source_and_somewhere_to_happen() -> None:
    assert all(hint.source and hint.environments and hint.look.endswith(".") for hint in HINTS)
