"""`job run` over clusters in memory: one report over all of them, whatever happens to one."""

import json
import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest

from preflight.cli.group import cli
from preflight.cli.job.campaign import Campaign, campaign, order_for
from preflight.cli.job.run import carry_out, exit_code, run
from preflight.errors import ClusterError, ExitCode, RefusedError, UnreachableError, UsageError
from preflight.job import asking
from preflight.kube import (
    CONFIG_MAPS,
    DAEMON_SETS,
    JOBS,
    NETWORK_POLICIES,
    NODES,
    PODS,
    SECRETS,
)
from preflight.model.diagnosis import Cause, Confidence
from preflight.model.fleet import FailureReason, FleetReport
from preflight.model.plan import Stage
from preflight.model.report import ReportVerdict
from tests.fakes.kube import FakeKube
from tests.job.making import Play, healthy, pod_of, pooled, reports
from tests.report.builders import finding, report, stopped

IMAGE = ("--image", "registry.example/defender-preflight:0.1.0")


def asked(*options: str) -> Campaign:
    """What somebody typed, with an image that brings the program along."""
    root = click.Context(cli, **cli.context_settings)
    words = ["--environment", "aks", "--namespace", "mdc", *IMAGE, *options]
    return campaign(run.make_context("run", words, parent=root).params)


@pytest.fixture(autouse=True)
def _short_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "WATCH_SECONDS", 1.0)


def cluster(name: str = "blue", play: Play | None = None, **changes: Any) -> FakeKube:
    kube = FakeKube(name=name, reactions={JOBS.kind: play or reports(healthy())}, **changes)
    for node in (pooled("a1", "apps"), pooled("a2", "apps"), pooled("g1", "gpu")):
        kube.put(NODES, node)
    return kube


def ran(*kubes: FakeKube, options: tuple[str, ...] = ()) -> FleetReport:
    contexts = [word for kube in kubes for word in ("--context", kube.name)]
    report, _ = carry_out(asked(*options, *(contexts if len(kubes) > 1 else ())), kubes, quiet=True)
    return report


def test_one_node_of_each_pool_is_looked_from_in_both_networks() -> None:
    report = ran(cluster())

    assert [(p.node, p.network.value, p.pool) for p in report.places] == [
        ("a1", "host", "apps"),
        ("a1", "pod", "apps"),
        ("g1", "host", "gpu"),
        ("g1", "pod", "gpu"),
    ]
    assert report.verdict is ReportVerdict.PASS
    assert exit_code(report) is ExitCode.OK


DENY: dict[str, Any] = {
    "metadata": {"name": "deny", "namespace": "mdc"},
    "spec": {
        "podSelector": {"matchLabels": {"app.kubernetes.io/name": "defender-preflight"}},
        "policyTypes": ["Egress"],
    },
}


def pods_stop(kube: FakeKube, job: dict[str, Any]) -> None:
    """Silence for pods; the nodes' own network is open."""
    row = stopped("sensor", "api.example.test", Stage.TCP, Cause.TCP_DROPPED, "dropped")
    silent = report(row, findings=(finding(row, cause=Cause.TCP_DROPPED),))
    in_pod = job["metadata"]["labels"]["defender-preflight/network"] == "pod"
    reports(silent if in_pod else healthy())(kube, job)


def with_policy(**changes: Any) -> FakeKube:
    kube = cluster(play=pods_stop, **changes)
    kube.put(NETWORK_POLICIES, dict(DENY))
    return kube


def blamed(fleet: FleetReport) -> list[tuple[str | None, Confidence | None, bool]]:
    (one,) = fleet.findings
    return [(rule.name, rule.confidence, rule.is_suspected) for rule in one.blocked_by]


def test_the_clusters_own_policy_that_stops_the_pods_is_named_and_confirmed() -> None:
    assert blamed(ran(with_policy())) == [("mdc/deny", Confidence.CONFIRMED, False)]


