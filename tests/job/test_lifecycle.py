"""A run from the first Job to the last clean-up, against a cluster in memory: whatever happens, everything is said and nothing stays."""

import threading
import time
from typing import Any

import pytest

from preflight.errors import ClusterError, RefusedError, UnreachableError
from preflight.job import asking, dispatch, lifecycle, reasons
from preflight.job.order import Order, Outcome
from preflight.job.progress import Silent
from preflight.kube import CONFIG_MAPS, EVENTS, JOBS, PODS
from preflight.model.fleet import FailureReason, Network, Place
from preflight.model.report import Report, ReportVerdict
from tests.fakes.kube import FakeKube, refused
from tests.job.making import (
    NAMESPACE,
    SETTINGS,
    Play,
    healthy,
    order,
    pod_of,
    reports,
    stands,
    target,
    waiting,
)

LOOK_AFTER = dispatch.LOOK_AFTER


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has to last some seconds in a cluster is believed at once."""
    monkeypatch.setattr(dispatch, "LOOK_AFTER", 0.0)
    monkeypatch.setattr(dispatch, "TICK", 0.01)
    monkeypatch.setattr(asking, "WATCH_SECONDS", 1.0)


class Ran:
    """A run, and everything that came of it."""

    def __init__(
        self,
        play: Play,
        asked: Order,
        kube: FakeKube | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self.kube = kube or FakeKube()
        self.kube.reactions[JOBS.kind] = play
        self.reports: list[tuple[Place, Report]] = []
        self.outcome: Outcome = lifecycle.run(
            self.kube,
            asked,
            found=lambda place, report: self.reports.append((place, report)),
            progress=Silent(),
            stop=stop or threading.Event(),
        )

    @property
    def reasons(self) -> list[FailureReason]:
        return [failure.reason for failure in self.outcome.failures]

    @property
    def left(self) -> list[str]:
        """What is still there of it."""
        return [name for kind in (JOBS, CONFIG_MAPS, PODS) for name in self.kube.names(kind)]


def said(kube: FakeKube, about: dict[str, Any], reason: str, message: str) -> None:
    """An event of that object."""
    kube.put(
        EVENTS,
        {
            "metadata": {"name": f"{reason}-{about['metadata']['uid']}", "namespace": NAMESPACE},
            "involvedObject": {"uid": about["metadata"]["uid"]},
            "reason": reason,
            "message": message,
        },
    )


class TestEveryPlace:
    def test_gives_its_report_with_its_name(self) -> None:
        asked = order(
            target("n1", pool="a"), target("n2", pool="b"), target("n1", Network.HOST, "a")
        )
        ran = Ran(reports(healthy()), asked)

        assert sorted((p.node, p.pool, p.network) for p, _ in ran.reports) == [
            ("n1", "a", Network.HOST),
            ("n1", "a", Network.POD),
            ("n2", "b", Network.POD),
        ]
        assert ran.outcome.failures == ()
        assert ran.left == []

    def test_is_looked_from_once(self) -> None:
        ran = Ran(reports(healthy()), order(*(target(f"n{n}") for n in range(30)), parallel=3))
        created = [
            name for verb, kind, name in ran.kube.calls if (verb, kind) == ("create", JOBS.kind)
        ]

        assert len(created) == len(set(created)) == len(ran.reports) == 30

    def test_never_more_at_once_than_asked_for(self) -> None:
        most, together = 0, set[str]()

        def play(kube: FakeKube, job: dict[str, Any]) -> None:
            nonlocal most
            together.add(job["metadata"]["name"])
            most = max(most, len(together))
            together.discard(job["metadata"]["name"])
            reports(healthy())(kube, job)

        ran = Ran(play, order(*(target(f"n{n}") for n in range(20)), parallel=4))
        assert len(ran.reports) == 20
        assert most <= 4


class TestProgram:
    def test_belongs_to_the_first_job(self) -> None:
        owners: list[str] = []

        def play(kube: FakeKube, job: dict[str, Any]) -> None:
            for (kind, _, _), found in kube.objects.items():
                if kind == CONFIG_MAPS.kind:
                    owners.append(found["metadata"]["ownerReferences"][0]["name"])
            reports(healthy())(kube, job)

        Ran(play, order(target("n1"), target("n2")))
        assert owners == ["defender-preflight-test-1"]

    def test_stays_until_the_last_pod_has_ended(self) -> None:
        there: list[bool] = []

        def play(kube: FakeKube, job: dict[str, Any]) -> None:
            there.append(bool(kube.names(CONFIG_MAPS)))
            reports(healthy())(kube, job)

        Ran(play, order(*(target(f"n{n}") for n in range(5)), parallel=1))
        assert there == [
            False,
            True,
            True,
            True,
            True,
        ]  # the first Job is there before what it owns


class TestReport:
    def test_comes_by_the_termination_message_when_the_log_cannot_be_read(self) -> None:
        kube = FakeKube(denied={("get", "pods/log")})
        ((_, report),) = Ran(reports(healthy()), order(), kube).reports

        assert report.verdict is ReportVerdict.PASS
        assert "forbidden" in report.notices[-1]

    def test_missing_both_ways_is_a_failure(self) -> None:
        ran = Ran(reports(healthy(), log=False, message=False), order())

        assert ran.reasons == [FailureReason.UNREADABLE]


class TestPodThatDoesNotStart:
    def test_image_that_cannot_be_pulled_names_the_registry_and_quotes_the_event(self) -> None:
        words = 'Failed to pull image "x": dial tcp 10.0.0.1:443: i/o timeout'

        def play(kube: FakeKube, job: dict[str, Any]) -> None:
            pod = kube.put(PODS, pod_of(job, waiting("InvalidImageName", "Back-off")))
            said(kube, pod, "Failed", words)

        (failure,) = Ran(play, order()).outcome.failures
        assert failure.reason is FailureReason.IMAGE_PULL
        assert failure.detail == f"from registry.example: {words}"
        assert failure.node == "node-1"

    def test_denied_by_a_webhook_names_it(self) -> None:
        words = 'admission webhook "deny.corp.example" denied the request: no host network here'

        def play(kube: FakeKube, job: dict[str, Any]) -> None:
            said(kube, job, "FailedCreate", f"Error creating: {words}")

        (failure,) = Ran(play, order()).outcome.failures
        assert failure.reason is FailureReason.ADMISSION
        assert "deny.corp.example" in failure.detail

    def test_unschedulable_for_long_is_said_in_the_schedulers_words(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        words = "0/3 nodes are available: 1 Insufficient cpu."
        condition = {"type": "PodScheduled", "status": "False", "message": words}
        ran = _without_patience(
            monkeypatch, stands({"phase": "Pending", "conditions": [condition]})
        )

        assert [(f.reason, f.detail) for f in ran.outcome.failures] == [
            (FailureReason.UNSCHEDULABLE, words)
        ]

    def test_sandbox_that_cannot_be_made_is_said_in_the_kubelets_words(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def play(kube: FakeKube, job: dict[str, Any]) -> None:
            pod = kube.put(PODS, pod_of(job))
            said(kube, pod, "FailedCreatePodSandBox", "no IP addresses available in range set")

        (failure,) = _without_patience(monkeypatch, play).outcome.failures
        assert failure.reason is FailureReason.SANDBOX
        assert failure.detail == "no IP addresses available in range set"

    def test_waits_no_longer_than_its_job_may_take(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dispatch, "GRACE", -1_000.0)
        ran = Ran(stands({"phase": "Pending"}), order())

        assert ran.reasons == [FailureReason.NOT_STARTED]
        assert ran.left == []


def _without_patience(monkeypatch: pytest.MonkeyPatch, play: Play) -> Ran:
    for reason in reasons.PATIENCE:
        monkeypatch.setitem(reasons.PATIENCE, reason, 0.0)
    return Ran(play, order())


class TestHostNetwork:
    def test_refused_is_said_once_and_the_pod_network_goes_on(self) -> None:
        words = 'violates PodSecurity "restricted:latest": host namespaces (hostNetwork=true)'

        def play(kube: FakeKube, job: dict[str, Any]) -> None:
            if job["spec"]["template"]["spec"].get("hostNetwork"):
                said(kube, job, "FailedCreate", words)
            else:
                reports(healthy())(kube, job)

        nodes = [f"n{n}" for n in range(6)]
        asked = order(
            *(target(name) for name in nodes),
            *(target(name, Network.HOST) for name in nodes),
            parallel=2,
        )
        ran = Ran(play, asked)
        (failure,) = ran.outcome.failures

        assert len(ran.reports) == 6
        assert (failure.network, failure.node, failure.detail) == (Network.HOST, None, words)

    def test_refused_with_the_first_job_itself_leaves_the_rest(self) -> None:
        denial = refused(403, "Forbidden", 'admission webhook "x.corp" denied the request: no')

        class Denying(FakeKube):
            def create(self, resource: Any, manifest: Any, *, namespace: str | None = None) -> Any:
                if manifest.get("spec", {}).get("template", {}).get("spec", {}).get("hostNetwork"):
                    raise denial
                return FakeKube.create(self, resource, manifest, namespace=namespace)

        ran = Ran(reports(healthy()), order(target("n1", Network.HOST), target("n1")), Denying())
        assert ran.reasons == [FailureReason.ADMISSION]
        assert len(ran.reports) == 1


class TestPodThatIsLost:
    def test_deleted_before_it_ended(self) -> None:
        def play(kube: FakeKube, job: dict[str, Any]) -> None:
            pod = kube.put(PODS, pod_of(job, {"phase": "Running"}))
            kube.remove(PODS, pod["metadata"]["name"], NAMESPACE)

        ran = Ran(play, order(target("n1"), target("n2")))
        assert ran.reasons == [FailureReason.POD_LOST] * 2
        assert ran.left == []

    def test_deleted_by_its_job_because_its_time_was_over(self) -> None:
        def play(kube: FakeKube, job: dict[str, Any]) -> None:
            pod = kube.put(PODS, pod_of(job, {"phase": "Running"}))
            condition = {
                "type": "Failed",
                "status": "True",
                "reason": "DeadlineExceeded",
                "message": "too long",
            }
            kube.put(JOBS, job | {"status": {"conditions": [condition]}})
            kube.remove(PODS, pod["metadata"]["name"], NAMESPACE)

        assert Ran(play, order()).reasons == [FailureReason.TIMEOUT]

    def test_running_on_a_node_that_died_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(dispatch, "GRACE", -1_000.0)
        monkeypatch.setattr(dispatch.Dispatcher, "_began", _began_long_ago)

        assert Ran(stands({"phase": "Running"}), order()).reasons == [FailureReason.TIMEOUT]


def _began_long_ago(self: Any, vantage: Any, uid: str) -> None:
    vantage.uid, vantage.since, vantage.looked = uid, time.monotonic() + 2_000.0, 0.0
    vantage.state = dispatch._State.STARTING


class TestStopped:
    def test_what_was_found_until_then_is_kept_and_everything_removed(self) -> None:
        stop = threading.Event()

        def play(kube: FakeKube, job: dict[str, Any]) -> None:
            if job["metadata"]["name"].endswith("-1"):
                reports(healthy())(kube, job)
            else:
                kube.put(PODS, pod_of(job, {"phase": "Running"}))

        kube, found = FakeKube(), list[Place]()
        kube.reactions[JOBS.kind] = play

        def one_more(place: Place, report: Report) -> None:
            found.append(place)
            stop.set()

        outcome = lifecycle.run(
            kube,
            order(target("n1"), target("n2"), target("n3")),
            found=one_more,
            progress=Silent(),
            stop=stop,
        )
        assert [place.node for place in found] == ["n1"]
        assert {failure.reason for failure in outcome.failures} == {FailureReason.INTERRUPTED}
        assert len(outcome.failures) == 2
        assert kube.names(JOBS) == kube.names(CONFIG_MAPS) == kube.names(PODS) == []

    def test_before_it_began_makes_nothing(self) -> None:
        stop = threading.Event()
        stop.set()
        ran = Ran(reports(healthy()), order(), stop=stop)

        assert ran.reasons == [FailureReason.INTERRUPTED]
        assert [call for call in ran.kube.calls if call[0] == "create"] == []


class TestClusterThatFails:
    def test_right_that_is_missing_after_all_ends_the_run(self) -> None:
        with pytest.raises(RefusedError, match="cannot create"):
            Ran(reports(healthy()), order(), FakeKube(denied={("create", JOBS.kind)}))

    def test_config_map_that_cannot_be_made_takes_the_job_with_it(self) -> None:
        kube = FakeKube(denied={("create", CONFIG_MAPS.kind)})
        with pytest.raises(RefusedError):
            Ran(reports(healthy()), order(), kube)

        assert kube.names(JOBS) == []

    def test_watch_that_fails_keeps_the_reports_that_are_there(self) -> None:
        kube = FakeKube(refusals={("watch", PODS.kind): UnreachableError("gone")})
        with pytest.raises(ClusterError, match="gone"):
            Ran(stands({"phase": "Running"}), order(), kube)

        assert kube.names(JOBS) == []

    def test_watch_that_fails_later_loses_nothing_that_is_there(self) -> None:
        class Failing(FakeKube):
            def watch(self, resource: Any, **how: Any) -> Any:
                for change in FakeKube.watch(self, resource, **how):
                    yield change
                    if change.object["metadata"]["name"].endswith("-2-x"):
                        raise UnreachableError("the API server is gone")

        def play(kube: FakeKube, job: dict[str, Any]) -> None:
            first = job["metadata"]["name"].endswith("-1")
            (reports(healthy()) if first else stands({"phase": "Running"}))(kube, job)

        ran = Ran(play, order(target("n1"), target("n2"), target("n3"), parallel=1), Failing())
        assert [place.node for place, _ in ran.reports] == ["n1"]
        assert [(f.node, f.reason, f.detail) for f in ran.outcome.failures] == [
            ("n2", FailureReason.CLUSTER, "the API server is gone"),
            ("n3", FailureReason.CLUSTER, "the API server is gone"),
        ]
        assert ran.left == []

    def test_quota_or_right_that_ends_half_way_is_said_of_each_place(self) -> None:
        said = {
            "-2": refused(403, "Forbidden", 'jobs.batch is forbidden: User "a" cannot create'),
            "-3": refused(403, "Forbidden", "exceeded quota: jobs, requested: count/jobs.batch=1"),
            "-4": refused(500, "InternalError", "etcd has no leader"),
        }

        class Refusing(FakeKube):
            def create(self, resource: Any, manifest: Any, *, namespace: str | None = None) -> Any:
                if error := said.get(manifest["metadata"]["name"][-2:]):
                    raise error
                return FakeKube.create(self, resource, manifest, namespace=namespace)

        asked = order(*(target(f"n{number}") for number in range(1, 5)))
        ran = Ran(reports(healthy()), asked, Refusing())

        assert len(ran.reports) == 1
        assert {failure.node: failure.reason for failure in ran.outcome.failures} == {
            "n2": FailureReason.FORBIDDEN,
            "n3": FailureReason.ADMISSION,
            "n4": FailureReason.CLUSTER,
        }

    def test_job_whose_answer_got_lost_is_removed_too(self) -> None:
        class Forgetful(FakeKube):
            def create(self, resource: Any, manifest: Any, *, namespace: str | None = None) -> Any:
                made = FakeKube.create(self, resource, manifest, namespace=namespace)
                if resource == JOBS and manifest["metadata"]["name"].endswith("-2"):
                    raise UnreachableError("the answer got lost")
                return made

        ran = Ran(reports(healthy()), order(target("n1"), target("n2")), Forgetful())
        assert ran.reasons == [FailureReason.CLUSTER]
        assert ran.left == []

    def test_what_cannot_be_removed_is_named_with_the_command_to_do_so(self) -> None:
        kube = FakeKube(refusals={("delete", JOBS.kind): UnreachableError("no route")})
        (notice,) = Ran(reports(healthy()), order(), kube).outcome.notices

        assert "jobs.batch/defender-preflight-test-1 (no route)" in notice
        assert (
            "kubectl --context fake --namespace mdc delete jobs,configmaps,secrets "
            "--selector defender-preflight/run=test" in notice
        )


def test_what_cannot_be_removed_is_named_even_where_the_run_itself_failed() -> None:
    gone = UnreachableError("no route")
    kube = FakeKube(refusals={("watch", PODS.kind): gone, ("delete", JOBS.kind): gone})
    with pytest.raises(
        ClusterError, match=r"no route; could not be removed: .* kubectl --context fake"
    ):
        Ran(stands({"phase": "Running"}), order(), kube)


def test_kept_jobs_stay_and_the_command_to_remove_them_is_given() -> None:
    ran = Ran(reports(healthy()), order(target("n1"), target("n2"), keep=True))

    assert len(ran.kube.names(JOBS)) == 2
    assert "delete jobs" in ran.outcome.notices[0]


def test_a_thousand_nodes_take_less_than_ten_seconds_of_our_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both networks of each: two thousand Jobs, each with its whole life. The bound is the issue's, ten times what it takes."""
    targets = [
        target(f"n{n}", network) for network in (Network.POD, Network.HOST) for n in range(1_000)
    ]
    monkeypatch.setattr(dispatch, "LOOK_AFTER", LOOK_AFTER)
    counted = 0

    def count(place: Place, report: Report) -> None:
        nonlocal counted
        counted += 1

    kube = FakeKube(reactions={JOBS.kind: reports(healthy())})
    began = time.process_time()
    asked = order(*targets, parallel=50, settings=SETTINGS)
    lifecycle.run(kube, asked, found=count, progress=Silent(), stop=threading.Event())

    assert counted == 2_000
    assert time.process_time() - began < 10
    assert kube.names(JOBS) == []
