"""Catalog + Selection → the endpoints that apply."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preflight.catalog.load import load
from preflight.catalog.select import notices, select
from preflight.catalog.select.named import pattern_of
from preflight.catalog.select.requirement import sends_to
from preflight.errors import UsageError
from preflight.model.endpoint import (
    Answer,
    Catalog,
    Cloud,
    Endpoint,
    Entry,
    Environment,
    Port,
    Protocol,
    Requirement,
    SensorPath,
    Source,
    Support,
    Trust,
)
from preflight.model.profile import Selection, Target

TODAY = date(2026, 11, 23)
REQUIRED, CONDITIONAL, LEGACY, OPTIONAL = Requirement
AKS, EKS, GKE, ARC = Environment
PUBLIC, USGOV, CHINA = Cloud
GUID = "0a1b2c3d-0000-4000-8000-000000000001"


def port(number: int = 443, protocol: Protocol = Protocol.HTTPS) -> Port:
    return Port(number=number, protocol=protocol)


def entry(name: str, fqdn: str = "a.example", **fields: object) -> Entry:
    """A required HTTPS entry of the sensor, everywhere, unless said otherwise; its host is its fqdn."""
    given_fields: dict[str, object] = {
        "id": name,
        "fqdn": fqdn,
        "hosts": (fqdn,),
        "obtained": "as documented",
        "ports": (port(),),
        "clouds": tuple(Cloud),
        "environments": tuple(Environment),
        "component": "defender-sensor",
        "requirement": REQUIRED,
        "features": (),
        "condition": "",
        "sensor": None,
        "informational": False,
        "purpose": "telemetry",
        "answer": Answer(),
        "issuers": (),
        "trust": Trust.PUBLIC,
        "service_tags": (),
        "private_zones": (),
        "confidence": Support.HIGH,
        "changes": (),
        "notes": "",
        "sources": (),
        "file": "test.yaml",
    }
    return Entry(**given_fields | fields)  # type: ignore[arg-type] # test values


def catalog(*entries: Entry, **fields: object) -> Catalog:
    return Catalog(**{"version": TODAY, "entries": entries} | fields)  # type: ignore[arg-type] # test values


def chosen(
    *entries: Entry, environment: Environment | None = AKS, **options: object
) -> tuple[Endpoint, ...]:
    return select(catalog(*entries), Selection(environment=environment, **options))  # type: ignore[arg-type] # test values


def one(*entries: Entry, **options: object) -> Endpoint:
    (endpoint,) = chosen(*entries, **options)  # type: ignore[arg-type] # test values
    return endpoint


def ids(endpoints: tuple[Endpoint, ...]) -> list[str]:
    return [endpoint.id for endpoint in endpoints]


def values(**filled: str) -> tuple[tuple[str, str], ...]:
    return tuple(filled.items())


# what belongs to a profile ------------------------------------------------------------------------


def test_an_entry_counts_in_its_own_clouds_and_environments() -> None:
    entries = (
        entry("here"),
        entry("other-cloud", clouds=(USGOV,)),
        entry("other-environment", environments=(EKS, GKE)),
    )
    assert ids(chosen(*entries)) == ["here"]


def test_endpoints_come_in_the_catalogues_order() -> None:
    assert ids(chosen(entry("b"), entry("a"))) == ["b", "a"]


def test_components_narrow_the_profile() -> None:
    entries = (
        entry("sensor"),
        entry("pull", component="image-pull"),
        entry("pki", component="pki"),
    )
    assert ids(chosen(*entries, components=("image-pull", "pki"))) == ["pull", "pki"]


def test_one_name_under_two_components_is_two_endpoints() -> None:
    entries = (entry("sensor"), entry("base", component="aks-base"))
    assert [(e.host, e.component) for e in chosen(*entries)] == [
        ("a.example", "defender-sensor"),
        ("a.example", "aks-base"),
    ]


def test_an_unknown_component_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        UsageError, match=r"did you mean 'image-pull'\?.*defender-sensor, image-pull"
    ):
        chosen(entry("a"), entry("b", component="image-pull"), components=("image-pul",))


def test_an_unlike_component_is_refused_without_a_guess() -> None:
    with pytest.raises(UsageError) as raised:
        chosen(entry("a"), components=("zz\x1b",))
    assert "did you mean" not in str(raised.value)
    assert "\x1b" not in str(raised.value)


def test_without_an_environment_a_profile_cannot_be_chosen() -> None:
    with pytest.raises(UsageError, match="--environment"):
        chosen(entry("a"), environment=None)


def test_nothing_selected_is_refused() -> None:
    with pytest.raises(
        UsageError, match="no endpoint of pki applies to aks in cloud public; --all"
    ):
        chosen(entry("a", component="pki", informational=True), components=("pki",))


def test_nothing_selected_even_with_everything_is_refused_without_that_advice() -> None:
    with pytest.raises(UsageError, match=r"any component applies to aks in cloud public$"):
        chosen(entry("a", clouds=(CHINA,)), everything=True)


ARC_AGENT = entry("agent", component="arc-agents", environments=(EKS, GKE, ARC))


@pytest.mark.parametrize(
    ("environment", "components", "counts"),
    [
        (ARC, (), True),
        (EKS, (), False),
        (GKE, (), False),
        (AKS, (), False),
        (EKS, ("arc-agents",), True),
        (GKE, ("arc-agents", "defender-sensor"), True),
        (EKS, ("defender-sensor",), False),
    ],
)
@pytest.mark.parametrize("everything", [False, True])
def test_arc_agents_count_where_the_cluster_is_known_to_be_arc_connected(
    environment: Environment, components: tuple[str, ...], counts: bool, everything: bool
) -> None:
    found = chosen(
        entry("sensor"),
        ARC_AGENT,
        environment=environment,
        components=components,
        everything=everything,
    )
    assert ("agent" in ids(found)) is counts


# how much a profile depends on an entry ------------------------------------------------------------


@pytest.mark.parametrize("requirement", [REQUIRED, CONDITIONAL, LEGACY])
def test_the_catalogues_requirement_holds(requirement: Requirement) -> None:
    assert one(entry("a", requirement=requirement, condition="why")).requirement is requirement


def test_optional_and_informational_entries_need_everything() -> None:
    entries = (
        entry("needed"),
        entry("optional", requirement=OPTIONAL),
        entry("remark", informational=True),
    )
    assert ids(chosen(*entries)) == ["needed"]
    found = chosen(*entries, everything=True)
    assert {e.id: e.requirement for e in found} == {
        "needed": REQUIRED,
        "optional": OPTIONAL,
        "remark": OPTIONAL,
    }


@pytest.mark.parametrize(
    ("component", "features", "components", "expected"),
    [
        ("azure-policy", ("azure-policy",), (), OPTIONAL),
        ("azure-policy", ("azure-policy",), ("azure-policy",), REQUIRED),
        ("monitor", ("container-insights",), (), OPTIONAL),
        ("monitor", ("container-insights",), ("monitor",), CONDITIONAL),
    ],
)
def test_a_features_entry_is_required_only_where_its_component_is_that_feature(
    component: str,
    features: tuple[str, ...],
    components: tuple[str, ...],
    expected: Requirement,
) -> None:
    written = entry("a", component=component, features=features, requirement=OPTIONAL)
    assert one(written, components=components, everything=True).requirement is expected


def test_a_conditional_feature_says_which_feature() -> None:
    found = one(entry("a", component="monitor", features=("x", "y")), components=("monitor",))
    assert found.condition == "needed for x, y"


def test_a_condition_of_its_own_is_kept() -> None:
    written = entry("a", component="monitor", features=("x",), condition="with Prometheus")
    assert one(written, components=("monitor",)).condition == "with Prometheus"


@pytest.mark.parametrize(
    ("version", "path"),
    [
        ((0, 7, 99), SensorPath.LOG_ANALYTICS),
        ((0, 8, 38), SensorPath.LOG_ANALYTICS),
        ((0, 8, 39), SensorPath.DEFENDER),
        ((0, 8, 61), SensorPath.DEFENDER),
        ((0, 9, 0), SensorPath.LOG_ANALYTICS),
        ((0, 9, 43), SensorPath.LOG_ANALYTICS),
        ((0, 9, 44), SensorPath.DEFENDER),
        ((0, 10, 0), SensorPath.DEFENDER),
        ((0, 11, 7), SensorPath.DEFENDER),
        ((1, 0, 0), SensorPath.DEFENDER),
    ],
)
def test_the_sensors_version_tells_where_it_sends(
    version: tuple[int, int, int], path: SensorPath
) -> None:
    assert sends_to(version) is path


NEW, OLD = (0, 10, 10), (0, 8, 12)
SENSOR_RULE = [
    # cloud, environment, version, new generation, old generation
    (PUBLIC, AKS, NEW, REQUIRED, LEGACY),
    (PUBLIC, AKS, OLD, CONDITIONAL, REQUIRED),
    (PUBLIC, AKS, None, REQUIRED, CONDITIONAL),
    (PUBLIC, EKS, NEW, REQUIRED, LEGACY),
    (PUBLIC, EKS, OLD, CONDITIONAL, REQUIRED),
    (PUBLIC, EKS, None, REQUIRED, LEGACY),
    (PUBLIC, GKE, None, REQUIRED, LEGACY),
    (PUBLIC, ARC, None, REQUIRED, LEGACY),
    (USGOV, AKS, NEW, CONDITIONAL, REQUIRED),
    (USGOV, AKS, OLD, CONDITIONAL, REQUIRED),
    (USGOV, AKS, None, CONDITIONAL, REQUIRED),
    (USGOV, EKS, NEW, CONDITIONAL, CONDITIONAL),
    (USGOV, EKS, OLD, CONDITIONAL, REQUIRED),
    (USGOV, ARC, None, CONDITIONAL, CONDITIONAL),
    (CHINA, AKS, NEW, CONDITIONAL, CONDITIONAL),
    (CHINA, AKS, OLD, CONDITIONAL, CONDITIONAL),
]


@pytest.mark.parametrize(("cloud", "environment", "version", "new", "old"), SENSOR_RULE)
def test_the_sensors_generation_decides_which_endpoints_are_required(
    cloud: Cloud,
    environment: Environment,
    version: tuple[int, int, int] | None,
    new: Requirement,
    old: Requirement,
) -> None:
    found = chosen(
        entry("new", "n.example", requirement=CONDITIONAL, sensor=SensorPath.DEFENDER),
        entry("old", "o.example", requirement=CONDITIONAL, sensor=SensorPath.LOG_ANALYTICS),
        cloud=cloud,
        environment=environment,
        sensor_version=version,
    )
    assert [e.requirement for e in found] == [new, old]


def test_an_unknown_version_names_the_option_in_the_condition() -> None:
    found = one(entry("old", sensor=SensorPath.LOG_ANALYTICS))
    assert "0.8.39" in found.condition
    assert "--sensor-version" in found.condition


def test_an_informational_entry_of_the_sensor_stays_informational() -> None:
    found = one(entry("a", sensor=SensorPath.DEFENDER, informational=True), everything=True)
    assert found.requirement is OPTIONAL


# hosts, ports and placeholders ---------------------------------------------------------------------


def test_an_entrys_knowledge_travels_with_its_endpoint() -> None:
    source = Source(key="k", title="t", url=None, dated="2026")
    known = entry(
        "a",
        purpose="why",
        answer=Answer(path="/v2/", statuses=((200, 200),)),
        issuers=("Microsoft Corporation",),
        trust=Trust.CLUSTER,
        service_tags=("AzureMonitor",),
        private_zones=("privatelink.example",),
        sources=(source,),
    )
    assert one(known) == Endpoint(
        id="a",
        fqdn="a.example",
        host="a.example",
        port=443,
        protocol=Protocol.HTTPS,
        component="defender-sensor",
        requirement=REQUIRED,
        purpose="why",
        answer=Answer(path="/v2/", statuses=((200, 200),)),
        issuers=("Microsoft Corporation",),
        trust=Trust.CLUSTER,
        service_tags=("AzureMonitor",),
        private_zones=("privatelink.example",),
        sources=(source,),
    )


def test_further_hosts_are_endpoints_of_their_own() -> None:
    several = entry("data", "*.data.example", hosts=("eu.data.example", "us.data.example"))
    found = chosen(several)
    assert [(e.id, e.host, e.fqdn) for e in found] == [
        ("data", "eu.data.example", "*.data.example"),
        ("data/us.data.example", "us.data.example", "*.data.example"),
    ]


def test_further_protocols_and_ports_are_endpoints_of_their_own() -> None:
    ports = (port(), port(443, Protocol.WSS), port(8084), port(8084, Protocol.WSS))
    assert ids(chosen(entry("relay", ports=ports))) == [
        "relay",
        "relay/wss",
        "relay/8084",
        "relay/wss/8084",
    ]


def test_a_host_given_twice_is_one_endpoint() -> None:
    twice = entry("a", "*.example", hosts=("A.Example", "a.example.", "{servicebus_host}"))
    assert ids(chosen(twice, values=values(servicebus_host="a.example"))) == ["a"]


def test_placeholders_are_filled_in_rule_host_and_path() -> None:
    regional = entry(
        "a",
        "{region}.login.example",
        answer=Answer(path="/urls?location={region}", statuses=((200, 200),)),
    )
    found = one(regional, values=values(region="westeurope"))
    assert (found.fqdn, found.host) == ("westeurope.login.example",) * 2
    assert found.answer == Answer(path="/urls?location=westeurope", statuses=((200, 200),))


def test_a_wildcard_rule_stays_as_documented() -> None:
    old = entry("ods", "*.ods.example", hosts=("{workspace_id}.ods.example",))
    found = one(old, values=values(workspace_id=GUID))
    assert (found.fqdn, found.host, found.skipped) == ("*.ods.example", f"{GUID}.ods.example", "")


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("{workspace_id}.ods.example", "the workspace id is not known; give --workspace-id GUID"),
        ("{region}.login.example", "the region is not known; give --region NAME"),
        ("{servicebus_host}", "the relay host is not known; give --set servicebus_host=VALUE"),
        (
            "{dce_id}.{region}.ingest.example",
            "the data collection endpoint's label is not known; give --set dce_id=VALUE; "
            "the region is not known; give --region NAME",
        ),
    ],
)
def test_an_unknown_placeholder_skips_the_endpoint_and_says_how_to_supply_it(
    host: str, reason: str
) -> None:
    found = one(entry("a", "*.example", hosts=(host,)))
    assert (found.host, found.skipped, found.requirement) == (host, reason, REQUIRED)


def test_an_empty_value_is_an_unknown_one() -> None:
    found = one(entry("a", hosts=("{region}.example",)), values=values(region=""))
    assert found.skipped.startswith("the region is not known")


def test_an_unknown_part_of_the_path_alone_skips_nothing_and_expects_nothing() -> None:
    found = one(entry("a", answer=Answer(path="/{dce_id}", statuses=((200, 200),))))
    assert (found.skipped, found.answer) == ("", Answer())


@pytest.mark.parametrize(
    ("host", "region", "filled"),
    [
        ("sts.{region}.amazonaws.com", "eu-west-1", "sts.eu-west-1.amazonaws.com"),
        ("{region}.login.example", "westeurope", "westeurope.login.example"),
    ],
)
def test_a_region_fills_the_names_of_its_own_cloud(host: str, region: str, filled: str) -> None:
    assert one(entry("a", hosts=(host,)), values=values(region=region)).host == filled


@pytest.mark.parametrize(
    ("host", "region", "reason"),
    [
        ("sts.{region}.amazonaws.com", "westeurope", "the AWS region is not known"),
        ("{region}.login.example", "eu-west-1", "the region is not known"),
    ],
)
def test_another_clouds_region_makes_no_name(host: str, region: str, reason: str) -> None:
    assert one(entry("a", hosts=(host,)), values=values(region=region)).skipped.startswith(reason)


def test_the_short_region_code_follows_from_the_region_where_it_is_documented() -> None:
    his = entry("his", "*.his.example", hosts=("{region_short}.his.example",))
    assert one(his, values=values(region="eastus")).host == "eus.his.example"
    assert one(his, values=values(region="eastus", region_short="x")).host == "x.his.example"
    assert "--set region_short=VALUE" in one(his, values=values(region="westeurope")).skipped


def test_service_tags_and_private_zones_are_filled_too() -> None:
    api = entry("a", service_tags=("AzureCloud.{region}",), private_zones=("x.{region}.azmk8s.io",))
    found = one(api, values=values(region="westeurope"))
    assert found.service_tags == ("AzureCloud.westeurope",)
    assert found.private_zones == ("x.westeurope.azmk8s.io",)


WILD = entry("wild", "*.tun.example", hosts=(), obtained="the page names none")


def test_a_wildcard_without_names_is_skipped_with_what_is_known_of_it() -> None:
    found = one(WILD)
    assert found.host == "*.tun.example"
    assert "the page names none" in found.skipped
    assert "--endpoint HOST" in found.skipped


def test_a_required_wildcard_without_names_does_not_decide_the_run() -> None:
    assert one(WILD).requirement is CONDITIONAL
    assert "no name behind it is documented" in one(WILD).condition


def test_its_own_condition_is_kept_beside_that() -> None:
    sensor = entry("w", "*.x.example", hosts=(), sensor=SensorPath.LOG_ANALYTICS, condition="why")
    found = one(sensor, cloud=USGOV)
    assert (found.requirement, found.condition[:5]) == (CONDITIONAL, "why; ")


def test_a_wildcard_that_is_not_required_keeps_its_requirement() -> None:
    legacy = entry("w", "*.x.example", hosts=(), requirement=LEGACY, condition="why")
    assert (one(legacy).requirement, one(legacy).condition) == (LEGACY, "why")


@pytest.mark.parametrize(
    ("number", "address", "is_skipped"),
    [
        (443, "10.0.0.1", False),
        (9000, "10.0.0.1", True),
        (9000, "demo.hcp.westeurope.azmk8s.io", False),
    ],
)
def test_the_clusters_service_address_stands_for_the_api_server_on_443_alone(
    number: int, address: str, is_skipped: bool
) -> None:
    tunnel = entry("t", "{api_server_fqdn}", ports=(port(number, Protocol.TCP),))
    found = one(tunnel, values=values(api_server_fqdn=address))
    assert (found.host, bool(found.skipped)) == (address, is_skipped)


# hosts named on the command line -------------------------------------------------------------------


KNOWN = entry("known", "known.example", requirement=LEGACY, condition="once", issuers=("Contoso",))


def only(
    *targets: Target, entries: tuple[Entry, ...] = (KNOWN,), **options: object
) -> tuple[Endpoint, ...]:
    return chosen(*entries, environment=None, only=targets, **options)


def at(host: str, number: int | None = None) -> Target:
    return Target(host=host, port=number)


def test_only_the_hosts_named_are_probed_and_all_are_required() -> None:
    found = only(at("known.example"), entries=(KNOWN, entry("other", "b.example")))
    assert [(e.id, e.requirement, e.condition) for e in found] == [("known", REQUIRED, "")]


def test_a_known_host_keeps_what_the_catalogue_says_of_it() -> None:
    (found,) = only(at("known.example"))
    assert (found.component, found.issuers) == ("defender-sensor", ("Contoso",))


@pytest.mark.parametrize(
    ("target", "name", "number", "protocol"),
    [
        (at("x.example"), "x.example", 443, Protocol.HTTPS),
        (at("x.example", 443), "x.example", 443, Protocol.HTTPS),
        (at("x.example", 80), "x.example:80", 80, Protocol.HTTP),
        (at("x.example", 8443), "x.example:8443", 8443, Protocol.HTTPS),
        (at("2001:db8::1"), "2001:db8::1", 443, Protocol.HTTPS),
        (at("2001:db8::1", 8443), "[2001:db8::1]:8443", 8443, Protocol.HTTPS),
    ],
)
def test_an_unknown_host_is_the_users_own(
    target: Target, name: str, number: int, protocol: Protocol
) -> None:
    (found,) = only(target)
    assert (found.id, found.fqdn, found.host) == (name, target.host, target.host)
    assert (found.port, found.protocol) == (number, protocol)
    assert (found.component, found.requirement) == ("user", REQUIRED)


def test_an_entrys_id_is_not_given_to_another_host() -> None:
    assert ids(only(at("host"), entries=(entry("host"),))) == ["host:443"]


def test_without_a_port_a_known_host_has_the_catalogues_ports() -> None:
    two = entry("relay", "r.example", ports=(port(8084), port(8084, Protocol.WSS)))
    assert [(e.id, e.port) for e in only(at("r.example"), entries=(two,))] == [
        ("relay", 8084),
        ("relay/wss", 8084),
    ]


def test_a_port_of_the_entry_chooses_its_protocol() -> None:
    plain = entry("a", "r.example", ports=(port(443), port(9000, Protocol.TCP)))
    (found,) = only(at("r.example", 9000), entries=(plain,))
    assert (found.id, found.protocol) == ("a/tcp/9000", Protocol.TCP)


def test_another_port_of_a_known_host_is_spoken_to_as_usual() -> None:
    (found,) = only(at("known.example", 8443))
    assert (found.id, found.port, found.protocol) == ("known/8443", 8443, Protocol.HTTPS)
    assert found.issuers == ("Contoso",)


def test_a_host_named_twice_is_one_endpoint() -> None:
    assert ids(only(at("x.example"), at("x.example", 443), at("known.example"))) == [
        "x.example",
        "known",
    ]


def test_a_host_under_a_documented_wildcard_is_known() -> None:
    relay = entry("relay", "*.servicebus.example", hosts=("{servicebus_host}",))
    (found,) = only(at("azgn1.servicebus.example"), entries=(relay,))
    assert (found.id, found.fqdn) == ("relay/azgn1.servicebus.example", "*.servicebus.example")
    assert found.skipped == ""


def test_the_entry_that_lists_a_name_comes_before_one_whose_wildcard_covers_it() -> None:
    entries = (entry("wide", "*.example", hosts=("x.example",)), entry("exact", "a.example"))
    assert ids(only(at("a.example"), entries=entries)) == ["exact"]


def test_the_entry_of_this_profile_comes_before_anothers() -> None:
    entries = (
        entry("gov", clouds=(USGOV,)),
        entry("eks", environments=(EKS,)),
        entry("remark", informational=True),
        entry("here", component="image-pull"),
        entry("too"),
    )
    assert ids(chosen(*entries, only=(at("a.example"),))) == ["here"]


def test_a_host_of_another_cloud_is_still_known() -> None:
    assert ids(only(at("a.example"), entries=(entry("gov", clouds=(USGOV,)),))) == ["gov"]


def test_an_extra_host_is_added_to_the_profile() -> None:
    found = chosen(KNOWN, extra=(at("x.example"),))
    assert [(e.id, e.requirement) for e in found] == [("known", LEGACY), ("x.example", REQUIRED)]


def test_an_extra_host_of_the_profile_becomes_required_wherever_it_stands() -> None:
    entries = (KNOWN, entry("twin", "known.example", component="pki", requirement=CONDITIONAL))
    found = chosen(*entries, extra=(at("known.example"),))
    assert [(e.id, e.requirement) for e in found] == [("known", REQUIRED), ("twin", REQUIRED)]


def test_an_extra_port_of_a_host_of_the_profile_is_added() -> None:
    found = chosen(KNOWN, extra=(at("known.example", 8443),))
    assert [(e.id, e.requirement) for e in found] == [("known", LEGACY), ("known/8443", REQUIRED)]


def test_an_extra_host_stands_in_where_the_profile_knew_no_name() -> None:
    (found,) = chosen(WILD, extra=(at("one.tun.example"),))
    assert (found.id, found.host, found.skipped) == ("wild", "one.tun.example", "")
    assert found.requirement is REQUIRED


def test_a_second_name_under_the_same_wildcard_is_added() -> None:
    found = chosen(WILD, extra=(at("one.tun.example"), at("two.tun.example")))
    assert ids(found) == ["wild", "wild/two.tun.example"]


def test_an_extra_host_outside_the_profile_keeps_the_catalogues_word() -> None:
    hidden = entry("hidden", "h.example", requirement=OPTIONAL, issuers=("Contoso",))
    found = chosen(KNOWN, hidden, extra=(at("h.example"),))
    assert [(e.id, e.requirement) for e in found] == [("known", LEGACY), ("hidden", REQUIRED)]
    assert found[1].issuers == ("Contoso",)


def test_extra_hosts_add_to_only() -> None:
    assert ids(only(at("x.example"), extra=(at("y.example"),))) == ["x.example", "y.example"]


def covers(rule: str, host: str) -> bool:
    pattern = pattern_of(rule)
    return pattern is not None and re.fullmatch(pattern, host) is not None


@pytest.mark.parametrize(
    ("rule", "host"),
    [
        ("*.a.example", "b.a.example"),
        ("*.a.example", "c.b.a.example"),
        ("{region}.a.example", "west.a.example"),
        ("md-*.blob.example", "md-1.blob.example"),
        ("*.{region}.a.example", "x.west.a.example"),
    ],
)
def test_a_rule_covers_the_names_it_is_written_for(rule: str, host: str) -> None:
    assert covers(rule, host)


@pytest.mark.parametrize(
    ("rule", "host"),
    [
        ("*.a.example", "a.example"),
        ("*.a.example", "b.a.example.evil"),
        ("*.a.example", "ba.example"),
        ("a.example", "aXexample"),
        ("{region}.a.example", "x.west.a.example"),
        ("{servicebus_host}", "anything.example"),
        ("*", "anything.example"),
        ("*.example", "a.example"),
    ],
)
def test_a_rule_covers_nothing_else(rule: str, host: str) -> None:
    assert not covers(rule, host)


ENTRIES = st.lists(
    st.builds(
        entry,
        st.from_regex(r"[a-z]{1,4}", fullmatch=True),
        st.sampled_from(["a.example", "*.b.example", "{region}.example"]),
        hosts=st.sampled_from([(), ("a.example",), ("a.example", "{region}.b.example")]),
        ports=st.sampled_from([(port(),), (port(), port(443, Protocol.WSS))]),
        requirement=st.sampled_from(Requirement),
        sensor=st.sampled_from([None, *SensorPath]),
        environments=st.sets(st.sampled_from(Environment), min_size=1).map(tuple),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda made: made.id,
)
TARGETS = st.lists(
    st.builds(
        at,
        st.sampled_from(["a.example", "x.b.example", "z.test"]),
        st.sampled_from([None, 80, 443]),
    ),
    max_size=3,
).map(tuple)


@given(ENTRIES, TARGETS, st.booleans())
def test_ids_are_unique_and_what_is_probed_has_a_whole_name(
    entries: list[Entry], extra: tuple[Target, ...], everything: bool
) -> None:
    try:
        found = chosen(*entries, extra=extra, everything=everything)
    except UsageError:
        return
    assert len(set(ids(found))) == len(found)
    assert all(e.skipped or not set("{}*") & set(e.host) for e in found)
    assert {(t.host, t.port) for t in extra if t.port} <= {
        (e.host, e.port) for e in found if e.requirement is REQUIRED and not e.skipped
    }


# what is said about a profile ----------------------------------------------------------------------


def said(
    *entries: Entry, environment: Environment | None = AKS, **options: object
) -> tuple[str, ...]:
    made = catalog(*entries, notices=((CHINA, "Retired there on 2026-08-18."),))
    return notices(made, Selection(environment=environment, **options), TODAY)  # type: ignore[arg-type] # test values


def test_a_clouds_notice_is_said_in_that_cloud_alone() -> None:
    assert said(entry("a"), cloud=CHINA) == ("Retired there on 2026-08-18.",)
    assert said(entry("a")) == ()


def test_a_catalogue_of_120_days_is_fresh_and_one_of_121_is_stale() -> None:
    def after(days: int) -> tuple[str, ...]:
        made = catalog(entry("a"), version=TODAY - timedelta(days=days))
        return notices(made, Selection(environment=AKS), TODAY)

    assert after(120) == ()
    assert after(-1) == ()
    assert "2026-07-25, 121 days ago" in after(121)[0]


OLD_NAME = entry("old", sensor=SensorPath.LOG_ANALYTICS)


def test_an_unknown_sensor_version_is_said_where_it_matters() -> None:
    assert "--sensor-version" in said(OLD_NAME)[0]


@pytest.mark.parametrize(
    "options",
    [
        {"sensor_version": (0, 8, 39)},
        {"environment": EKS},
        {"cloud": USGOV},
        {"components": ("image-pull",)},
        {"only": (at("a.example"),)},
    ],
)
def test_elsewhere_the_version_is_not_asked_for(options: dict[str, object]) -> None:
    assert said(OLD_NAME, entry("b", component="image-pull"), **options) == ()  # type: ignore[arg-type] # test values


def test_leaving_out_the_arc_agents_is_said() -> None:
    assert "--component arc-agents" in said(entry("a"), ARC_AGENT, environment=EKS)[0]
    assert said(entry("a"), ARC_AGENT, environment=ARC) == ()
    assert said(entry("a"), ARC_AGENT, environment=AKS) == ()
    assert said(entry("a"), ARC_AGENT, environment=EKS, components=("arc-agents",)) == ()


def test_a_component_without_endpoints_here_is_said() -> None:
    eks = entry("b", component="eks-base", environments=(EKS,))
    found = said(entry("a"), eks, components=("eks-base", "defender-sensor"))
    assert found == ("Component eks-base has no endpoints for this environment and cloud.",)


# the catalogue that ships --------------------------------------------------------------------------

SHIPPED = load()
FILLED = values(
    acr_name="contoso",
    api_server_fqdn="demo.hcp.example",
    aws_account="123456789012",
    dce_id="demo-1a2b",
    dns_server="10.0.0.10",
    gateway_prefix="demo",
    location="europe",
    region_short="weu",
    servicebus_host="azgn1.servicebus.windows.net",
    vault_name="demo",
    workspace_id=GUID,
)
SENSOR = "api.cloud.defender.microsoft.com"
WORKSPACE = {f"{GUID}.{part}.opinsights.azure.us" for part in ("ods", "oms")}
PROFILES = [
    # cloud, environment, components, hosts that the sensor itself requires
    (PUBLIC, AKS, {"aks-base", "azure-policy", "defender-sensor", "image-pull"}, {SENSOR}),
    (PUBLIC, EKS, {"azure-policy", "defender-sensor", "eks-base", "image-pull"}, {SENSOR}),
    (PUBLIC, GKE, {"azure-policy", "defender-sensor", "image-pull"}, {SENSOR}),
    (PUBLIC, ARC, {"arc-agents", "azure-policy", "defender-sensor", "image-pull"}, {SENSOR}),
    (USGOV, AKS, {"aks-base", "azure-policy", "defender-sensor", "image-pull"}, WORKSPACE),
    (USGOV, EKS, {"defender-sensor", "image-pull"}, set()),
    (USGOV, GKE, {"defender-sensor", "image-pull"}, set()),
    (USGOV, ARC, {"arc-agents", "defender-sensor", "image-pull"}, set()),
    (CHINA, AKS, {"aks-base", "azure-policy", "defender-sensor", "image-pull"}, set()),
    (CHINA, EKS, {"defender-sensor", "image-pull"}, set()),
    (CHINA, GKE, {"defender-sensor", "image-pull"}, set()),
    (CHINA, ARC, {"arc-agents", "defender-sensor", "image-pull"}, set()),
]


def shipped(cloud: Cloud, environment: Environment, **options: object) -> tuple[Endpoint, ...]:
    region = ("region", "eu-west-1" if environment is EKS else "westeurope")
    selection = Selection(
        cloud=cloud,
        environment=environment,
        **{"values": (*FILLED, region)} | options,  # type: ignore[arg-type] # test values
    )
    return select(SHIPPED, selection)


@pytest.mark.parametrize(("cloud", "environment", "components", "sensor"), PROFILES)
def test_every_profile_has_its_components_and_the_sensors_own_endpoints(
    cloud: Cloud, environment: Environment, components: set[str], sensor: set[str]
) -> None:
    found = shipped(cloud, environment)
    assert {e.component for e in found} == components
    required = [e for e in found if e.requirement is REQUIRED]
    assert {e.host for e in required if e.component == "defender-sensor"} == sensor
    assert "mcr.microsoft.com" in {e.host for e in required}


@pytest.mark.parametrize(("cloud", "environment"), [profile[:2] for profile in PROFILES])
def test_with_every_value_given_only_wildcards_without_names_are_skipped(
    cloud: Cloud, environment: Environment
) -> None:
    skipped = [e for e in shipped(cloud, environment, everything=True) if e.skipped]
    of_other_cloud = {e.id for e in skipped if "region is not known" in e.skipped}
    named_by_region = [e for e in skipped if e.id not in of_other_cloud]
    assert all(e.host.count("*") for e in named_by_region)
    assert all(e.requirement is not REQUIRED for e in skipped)
    # An AWS region names nothing of Azure.
    assert not of_other_cloud or environment is EKS


@pytest.mark.parametrize(("cloud", "environment"), [profile[:2] for profile in PROFILES])
def test_every_id_of_a_profile_is_its_own(cloud: Cloud, environment: Environment) -> None:
    found = ids(shipped(cloud, environment, everything=True))
    assert len(found) == len(set(found))


@pytest.mark.parametrize("environment", [EKS, GKE])
def test_an_arc_connected_cluster_of_another_cloud_can_ask_for_the_agents(
    environment: Environment,
) -> None:
    found = shipped(PUBLIC, environment, components=("arc-agents",))
    assert "gbl.his.arc.azure.com" in {e.host for e in found}


@pytest.mark.parametrize("component", ["azure-policy", "gated-deployment"])
def test_a_companion_asked_for_by_name_is_required(component: str) -> None:
    found = shipped(PUBLIC, AKS, components=(component,))
    assert {e.requirement for e in found} == {REQUIRED}