def test_with_the_labels_of_the_sensor_other_policies_hold() -> None:
    kube = with_policy()
    labels = {"app": "defender"}
    kube.put(
        NETWORK_POLICIES, {**DENY, "spec": {**DENY["spec"], "podSelector": {"matchLabels": labels}}}
    )
    assert blamed(ran(kube)) == [(None, None, False)]
    sensor = {
        "metadata": {"name": "microsoft-defender-publisher-ds", "namespace": "mdc"},
        "spec": {"template": {"metadata": {"labels": labels}, "spec": {}}},
    }
    kube.put(DAEMON_SETS, sensor)
    named = blamed(ran(kube, options=("--as-sensor",)))
    assert named == [("mdc/deny", Confidence.CONFIRMED, False)]


def test_policies_that_are_to_be_left_unread_are() -> None:
    kube = with_policy()
    assert blamed(ran(kube, options=("--no-policies",))) == [(None, None, True)]
    assert not [call for call in kube.calls if call[1] == NETWORK_POLICIES.kind]


def test_policies_that_may_not_be_read_are_said_and_one_is_suspected() -> None:
    refused = RefusedError(request="list", status=403, reason="Forbidden", message="no")
    fleet = ran(with_policy(refusals={("list", NETWORK_POLICIES.kind): refused}))
    assert blamed(fleet) == [(None, None, True)]
    assert any("networkpolicies.networking.k8s.io" in notice for notice in fleet.notices)


def test_a_cluster_that_fails_while_policies_are_read_still_gives_its_reports() -> None:
    gone = {("list", NETWORK_POLICIES.kind): UnreachableError("no route")}
    fleet = ran(with_policy(refusals=gone))
    assert len(fleet.reports) == 4
    assert "the cluster's policies were not looked at: no route" in fleet.notices


def test_rules_from_a_file_are_asked_beside_the_clusters_own(tmp_path: Path) -> None:
    """As a policy that is about to be applied."""
    body = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", **DENY}
    (tmp_path / "deny.json").write_text(json.dumps(body))
    fleet = ran(cluster(play=pods_stop), options=("--policies", str(tmp_path)))
    assert blamed(fleet) == [("mdc/deny", Confidence.CONFIRMED, False)]


def test_of_several_clusters_each_place_names_its_own() -> None:
    report = ran(cluster("blue"), cluster("green"), options=("--nodes", "one"))

    assert {place.context for place in report.places} == {"blue", "green"}


def test_one_cluster_that_fails_is_a_failure_among_several() -> None:
    gone = cluster("green", refusals={("list", "nodes"): UnreachableError("no route")})
    report = ran(cluster("blue"), gone)
    (failure,) = report.failures

    assert (failure.context, failure.reason, failure.detail) == (
        "green",
        FailureReason.CLUSTER,
        "no route",
    )
    assert len(report.reports) == 4
    assert exit_code(report) is ExitCode.INCONCLUSIVE


def test_one_cluster_that_fails_alone_is_the_answer() -> None:
    with pytest.raises(ClusterError, match="missing rights"):
        ran(cluster(denied={("create", "jobs.batch")}))


def test_rights_that_are_missing_in_one_of_several_are_said() -> None:
    report = ran(cluster("blue"), cluster("green", denied={("create", "jobs.batch")}))

    assert [f.reason for f in report.failures] == [FailureReason.FORBIDDEN]
    assert "create jobs.batch" in report.failures[0].detail


def test_without_the_right_to_list_nodes_one_can_still_be_looked_from() -> None:
    def play(kube: FakeKube, job: dict[str, Any]) -> None:
        job["spec"]["template"]["metadata"]["annotations"] = {"defender-preflight/node": "any"}
        reports(healthy())(kube, job)

    report = ran(cluster(play=play, denied={("list", "nodes")}), options=("--nodes", "one"))

    assert {place.node for place in report.places} == {"any"}
    assert any("scheduler" in notice for notice in report.notices)
    with pytest.raises(ClusterError, match="--nodes one can do without"):
        ran(cluster(denied={("list", "nodes")}))


def test_no_node_to_look_from_is_said_with_the_reasons() -> None:
    with pytest.raises(UsageError, match="no node has the labels"):
        ran(cluster(), options=("--node-selector", "agentpool=none"))


