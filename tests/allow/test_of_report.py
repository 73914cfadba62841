"""A report becomes the request for what it found stopped."""

from dataclasses import replace
from datetime import date
from ipaddress import ip_address
from typing import Any

from preflight.allow import of_report
from preflight.catalog.load import load
from preflight.model.diagnosis import Cause, Verdict
from preflight.model.endpoint import Protocol
from preflight.model.plan import Stage
from preflight.model.report import Allow, EndpointResult, Finding, Report, Waived
from preflight.model.request import Inspection, Request
from preflight.model.vantage import VantageKind
from tests.report.builders import endpoint, finding, report, stopped, vantage

SENSOR = stopped(
    "mdc-sensor-api-public",
    "api.cloud.defender.microsoft.com",
    Stage.TLS,
    Cause.TLS_RESET,
    "reset",
    fqdn="*.cloud.defender.microsoft.com",
)
OPEN = endpoint("mcr-rest", host="mcr.microsoft.com", fqdn="mcr.microsoft.com")


def allowed(*ends: EndpointResult, tag: str | None = None) -> tuple[Allow, ...]:
    return tuple(
        Allow(fqdn=end.fqdn, port=end.port, protocol=end.protocol, service_tag=tag) for end in ends
    )


def found(*ends: EndpointResult, **changes: object) -> Finding:
    values: dict[str, Any] = {"allow": allowed(*ends), "cause": Cause.TLS_RESET, **changes}
    return finding(*ends, **values)


def asked(made: Report, **options: object) -> Request:
    return of_report(made, name="defender", **options)  # type: ignore[arg-type]  # checked at run time


def names(request: Request) -> list[str]:
    return [rule.fqdn for rule in request.rules]


def test_only_what_is_stopped_is_asked_for() -> None:
    request = asked(report(SENSOR, OPEN, findings=(found(SENSOR),)))

    assert names(request) == ["*.cloud.defender.microsoft.com"]
    (rule,) = request.rules
    assert rule.hosts == ("api.cloud.defender.microsoft.com",)
    assert rule.addresses == (ip_address("20.50.1.9"),)
    assert rule.findings == ("F1",)
    assert request.occasion
    assert [each.id for each in request.occasion.findings] == ["F1"]


def test_purpose_and_page_come_from_the_catalogue() -> None:
    entries = {entry.id: entry for entry in load().entries}

    (rule,) = asked(report(SENSOR, findings=(found(SENSOR),)), entries=entries).rules

    assert rule.purposes == ("Sensor backend: sign-in, and what the sensor sees at runtime",)
    assert rule.sources[0].startswith("https://learn.microsoft.com/")


def test_two_service_tags_of_one_name_are_one_rule() -> None:
    tagged = (*allowed(SENSOR, tag="AzureMonitor"), *allowed(SENSOR, tag="Storage"))

    (rule,) = asked(report(SENSOR, findings=(found(SENSOR, allow=tagged),))).rules

    assert rule.service_tags == ("AzureMonitor", "Storage")


def test_the_source_is_the_vantages_own_address_unless_one_is_given() -> None:
    made = report(SENSOR, findings=(found(SENSOR),))

    assert asked(made).source == ("10.1.0.4/32",)
    assert "the one host" in " ".join(asked(made).remarks)
    assert asked(made, source=("10.1.0.0/16",)).source == ("10.1.0.0/16",)
    assert asked(made, source=("10.1.0.0/16",)).remarks == ()


def test_a_pods_own_address_is_said_to_be_translated() -> None:
    made = report(SENSOR, findings=(found(SENSOR),), vantage=vantage(kind=VantageKind.POD))

    assert any("another address usually stands" in remark for remark in asked(made).remarks)


def test_waived_endpoints_are_asked_for_only_on_demand() -> None:
    waived = replace(SENSOR, waived=Waived(reason="later", until=date(2027, 1, 1)))
    made = report(waived, findings=(found(waived),))

    assert names(asked(made)) == []
    assert "*.cloud.defender.microsoft.com" in " ".join(asked(made).remarks)
    assert names(asked(made, waived_too=True)) == ["*.cloud.defender.microsoft.com"]


