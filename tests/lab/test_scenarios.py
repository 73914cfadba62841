"""The scenarios as data: complete, distinct, and within the lab's own addresses. Nothing is built."""

import re
from dataclasses import astuple
from ipaddress import ip_address

import pytest

from preflight.model.diagnosis import Cause
from tests.lab.actors import BEHAVIOURS
from tests.lab.addresses import is_own
from tests.lab.scenario import Kind, Scenario
from tests.lab.scenarios import SCENARIOS
from tests.lab.trial import addresses_of

EACH = pytest.mark.parametrize("scenario", SCENARIOS, ids=[each.name for each in SCENARIOS])
ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+|(?<![\w:])(?:[0-9a-f]{1,4}:+){2,7}[0-9a-f]{0,4}(?![\w:])")
"""Whatever looks like one in any field."""


def test_names_are_distinct_and_fit_for_files() -> None:
    names = [each.name for each in SCENARIOS]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z0-9]+([-.][a-z0-9]+)*", name)] == []


def test_every_cause_has_a_scenario() -> None:
    shown = {expected.cause for each in SCENARIOS for expected in each.expect.values()}
    assert {cause.value for cause in Cause} - shown == set()


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_several(kind: Kind) -> None:
    assert sum(each.kind is kind for each in SCENARIOS) >= 7


@EACH
def test_only_the_labs_own_addresses_occur(scenario: Scenario) -> None:
    written = [text for text in ADDRESS.findall(repr(astuple(scenario))) if "/" not in text]
    assert [text for text in (*written, *addresses_of(scenario)) if not is_own(text)] == []


def test_addresses_are_found_wherever_they_stand() -> None:
    assert ADDRESS.findall("ip daddr 8.8.8.8 drop, 2606:4700::1111; ::1") == [
        "8.8.8.8",
        "2606:4700::1111",
    ]
    assert not is_own("8.8.8.8")
    assert not is_own("2606:4700::1111")


@EACH
def test_every_actor_can_be_played(scenario: Scenario) -> None:
    assert {actor.behaviour for actor in scenario.actors} <= set(BEHAVIOURS)
    assert all(ip_address(actor.address) for actor in scenario.actors)


def test_every_behaviour_is_played() -> None:
    played = {actor.behaviour for each in SCENARIOS for actor in each.actors}
    assert set(BEHAVIOURS) - played == set()


@EACH
def test_the_exit_code_is_what_the_verdicts_stand_for(scenario: Scenario) -> None:
    verdicts = {expected.verdict for expected in scenario.expect.values()}
    expected = 1 if "blocked" in verdicts else 3 if "inconclusive" in verdicts else 0
    assert scenario.code == expected


@EACH
def test_a_healthy_network_has_no_findings(scenario: Scenario) -> None:
    if scenario.kind is Kind.HEALTHY:
        assert {expected.verdict for expected in scenario.expect.values()} == {"reachable"}
        assert scenario.findings == 0


@EACH
def test_whatever_is_blocked_or_degraded_has_its_cause_named(scenario: Scenario) -> None:
    for expected in scenario.expect.values():
        assert (expected.cause is not None) == (expected.verdict in {"blocked", "degraded"}) or (
            expected.verdict == "inconclusive"
        )
