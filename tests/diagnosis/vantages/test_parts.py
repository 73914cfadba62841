"""Places that no single property tells apart: the fewest parts that each have one, or none where that would only be a list of places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.diagnosis.vantages.parts import MOST, divide
from preflight.diagnosis.vantages.pattern import Pattern, find_pattern
from preflight.model.fleet import FleetReport, Network, Place
from preflight.model.report import Report
from tests.diagnosis.vantages.clusters import HOST, NO_ANSWER, POD, State, compared, only, seen
from tests.diagnosis.vantages.test_properties import places, quick

Seen = tuple[Place, Report]
BOTH = (POD, HOST)


def cluster(
    *stopped: tuple[str, str, tuple[Network, ...]], context: str | None = None
) -> list[Seen]:
    """Nodes, each with its pool and the networks in which it stops; every node is seen in both."""
    return [
        seen(node, network, pool, context, stops={"a": NO_ANSWER} if network in networks else {})
        for node, pool, networks in stopped
        for network in BOTH
    ]


def scopes(fleet: FleetReport) -> list[str]:
    return sorted(finding.scope.words for finding in fleet.findings)


THREE_NODES = cluster(("n1", "p1", (POD,)), ("n2", "p2", (HOST,)), ("n3", "p3", ()))

CASES: dict[str, tuple[list[Seen], list[str]]] = {
    "pods of one pool, the node of another": (
        THREE_NODES,
        ["node n2 in pool p2, not its pods", "pods of node n1 in pool p1, not the node"],
    ),
    "pods of one pool, the whole of another": (
        cluster(("n1", "p1", (POD,)), ("n2", "p2", BOTH), ("n3", "p3", ())),
        ["node n2 in pool p2, pods and nodes alike", "pods of node n1 in pool p1, not the node"],
    ),
    "the node of one pool, the whole of another": (
        cluster(("n1", "p1", (HOST,)), ("n2", "p2", BOTH), ("n3", "p3", ())),
        ["node n1 in pool p1, not its pods", "node n2 in pool p2, pods and nodes alike"],
    ),
    "three pools, each in its own way": (
        cluster(("n1", "p1", (POD,)), ("n2", "p2", (HOST,)), ("n3", "p3", BOTH), ("n4", "p4", ())),
        [
            "node n2 in pool p2, not its pods",
            "node n3 in pool p3, pods and nodes alike",
            "pods of node n1 in pool p1, not the node",
        ],
    ),
    "pools of two nodes are named as pools": (
        cluster(
            *(("a1", "a", (POD,)), ("a2", "a", (POD,))),
            *(("b1", "b", BOTH), ("b2", "b", BOTH)),
            *(("c1", "c", (HOST,)), ("c2", "c", (HOST,))),
        ),
        [
            "nodes of pool c, not pods there",
            "pods of pool a, not nodes there",
            "pool b, pods and nodes alike",
        ],
    ),
    "several pools in the same way are one part": (
        cluster(
            ("n1", "p1", (POD,)), ("n2", "p2", (POD,)), ("n3", "p3", (HOST,)), ("n4", "p4", ())
        ),
        ["node n3 in pool p3, not its pods", "pods of pools p1 and p2, not nodes there"],
    ),
    "half the pods of a pool, the node of another": (
        cluster(
            *((f"g{n}", "gpu", (POD,) if n < 2 else ()) for n in range(4)),
            ("s1", "system", (HOST,)),
        ),
        [
            "node s1 in pool system, not its pods",
            "pods of nodes g0 and g1, 2 of 4 there, not nodes there",
        ],
    ),
    "pods of one node and another node, in one pool": (
        cluster(("g1", "gpu", (POD,)), ("g2", "gpu", (HOST,)), ("g3", "gpu", ())),
        ["node g2, not its pods", "pods of node g1, not the node"],
    ),
    "pods of one cluster, the whole of another": (
        [
            *cluster(("n1", "p", (POD,)), ("n2", "p", (POD,)), context="weu"),
            *cluster(("n1", "p", BOTH), ("n2", "p", BOTH), context="neu"),
            *cluster(("n1", "p", ()), context="eus"),
        ],
        ["cluster neu, pods and nodes alike", "pods of cluster weu, not nodes there"],
    ),
    "pods whose node was not measured": (
        [
            seen("n1", POD, "p1", a=NO_ANSWER),
            *cluster(("n2", "p2", (HOST,)), ("n3", "p3", ())),
        ],
        ["node n2 in pool p2, not its pods", "pods of node n1 in pool p1"],
    ),
}
"""What is measured, and the words of each finding."""

NONE: dict[str, list[Seen]] = {
    "every node of a pool in its own way": cluster(
        ("g1", "gpu", (POD,)), ("g2", "gpu", BOTH), ("g3", "gpu", (HOST,))
    ),
    "half of a pool by pods, half by nodes": cluster(
        *((f"g{n}", "gpu", (POD,) if n < 2 else (HOST,) if n < 4 else ()) for n in range(6))
    ),
    "scattered over two pools": cluster(
        *((f"{pool}{n}", pool, ((POD,), (HOST,), BOTH, ())[n]) for pool in "ab" for n in range(4))
    ),
    "network and pool at once": [
        seen("n1", POD, "p1", a=NO_ANSWER),
        seen("n2", POD, "p2", a=NO_ANSWER),
        seen("n3", HOST, "p3"),
    ],
    "one place that was asked twice": [
        seen("n1", POD, a=NO_ANSWER),
        seen("n1", POD),
        seen("n1", HOST, a=NO_ANSWER),
    ],
}
"""What no division makes clearer."""


@pytest.mark.parametrize(("pairs", "words"), CASES.values(), ids=CASES)
def test_each_part_is_a_finding_with_words_of_its_own(pairs: list[Seen], words: list[str]) -> None:
    assert scopes(compared(*pairs)) == words


@pytest.mark.parametrize("pairs", NONE.values(), ids=NONE)
def test_where_parts_would_be_a_list_of_places_there_is_no_pattern(pairs: list[Seen]) -> None:
    found = only(compared(*pairs))
    assert found.scope.words == f"at {len(found.vantages)} of {len(pairs)} vantages"


def test_a_part_tells_where_it_stops_too() -> None:
    for finding in compared(*THREE_NODES).findings:
        assert "it stops so at 1 (" in finding.explanation
        assert ") too, which is told apart, and works at 4 (" in finding.explanation
        assert "is not known" not in finding.explanation


def test_a_part_has_the_suspect_of_its_own_contrast() -> None:
    """No pod gets through anywhere, and one pool's node does: a policy of pods is to be looked at there, not where the node stops too."""
    by_words = {
        finding.scope.words: finding
        for finding in compared(
            *cluster(("n1", "p1", (POD,)), ("n2", "p2", BOTH), ("n3", "p3", BOTH))
        ).findings
    }
    pods = by_words["pods of node n1 in pool p1, not the node"]
    whole = by_words["pools p2 and p3, pods and nodes alike"]
    assert [rule.is_suspected for rule in pods.blocked_by] == [True]
    assert not any(rule.is_suspected for rule in whole.blocked_by)


