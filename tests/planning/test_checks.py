"""Endpoints and vantage → Plan."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.model.endpoint import Answer, Endpoint, Protocol, Requirement, Trust
from preflight.model.plan import Direct, Plan, Runtime, ViaProxy
from preflight.model.profile import Settings
from preflight.model.vantage import Proxy, Vantage, VantageKind
from preflight.planning import plan

HERE = Vantage(kind=VantageKind.LOCAL, host="here")
PROXY = Proxy(scheme="http", host="proxy.example", port=3128)


def endpoint(name: str = "one", host: str = "a.example", **fields: object) -> Endpoint:
    given_fields: dict[str, object] = {
        "id": name,
        "fqdn": host,
        "host": host,
        "port": 443,
        "protocol": Protocol.HTTPS,
        "component": "defender-sensor",
        "requirement": Requirement.REQUIRED,
    }
    return Endpoint(**given_fields | fields)  # type: ignore[arg-type] # test values


def planned(*endpoints: Endpoint, vantage: Vantage = HERE, timeout: float = 5.0) -> Plan:
    return plan(endpoints, vantage=vantage, settings=Settings(timeout=timeout))


def test_one_name_needed_twice_is_asked_once() -> None:
    made = planned(endpoint("sensor"), endpoint("arc", component="arc-agents"))
    assert [check.ids for check in made.checks] == [("sensor", "arc")]
    assert [e.id for e in made.endpoints] == ["sensor", "arc"]


@pytest.mark.parametrize(
    "other",
    [{"host": "b.example"}, {"port": 8443}, {"protocol": Protocol.WSS}],
)
def test_another_host_port_or_protocol_is_another_check(other: dict[str, object]) -> None:
    made = planned(endpoint("one"), endpoint("two", **other))  # type: ignore[arg-type] # test values
    assert [check.ids for check in made.checks] == [("one",), ("two",)]


def test_a_skipped_endpoint_is_kept_but_not_checked() -> None:
    made = planned(endpoint("known"), endpoint("unknown", "{region}.example", skipped="no region"))
    assert [check.ids for check in made.checks] == [("known",)]
    assert [e.id for e in made.endpoints] == ["known", "unknown"]


def test_checks_come_in_the_order_of_their_first_endpoint() -> None:
    made = planned(
        endpoint("1", "b.example"), endpoint("2", "a.example"), endpoint("3", "b.example")
    )
    assert [check.host for check in made.checks] == ["b.example", "a.example"]


@pytest.mark.parametrize(
    ("answers", "path"),
    [
        ((Answer(),), "/"),
        ((Answer(path="/"), Answer(path="/ping")), "/ping"),
        ((Answer(path="/v2/", basis="official-doc"), Answer(path="/longer/path")), "/v2/"),
        (
            (Answer(path="/a/", basis="third-party"), Answer(path="/b/", basis="official-script")),
            "/b/",
        ),
        ((Answer(path="/", basis="official-script"), Answer(path="/ping")), "/ping"),
        ((Answer(path="/ab"), Answer(path="/abc")), "/abc"),
        ((Answer(path="/ab"), Answer(path="/cd")), "/ab"),
        ((Answer(path="/ab", basis="hearsay"), Answer(path="/c", basis="inferred")), "/c"),
    ],
)
def test_the_best_documented_path_is_asked_for(answers: tuple[Answer, ...], path: str) -> None:
    made = planned(*(endpoint(str(i), answer=answer) for i, answer in enumerate(answers)))
    assert made.checks[0].path == path


def test_the_api_server_is_judged_by_the_cluster_ca_whoever_else_names_it() -> None:
    made = planned(endpoint("user"), endpoint("api", trust=Trust.CLUSTER))
    assert made.checks[0].trust is Trust.CLUSTER
    assert planned(endpoint("user")).checks[0].trust is Trust.PUBLIC


def test_each_check_has_its_own_route() -> None:
    behind = Vantage(
        kind=VantageKind.POD, host="pod", https_proxy=PROXY, no_proxy=("inside.example",)
    )
    made = planned(endpoint("1", "a.example"), endpoint("2", "api.inside.example"), vantage=behind)
    assert [check.route for check in made.checks] == [ViaProxy(PROXY), Direct()]


def test_each_check_knows_the_way_not_taken() -> None:
    behind = Vantage(
        kind=VantageKind.POD, host="pod", https_proxy=PROXY, no_proxy=("inside.example",)
    )
    made = planned(
        endpoint("1", "a.example"),
        endpoint("2", "api.inside.example"),
        endpoint("3", "127.0.0.1"),
        endpoint("4", protocol=Protocol.UDP),
        vantage=behind,
    )
    assert [check.alternative for check in made.checks] == [Direct(), ViaProxy(PROXY), None, None]


def test_without_a_proxy_there_is_one_way_and_nothing_to_exempt() -> None:
    (check,) = planned(endpoint(), vantage=replace(HERE, no_proxy=("a.example",))).checks
    assert (check.alternative, check.exemptions) == (None, ())


def test_each_check_knows_who_exempts_its_host() -> None:
    behind = replace(HERE, https_proxy=PROXY, no_proxy=(".a.example",))
    (check,) = planned(endpoint(), vantage=behind).checks
    exempting = [each.runtime for each in check.exemptions if each.token]
    assert exempting == [Runtime.CURL, Runtime.URLLIB, Runtime.REQUESTS]


def test_tokens_that_are_not_read_alike_for_many_hosts_are_told_of_once() -> None:
    behind = replace(HERE, https_proxy=PROXY, no_proxy=("*.example", "inside.test"))
    few = planned(endpoint("1"), endpoint("2", "api.inside.test"), vantage=behind)
    assert few.notices == ()
    many = planned(endpoint("1"), endpoint("2", "b.example"), vantage=behind)
    (notice,) = many.notices
    assert "2 hosts" in notice
    assert "('*.example')" in notice


def test_the_step_budget_and_the_notices_are_carried_over() -> None:
    made = plan([endpoint()], vantage=HERE, settings=Settings(timeout=1.5), notices=["said"])
    assert made.checks[0].timeout == 1.5
    assert made.notices == ("said",)


ENDPOINTS = st.lists(
    st.builds(
        endpoint,
        st.uuids().map(str),
        st.sampled_from(["a.example", "b.example", "192.0.2.1"]),
        port=st.sampled_from([80, 443]),
        protocol=st.sampled_from(list(Protocol)),
        skipped=st.sampled_from(["", "", "not known"]),
        answer=st.sampled_from(
            [Answer(), Answer(path="/ping"), Answer(path="/v2/", basis="inferred")]
        ),
    ),
    max_size=12,
)


@given(ENDPOINTS)
def test_every_endpoint_that_can_be_probed_is_in_exactly_one_check(
    endpoints: list[Endpoint],
) -> None:
    served = Counter(name for check in planned(*endpoints).checks for name in check.ids)
    assert served == Counter(e.id for e in endpoints if not e.skipped)


@given(ENDPOINTS)
def test_no_two_checks_ask_the_same(endpoints: list[Endpoint]) -> None:
    asked = [(c.host, c.port, c.protocol) for c in planned(*endpoints).checks]
    assert len(asked) == len(set(asked))
    assert all(check.ids for check in planned(*endpoints).checks)


@given(ENDPOINTS)
def test_a_check_agrees_with_the_endpoints_it_serves(endpoints: list[Endpoint]) -> None:
    by_id = {e.id: e for e in endpoints}
    for check in planned(*endpoints).checks:
        served = [by_id[name] for name in check.ids]
        assert {(e.host, e.port, e.protocol) for e in served} == {
            (check.host, check.port, check.protocol)
        }
        assert check.path in {e.answer.path for e in served}


@pytest.mark.parametrize(
    ("fqdn", "host", "expected"),
    [
        ("*.ods.example", "a.ods.example", "*.ods.example"),
        ("*.ods.example", "a.b.ods.example", "*.ods.example"),
        ("a.ods.example", "a.ods.example", None),
        ("*.ods.example", "elsewhere.example", None),
        ("*.ods.example", "ods.example", None),
        ("md-*.blob.example", "md-1.blob.example", None),
        ("*.*.example", "a.b.example", None),
    ],
)
def test_a_check_knows_the_documented_wildcard_that_its_host_is_under(
    fqdn: str, host: str, expected: str | None
) -> None:
    (check,) = planned(endpoint(host=host, fqdn=fqdn)).checks
    assert check.wildcard == expected


def test_a_wildcard_of_any_endpoint_that_is_served_counts() -> None:
    exact = endpoint("exact", "a.ods.example")
    made = planned(exact, endpoint("wild", "a.ods.example", fqdn="*.ods.example"))
    assert [check.wildcard for check in made.checks] == ["*.ods.example"]
