"""`rules explain` as people call it: sources, destinations, formats and exit codes."""

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest
from click.testing import CliRunner, Result

from preflight.cli.rules import rules
from preflight.codec import encode
from preflight.codec.explanation import SCHEMA
from preflight.codec.fleet import encode_fleet
from preflight.errors import ExitCode, ObjectError, PreflightError, UsageError
from preflight.model.fleet import FleetReport
from preflight.model.flow import FlowVerdict, Reason, Transfer
from preflight.model.plan import Stage
from preflight.model.report import Engine, Report
from preflight.model.vantage import VantageKind
from tests.report.builders import dns, endpoint, observed, report, vantage

API = "api.cloud.defender.microsoft.com"
CLOSED = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec:
  policyTypes: [Egress]
  egress:
  - ports:
    - {port: 53, protocol: UDP}
"""
WEB = """\
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web}]}
"""


@pytest.fixture
def policies(tmp_path: Path) -> str:
    file = tmp_path / "policies.yaml"
    file.write_text(f"{CLOSED}---\n{WEB}")
    return str(file)


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(rules, ["explain", *arguments], standalone_mode=False, input=text)


def loaded(result: Result) -> Any:
    document = json.loads(result.stdout)
    schema = json.loads(files("preflight").joinpath("explanation.schema.json").read_text())
    fastjsonschema.compile(schema)(document)
    return document


def refused(*arguments: str) -> str:
    trouble = run(*arguments).exception
    assert isinstance(trouble, PreflightError)
    assert trouble.exit_code is ExitCode.USAGE
    return str(trouble)


def test_the_policy_that_denies_is_named_with_file_and_line(policies: str) -> None:
    result = run("--policies", policies, "--from", "shop/web-1", "--to", f"{API}:443")
    assert result.return_value == ExitCode.BLOCKED
    said = " ".join(result.stdout.split())
    assert f"the Kubernetes NetworkPolicy shop/deny ({policies}:1): no rule matches" in said
    assert "isolates the pod for egress" in result.stdout


def test_json_keeps_to_its_schema(policies: str) -> None:
    result = run(
        "--policies", policies, "--from", "shop/web-1", "--to", API, "--address", "20.1.2.3",
        "--to", "10.0.0.10:53/udp", "--to", "pod/shop/web-1:8080", "-o", "json",
    )  # fmt: skip
    document = loaded(result)
    assert document["schema"] == SCHEMA
    denied, allowed, pod = document["flows"]
    assert denied["from"] == {"namespace": "shop", "pod": "web-1", "labels": {"app": "web"}, "address": None, "host_network": False}  # fmt: skip
    assert (denied["to"]["host"], denied["to"]["address"], denied["to"]["port"]) == (
        API,
        "20.1.2.3",
        443,
    )
    assert denied["verdict"] == "denied"
    (blocker,) = denied["blocked_by"]
    assert blocker["source"] == {"file": policies, "line": 1}
    assert (blocker["engine"], blocker["name"], blocker["reason"]) == (
        "kubernetes-network-policy",
        "shop/deny",
        "default-deny",
    )
    assert (allowed["verdict"], allowed["path"][0]["rule"]) == ("allowed", "spec.egress[0]")
    assert (pod["to"]["namespace"], pod["to"]["pod"], pod["verdict"]) == ("shop", "web-1", "denied")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--from", "bank/x", "--from-labels", "a=b"), ExitCode.OK),
        (("--from", "shop/web-1", "--host-network"), ExitCode.OK),
        (("--from", "shop"), ExitCode.BLOCKED),
        (("--from-address", "10.240.0.4"), ExitCode.OK),
    ],
)
def test_exit_codes_tell_denied_from_allowed(
    policies: str, arguments: tuple[str, ...], code: ExitCode
) -> None:
    assert run("--policies", policies, *arguments, "--to", "20.1.2.3").return_value == code


def test_what_cannot_be_told_has_an_exit_code_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(CLOSED.replace("policyTypes: [Egress]", "podSelector: {matchLabels: {x: y}}"))
    result = run("--policies", str(file), "--from", "shop", "--to", "20.1.2.3")
    assert result.return_value == ExitCode.INCONCLUSIVE
    assert "CANNOT BE TOLD" in result.stdout


def test_standard_input_is_read() -> None:
    result = run("--policies", "-", "--from", "shop/x", "--to", "20.1.2.3", text=CLOSED)
    assert "(standard input:1)" in result.stdout


def test_a_profile_asks_about_its_endpoints_from_the_sensors_pods(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(CLOSED.replace("namespace: shop", "namespace: mdc"))
    result = run(
        "--policies", str(file), "--environment", "eks", "--region", "eu-west-1", "-o", "json"
    )
    flows = loaded(result)["flows"]
    assert API in {flow["to"]["host"] for flow in flows}
    assert {flow["from"]["namespace"] for flow in flows} == {"mdc"}
    assert {flow["from"]["host_network"] for flow in flows} == {True}
    assert result.return_value == ExitCode.OK


def test_the_add_ons_pods_are_no_verdict_until_their_network_is_known(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    closed = CLOSED.replace("namespace: shop", "namespace: kube-system")
    file.write_text(closed)
    asked = ("--policies", str(file), "--environment", "aks", "--only-endpoint", API)
    assert run(*asked).return_value == ExitCode.INCONCLUSIVE
    daemon_set = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: microsoft-defender-publisher-ds, namespace: kube-system}
spec: {template: {metadata: {labels: {app: defender}}, spec: {hostNetwork: %s}}}
"""
    file.write_text(f"{closed}---{daemon_set % 'false'}")
    assert run(*asked, "--for-sensor").return_value == ExitCode.BLOCKED
    file.write_text(f"{closed}---{daemon_set % 'true'}")
    assert run(*asked, "--for-sensor").return_value == ExitCode.OK


