"""What is concluded from places that differ in one thing, and what is not where they differ in more."""

from dataclasses import replace

import pytest

from preflight.diagnosis.vantages.extent import extent
from preflight.diagnosis.vantages.kinds import KINDS, Kind
from preflight.diagnosis.vantages.pattern import Pattern, find_pattern
from preflight.diagnosis.vantages.readings import (
    ONLY_NODES,
    ONLY_PODS,
    PARTS,
    PODS,
    THIN,
    Reading,
    reading,
)
from preflight.diagnosis.vantages.ways import Ways
from preflight.model.diagnosis import Cause, Confidence, Verdict
from preflight.model.endpoint import Requirement
from preflight.model.fleet import FleetFinding, Network, Place
from preflight.model.report import Engine, Report
from tests.diagnosis.vantages.clusters import (
    BROKEN_IPV6,
    CLOCK,
    HOST,
    LOCAL,
    NO_ANSWER,
    NO_NAME,
    NO_RESOLVER,
    POD,
    REFUSED,
    RESET,
    SKIPPED,
    UNKNOWN,
    State,
    compared,
    only,
    place,
    seen,
)

Seen = tuple[Place, Report]

PODS_BLOCKED = (
    seen("s1", POD, a=NO_ANSWER, b=NO_ANSWER),
    seen("s1", HOST),
    seen("g1", POD, "gpu", a=NO_ANSWER, b=NO_ANSWER),
    seen("g1", HOST, "gpu"),
)
NODES_BLOCKED = (
    seen("s1", POD),
    seen("s1", HOST, a=NO_ANSWER),
    seen("g1", POD, "gpu"),
    seen("g1", HOST, "gpu", a=NO_ANSWER),
)
BEYOND = (
    seen("s1", POD, a=NO_ANSWER),
    seen("s1", HOST, a=NO_ANSWER),
    seen("g1", POD, "gpu", a=NO_ANSWER),
)
POOL = (
    seen("s1", POD),
    seen("s1", HOST),
    seen("g1", POD, "gpu", a=NO_ANSWER),
    seen("g2", HOST, "gpu", a=NO_ANSWER),
)
ONE_NODE = (seen("g1", POD, "gpu", a=NO_ANSWER), seen("g2", POD, "gpu"), seen("s1", POD))
CLUSTER = (
    seen("s1", POD, context="weu", a=NO_ANSWER),
    seen("g1", HOST, "gpu", context="weu", a=NO_ANSWER),
    seen("s1", POD, context="neu"),
    seen("g1", HOST, "gpu", context="neu"),
)

