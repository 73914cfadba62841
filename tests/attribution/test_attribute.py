"""What rules say, beside what was measured."""

from dataclasses import replace
from typing import Any

import pytest

from preflight.attribution import attribute
from preflight.attribution.ways import WAYS
from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.flow import (
    Destination,
    Explanation,
    Flow,
    FlowVerdict,
    Origin,
    Reason,
    Ruling,
    Workload,
)
from preflight.model.plan import Stage
from preflight.model.report import Engine, Report
from tests.report.builders import endpoint, finding, reached, report, stopped

POD = Workload(namespace="kube-system", pod="sensor")
FLOW = Flow(source=POD, destination=Destination(host="api.example.test"))
CONFIRMED, LIKELY, POSSIBLE = Confidence.CONFIRMED, Confidence.LIKELY, Confidence.POSSIBLE
POLICY = "kube-system/default-deny"


def ruling(engine: Engine = Engine.KUBERNETES_NETWORK_POLICY, **fields: Any) -> Ruling:
    given: dict[str, Any] = {
        "engine": engine,
        "verdict": FlowVerdict.DENIED,
        "reason": Reason.EXPLICIT_DENY,
        "name": POLICY,
        "rule": "spec.egress[0]",
        "origin": Origin(file="policies.yaml", line=7),
        "explanation": "No egress rule matches api.example.test:443.",
    }
    return Ruling(**given | fields)


def allowing(engine: Engine = Engine.AZURE_NSG, **fields: Any) -> Ruling:
    allowed: dict[str, Any] = {"verdict": FlowVerdict.ALLOWED, "reason": Reason.EXPLICIT_ALLOW}
    return ruling(engine, **allowed | fields)


def undecided(engine: Engine) -> Ruling:
    return ruling(engine, verdict=FlowVerdict.UNKNOWN, reason=Reason.NEEDS_LIVE_DATA)


def blocked(cause: Cause, stage: Stage = Stage.TCP, outcome: str = "dropped") -> Report:
    row = stopped("api", "api.example.test", stage, cause, outcome)
    return report(row, findings=(finding(row, cause=cause),))


def said(measured: Report, *path: Ruling) -> Report:
    explained = {
        row.id: Explanation(flow=FLOW, path=path) for row in measured.endpoints if row.evidence
    }
    return attribute(measured, explained)


def blames(given: Report) -> list[tuple[Engine, str | None, Confidence | None]]:
    return [(by.engine, by.name, by.confidence) for by in given.findings[0].blocked_by]


def test_a_rule_that_denies_what_was_seen_in_its_own_way_is_confirmed() -> None:
    given = said(blocked(Cause.TCP_DROPPED), ruling())
    assert blames(given) == [(Engine.KUBERNETES_NETWORK_POLICY, POLICY, CONFIRMED)]
    (by,) = given.findings[0].blocked_by
    assert (by.rule, by.source) == ("spec.egress[0]", "policies.yaml:7")
    assert "No egress rule matches api.example.test:443." in given.findings[0].explanation


def test_a_network_policy_does_not_reset_client_hellos() -> None:
    """It may be there and deny, but something else was met first."""
    given = said(blocked(Cause.TLS_SNI_RESET, Stage.TLS, "reset"), ruling())
    assert blames(given) == [(Engine.KUBERNETES_NETWORK_POLICY, POLICY, POSSIBLE)]
    assert "the connection came about" in given.findings[0].explanation
    assert "look behind it too" in given.findings[0].explanation


def test_of_two_rules_that_deny_the_one_whose_way_was_seen_comes_first() -> None:
    firewall = ruling(Engine.AZURE_FIREWALL, name="fw", rule="deny-all")
    given = said(blocked(Cause.TLS_SNI_RESET, Stage.TLS, "reset"), ruling(), firewall)
    assert blames(given) == [
        (Engine.AZURE_FIREWALL, "fw", CONFIRMED),
        (Engine.KUBERNETES_NETWORK_POLICY, POLICY, POSSIBLE),
    ]


def test_a_rule_that_denies_packets_is_likely_where_no_connection_came_about() -> None:
    given = said(blocked(Cause.TCP_REFUSED, outcome="refused"), ruling(Engine.AZURE_NSG))
    assert blames(given) == [(Engine.AZURE_NSG, POLICY, LIKELY)]


def test_all_policies_that_share_a_default_deny_are_named() -> None:
    second = ruling(name="kube-system/also", rule=None, reason=Reason.DEFAULT_DENY)
    given = said(
        blocked(Cause.TCP_DROPPED), ruling(rule=None, reason=Reason.DEFAULT_DENY, also=(second,))
    )
    assert [name for _, name, _ in blames(given)] == [POLICY, "kube-system/also"]
    assert {by.rule for by in given.findings[0].blocked_by} == {
        "no rule matches, denied by default"
    }


def test_a_rule_that_cannot_be_decided_is_possibly_it_when_its_way_was_seen() -> None:
    given = said(blocked(Cause.TCP_DROPPED), undecided(Engine.AZURE_NSG))
    assert blames(given) == [(Engine.AZURE_NSG, POLICY, POSSIBLE)]
    assert "cannot be told from what was given" in given.findings[0].explanation


