"""The reports of Jobs that somebody else applied: each Job's newest pod, and the reason where there is none."""

from typing import Any

from preflight.codec import encode
from preflight.job.gather import gather
from preflight.kube import EVENTS, JOBS, NODES, PODS
from preflight.model.fleet import FailureReason, Network, Place
from preflight.model.report import Report
from tests.fakes.kube import FakeKube
from tests.job.making import NAMESPACE, ended, healthy, pooled, waiting

LINE = encode(healthy(), one_line=True).encode()


def applied(kube: FakeKube, name: str = "defender-preflight", **status: Any) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": "defender-preflight"}
    metadata = {"name": name, "namespace": NAMESPACE, "labels": labels}
    return kube.put(
        JOBS, {"metadata": metadata, "spec": {"template": {"spec": {}}}, "status": status}
    )


def pod(
    kube: FakeKube, job: str, status: dict[str, Any], made: str = "1", **spec: Any
) -> dict[str, Any]:
    metadata = {
        "name": f"{job}-{made}",
        "namespace": NAMESPACE,
        "labels": {"job-name": job},
        "creationTimestamp": f"2026-11-27T10:00:0{made}Z",
    }
    return kube.put(
        PODS, {"metadata": metadata, "spec": {"nodeName": "n1"} | spec, "status": status}
    )


class Gathered:
    def __init__(self, kube: FakeKube, *jobs: str) -> None:
        self.found: list[tuple[Place, Report]] = []
        self.failures = gather(
            kube,
            NAMESPACE,
            jobs=jobs,
            wait=0.0,
            context=None,
            found=lambda place, report: self.found.append((place, report)),
        )

    @property
    def said(self) -> list[tuple[FailureReason, str]]:
        return [(failure.reason, failure.detail) for failure in self.failures]


def test_every_job_with_our_label_is_read_with_its_place() -> None:
    kube = FakeKube()
    kube.put(NODES, pooled("n1", "gpu"))
    specs: dict[str, dict[str, Any]] = {"a": {}, "b": {"hostNetwork": True}}
    for name, spec in specs.items():
        applied(kube, name)
        made = pod(kube, name, ended(), **spec)
        kube.logs[NAMESPACE, made["metadata"]["name"]] = LINE

    assert [place for place, _ in Gathered(kube).found] == [
        Place(context=None, pool="gpu", node="n1", network=Network.POD),
        Place(context=None, pool="gpu", node="n1", network=Network.HOST),
    ]


def test_the_newest_pod_of_a_job_counts() -> None:
    kube = FakeKube(logs={(NAMESPACE, "a-2"): LINE})
    applied(kube, "a")
    pod(kube, "a", ended(code=1), made="1")
    pod(kube, "a", ended(), made="2")

    assert len(Gathered(kube, "a").found) == 1


def test_nodes_that_may_not_be_listed_leave_the_pool_unknown() -> None:
    kube = FakeKube(denied={("list", "nodes")}, logs={(NAMESPACE, "a-1"): LINE})
    applied(kube, "a")
    pod(kube, "a", ended())

    assert Gathered(kube, "a").found[0][0].pool is None


def test_a_job_that_does_not_exist_is_named() -> None:
    assert Gathered(FakeKube(), "gone").said == [
        (FailureReason.CLUSTER, "there is no Job 'gone' in namespace 'mdc'")
    ]


def test_a_job_whose_pod_was_denied_quotes_the_denial() -> None:
    kube = FakeKube()
    job = applied(kube)
    event = {
        "metadata": {"name": "e", "namespace": NAMESPACE},
        "involvedObject": {"uid": job["metadata"]["uid"]},
        "reason": "FailedCreate",
        "message": 'admission webhook "w.corp" denied the request: no',
    }
    kube.put(EVENTS, event)

    assert Gathered(kube).said == [(FailureReason.ADMISSION, event["message"])]


def test_a_job_whose_time_was_over_says_so() -> None:
    kube = FakeKube()
    condition = {
        "type": "Failed",
        "status": "True",
        "reason": "DeadlineExceeded",
        "message": "too long",
    }
    applied(kube, conditions=[condition])

    assert Gathered(kube).said == [(FailureReason.TIMEOUT, "too long")]


def test_a_job_that_still_runs_says_how_to_wait() -> None:
    kube = FakeKube()
    applied(kube, "a")
    pod(kube, "a", {"phase": "Running"})
    ((reason, detail),) = Gathered(kube).said

    assert reason is FailureReason.NOT_STARTED
    assert "--wait SECONDS" in detail


def test_a_job_whose_image_cannot_be_pulled_names_the_registry() -> None:
    kube = FakeKube(denied={("list", "events")})
    applied(kube, "a")
    pod(kube, "a", waiting("ImagePullBackOff", "Back-off"))

    assert Gathered(kube).said == [
        (FailureReason.IMAGE_PULL, "from registry.example: ImagePullBackOff: Back-off")
    ]