def test_endpoints_that_stop_alike_stay_together_in_each_part() -> None:
    stops: dict[str, State] = {"a": NO_ANSWER, "b": NO_ANSWER}
    fleet = compared(
        seen("n1", POD, "p1", stops=stops),
        seen("n1", HOST, "p1"),
        seen("n2", POD, "p2"),
        seen("n2", HOST, "p2", stops=stops),
    )
    assert [finding.endpoints for finding in fleet.findings] == [("a", "b")] * 2


some_places = st.lists(
    places.map(lambda of: Place(node=of[0], network=of[1], pool=of[2], context=of[3])), max_size=9
)


@quick
@given(some_places.filter(bool), some_places)
def test_the_parts_together_are_exactly_the_places_where_it_stops(
    stopped: list[Place], open_at: list[Place]
) -> None:
    parts = divide(stopped, open_at, len(stopped) + len(open_at))
    told = sorted(position for part in parts for position in part.positions)
    assert told == [*range(len(stopped))]
    for part in parts:
        assert part.stopped == tuple(stopped[at] for at in part.positions)
        assert len(part.stopped) + len(part.others) == len(stopped)


@quick
@given(some_places.filter(bool), some_places)
def test_what_is_divided_has_a_pattern_in_each_part_and_none_as_a_whole(
    stopped: list[Place], open_at: list[Place]
) -> None:
    total = len(stopped) + len(open_at)
    parts = divide(stopped, open_at, total)
    assert len(parts) <= MOST
    if len(parts) > 1:
        assert find_pattern(stopped, open_at, total) is Pattern.MIXED
        for part in parts:
            rest = (*open_at, *part.others)
            assert find_pattern(part.stopped, rest, total) is not Pattern.MIXED


@quick
@given(some_places.filter(bool), some_places)
def test_no_part_takes_pods_from_a_node_that_stops_alike(
    stopped: list[Place], open_at: list[Place]
) -> None:
    def nodes(some: tuple[Place, ...]) -> set[tuple[str | None, ...]]:
        return {(place.context, place.pool, place.node) for place in some}

    for part in divide(stopped, open_at, len(stopped) + len(open_at)):
        assert nodes(part.stopped).isdisjoint(nodes(part.others))
