"""Codes in plain words."""

from ipaddress import ip_address
from typing import Any, get_args

import pytest

from preflight.model import happening
from preflight.model.diagnosis import Cause, Confidence
from preflight.model.endpoint import Protocol, Requirement
from preflight.model.evidence import Observation, Outcome
from preflight.model.plan import Stage
from preflight.model.report import NO_RULE_MATCHES, BlockedBy, Engine
from preflight.model.vantage import VantageKind
from preflight.report import terms, words
from preflight.report.hints import HINTS
from tests.report.builders import endpoint, looked_up, observed, profile, vantage, waived


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_words(outcome: Outcome) -> None:
    assert happening.OUTCOMES[outcome]


def test_an_outcome_of_a_newer_version_is_named_as_it_is() -> None:
    assert happening.happened(observed(Stage.TLS, "quic", "lost")) == "quic: lost after 23 ms"


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
    assert happening.lasted(seconds) == text


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


def test_a_packet_that_traced_the_path_is_not_the_one_to_look_for() -> None:
    main = observed(Stage.TCP, "connect", "dropped")
    hop = observed(Stage.TCP, "hop", "ttl_exceeded", after=9, detail="control hops: tcp")
    assert words.packets((main, hop), 3) == (main,)
    assert words.packets((hop,), 3) == (hop,)


def test_an_experiments_packet_counts_where_the_main_line_did_not_fail() -> None:
    passed = observed(Stage.TLS, "handshake")
    other = observed(Stage.TLS, "hello", "reset", after=9, detail="control other_label: x")
    again = observed(Stage.TLS, "handshake", "reset", after=5)
    assert words.packets((passed, other), 3) == (other,)
    assert words.packets((passed, again, other), 3) == (again,)


def test_every_operation_has_words() -> None:
    operations = {type_.__name__.lower() for type_ in get_args(Observation)}
    assert operations <= set(happening.ACTIONS)


def test_what_was_never_sent_is_no_packet() -> None:
    assert words.packets((observed(Stage.DNS, "lookup", "no_data", destination=None),), 3) == ()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (VantageKind.LOCAL, "host build-7, node n1, source address 10.1.0.4"),
        (
            VantageKind.POD,
            "pod ns/p, in the cluster's pod network, node n1, source address 10.1.0.4",
        ),
        (
            VantageKind.HOST_NETWORK_POD,
            "pod ns/p, in its node's own network, node n1, source address 10.1.0.4",
        ),
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


def test_several_source_addresses_are_plural() -> None:
    two = vantage(addresses=(ip_address("10.1.0.4"), ip_address("2001:db8::4")))
    assert words.about_vantage(two).endswith("source addresses 10.1.0.4, 2001:db8::4")


@pytest.mark.parametrize(
    ("id_", "text"),
    [
        ("mcr-rest", "required, mcr-rest"),
        ("a.test", "required"),
        ("a.test:443", "required"),
        ("other.test", "required, other.test"),
    ],
)
def test_an_id_that_only_repeats_the_host_is_left_out(id_: str, text: str) -> None:
    assert words.standing(endpoint(id_, host="a.test")) == text


def test_a_waived_endpoint_stands_as_such() -> None:
    assert words.standing(waived(endpoint("x", host="a.test"))) == "required, x, waived"


def test_hosts_of_the_command_line_are_called_so() -> None:
    assert words.component_of(endpoint(component="user")) == "named on the command line"
    assert words.component_of(endpoint(component="image-pull")) == "image-pull"


@pytest.mark.parametrize(
    ("engine", "name", "cause", "text"),
    [
        (Engine.UNKNOWN, None, Cause.TCP_DROPPED, ""),
        (
            Engine.UNKNOWN,
            "Contoso Firewall",
            Cause.TLS_INTERCEPTED,
            'a device whose certificates say "Contoso Firewall"',
        ),
        (Engine.UNKNOWN, "Zscaler", Cause.HTTP_BLOCK_PAGE, "a device that answers like Zscaler"),
        (Engine.DNS, "10.0.0.10:53", Cause.DNS_NXDOMAIN, "the resolver 10.0.0.10:53"),
        (Engine.DNS, "hosts file", Cause.DNS_SINKHOLED, "this host's hosts file"),
        (Engine.SQUID, "http://p:3128", Cause.PROXY_DENIED, "the proxy (Squid) http://p:3128"),
        (Engine.AZURE_FIREWALL, None, Cause.HTTP_BLOCK_PAGE, "the Azure Firewall"),
    ],
)
def test_who_blocks_is_told_in_words(
    engine: Engine, name: str | None, cause: Cause, text: str
) -> None:
    rule = BlockedBy(engine=engine, name=name, rule=None, source=None)
    assert words.whose(rule, cause) == text


def test_a_rule_and_where_it_was_read_follow_the_engine() -> None:
    rule = BlockedBy(engine=Engine.CALICO, name="ns/deny", rule="egress 1", source="p.yaml")
    assert (
        words.whose(rule, Cause.TCP_DROPPED) == "the Calico policy ns/deny rule egress 1 (p.yaml)"
    )


def test_where_no_rule_of_it_matches_that_is_said_and_how_sure_it_is() -> None:
    rule = BlockedBy(
        engine=Engine.AZURE_FIREWALL,
        name="hub-fw",
        rule=NO_RULE_MATCHES,
        source="fw.json:7",
        confidence=Confidence.CONFIRMED,
    )
    assert (
        words.whose(rule, Cause.TLS_SNI_RESET)
        == "the Azure Firewall hub-fw: no rule matches, denied by default (fw.json:7), confirmed"
    )


@pytest.mark.parametrize("engine", [engine for engine in Engine if engine is not Engine.UNKNOWN])
def test_every_known_engine_has_words(engine: Engine) -> None:
    assert terms.ENGINES[engine].startswith("the ")


@pytest.mark.parametrize("requirement", Requirement)
def test_every_requirement_is_explained(requirement: Requirement) -> None:
    assert terms.NEEDED[requirement]


def test_every_hint_has_a_source_and_somewhere_to_happen() -> None:
    assert all(hint.source and hint.environments and hint.look.endswith(".") for hint in HINTS)
