"""The fewest rules that open the same."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from preflight.allow.minimal import minimal
from preflight.allow.names import covers
from preflight.model.endpoint import Protocol, Requirement
from preflight.model.request import Inspection, Rule
from tests.allow.builders import addresses, rule
from tests.budget import examples

NAMES = ("example.com", "a.example.com", "b.a.example.com", "c.test.net")
WILD = ("*.example.com", "*.a.example.com", "m-*.example.com", "*.test.net")
RULES = st.lists(
    st.builds(
        rule,
        st.sampled_from(NAMES + WILD),
        st.sampled_from((80, 443)),
        protocol=st.sampled_from((Protocol.HTTPS, Protocol.HTTP, Protocol.TCP)),
        requirement=st.sampled_from(tuple(Requirement)),
        depth=st.sampled_from((None, 1, 2)),
    ),
    max_size=8,
)


def opened(rules: tuple[Rule, ...] | list[Rule]) -> set[tuple[str, int, Protocol]]:
    """Which of the names each rule opens, on which port."""
    return {
        (name, each.port, each.protocol)
        for each in rules
        for name in (*NAMES, "x.example.com", "m-1.example.com")
        if name == each.fqdn or covers(each.fqdn, name)
    }


def test_one_name_of_two_components_is_one_rule_for_both() -> None:
    first = rule(components=("aks-base",), requirement=Requirement.OPTIONAL, purposes=("A",))
    second = rule(components=("monitor",), purposes=("B",), service_tags=("AzureMonitor",))

    (found,) = minimal([first, second])

    assert found.components == ("aks-base", "monitor")
    assert found.purposes == ("A", "B")
    assert found.requirement is Requirement.REQUIRED
    assert found.service_tags == ("AzureMonitor",)


def test_a_name_that_a_wildcard_covers_needs_no_rule_and_is_remembered() -> None:
    wide = rule("*.example.com", hosts=("b.example.com",), depth=1)
    name = rule("a.example.com", addresses=addresses("203.0.113.1"), components=("pki",))

    (found,) = minimal([name, wide])

    assert found.fqdn == "*.example.com"
    assert found.covers == ("a.example.com",)
    assert found.hosts == ("b.example.com", "a.example.com")
    assert found.addresses == name.addresses
    assert found.components == ("defender-sensor", "pki")


def test_a_wildcard_below_another_makes_it_deeper() -> None:
    wide = rule("*.ingest.example.com", depth=2)
    narrow = rule("*.metrics.ingest.example.com", depth=2)

    (found,) = minimal([wide, narrow])

    assert found.fqdn == "*.ingest.example.com"
    assert found.depth == 3


def test_a_deeper_name_makes_the_wildcard_deeper() -> None:
    (found,) = minimal([rule("*.example.com", depth=1), rule("a.b.example.com")])

    assert found.depth == 2


def test_another_port_or_protocol_is_another_rule() -> None:
    rules = [rule("*.example.com"), rule("a.example.com", 80), rule("a.example.com", protocol=Protocol.TCP)]  # fmt: skip

    assert len(minimal(rules)) == 3


def test_the_apex_is_not_below_its_wildcard() -> None:
    assert len(minimal([rule("*.example.com"), rule("example.com")])) == 2


def test_one_part_that_must_not_be_inspected_is_enough() -> None:
    (found,) = minimal([rule(), rule(inspection=Inspection.BYPASS)])

    assert found.inspection is Inspection.BYPASS


def test_rules_are_sorted_by_protocol_port_and_domain() -> None:
    rules = [
        rule("ntp.example.com", 123, protocol=Protocol.UDP),
        rule("b.example.com", 8443),
        rule("b.example.com"),
        rule("a.test.net"),
        rule("a.example.com"),
    ]

    assert [(each.fqdn, each.port) for each in minimal(rules)] == [
        ("a.example.com", 443),
        ("b.example.com", 443),
        ("a.test.net", 443),
        ("b.example.com", 8443),
        ("ntp.example.com", 123),
    ]


@examples(150)
@given(RULES)
def test_it_opens_neither_less_nor_more(rules: list[Rule]) -> None:
    assert opened(minimal(rules)) == opened(rules)


@examples(150)
@given(RULES)
def test_no_rule_of_the_result_covers_another(rules: list[Rule]) -> None:
    found = minimal(rules)

    assert not any(
        covers(one.fqdn, other.fqdn)
        for one in found
        for other in found
        if (one.port, one.protocol) == (other.port, other.protocol)
    )


@examples(150)
@given(RULES)
def test_doing_it_twice_changes_nothing(rules: list[Rule]) -> None:
    found = minimal(rules)

    assert minimal(found) == found


@examples(150)
@given(RULES, st.randoms(use_true_random=False))
def test_the_order_of_input_changes_no_name(rules: list[Rule], random: st.DrawFn) -> None:
    shuffled = [replace(each) for each in rules]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random

    first, second = minimal(rules), minimal(shuffled)

    assert [(r.fqdn, r.port, r.requirement, r.depth) for r in first] == [
        (r.fqdn, r.port, r.requirement, r.depth) for r in second
    ]