def test_of_a_rule_in_doubt_that_would_allow_the_one_behind_it_is_named() -> None:
    behind = ruling(Engine.AZURE_NSG, rule="200 deny-all")
    doubtful = replace(undecided(Engine.AZURE_NSG), rule="100 allow-tag", otherwise=behind)
    (by,) = said(blocked(Cause.TCP_DROPPED), doubtful).findings[0].blocked_by
    assert (by.rule, by.confidence) == ("200 deny-all", POSSIBLE)


def test_a_rule_that_cannot_be_decided_and_denies_otherwise_is_not_named() -> None:
    given = said(blocked(Cause.TLS_SNI_RESET, Stage.TLS, "reset"), undecided(Engine.AZURE_NSG))
    assert blames(given) == [(Engine.UNKNOWN, None, None)]


def test_packets_that_die_although_every_rule_allows_them_are_said_to() -> None:
    given = said(blocked(Cause.TCP_DROPPED), allowing(), allowing(Engine.AZURE_ROUTE))
    assert blames(given) == [(Engine.UNKNOWN, None, None)]
    assert "No rule given denies this (network security groups, Azure routes)" in (
        given.findings[0].explanation
    )
    assert "look past them" in given.findings[0].explanation


def test_where_no_engine_had_anything_to_say_findings_stay_as_they_are() -> None:
    before = blocked(Cause.TCP_DROPPED)
    assert said(before).findings == before.findings


def test_a_rule_that_denies_what_got_through_is_not_in_force() -> None:
    given = said(report(endpoint("api")), ruling())
    (remark,) = given.notices
    assert POLICY in remark
    assert "got through all the same" in remark
    assert given.findings == ()


def test_a_rule_about_an_address_that_fails_beside_one_that_works_is_in_force() -> None:
    dead = reached("20.50.1.10", verdict=Verdict.BLOCKED, stage=Stage.TCP, cause=Cause.TCP_DROPPED)
    row = endpoint(
        "api",
        verdict=Verdict.DEGRADED,
        cause=Cause.PATH_PARTIAL_ADDRESSES,
        stage=Stage.TCP,
        addresses=(reached("20.50.1.9"), dead),
        findings=("F1",),
    )
    measured = report(row, findings=(finding(row, cause=Cause.PATH_PARTIAL_ADDRESSES),))
    given = said(measured, ruling(Engine.AZURE_NSG))
    assert given.notices == ()
    assert blames(given) == [(Engine.AZURE_NSG, POLICY, LIKELY)]


def test_inspection_by_a_rule_that_allows_is_confirmed_by_the_certificate() -> None:
    inspecting = allowing(Engine.AZURE_FIREWALL, reason=Reason.INSPECTED, name="fw", rule="inspect")
    given = said(blocked(Cause.TLS_INTERCEPTED, Stage.TLS, "untrusted"), inspecting)
    assert blames(given) == [(Engine.AZURE_FIREWALL, "fw", CONFIRMED)]


def test_what_the_evidence_named_by_itself_stays_named_where_no_rule_of_that_engine_was_found() -> (
    None
):
    row = stopped("api", "api.example.test", Stage.DNS, Cause.DNS_NXDOMAIN, "nxdomain")
    by_resolver = finding(row, cause=Cause.DNS_NXDOMAIN)
    measured = report(row, findings=(by_resolver,))
    known = attribute(measured, {row.id: Explanation(flow=FLOW, path=(allowing(),))})
    assert known.findings[0].blocked_by == by_resolver.blocked_by


def test_the_rule_comes_before_what_to_ask_for() -> None:
    row = stopped("api", "api.example.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")
    asking = finding(row, explanation="It is silent. To ask for: Outbound TCP.")
    given = said(report(row, findings=(asking,)), ruling())
    assert given.findings[0].ask_for == "Outbound TCP."
    assert given.findings[0].account.startswith("It is silent. The rule: ")


def test_a_waiting_endpoint_of_a_finding_that_was_not_asked_about_changes_nothing() -> None:
    before = blocked(Cause.TCP_DROPPED)
    assert attribute(before, {}) == before


def test_every_engine_has_its_ways() -> None:
    assert set(WAYS) == set(Engine)


@pytest.mark.parametrize("verdict", [Verdict.REACHABLE, Verdict.DEGRADED])
def test_what_works_in_part_counts_as_got_through(verdict: Verdict) -> None:
    given = said(report(endpoint("api", verdict=verdict)), ruling())
    assert len(given.notices) == 1


def test_rules_that_are_all_about_something_else_are_said_to_be() -> None:
    given = said(blocked(Cause.TCP_DROPPED))
    assert "No rule of the policies and exports given concerns connections" in given.notices[-1]


def test_one_rule_that_speaks_is_enough() -> None:
    assert said(blocked(Cause.TCP_DROPPED), allowing()).notices == ()
