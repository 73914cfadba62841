"""The commands of `sensor` as users run them, against a cluster in memory: text, JSON, exit codes, secrets, hostile words."""

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import fastjsonschema
import pytest
from click.testing import CliRunner, Result

from preflight.cli.sensor import _agreed as agreed
from preflight.cli.sensor import sensor
from preflight.errors import ClusterError, ExitCode, UnreachableError, UsageError
from preflight.kube import DAEMON_SETS, NODES, PODS, SECRETS
from preflight.model.sensor import Relevance
from preflight.report import Style
from preflight.report.layout import columns
from preflight.report.sensor.status import render
from preflight.sensor import gather
from preflight.sensor.alert import ALERT, NAMESPACE
from preflight.sensor.status import status
from tests.fakes.kube import FakeKube, refused
from tests.sensor import clusters
from tests.sensor.clusters import KEY, PASSWORD, WORKSPACE, aks_node, pod, put, workload

PUBLISHER = "microsoft-defender-publisher-ds"
ATTACK = "\x1b[31mred\x1b[0m\r\n\u202eevil \ud800"
"""Colours, a new line, a change of direction and half a character."""
COMMANDS = (["status"], ["simulate-alert", "--yes"], ["verify-removed"])
CLUSTERS: dict[str, Callable[[], FakeKube]] = {
    "none": clusters.aks,
    "old add-on": clusters.aks_add_on,
    "new add-on": lambda: clusters.aks_add_on(version="0.8.61", endpoint=True),
    "helm on eks": lambda: clusters.chart(clusters.eks()),
    "helm on gke": lambda: clusters.chart(clusters.gke()),
    "arc": lambda: clusters.chart(clusters.connect_arc(clusters.on_premises()), release=None),
    "on premises": clusters.on_premises,
}


def run(kube: FakeKube, *arguments: str) -> Result:
    return CliRunner().invoke(
        sensor, arguments, obj=lambda **_: kube, standalone_mode=False, color=False
    )


def out(kube: FakeKube, *arguments: str) -> str:
    result = run(kube, *arguments)
    assert result.exception is None, result.exception
    return result.stdout


def flat(text: str) -> str:
    """The text as if it had never been wrapped."""
    return " ".join(text.split())