CASES: dict[str, tuple[tuple[Seen, ...], Pattern, str]] = {
    "pods and not their nodes": (PODS_BLOCKED, Pattern.PODS, "pods, not nodes"),
    "nodes and not their pods": (NODES_BLOCKED, Pattern.NODES, "nodes, not pods"),
    "pods and nodes alike": (BEYOND, Pattern.EVERYWHERE, "everywhere, pods and nodes alike"),
    "only pods were asked": (
        (seen("s1", POD, a=NO_ANSWER), seen("g1", POD, "gpu", a=NO_ANSWER)),
        Pattern.EVERYWHERE,
        "everywhere, where only pods were asked",
    ),
    "only nodes were asked": (
        (seen("s1", HOST, a=NO_ANSWER), seen("g1", HOST, "gpu", a=NO_ANSWER)),
        Pattern.EVERYWHERE,
        "everywhere, where only nodes were asked",
    ),
    "stopped or not measured": (
        (seen("s1", POD, a=NO_ANSWER), seen("s1", HOST, a=UNKNOWN)),
        Pattern.EVERYWHERE,
        "wherever it was measured, 1 of 2 vantages",
    ),
    "one pool": (POOL, Pattern.POOL, "only pool gpu"),
    "two pools of three": (
        (
            seen("a1", POD, "a", a=NO_ANSWER),
            seen("b1", POD, "b", a=NO_ANSWER),
            seen("c1", POD, "c"),
        ),
        Pattern.POOL,
        "only pools a and b",
    ),
    "one node of a pool": (ONE_NODE, Pattern.NODE, "only node g1 in pool gpu"),
    "some nodes of a pool": (
        tuple(
            seen(f"g{n}", POD, "gpu", stops={"a": NO_ANSWER} if n < 5 else None) for n in range(12)
        ),
        Pattern.NODE,
        "only nodes g0, g1, g2 and 2 more, 5 of 12 there",
    ),
    "one cluster": (CLUSTER, Pattern.CLUSTER, "only cluster weu"),
    "one pool of one cluster": (
        (
            seen("g1", POD, "gpu", context="weu", a=NO_ANSWER),
            seen("s1", POD, context="weu"),
            seen("g1", POD, "gpu", context="neu"),
        ),
        Pattern.POOL,
        "only pool gpu of weu",
    ),
    "pods of one cluster": (
        (
            seen("s1", POD, context="weu", a=NO_ANSWER),
            seen("s2", POD, context="weu", a=NO_ANSWER),
            seen("s1", HOST, context="weu"),
            seen("s1", POD, context="neu"),
        ),
        Pattern.PODS,
        "pods of cluster weu, not nodes there",
    ),
    "pods of one pool": (
        (
            seen("g1", POD, "gpu", a=NO_ANSWER),
            seen("g2", POD, "gpu", a=NO_ANSWER),
            seen("g1", HOST, "gpu"),
            seen("s1", POD),
        ),
        Pattern.PODS_OF_SOME,
        "pods of pool gpu, not nodes there",
    ),
    "pods on one node": (
        (seen("g1", POD, a=NO_ANSWER), seen("g1", HOST), seen("g2", POD), seen("g2", HOST)),
        Pattern.PODS_OF_SOME,
        "pods of node g1, not the node",
    ),
    "one node's own network": (
        (seen("g1", POD), seen("g1", HOST, a=NO_ANSWER), seen("g2", POD), seen("g2", HOST)),
        Pattern.NODES_OF_SOME,
        "node g1, not its pods",
    ),
    "no pattern": (
        (
            seen("g1", POD, a=NO_ANSWER),
            seen("g1", HOST),
            seen("g2", POD, a=NO_ANSWER),
            seen("g2", HOST, a=NO_ANSWER),
            seen("g3", POD),
            seen("g3", HOST, a=NO_ANSWER),
        ),
        Pattern.MIXED,
        "at 4 of 6 vantages",
    ),
    "pool and network differ at once": (
        (seen("s1", HOST), seen("g1", POD, "gpu", a=NO_ANSWER)),
        Pattern.MIXED,
        "at 1 of 2 vantages",
    ),
    "a workstation gets through": (
        (seen("s1", POD, a=NO_ANSWER), seen("laptop", LOCAL, None)),
        Pattern.MIXED,
        "at 1 of 2 vantages",
    ),
    "a workstation gets through and there are no pools": (
        (seen("s1", POD, None, a=NO_ANSWER), seen("laptop", LOCAL, None)),
        Pattern.MIXED,
        "at 1 of 2 vantages",
    ),
    "a single vantage": ((seen("s1", POD, a=NO_ANSWER),), Pattern.ALONE, ""),
}


@pytest.mark.parametrize(("pairs", "pattern", "words"), CASES.values(), ids=CASES)
def test_the_property_that_tells_and_its_words(
    pairs: tuple[Seen, ...], pattern: Pattern, words: str
) -> None:
    one = only(compared(*pairs))
    assert one.scope.words == words
    stopped = [where for where, report in pairs if any(e.cause for e in report.endpoints)]
    open_at = [
        where
        for where, report in pairs
        if all(e.verdict is Verdict.REACHABLE for e in report.endpoints)
    ]
    assert find_pattern(stopped, open_at, len(pairs)) is pattern


class TestScope:
    def test_names_what_occurs_where_it_holds(self) -> None:
        scope = only(compared(*CLUSTER)).scope
        assert (scope.contexts, scope.pools, scope.nodes) == (
            ("weu",),
            ("gpu", "system"),
            ("g1", "s1"),
        )
        assert scope.networks == (HOST, POD)

    def test_leads_to_the_reports(self) -> None:
        fleet = compared(*POOL)
        one = only(fleet)
        assert {fleet.places[position].pool for position in one.vantages} == {"gpu"}

    def test_is_in_the_title(self) -> None:
        assert only(compared(*ONE_NODE)).title.endswith("a.test (only node g1 in pool gpu)")

    def test_names_of_a_cluster_are_harmless(self) -> None:
        one = only(compared(seen("n\x1b[2J", POD, a=NO_ANSWER), seen("n2", POD)))
        assert "\x1b" not in one.title + one.explanation + one.scope.words