def test_no_node_in_one_of_several_loses_nothing_of_the_others() -> None:
    empty = FakeKube(name="green")
    report = ran(cluster("blue"), empty)

    assert len(report.reports) == 4
    assert "no node of 'green'" in report.failures[0].detail


def test_files_and_credentials_go_with_the_first_job(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----")
    seen: dict[str, list[str]] = {}

    def play(kube: FakeKube, job: dict[str, Any]) -> None:
        seen.update({kind.kind: kube.names(kind) for kind in (CONFIG_MAPS, SECRETS)})
        reports(healthy())(kube, job)

    kube = cluster(play=play)
    options = ("--ca-file", str(tmp_path / "ca.pem"), "--proxy", "http://u:p@proxy:1")
    ran(kube, options=options)

    assert [name.rpartition("-")[2] for name in seen[CONFIG_MAPS.kind]] == ["files"]
    assert [name.rpartition("-")[2] for name in seen[SECRETS.kind]] == ["proxy"]
    assert kube.names(SECRETS) == kube.names(CONFIG_MAPS) == []


def test_credentials_go_to_no_namespace_but_those_of_the_sensor_unless_it_is_named() -> None:
    kube = cluster()
    kube.put(
        DAEMON_SETS, {"metadata": {"name": "microsoft-defender-publisher", "namespace": "tenant"}}
    )
    typed = asked("--as-sensor", "--proxy", "http://u:p@proxy:1")
    with pytest.raises(UsageError, match="give --namespace tenant if that is meant") as refused:
        order_for(kube, replace(typed, namespace=None), None)
    assert "u:p" not in str(refused.value)
    assert order_for(kube, replace(typed, namespace="tenant"), None)[0].namespace == "tenant"


def test_ctrl_c_keeps_what_was_found_and_leaves_nothing() -> None:
    def play(kube: FakeKube, job: dict[str, Any]) -> None:
        kube.put(PODS, pod_of(job, {"phase": "Running"}))
        os.kill(os.getpid(), signal.SIGINT)

    kube = cluster(play=play)
    report, interrupted = carry_out(asked(), [kube], quiet=True)

    assert interrupted
    assert {failure.reason for failure in report.failures} == {FailureReason.INTERRUPTED}
    assert exit_code(report) is ExitCode.CLUSTER  # which `run` leaves to the interrupt
    assert kube.names(JOBS) == kube.names(PODS) == []


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (ReportVerdict.PASS, ExitCode.OK),
        (ReportVerdict.DEGRADED, ExitCode.OK),
        (ReportVerdict.BLOCKED, ExitCode.BLOCKED),
        (ReportVerdict.INCONCLUSIVE, ExitCode.INCONCLUSIVE),
    ],
)
def test_exit_codes_follow_the_verdict(verdict: ReportVerdict, code: ExitCode) -> None:
    class Fleet:
        reports = (healthy(),)

    Fleet.verdict = verdict  # type: ignore[attr-defined]  # only these two are looked at

    assert exit_code(Fleet()) is code  # type: ignore[arg-type]  # as above


def test_what_was_left_out_is_taken_from_what_the_cluster_says_of_itself() -> None:
    said: list[str] = []

    def play(kube: FakeKube, job: dict[str, Any]) -> None:
        said.extend(job["spec"]["template"]["spec"]["containers"][0]["args"])
        reports(healthy())(kube, job)

    kube = cluster(play=play)
    for name in ("a1", "a2", "g1"):
        labels = {
            "topology.kubernetes.io/region": "westeurope",
            "kubernetes.azure.com/cluster": "MC_x",
        }
        kube.objects["nodes", "", name]["metadata"]["labels"] |= labels
        kube.objects["nodes", "", name]["spec"]["providerID"] = "azure:///subscriptions/0/x"
    report = ran(kube, options=("--environment", "auto", "--nodes", "one"))

    assert {"--environment=aks", "--region=westeurope", "--cloud=public"} <= set(said)
    assert any("environment aks" in notice for notice in report.notices)