def document(kube: FakeKube, *arguments: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(out(kube, *arguments, "-o", "json"))
    return loaded


@pytest.fixture(scope="module")
def valid() -> Callable[[Any], Any]:
    """The shipped schema, compiled."""
    text = files("preflight").joinpath("sensor.schema.json").read_text(encoding="utf-8")
    check: Callable[[Any], Any] = fastjsonschema.compile(json.loads(text), use_default=False)
    return check


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("cluster", CLUSTERS)
def test_every_json_keeps_to_the_shipped_schema(
    cluster: str, command: list[str], valid: Callable[[Any], Any]
) -> None:
    found = document(CLUSTERS[cluster](), *command)

    valid(found)
    assert found["schema"] == "defender-preflight/sensor/v1"
    assert found["command"] == command[0]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("denied", ["nodes", "daemonsets.apps", "pods", "secrets", "configmaps"])
def test_json_with_gaps_keeps_to_the_schema_too(
    denied: str, command: list[str], valid: Callable[[Any], Any]
) -> None:
    kube = clusters.aks_add_on()
    kube.denied |= {("list", denied), ("get", denied)}

    valid(document(kube, *command))


def test_the_schema_refuses_what_it_does_not_know(valid: Callable[[Any], Any]) -> None:
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        valid(document(clusters.aks(), "status") | {"more": 1})


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("cluster", CLUSTERS)
def test_tables_fit_100_columns(cluster: str, command: list[str]) -> None:
    """But for what has no gap in which to break it: a workspace's resource id in a command."""
    shown = out(CLUSTERS[cluster](), *command)

    wide = [line for line in shown.splitlines() if columns(line) > 100]
    assert [line for line in wide if "/workspaces/" not in line] == []


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("unicode", [True, False])
def test_a_narrow_terminal_gets_lines_that_fit_it(width: int, unicode: bool) -> None:
    """But for what has no gap in which to break it: names of objects, addresses of pages, resource ids."""
    found = status(gather(hostile()))
    shown = render(found, Relevance(), Style(width=width, unicode=unicode))

    wide = [line for line in shown.splitlines() if columns(line) > width]
    assert [line for line in wide if " " in line.strip().removesuffix("\\").strip()] == []
    assert unicode or shown.isascii()


def hostile() -> FakeKube:
    """A cluster in which every text that we repeat is an attack, and every text that may hold a secret has one."""
    kube = clusters.aks_add_on()
    proxy = f"http://svc:{PASSWORD}@proxy.contoso.example:3128"
    env = [
        {"name": "HTTPS_PROXY", "value": proxy},
        {"name": "NO_PROXY", "value": f".svc,{proxy},{ATTACK}"},
        {"name": "MDC_ENDPOINT", "value": f"https://svc:{PASSWORD}@{ATTACK}"},
        {"name": "CLUSTER_DISTRIBUTION", "value": ATTACK},
        {"name": "AZURE_RESOURCE_ID", "value": ATTACK},
        {"name": "KEY", "value": KEY},
    ]
    found = workload(PUBLISHER, "kube-system", env=env, image=f"mcr/{ATTACK}")
    found["metadata"]["annotations"] = {"meta.helm.sh/release-name": ATTACK}
    put(kube, DAEMON_SETS, found, workload(f"microsoft-defender-{ATTACK}", "kube-system"))
    message = f"proxyconnect {proxy}: refused {ATTACK}"
    put(
        kube,
        PODS,
        pod(
            *(PUBLISHER, "aks-system-00001", "kube-system"),
            waiting={"reason": "ErrImagePull", "message": message},
            last={"reason": ATTACK, "exitCode": 1, "message": f"key {KEY}"},
            container=ATTACK,
        ),
        pod(PUBLISHER, "aks-system-00002", "kube-system", waiting={"reason": ATTACK}),
    )
    node = aks_node(f"aks-{ATTACK}", pool=ATTACK)
    node["spec"]["taints"] = [{"key": ATTACK, "effect": "NoSchedule"}]
    put(kube, NODES, node)
    kube.refusals["list", "deployments.apps"] = refused(500, "Internal", f"{message} {ATTACK}")
    return kube


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("form", ["table", "json"])
def test_no_output_has_a_secret(command: list[str], form: str) -> None:
    result = run(hostile(), *command, "-o", form)

    assert result.exception is None, result.exception
    assert KEY not in result.output
    assert PASSWORD not in result.output
    assert "pa:ss" not in result.output


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("form", ["table", "json"])
def test_no_output_acts_on_a_terminal(command: list[str], form: str) -> None:
    result = run(hostile(), *command, "-o", form)

    assert result.exception is None, result.exception
    assert {char for char in result.output if not char.isprintable()} <= {"\n"}


def test_hostile_text_is_shown_escaped() -> None:
    assert r"\x1b[31mred\x1b[0m\x0d\x0a\u202eevil \ud800" in out(hostile(), "status")


@pytest.mark.parametrize(
    ("cluster", "code", "words"),
    [
        (clusters.aks, ExitCode.OK, "ABSENT: no workload of the sensor"),
        (clusters.aks_add_on, ExitCode.OK, "HEALTHY: its pods are ready"),
        (hostile, ExitCode.BLOCKED, "UNHEALTHY: "),
    ],
)
def test_status_says_in_one_word_and_by_its_exit_code_how_the_sensor_stands(
    cluster: Callable[[], FakeKube], code: ExitCode, words: str
) -> None:
    result = run(cluster(), "status")

    assert result.return_value == code
    assert words in result.stdout


def test_status_with_a_missing_right_is_inconclusive_and_names_it() -> None:
    kube = clusters.aks_add_on()
    kube.denied.add(("get", "secrets"))

    result = run(kube, "status")

    assert result.return_value == ExitCode.INCONCLUSIVE
    assert "It takes the right to get secrets/omsagent-secret in kube-system." in result.stdout
    assert "none known: the sensor's secret may not be read" in result.stdout


def test_status_with_a_node_that_lacks_the_sensor_is_partial() -> None:
    kube = clusters.aks_add_on()
    put(kube, NODES, aks_node("aks-gpu-1", pool="gpu"))

    result = run(kube, "status")

    assert result.return_value == ExitCode.BLOCKED
    assert (
        "PARTIAL: its pods are ready; publisher and collector run on 2 of 3 nodes" in result.stdout
    )
    assert "1 node of pool gpu without publisher and collector" in result.stdout


def test_a_sensor_whose_pods_may_not_be_listed_is_judged_by_its_workloads() -> None:
    kube = clusters.aks_add_on()
    kube.objects["daemonsets.apps", "kube-system", PUBLISHER]["status"]["numberReady"] = 1
    kube.denied.add(("list", "pods"))

    result = run(kube, "status")

    assert result.return_value == ExitCode.BLOCKED
    assert "1 of 2 pods are ready" in result.stdout
    assert "Its pods could not be listed, so the reason is not known." in result.stdout


def test_two_troubles_are_counted_and_shown_apart() -> None:
    kube = clusters.aks_add_on()
    put(
        kube,
        PODS,
        pod(PUBLISHER, "aks-system-00001", "kube-system", ready=False),
        pod(PUBLISHER, "aks-system-00002", "kube-system", waiting={"reason": "CrashLoopBackOff"}),
    )

    assert "UNHEALTHY: 2 things are broken" in out(kube, "status")


def test_a_likely_fact_is_said_to_be_likely() -> None:
    kube = clusters.chart(clusters.aks(), release="security")

    assert "Helm release security in mdc (likely)" in out(kube, "status")


def test_windows_and_virtual_nodes_are_not_missed() -> None:
    kube = clusters.aks_add_on()
    windows = aks_node("win-1", pool="win")
    windows["metadata"]["labels"]["kubernetes.io/os"] = "windows"
    put(kube, NODES, windows)

    result = run(kube, "status")

    assert result.return_value == ExitCode.OK
    assert "2 of 2 nodes, Windows and virtual ones aside (1)" in flat(result.stdout)


class TestRelevance:
    """What of the catalogue the findings make relevant."""

    def test_a_new_sensor_needs_the_defender_endpoint_and_the_old_names_are_legacy(self) -> None:
        found = document(clusters.aks_add_on(version="0.8.61"), "status")

        needed = {each["id"]: each["requirement"] for each in found["endpoints"]}
        assert needed["mdc-sensor-api-public"] == "required"
        assert needed["mdc-legacy-ods-public"] == "legacy"

    def test_an_old_sensor_needs_the_workspaces_names(self) -> None:
        found = document(clusters.aks_add_on(version="0.8.30"), "status")

        needed = {each["host"]: each["requirement"] for each in found["endpoints"]}
        assert needed[f"{WORKSPACE}.ods.opinsights.azure.com"] == "required"
        assert needed["api.cloud.defender.microsoft.com"] == "conditional"

    def test_a_sensor_of_unknown_version_is_said_to_be_assumed(self) -> None:
        found = document(clusters.aks_add_on(), "status")

        assert found["assumed"] == ["a sensor of today, since nothing states its version"]

    def test_companions_bring_their_components(self) -> None:
        found = document(clusters.chart(clusters.connect_arc(clusters.eks())), "status")

        assert {each["component"] for each in found["endpoints"]} >= {
            *("arc-agents", "defender-sensor"),
        }

    def test_the_command_lines_say_what_was_found(self) -> None:
        found = document(clusters.aks_add_on(version="0.8.61"), "status")

        said = f"--environment aks --region westeurope --sensor-version 0.8.61 --workspace-id {WORKSPACE}"
        assert found["commands"] == [
            f"defender-preflight check {said}",
            f"defender-preflight job run {said}",
        ]

    def test_arc_agents_on_eks_are_checked_in_their_own_region(self) -> None:
        found = document(clusters.connect_arc(clusters.eks(), region="northeurope"), "status")

        assert found["commands"][2] == (
            "defender-preflight check --environment eks --region northeurope --component arc-agents"
        )

    def test_a_government_region_asks_for_its_cloud(self) -> None:
        kube = FakeKube()
        put(kube, NODES, aks_node("aks-1", region="usgovvirginia"))

        found = document(kube, "status")

        assert "--cloud usgov" in found["commands"][0]
        assert {each["fqdn"] for each in found["endpoints"]} >= {"*.cloud.defender.azure.us"}

    def test_without_an_environment_there_is_nothing_to_select(self) -> None:
        found = document(clusters.on_premises(), "status")

        assert (found["endpoints"], found["commands"]) == ([], [])


class TestSimulateAlert:
    """One harmless call, and only after saying so."""

    def test_makes_the_documented_call_and_no_other(self) -> None:
        kube = clusters.aks()

        result = run(kube, "simulate-alert", "--yes")

        assert kube.calls == [("list", "pods", "")]
        assert result.return_value == ExitCode.OK
        assert "as expected: no resources found" in result.stdout

    def test_says_before_it_what_happens_and_what_to_expect(self) -> None:
        result = run(clusters.aks(), "simulate-alert", "--yes")

        for words in (f"kubectl get pods --namespace={NAMESPACE}", "within 30 minutes", ALERT):
            assert words in flat(result.stderr)
        assert "It says nothing of the sensor's own way out" in flat(result.stderr)

    def test_without_a_terminal_and_without_yes_calls_nothing(self) -> None:
        kube = clusters.aks()

        result = run(kube, "simulate-alert")

        assert isinstance(result.exception, UsageError)
        assert kube.calls == []

    def test_on_a_terminal_asks_and_takes_no_for_an_answer(self) -> None:
        with CliRunner().isolation(input="n\n"), pytest.raises(click.Abort):
            agreed(yes=False, terminal=True)

    def test_on_a_terminal_goes_on_after_yes(self) -> None:
        with CliRunner().isolation(input="y\n") as (_, shown, _output):
            agreed(yes=False, terminal=True)

        assert b"Make this call?" in shown.getvalue()

    def test_names_its_sources_with_their_dates(self) -> None:
        found = document(clusters.aks(), "simulate-alert", "--yes")

        assert [source["dated"] for source in found["sources"]] == [
            *("2023-06-29", "2022-10-06", "2026-05-18"),
        ]

    def test_a_refusal_is_inconclusive_and_names_the_right(self) -> None:
        kube = clusters.aks()
        kube.denied.add(("list", "pods"))

        result = run(kube, "simulate-alert", "--yes")

        assert result.return_value == ExitCode.INCONCLUSIVE
        assert "no alert is to be expected" in result.stdout
        assert f"the right to list pods in {NAMESPACE}" in result.stdout

    def test_a_namespace_that_somebody_made_is_no_proof(self) -> None:
        kube = clusters.aks()
        put(kube, PODS, pod("x", "aks-1", NAMESPACE))

        result = run(kube, "simulate-alert", "--yes")

        assert result.return_value == ExitCode.INCONCLUSIVE
        assert "whether an alert follows is not known" in flat(result.stdout)


class TestVerifyRemoved:
    """Proof that nothing is left, or what is."""

    def test_nothing_left_is_success(self) -> None:
        result = run(clusters.aks(), "verify-removed")

        assert result.return_value == ExitCode.OK
        assert "GONE: nothing of it is left in the cluster" in result.stdout

    def test_something_left_fails(self) -> None:
        result = run(clusters.chart(clusters.aks()), "verify-removed")

        assert result.return_value == ExitCode.BLOCKED
        assert "LEFT: 10 objects are left" in result.stdout

    def test_what_is_left_outweighs_what_could_not_be_seen(self) -> None:
        kube = clusters.chart(clusters.aks())
        kube.denied.add(("list", "secrets"))

        assert run(kube, "verify-removed").return_value == ExitCode.BLOCKED

    def test_not_everywhere_is_inconclusive(self) -> None:
        kube = clusters.aks()
        kube.denied.add(("list", "clusterroles.rbac.authorization.k8s.io"))

        result = run(kube, "verify-removed")

        assert result.return_value == ExitCode.INCONCLUSIVE
        assert "UNKNOWN: nothing was found, but not everything could be looked at" in result.stdout
        assert "list clusterroles.rbac.authorization.k8s.io" in result.stdout

    @pytest.mark.parametrize(
        ("staying", "words"),
        [(0, "1 object is left, being deleted"), (1, "2 objects are left, 1 of them")],
    )
    def test_what_is_being_deleted_is_told_apart(self, staying: int, words: str) -> None:
        kube = clusters.aks()
        leaving = workload(PUBLISHER, "mdc")
        leaving["metadata"]["deletionTimestamp"] = "2026-11-27T10:00:00Z"
        put(kube, DAEMON_SETS, leaving)
        if staying:
            put(kube, DAEMON_SETS, workload("microsoft-defender-collectors-ds", "mdc"))

        shown = out(kube, "verify-removed")

        assert words in shown
        assert "being deleted; its name begins with" in shown

    def test_a_shared_secret_is_named_and_fails_nothing(self) -> None:
        kube = clusters.aks()
        put(kube, SECRETS, clusters.secret("omsagent-secret", "kube-system", WORKSPACE))

        result = run(kube, "verify-removed")

        assert result.return_value == ExitCode.OK
        assert "- Secret in kube-system: omsagent-secret" in result.stdout

    def test_says_what_an_api_server_cannot_show(self) -> None:
        shown = out(clusters.aks(), "verify-removed")

        assert "/var/microsoft/microsoft-defender-for-cloud" in shown
        assert "az security pricing show --name Containers" in shown

    def test_of_many_pods_some_are_named_and_all_are_counted(self) -> None:
        kube = clusters.aks_add_on(*(f"aks-{number:03}" for number in range(200)))

        shown = out(kube, "verify-removed")

        assert "and 396 more" in shown
        assert len(shown.splitlines()) < 60


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_cluster_that_cannot_be_reached_is_a_failure_of_its_own(command: list[str]) -> None:
    kube = FakeKube()
    unreachable = UnreachableError("the API server of 'x' cannot be reached: timed out")
    kube.refusals = {("list", kind): unreachable for kind in ("nodes", "pods", "daemonsets.apps")}

    result = run(kube, *command)

    assert isinstance(result.exception, ClusterError)
    assert result.exception.exit_code == ExitCode.CLUSTER


def test_a_file_gets_the_whole_document(tmp_path: Path) -> None:
    file = tmp_path / "status.json"

    out(clusters.aks_add_on(), "status", "-o", f"json={file}")

    assert json.loads(file.read_text(encoding="utf-8"))["standing"] == "healthy"


@pytest.mark.parametrize("command", ["status", "simulate-alert", "verify-removed"])
def test_context_and_kubeconfig_reach_the_connection(command: str) -> None:
    asked: list[dict[str, Any]] = []

    def connect(**how: Any) -> FakeKube:
        asked.append(how)
        return clusters.aks()

    yes = ["--yes"] if command == "simulate-alert" else []
    CliRunner().invoke(
        sensor, [command, "--context", "prod", "--kubeconfig", "/tmp/kube", *yes], obj=connect
    )

    assert asked == [{"context": "prod", "kubeconfig": "/tmp/kube"}]
