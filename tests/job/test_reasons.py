"""Why a pod gave no report: the reason is ours, the words are the cluster's."""

from typing import Any

import pytest

from preflight.job import reasons
from preflight.model.fleet import FailureReason
from tests.job.making import ended, waiting

NO_EVENTS: list[dict[str, Any]] = []


def event(reason: str, message: str, at: str = "2026-11-27T10:00:00Z") -> dict[str, Any]:
    return {"reason": reason, "message": message, "lastTimestamp": at}


def pod(status: dict[str, Any]) -> dict[str, Any]:
    return {"status": status}


class TestNoPod:
    def test_is_nothing_while_no_event_says_so(self) -> None:
        assert reasons.why_no_pod([event("SuccessfulCreate", "Created pod: x")]) is None

    @pytest.mark.parametrize(
        "words",
        [
            'admission webhook "w.corp.example" denied the request: no',
            'pods "x" is forbidden: violates PodSecurity "restricted:latest": host namespaces',
            "pods is forbidden: exceeded quota: small, requested: pods=1",
            "unable to validate against any pod security policy: []",
        ],
    )
    def test_that_was_denied_is_final(self, words: str) -> None:
        trouble = reasons.why_no_pod([event("FailedCreate", words)])

        assert trouble == reasons.Trouble(
            reason=FailureReason.ADMISSION, detail=words, patience=0.0
        )

    def test_of_a_webhook_that_does_not_answer_may_yet_come(self) -> None:
        trouble = reasons.why_no_pod(
            [
                event(
                    "FailedCreate",
                    'failed calling webhook "w.corp.example": context deadline exceeded',
                )
            ]
        )

        assert trouble is not None
        assert trouble.patience > 0

    def test_is_told_by_the_last_event(self) -> None:
        events = [
            event("FailedCreate", "exceeded quota: later", "2026-11-27T10:00:09Z"),
            event("FailedCreate", "exceeded quota: sooner", "2026-11-27T10:00:01Z"),
        ]
        trouble = reasons.why_no_pod(events)

        assert trouble is not None
        assert trouble.detail == "exceeded quota: later"


class TestNotStarted:
    def test_image_names_the_registry_and_quotes_the_pull(self) -> None:
        words = 'Failed to pull image "r.corp/x:1": dial tcp: lookup r.corp: no such host'
        events = [event("Failed", "Error: ErrImagePull"), event("Failed", words)]
        trouble = reasons.why_not_started(
            pod(waiting("ImagePullBackOff", image="r.corp/x:1")), events
        )

        assert trouble is not None
        assert trouble.reason is FailureReason.IMAGE_PULL
        assert trouble.detail == f"from r.corp: {words}"
        assert trouble.patience > 10  # the second attempt comes after ten seconds

    @pytest.mark.parametrize("password", ["hunter2", "pa@hunter2", "p/hunter2"])
    def test_a_proxy_that_the_kubelet_quotes_has_no_credentials(self, password: str) -> None:
        words = (
            'Failed to pull image "r.corp/x@sha256:0a": Head "https://r.corp/v2/x/manifests/y":'
            f' proxyconnect tcp: dial "http://svc:{password}@proxy.corp:3128": i/o timeout'
        )
        trouble = reasons.why_not_started(
            pod(waiting("ImagePullBackOff", image="r.corp/x@sha256:0a")), [event("Failed", words)]
        )

        assert trouble is not None
        assert "svc" not in trouble.detail
        assert "hunter2" not in trouble.detail
        assert "://***@proxy.corp:3128" in trouble.detail
        assert '"https://r.corp/v2/x/manifests/y"' in trouble.detail

    def test_the_last_words_of_a_pod_have_no_credentials(self) -> None:
        trouble = reasons.why_no_report(pod({}), "cannot use http://svc:hunter2@proxy:3128")

        assert trouble.detail.endswith("cannot use http://***@proxy:3128")

    def test_image_without_events_has_the_words_of_the_status(self) -> None:
        trouble = reasons.why_not_started(
            pod(waiting("ErrImageNeverPull", "not present", "python:3.11")), NO_EVENTS
        )

        assert trouble is not None
        assert trouble.detail == "from docker.io: ErrImageNeverPull: not present"

    def test_container_that_is_just_being_made_is_no_trouble(self) -> None:
        assert reasons.why_not_started(pod(waiting("ContainerCreating")), NO_EVENTS) is None

    @pytest.mark.parametrize(
        ("reason", "expected"),
        [
            ("FailedCreatePodSandBox", FailureReason.SANDBOX),
            ("FailedMount", FailureReason.NOT_STARTED),
        ],
    )
    def test_event_is_quoted(self, reason: str, expected: FailureReason) -> None:
        trouble = reasons.why_not_started(pod({"phase": "Pending"}), [event(reason, "some words")])

        assert trouble is not None
        assert (trouble.reason, trouble.detail) == (expected, "some words")