IN_POD = vantage(kind=VantageKind.POD, namespace="shop", pod="web-1")


def asked_of(tmp_path: Path, policies: str, made: Report) -> Any:
    saved = tmp_path / "report.json"
    saved.write_text(encode(made))
    return loaded(run("--policies", policies, "--report", str(saved), "-o", "json"))["flows"]


def test_a_report_asks_about_its_endpoints_with_their_addresses(
    tmp_path: Path, policies: str
) -> None:
    seen = endpoint("a", host="a.test", dns=dns("20.1.2.3", "20.1.2.4"))
    (flow,) = asked_of(tmp_path, policies, report(seen, vantage=IN_POD))
    assert (flow["to"]["host"], flow["to"]["addresses"]) == ("a.test", ["20.1.2.3", "20.1.2.4"])
    assert (flow["from"]["namespace"], flow["from"]["pod"], flow["from"]["labels"]) == (
        "shop",
        "web-1",
        {"app": "web"},
    )
    assert flow["verdict"] == "denied"


def fleet(*made: Report) -> FleetReport:
    return FleetReport(
        tool_version="0.1.0",
        started_at=report().started_at,
        duration=1.0,
        reports=made,
        findings=(),
        failures=(),
    )


def test_a_report_of_several_vantages_asks_about_each_of_them(
    tmp_path: Path, policies: str
) -> None:
    seen = endpoint("a", host="a.test", dns=dns("20.1.2.3"))
    both = (report(seen, vantage=IN_POD), report(seen, vantage=replace(IN_POD, pod="web-2")))
    saved = tmp_path / "fleet.json"
    saved.write_text(encode_fleet(fleet(*both)))
    given = loaded(run("--policies", policies, "--report", str(saved), "-o", "json"))
    assert [flow["from"]["pod"] for flow in given["flows"]] == ["web-1", "web-2"]


def test_a_report_of_vantages_that_all_failed_asks_nothing(tmp_path: Path, policies: str) -> None:
    saved = tmp_path / "fleet.json"
    saved.write_text(encode_fleet(fleet()))
    assert "no vantage gave a report" in refused("--policies", policies, "--report", str(saved))


def test_addresses_of_a_family_that_the_place_does_not_have_are_left_out(
    tmp_path: Path, policies: str
) -> None:
    seen = endpoint("a", host="a.test", dns=dns("2001:db8::1", "20.1.2.3"))
    (flow,) = asked_of(tmp_path, policies, report(seen, vantage=IN_POD))
    assert flow["to"]["addresses"] == ["20.1.2.3"]


def test_through_a_proxy_it_is_the_proxy_that_has_to_be_reached(
    tmp_path: Path, policies: str
) -> None:
    through = replace(IN_POD, proxy="http://10.9.8.7:3128")
    both = [
        endpoint(name, host=f"{name}.test", evidence=(observed(Stage.PROXY, "tunnel"),))
        for name in "ab"
    ]
    (flow,) = asked_of(tmp_path, policies, report(*both, vantage=through))
    assert (flow["to"]["address"], flow["to"]["port"], flow["to"]["host"]) == (
        "10.9.8.7",
        3128,
        None,
    )