class TestMerging:
    def test_one_cause_at_many_vantages_is_one_finding(self) -> None:
        one = only(compared(*PODS_BLOCKED))
        assert one.endpoints == ("a", "b")
        assert len(one.vantages) == 2

    def test_everything_blocked_everywhere_is_one_finding(self) -> None:
        dark = {"a": NO_ANSWER, "b": NO_ANSWER, "c": NO_ANSWER}
        one = only(compared(seen("s1", POD, stops=dark), seen("s1", HOST, stops=dark)))
        assert one.title.startswith("No egress (everywhere, pods and nodes alike): ")

    def test_pods_without_any_egress_are_said_to_have_none(self) -> None:
        dark = {"a": NO_ANSWER, "b": NO_ANSWER, "c": NO_ANSWER}
        one = only(compared(seen("s1", POD, stops=dark), seen("s1", HOST)))
        assert one.title.startswith("No egress (pods, not nodes): ")

    def test_one_that_gets_through_is_enough_not_to_say_so(self) -> None:
        one = only(compared(seen("s1", POD, a=NO_ANSWER, b=NO_ANSWER), seen("s1", HOST)))
        assert not one.title.startswith("No egress")

    def test_two_scopes_of_one_cause_are_two_findings(self) -> None:
        fleet = compared(seen("s1", POD, a=NO_ANSWER, b=NO_ANSWER), seen("s1", HOST, b=NO_ANSWER))
        assert {one.endpoints: one.scope.words for one in fleet.findings} == {
            ("a",): "pods, not nodes",
            ("b",): "everywhere, pods and nodes alike",
        }

    def test_two_causes_of_one_endpoint_are_two_findings(self) -> None:
        fleet = compared(seen("s1", POD, a=NO_ANSWER), seen("s1", HOST, a=RESET))
        assert {one.cause for one in fleet.findings} == {Cause.TCP_DROPPED, Cause.TLS_RESET}
        assert {one.scope.words for one in fleet.findings} == {
            "pods, not nodes",
            "wherever it was measured, 1 of 2 vantages",
        }

    def test_two_proxies_are_two_findings(self) -> None:
        first, second = (
            State(cause=Cause.PROXY_DENIED, engine=Engine.PROXY, name=name) for name in ("p1", "p2")
        )
        fleet = compared(seen("s1", POD, a=first), seen("s2", POD, a=second))
        assert len(fleet.findings) == 2

    def test_a_result_that_names_nobody_belongs_to_the_one_that_is_named(self) -> None:
        denied = State(cause=Cause.PROXY_DENIED, engine=Engine.PROXY, name="p1")
        nobody = replace(denied, engine=Engine.UNKNOWN, name=None)
        one = only(compared(seen("s1", POD, a=denied), seen("s2", POD, a=nobody)))
        assert [rule.name for rule in one.blocked_by] == ["p1"]

    def test_of_two_that_are_named_it_belongs_to_neither(self) -> None:
        states = (
            State(cause=Cause.PROXY_DENIED, engine=engine, name=name)
            for engine, name in ((Engine.PROXY, "p1"), (Engine.PROXY, "p2"), (Engine.UNKNOWN, None))
        )
        fleet = compared(*(seen(f"s{n}", POD, a=state) for n, state in enumerate(states)))
        assert len(fleet.findings) == 3

    def test_two_resolvers_are_one_finding_that_names_both(self) -> None:
        pods, nodes = (replace(NO_NAME, name=name) for name in ("10.0.0.10:53", "168.63.129.16:53"))
        one = only(compared(seen("s1", POD, a=pods), seen("s1", HOST, a=nodes)))
        assert {rule.name for rule in one.blocked_by} == {"10.0.0.10:53", "168.63.129.16:53"}

    def test_what_fails_the_run_comes_first_whatever_its_spread(self) -> None:
        optional = [
            (
                where,
                replace(
                    report,
                    endpoints=tuple(
                        replace(e, requirement=Requirement.OPTIONAL) if e.id == "b" else e
                        for e in report.endpoints
                    ),
                ),
            )
            for where, report in (seen("s1", POD, a=NO_ANSWER, b=RESET), seen("s1", HOST, b=RESET))
        ]
        fleet = compared(*optional)
        assert [one.endpoints for one in fleet.findings] == [("a",), ("b",)]
        assert [one.id for one in fleet.findings] == ["F1", "F2"]

    def test_what_is_impaired_elsewhere_counts_as_open_there(self) -> None:
        fleet = compared(seen("s1", POD, a=NO_ANSWER), seen("s1", HOST, a=BROKEN_IPV6))
        blocked = next(one for one in fleet.findings if one.cause is Cause.TCP_DROPPED)
        assert blocked.scope.words == "pods, not nodes"