class TestNoReport:
    def test_of_a_container_that_took_too_much_memory(self) -> None:
        trouble = reasons.why_no_report(pod(ended(code=137, reason="OOMKilled")), "")

        assert trouble.reason is FailureReason.OUT_OF_MEMORY

    def test_of_an_evicted_pod(self) -> None:
        status = ended(code=137, reason="Error") | {"reason": "Evicted", "message": "low on memory"}
        trouble = reasons.why_no_report(pod(status), "")

        assert (trouble.reason, trouble.detail) == (
            FailureReason.POD_LOST,
            "Evicted: low on memory",
        )

    def test_of_an_option_that_the_pod_could_not_use(self) -> None:
        trouble = reasons.why_no_report(
            pod(ended(code=2, reason="Error")), "Error: --region: needed"
        )

        assert trouble.reason is FailureReason.CRASHED
        assert trouble.detail == "exit code 2: Error: --region: needed"

    def test_where_there_was_one_is_unreadable(self) -> None:
        trouble = reasons.why_no_report(pod(ended(code=1, reason="Error")), "no right")

        assert trouble.reason is FailureReason.UNREADABLE


@pytest.mark.parametrize(
    ("image", "host"),
    [
        ("python:3.11", "docker.io"),
        ("library/python", "docker.io"),
        ("registry.corp.example/python:3.11", "registry.corp.example"),
        ("localhost/x", "localhost"),
        ("registry:5000/x@sha256:abc", "registry:5000"),
    ],
)
def test_registry_of_an_image(image: str, host: str) -> None:
    assert reasons.registry_of(image) == host


def test_words_are_one_line_of_bounded_length() -> None:
    assert reasons.shortened("a\n b\t" + "c" * 10_000).startswith("a b ccc")
    assert len(reasons.shortened("c" * 10_000)) == reasons.DETAIL_LIMIT


@pytest.mark.parametrize("broken", [{}, {"status": 7}, {"status": {"containerStatuses": "x"}}])
def test_malformed_pod_is_no_traceback(broken: dict[str, Any]) -> None:
    assert reasons.why_not_started(broken, [{"reason": 7}, {}]) is None
    assert reasons.why_no_report(broken, "").reason is FailureReason.CRASHED
    assert (
        reasons.why_lost(broken, {"status": {"conditions": [7]}}).reason is FailureReason.POD_LOST
    )


class TestLost:
    def test_by_eviction_has_the_kubelets_words(self) -> None:
        status = {"reason": "Evicted", "message": "The node was low on resource: memory."}
        trouble = reasons.why_lost(pod(status), None)

        assert trouble.reason is FailureReason.POD_LOST
        assert trouble.detail == "Evicted: The node was low on resource: memory."

    def test_job_that_failed_without_a_pod_says_so(self) -> None:
        failed = {"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}

        assert reasons.why_failed({"status": {"conditions": [failed]}}) is not None
        assert reasons.why_failed({"status": {"conditions": []}}) is None
        assert reasons.why_failed(None) is None


def test_container_that_cannot_be_made_is_said_in_the_kubelets_words() -> None:
    status = waiting("CreateContainerConfigError", 'secret "x" not found')
    trouble = reasons.why_not_started(pod(status), NO_EVENTS)

    assert trouble is not None
    assert trouble.detail == 'CreateContainerConfigError: secret "x" not found'


def test_job_whose_deadline_passed_has_its_pod_say_so() -> None:
    status = ended(code=143, reason="Error") | {"reason": "DeadlineExceeded", "message": "too long"}

    assert reasons.why_no_report(pod(status), "").reason is FailureReason.TIMEOUT
