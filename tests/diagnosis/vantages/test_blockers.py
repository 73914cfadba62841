"""Rules that vantages name, merged: what is confirmed at a pod alone is not yet confirmed beside its node."""

from dataclasses import replace

import pytest

from preflight.model.diagnosis import Confidence
from preflight.model.fleet import FleetReport, Place
from preflight.model.report import BlockedBy, Engine, Report
from tests.diagnosis.vantages.clusters import HOST, NO_ANSWER, POD, UNKNOWN, seen
from tests.report.builders import START

CONFIRMED, LIKELY = Confidence.CONFIRMED, Confidence.LIKELY
POLICY = BlockedBy(
    engine=Engine.KUBERNETES_NETWORK_POLICY,
    name="mdc/deny",
    rule="it has no egress rule at all",
    source="prod",
    confidence=CONFIRMED,
)
NSG = replace(POLICY, engine=Engine.AZURE_NSG, name="nsg", rule="100 deny")

Seen = tuple[Place, Report]


def by(rule: BlockedBy, pair: Seen) -> Seen:
    """The same, with the rule named in every finding."""
    place, report = pair
    findings = tuple(replace(one, blocked_by=(rule,)) for one in report.findings)
    return place, replace(report, findings=findings)


def compared(*pairs: Seen, looked_at: tuple[str | None, ...] = (None,)) -> FleetReport:
    from preflight.diagnosis.vantages import compare

    return compare(pairs, looked_at=looked_at, tool_version="0.1.0", started_at=START, duration=1.0)


POD_STOPS = by(POLICY, seen("n1", POD, "p1", a=NO_ANSWER))
CASES: dict[str, tuple[list[Seen], Confidence, str]] = {
    "its node gets through": ([POD_STOPS, seen("n1", HOST, "p1")], CONFIRMED, ""),
    "no node was asked": ([POD_STOPS], CONFIRMED, ""),
    "its node stops alike": (
        [POD_STOPS, seen("n1", HOST, "p1", a=NO_ANSWER)],
        LIKELY,
        "Their node stops alike, and no rule for pods binds it",
    ),
    "its node could not be measured": (
        [POD_STOPS, seen("n1", HOST, "p1", a=UNKNOWN)],
        LIKELY,
        "Their own node was not seen to get through",
    ),
    "only another node was asked": (
        [POD_STOPS, seen("n2", HOST, "p1")],
        LIKELY,
        "Their own node was not seen to get through",
    ),
    "such pods get through on another node": (
        [POD_STOPS, seen("n1", HOST, "p1"), seen("n2", POD, "p1"), seen("n2", HOST, "p1")],
        LIKELY,
        "Such pods get through on other nodes of the cluster",
    ),
}


@pytest.mark.parametrize(("pairs", "confidence", "words"), CASES.values(), ids=CASES)
def test_a_rule_for_pods_is_as_sure_as_the_comparison_leaves_it(
    pairs: list[Seen], confidence: Confidence, words: str
) -> None:
    (found,) = compared(*pairs).findings
    assert [(rule.name, rule.confidence) for rule in found.blocked_by] == [("mdc/deny", confidence)]
    assert words in found.explanation
    assert bool(words) == ("that rule" in found.explanation)


def test_a_rule_that_binds_nodes_too_stays_what_it_is_where_both_stop() -> None:
    pairs = [by(NSG, seen("n1", network, "p1", a=NO_ANSWER)) for network in (POD, HOST)]
    (found,) = compared(*pairs).findings
    assert found.blocked_by == (NSG,)


def test_a_rule_of_pods_that_the_node_names_as_well_is_no_rule_of_pods_alone() -> None:
    """Cilium has policies for nodes."""
    rule = replace(POLICY, engine=Engine.CILIUM)
    pairs = [by(rule, seen("n1", network, "p1", a=NO_ANSWER)) for network in (POD, HOST)]
    (found,) = compared(*pairs).findings
    assert found.blocked_by == (rule,)


def test_one_rule_is_named_once_as_sure_as_where_it_is_surest() -> None:
    unsure = replace(POLICY, confidence=Confidence.POSSIBLE)
    pairs = [
        by(unsure, seen("n1", POD, "p1", a=NO_ANSWER)),
        by(POLICY, seen("n2", POD, "p1", a=NO_ANSWER)),
        seen("n1", HOST, "p1"),
        seen("n2", HOST, "p1"),
    ]
    (found,) = compared(*pairs).findings
    assert found.blocked_by == (POLICY,)


def test_where_policies_were_read_and_none_denies_no_policy_is_suspected() -> None:
    pairs = [seen("n1", POD, a=NO_ANSWER), seen("n1", HOST)]
    (unread,) = compared(*pairs, looked_at=()).findings
    (read,) = compared(*pairs).findings
    assert any(rule.is_suspected for rule in unread.blocked_by)
    assert not any(rule.is_suspected for rule in read.blocked_by)
    assert "the cluster's policies were read, and none of them denies it" in read.explanation


def test_policies_of_one_cluster_say_nothing_of_another() -> None:
    pairs = [
        seen("n1", network, context=context, stops={"a": NO_ANSWER} if network is POD else {})
        for context in ("weu", "neu")
        for network in (POD, HOST)
    ]
    (found,) = compared(*pairs, looked_at=("weu",)).findings
    assert any(rule.is_suspected for rule in found.blocked_by)


def test_a_rule_that_is_named_takes_the_place_of_the_suspicion() -> None:
    (found,) = compared(POD_STOPS, seen("n1", HOST, "p1"), looked_at=()).findings
    assert found.blocked_by == (POLICY,)
    assert "in the policy that is named" in found.explanation
