"""Explanations on paper: grouped, bounded, and with nothing in them that acts on a terminal."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

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
from preflight.model.report import Engine
from preflight.report import PLAIN, Style
from preflight.report.explanation import ACCOMPLICES, LISTED, REASONS, SOURCES, render

SOURCE = Workload(namespace="shop", pod="web-1")
DENIED = Ruling(
    engine=Engine.KUBERNETES_NETWORK_POLICY,
    verdict=FlowVerdict.DENIED,
    reason=Reason.DEFAULT_DENY,
    name="shop/deny",
    rule="spec.egress[0]",
    origin=Origin(file="policies.yaml", line=12),
    explanation="Nothing matches.",
)
ALLOWED = replace(DENIED, verdict=FlowVerdict.ALLOWED, reason=Reason.EXPLICIT_ALLOW)


def explanation(host: str = "a.test", *path: Ruling, source: Workload = SOURCE) -> Explanation:
    return Explanation(flow=Flow(source=source, destination=Destination(host=host)), path=path)


def test_flows_with_one_cause_stand_together() -> None:
    many = [explanation(f"h{number}.test", DENIED) for number in range(LISTED + 3)]
    text = render(many, PLAIN)
    assert text.count("Nothing matches.") == 1
    assert text.startswith(
        f"{len(many)} flows: {len(many)} denied, 0 cannot be told, 0 not forbidden\n"
    )
    assert "and to 3 more" in text


def test_the_rule_is_named_with_file_and_line() -> None:
    text = render([explanation("a.test", DENIED)], PLAIN)
    assert "✗ shop/web-1 to a.test:443/TCP" in text
    assert "the Kubernetes NetworkPolicy shop/deny spec.egress[0] (policies.yaml:12):" in text
    assert "no rule matches, denied by default" in " ".join(text.split())


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_told_in_words(reason: Reason) -> None:
    text = render([explanation("a.test", replace(DENIED, reason=reason))], PLAIN)
    assert reason.value not in text
    assert REASONS[reason] in " ".join(text.split())


def test_of_what_cannot_be_told_every_engine_says_what_it_lacks() -> None:
    first = replace(DENIED, verdict=FlowVerdict.UNKNOWN, explanation="The pod's labels lack.")
    second = replace(first, name="hub", explanation="The source's address lacks.")
    text = render([explanation("a.test", first, second)], PLAIN)
    assert "The pod's labels lack." in text
    assert "The source's address lacks." in text


def test_sources_of_which_the_same_is_said_stand_together() -> None:
    nodes = [
        Workload(namespace="", node=f"n{number}", host_network=True)
        for number in range(SOURCES + 2)
    ]
    text = render([explanation("a.test", DENIED, source=one) for one in nodes], PLAIN)
    first = "node n0 (anywhere), node n1 (anywhere), node n2 (anywhere) and 2 more to a.test:443"
    assert first in " ".join(text.split())
    assert text.count("Nothing matches.") == 1


def test_sources_with_other_destinations_stand_apart() -> None:
    other = replace(SOURCE, pod="web-2")
    said = [explanation("a", DENIED), explanation("b", DENIED, source=other)]
    assert render(said, PLAIN).count("Nothing matches.") == 2


def test_a_pod_of_which_only_the_node_is_known_is_called_so() -> None:
    pod = Workload(namespace="", node="n1", address=ip_address("10.1.0.4"))
    text = render([explanation("a", DENIED, source=pod)], PLAIN)
    assert "a pod on node n1 (10.1.0.4) to a" in text


def test_those_that_share_the_guilt_are_named_within_bounds() -> None:
    others = tuple(replace(DENIED, name=f"shop/p{number}") for number in range(ACCOMPLICES + 2))
    text = render([explanation("a.test", replace(DENIED, also=others))], PLAIN)
    assert "also the Kubernetes NetworkPolicy shop/p0 (policies.yaml:12)" in text
    assert "and 2 more; -o json names all" in text


def test_denied_unknown_and_allowed_have_a_part_each() -> None:
    unknown = replace(DENIED, verdict=FlowVerdict.UNKNOWN)
    text = render(
        [explanation("a", ALLOWED), explanation("b", unknown), explanation("c", DENIED)], PLAIN
    )
    places = [text.index(head) for head in ("\nDENIED", "\nCANNOT BE TOLD", "\nNOT FORBIDDEN")]
    assert places == sorted(places)


def test_what_an_allow_rule_says_is_not_repeated_but_why_nothing_applies_is() -> None:
    open_ = replace(ALLOWED, reason=Reason.NOT_SELECTED, explanation="No policy selects it.")
    assert "Nothing matches." not in render([explanation("a", ALLOWED)], PLAIN)
    assert "No policy selects it." in render([explanation("a", open_)], PLAIN)


def test_only_what_is_denied_leads_to_what_writes_the_rule() -> None:
    assert "`rules request` writes what opens." in render([explanation("a", DENIED)], PLAIN)
    assert "rules request" not in render([explanation("a", ALLOWED)], PLAIN)


def test_nothing_given_for_a_flow_is_said() -> None:
    assert "No rule among what was given concerns these flows." in render([explanation("a")], PLAIN)


def test_untrusted_text_acts_on_no_terminal() -> None:
    bad = replace(
        DENIED, name="a\x1b[2Jb", origin=Origin(file="x\n\u202ey.yaml"), explanation="\x07"
    )
    text = render([explanation("h\x1b.test", bad)], PLAIN)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\x07" not in text
    assert r"a\x1b[2Jb" in text


def test_a_plain_terminal_gets_ascii() -> None:
    flows = [explanation("a", DENIED), explanation("b", ALLOWED)]
    assert render(flows, Style(unicode=False)).isascii()


def test_every_kind_of_source_and_destination_has_a_name() -> None:
    sources = (
        Workload(namespace="", host_network=True, address=ip_address("10.0.0.4")),
        Workload(namespace="", host_network=True),
        Workload(namespace="mdc", labels=(("app", "x"),)),
    )
    for one, name in zip(
        sources, ("10.0.0.4 to a", "anywhere to a", "pods of mdc (app=x) to a"), strict=True
    ):
        assert name in render([explanation("a", DENIED, source=one)], PLAIN)
    pod = Destination(workload=Workload(namespace="bank", pod="db"), port=5432)
    flow = Flow(source=SOURCE, destination=pod)
    assert "pod bank/db:5432/TCP" in render([Explanation(flow=flow, path=(DENIED,))], PLAIN)