def test_components_narrow_it_down() -> None:
    other = stopped("mcr-rest", "mcr.microsoft.com", Stage.TCP, Cause.TCP_DROPPED, "dropped", component="image-pull")  # fmt: skip
    made = report(SENSOR, other, findings=(found(SENSOR, other),))

    assert names(asked(made, components=("image-pull",))) == ["mcr.microsoft.com"]


def test_what_was_not_measured_is_not_asked_for_and_named() -> None:
    unknown = replace(SENSOR, verdict=Verdict.INCONCLUSIVE)
    request = asked(report(unknown, findings=(found(unknown),)))

    assert request.rules == ()
    assert any("Not measured for certain" in remark for remark in request.remarks)


def test_a_dead_resolver_is_asked_for_although_nothing_behind_it_is_known() -> None:
    unknown = replace(SENSOR, verdict=Verdict.INCONCLUSIVE)
    resolver = tuple(
        Allow(fqdn="10.0.0.10", port=53, protocol=protocol, service_tag=None)
        for protocol in (Protocol.UDP, Protocol.TCP)
    )
    made = report(
        unknown, findings=(found(unknown, cause=Cause.DNS_RESOLVER_UNREACHABLE, allow=resolver),)
    )

    request = asked(made)

    assert [(rule.fqdn, rule.port, rule.transfer) for rule in request.rules] == [
        ("10.0.0.10", 53, "TCP"),
        ("10.0.0.10", 53, "UDP"),
    ]
    assert any("stops everything behind" in remark for remark in request.remarks)


def test_an_unstable_path_asks_for_no_rule() -> None:
    made = report(SENSOR, findings=(found(SENSOR, cause=Cause.PATH_UNSTABLE),))

    assert asked(made).rules == ()
    assert "F1 (path.unstable) is not mended by a rule." in asked(made).remarks


def test_a_finding_that_no_rule_mends_says_so() -> None:
    made = report(SENSOR, findings=(found(SENSOR, cause=Cause.TLS_EXPIRED, allow=()),))

    assert asked(made).rules == ()
    assert any("is not mended by a rule" in remark for remark in asked(made).remarks)


def test_an_intercepted_name_must_not_be_decrypted() -> None:
    images = replace(SENSOR, id="mcr-rest", fqdn="mcr.microsoft.com", host="mcr.microsoft.com", component="image-pull")  # fmt: skip
    made = report(images, findings=(found(images, cause=Cause.TLS_INTERCEPTED),))

    (rule,) = asked(made).rules

    assert rule.inspection is Inspection.BYPASS
    assert any("left out of TLS inspection" in remark for remark in asked(made).remarks)


def test_what_the_proxy_refuses_is_for_the_proxy() -> None:
    made = report(SENSOR, findings=(found(SENSOR, cause=Cause.PROXY_DENIED),))

    assert any("--format squid" in remark for remark in asked(made).remarks)


def test_a_false_answers_addresses_are_not_opened() -> None:
    lied = replace(SENSOR, cause=Cause.DNS_FORGED)

    (rule,) = asked(report(lied, findings=(found(lied, cause=Cause.DNS_FORGED),))).rules

    assert rule.addresses == ()


def test_a_name_that_no_rule_could_hold_is_named_and_left_out() -> None:
    evil = replace(SENSOR, fqdn='evil".example.com; rm -rf', host="evil.example.com\n")
    request = asked(report(evil, findings=(found(evil),)))

    assert request.rules == ()
    assert any("that is no name that a rule could hold" in remark for remark in request.remarks)


def test_a_report_without_findings_asks_for_nothing() -> None:
    request = asked(report(OPEN))

    assert request.rules == ()
    assert request.remarks == ()


def test_what_the_proxy_cannot_reach_comes_from_the_proxys_own_address() -> None:
    made = report(SENSOR, findings=(found(SENSOR, cause=Cause.PROXY_UPSTREAM_FAILED),))

    assert any("give the proxy's address" in remark for remark in asked(made).remarks)


def test_a_pod_in_its_nodes_network_has_the_nodes_address() -> None:
    seen = vantage(kind=VantageKind.HOST_NETWORK_POD, pod="preflight-1", addresses=())
    request = asked(report(SENSOR, findings=(found(SENSOR),), vantage=seen))

    assert request.occasion
    assert request.occasion.place == "pod preflight-1 in its node's network"
    assert request.source == ()