def test_an_address_alone_is_no_business_of_policies_for_pods(policies: str) -> None:
    result = run("--policies", policies, "--from-address", "10.240.0.4", "--to", API, "-o", "json")
    assert loaded(result)["flows"][0]["path"] == []


def test_a_report_from_a_node_is_not_covered_by_policies_for_pods(
    tmp_path: Path, policies: str
) -> None:
    (flow,) = asked_of(tmp_path, policies, report(endpoint("a", host="a.test")))
    assert (flow["from"]["host_network"], flow["verdict"], flow["path"]) == (True, "allowed", [])


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "--policies PATH or --context NAME is needed"),
        (("--policies", "{p}", "--to", "a/b/c"), "write HOST, HOST:PORT"),
        (("--policies", "{p}", "--to", "a.test:443/quic"), "the protocol is none of"),
        (("--policies", "{p}", "--to", "a.test:0"), "not a number from 1 to 65535"),
        (("--policies", "{p}", "--to", "pod/a/b:99999"), "not a number from 1 to 65535"),
        (("--policies", "{p}", "--to", "*.test"), "a wildcard cannot be asked for"),
        (("--policies", "{p}", "--to", "a.test\x07"), "cannot be printed"),
        (("--policies", "{p}", "--from", "Shop/x", "--to", "a.test"), "write NAMESPACE or NAMESPACE/POD"),
        (("--policies", "{p}", "--from-labels", "a=b", "--to", "a.test"), "only clear with --from"),
        (("--policies", "{p}", "--from", "a", "--from-labels", "a", "--to", "a.test"), "write NAME=VALUE"),
        (("--policies", "{p}", "--from", "a", "--from-labels", "a=b,a=c", "--to", "a.test"), "given twice"),
        (("--policies", "{p}", "--from", "a", "--for-sensor", "--to", "a.test"), "exclude each other"),
        (("--policies", "{p}", "--from", "a", "--report", "x", "--to", "a.test"), "exclude each other"),
        (("--policies", "{p}", "--from-address", "x", "--to", "a.test"), "an IP address is needed"),
        (("--policies", "{p}", "--environment", "aks", "--address", "10.0.0.1"), "only clear with --to"),
        (("--policies", "{p}.missing", "--to", "a.test"), "cannot be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said(
    policies: str, arguments: tuple[str, ...], problem: str
) -> None:
    assert problem in refused(*(one.replace("{p}", policies) for one in arguments))


def test_a_place_without_objects_is_no_clean_bill(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("# nothing\n")
    with pytest.raises(UsageError, match="no object was found"):
        raise run("--policies", str(tmp_path), "--to", "a.test").exception or AssertionError


@pytest.mark.parametrize("content", ['{"schema": "defender-preflight/report/v1"}', "a: b"])
def test_a_file_that_holds_no_rules_of_anything_known_is_no_clean_bill(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / "other.json").write_text(content)
    with pytest.raises(UsageError, match=r"other.json: neither Kubernetes objects nor an export"):
        raise (
            run("--policies", str(tmp_path / "other.json"), "--to", "a.test").exception
            or AssertionError
        )


def test_flows_that_no_policy_for_pods_can_be_about_say_what_to_ask_instead(policies: str) -> None:
    result = run("--policies", policies, "--from-address", "10.240.0.4", "--to", API)
    assert "--for-sensor asks about the sensor's pods" in result.stderr


def test_flows_of_a_pod_are_not_said_to_begin_outside(policies: str) -> None:
    result = run("--policies", policies, "--from", "kube-system/x", "--to", API)
    assert "outside every pod" not in result.stderr


def test_a_file_that_cannot_be_read_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("a: b\nc: ]\n")
    trouble = run("--policies", str(tmp_path), "--to", "a.test").exception
    assert isinstance(trouble, ObjectError)
    assert trouble.line == 2


def test_every_word_of_the_model_is_in_the_schema() -> None:
    schema = json.loads(files("preflight").joinpath("explanation.schema.json").read_text())
    known = schema["definitions"]
    for name, choice in (("engine", Engine), ("verdict", FlowVerdict), ("reason", Reason)):
        assert known[name]["enum"] == list(choice)
    assert known["flow"]["properties"]["to"]["properties"]["protocol"]["enum"] == list(Transfer)