def engines(one: FleetFinding) -> set[Engine]:
    return {rule.engine for rule in one.blocked_by}


class TestSuspects:
    def test_pods_in_silence_beside_their_own_open_node_make_a_network_policy_the_suspect(
        self,
    ) -> None:
        one = only(compared(*PODS_BLOCKED))
        assert engines(one) == {Engine.KUBERNETES_NETWORK_POLICY}
        assert all(rule.is_suspected for rule in one.blocked_by)
        assert "network policies that select them" in one.ask_for

    def test_pods_that_reach_no_resolver_do_too(self) -> None:
        one = only(compared(seen("s1", POD, a=NO_RESOLVER, b=NO_RESOLVER), seen("s1", HOST)))
        assert engines(one) == {Engine.KUBERNETES_NETWORK_POLICY}
        assert "forgets DNS" in one.account

    @pytest.mark.parametrize(
        "state", [REFUSED, RESET, NO_NAME, replace(NO_RESOLVER, confidence=Confidence.CONFIRMED)]
    )
    def test_an_answer_is_not_a_policys_way_to_block(self, state: State) -> None:
        one = only(compared(seen("s1", POD, a=state), seen("s1", HOST)))
        assert Engine.KUBERNETES_NETWORK_POLICY not in engines(one)

    def test_a_node_that_was_not_seen_both_ways_is_not_enough(self) -> None:
        one = only(compared(seen("s1", POD, a=NO_ANSWER), seen("s2", HOST)))
        assert one.scope.words == "pods, not nodes"
        assert engines(one) == {Engine.UNKNOWN}

    @pytest.mark.parametrize("pairs", [NODES_BLOCKED, BEYOND, POOL, ONE_NODE, CLUSTER])
    def test_no_other_pattern_makes_it_the_suspect(self, pairs: tuple[Seen, ...]) -> None:
        assert engines(only(compared(*pairs))) == {Engine.UNKNOWN}

    def test_pods_of_one_pool_do_not_either_for_a_policy_binds_them_on_every_node(self) -> None:
        one = only(compared(*CASES["pods of one pool"][0]))
        assert engines(one) == {Engine.UNKNOWN}
        assert "A network policy would bind these pods on every node alike" in one.account

    def test_who_is_known_stays_named_beside_the_suspect(self) -> None:
        state = replace(NO_ANSWER, engine=Engine.AZURE_FIREWALL, name="hub")
        one = only(compared(seen("s1", POD, a=state), seen("s1", HOST)))
        assert [rule.engine for rule in one.blocked_by] == [
            Engine.AZURE_FIREWALL,
            Engine.KUBERNETES_NETWORK_POLICY,
        ]

    def test_blocked_for_both_is_said_to_be_no_network_policy(self) -> None:
        assert "No Kubernetes network policy does this" in only(compared(*BEYOND)).account

    def test_a_wrong_clock_everywhere_is_not_said_to_stand_beyond_the_nodes(self) -> None:
        one = only(compared(seen("s1", POD, a=CLOCK), seen("s1", HOST, a=CLOCK)))
        assert "beyond the nodes" not in one.account

    def test_a_wrong_clock_on_one_node_is_its_own(self) -> None:
        one = only(compared(seen("s1", POD, a=CLOCK), seen("s2", POD)))
        assert "their clock" in one.account

    @pytest.mark.parametrize(("network", "words"), [(POD, ONLY_PODS), (HOST, ONLY_NODES)])
    def test_where_one_network_was_asked_the_other_is_missed(
        self, network: Network, words: Reading
    ) -> None:
        one = only(compared(seen("s1", network, a=NO_ANSWER), seen("s2", network, a=NO_ANSWER)))
        assert words.means in one.account


def told(pair: Seen, **changes: object) -> Seen:
    """The same vantage with another proxy or other resolvers."""
    where, report = pair
    return where, replace(report, vantage=replace(report.vantage, **changes))  # type: ignore[arg-type]  # names are checked at run time


class TestWhatElseDiffers:
    PROXY = "http://proxy.corp.test:3128"

    def test_another_proxy_is_told_and_the_place_is_not_blamed(self) -> None:
        nodes = told(seen("s1", HOST), proxy=self.PROXY)
        one = only(compared(seen("s1", POD, a=NO_ANSWER), nodes))
        assert f"here none, there {self.PROXY}" in one.account
        assert engines(one) == {Engine.UNKNOWN}
        assert "network polic" not in one.ask_for

    def test_the_same_proxy_is_no_difference(self) -> None:
        pods = told(seen("s1", POD, a=NO_ANSWER), proxy=self.PROXY)
        one = only(compared(pods, told(seen("s1", HOST), proxy=self.PROXY)))
        assert engines(one) == {Engine.KUBERNETES_NETWORK_POLICY}

    def test_pods_that_ask_another_resolver_are_told_to_look_at_the_clusters_own(self) -> None:
        nodes = told(seen("s1", HOST), resolvers=("168.63.129.16:53",))
        one = only(compared(seen("s1", POD, a=NO_NAME), nodes))
        assert "what that service forwards to" in one.account

    def test_one_resolver_that_answers_otherwise_decides_by_who_asks(self) -> None:
        one = only(compared(seen("s1", POD, a=NO_NAME), seen("s1", HOST)))
        assert "decides by who asks" in one.account

    @pytest.mark.parametrize(
        ("resolver", "words"),
        [("10.0.0.10:53", "ask the same resolver"), ("168.63.129.16:53", "what both of them ask")],
    )
    def test_everywhere_alike_is_told_by_who_is_asked(self, resolver: str, words: str) -> None:
        nodes = told(seen("s1", HOST, a=NO_NAME), resolvers=(resolver,))
        assert words in only(compared(seen("s1", POD, a=NO_NAME), nodes)).account


def unsure(state: State) -> State:
    return replace(state, confidence=Confidence.POSSIBLE)


class TestFarther:
    """Who stops later on got past what stops it here."""

    PAIRS = (
        seen("s1", POD, a=NO_ANSWER),
        seen("s1", HOST, a=RESET),
        seen("g1", POD, "gpu", a=NO_ANSWER),
        seen("g1", HOST, "gpu", a=RESET),
    )

    def test_nodes_that_stop_at_tls_let_the_packets_through_that_pods_lack(self) -> None:
        silence = next(f for f in compared(*self.PAIRS).findings if f.cause is Cause.TCP_DROPPED)
        assert silence.scope.words == "pods, not nodes"
        assert "at 2 (pods), gets farther at 2 (nodes), and works at none" in silence.explanation
        assert any(rule.is_suspected for rule in silence.blocked_by)

    def test_pods_that_never_came_so_far_are_no_contrast(self) -> None:
        reset = next(f for f in compared(*self.PAIRS).findings if f.cause is Cause.TLS_RESET)
        assert "nothing can be told from the comparison" in reset.explanation
        assert "Only the nodes' own network was asked" not in reset.explanation


class TestConfidence:
    def test_is_that_of_the_surest_vantage(self) -> None:
        one = only(compared(seen("s1", POD, a=unsure(RESET)), seen("s1", HOST, a=RESET)))
        assert one.confidence is Confidence.LIKELY

    def test_a_contrast_makes_a_possible_cause_likely_because_the_service_is_up(self) -> None:
        one = only(compared(seen("s1", POD, a=unsure(RESET)), seen("s1", HOST)))
        assert one.confidence is Confidence.LIKELY

    def test_no_contrast_makes_anything_confirmed(self) -> None:
        assert only(compared(*PODS_BLOCKED)).confidence is Confidence.LIKELY

    def test_without_a_contrast_a_possible_cause_stays_possible(self) -> None:
        one = only(compared(seen("s1", POD, a=unsure(RESET)), seen("s1", HOST, a=unsure(RESET))))
        assert one.confidence is Confidence.POSSIBLE

    def test_silence_without_a_pattern_is_only_possible(self) -> None:
        assert only(compared(*CASES["no pattern"][0])).confidence is Confidence.POSSIBLE

    def test_an_answer_without_a_pattern_stays_what_it_was(self) -> None:
        pairs = [
            seen("s1", HOST),
            seen("g1", POD, "gpu", a=REFUSED),
        ]
        assert only(compared(*pairs)).confidence is Confidence.CONFIRMED

    def test_a_pool_known_by_one_node_is_said_to_be_thin_and_lifts_nothing(self) -> None:
        one = only(compared(seen("s1", POD), seen("g1", POD, "gpu", a=unsure(RESET))))
        assert one.scope.words == "only pool gpu"
        assert THIN in one.account
        assert one.confidence is Confidence.POSSIBLE

    def test_a_pool_known_by_two_nodes_is_not_thin(self) -> None:
        assert THIN not in only(compared(*POOL)).account

    def test_results_that_came_without_evidence_are_at_most_likely(self) -> None:
        where, report = seen("s1", POD, a=REFUSED)
        bare = replace(report, findings=tuple(replace(one, evidence=()) for one in report.findings))
        one = only(compared((where, bare)))
        assert one.confidence is Confidence.LIKELY


class TestEvidence:
    def test_shows_what_came_through_where_the_same_is_open(self) -> None:
        one = only(compared(*PODS_BLOCKED))
        shown = [line for line in one.evidence if line.is_control]
        assert [line.action for line in shown] == ["handshake", "exchange"]
        assert shown[0].detail == "control vantage: seen from node g1 itself"

    def test_takes_it_from_the_nearest_vantage(self) -> None:
        one = only(
            compared(seen("g1", POD, "gpu", a=NO_ANSWER), seen("a1", POD), seen("g1", HOST, "gpu"))
        )
        assert any("node g1 itself" in line.detail for line in one.evidence)

    def test_has_none_to_show_where_it_is_open_nowhere(self) -> None:
        assert not any(line.is_control for line in only(compared(*BEYOND)).evidence)

    def test_a_vantage_with_evidence_speaks_for_those_without(self) -> None:
        where, report = seen("a1", POD, a=NO_ANSWER)
        bare = replace(report, findings=tuple(replace(one, evidence=()) for one in report.findings))
        one = only(compared((where, bare), seen("b1", POD, a=NO_ANSWER)))
        assert one.explanation.startswith("Seen from a pod on node b1: ")
        assert one.evidence != ()


class TestWhatIsNotSaid:
    def test_skipped_and_unmeasured_endpoints_are_neither_stopped_nor_open(self) -> None:
        one = only(
            compared(
                seen("s1", POD, a=NO_ANSWER),
                seen("s1", HOST, a=SKIPPED),
                seen("s2", POD, a=UNKNOWN),
            )
        )
        assert "at 2 it stops otherwise, or is not known" in one.account

    def test_an_endpoint_that_a_vantage_was_not_asked_for_is_not_open_there(self) -> None:
        one = only(compared(seen("s1", POD, a=NO_ANSWER), seen("s1", HOST, ids=("b", "c"))))
        assert one.scope.words == "wherever it was measured, 1 of 2 vantages"

    def test_where_all_is_open_there_is_no_finding(self) -> None:
        assert compared(seen("s1", POD), seen("s1", HOST)).findings == ()

    def test_without_any_report_there_is_no_finding_either(self) -> None:
        assert compared().findings == ()


def test_every_cause_has_a_kind() -> None:
    assert set(KINDS) == set(Cause)


@pytest.mark.parametrize("cause", Cause)
@pytest.mark.parametrize("name", CASES)
def test_every_cause_has_a_reading_of_every_pattern(cause: Cause, name: str) -> None:
    pairs = CASES[name][0]
    places = [where for where, _ in pairs]
    where = extent(places[:1], places[1:], len(places))
    same = Ways(has_same_proxy=True, has_same_resolver=False, remark="")
    assert reading(cause, where, same).means or KINDS[cause] is Kind.OWN or len(places) == 1


def test_readings_end_as_sentences() -> None:
    for one in (*PODS.values(), *PARTS.values()):
        assert one.means.endswith(".")
        assert not one.ask_for or one.ask_for.endswith(".")


def test_places_without_a_node_are_told_apart_by_what_they_have() -> None:
    nameless = Place(context=None, pool=None, node=None, network=POD)
    assert extent([nameless], [place("s1", HOST)], 2).pattern is Pattern.MIXED
