"""What a run made goes away again: by its label, and named where it does not."""

from preflight.errors import UnreachableError
from preflight.job.made import Made, clean
from preflight.kube import CONFIG_MAPS, JOBS, PODS, SECRETS, Resource
from tests.fakes.kube import FakeKube, refused
from tests.job.making import NAMESPACE

OURS = {"app.kubernetes.io/name": "defender-preflight", "defender-preflight/run": "test"}


def put(kube: FakeKube, resource: Resource, name: str, labels: dict[str, str], space: str) -> None:
    kube.put(resource, {"metadata": {"name": name, "namespace": space, "labels": labels}})


def full() -> FakeKube:
    kube = FakeKube()
    for resource in (JOBS, CONFIG_MAPS, SECRETS):
        put(kube, resource, "ours", OURS, NAMESPACE)
        put(kube, resource, "elsewhere", OURS, "other")
        put(kube, resource, "theirs", {"app": "x"}, NAMESPACE)
    return kube


def test_clean_removes_what_is_ours_in_one_namespace() -> None:
    kube = full()
    gone, stuck = clean(kube, NAMESPACE)

    assert gone == ["mdc: jobs.batch/ours", "mdc: configmaps/ours", "mdc: secrets/ours"]
    assert stuck == []
    assert kube.names(JOBS) == kube.names(SECRETS) == ["elsewhere", "theirs"]


def test_clean_removes_it_in_all_namespaces() -> None:
    kube = full()
    clean(kube, None)

    assert kube.names(JOBS) == kube.names(CONFIG_MAPS) == ["theirs"]


def test_clean_removes_one_run_alone() -> None:
    kube = full()
    gone, _ = clean(
        kube, NAMESPACE, "app.kubernetes.io/name=defender-preflight,defender-preflight/run=x"
    )

    assert gone == []


def test_clean_names_what_it_could_not_remove() -> None:
    kube = full()
    kube.refusals["delete", "jobs.batch"] = UnreachableError("no route")
    gone, stuck = clean(kube, NAMESPACE)

    assert stuck == ["mdc: jobs.batch/ours (no route)"]
    assert len(gone) == 2


def test_clean_does_without_the_right_to_list_secrets() -> None:
    kube = full()
    kube.denied.add(("list", "secrets"))

    assert len(clean(kube, NAMESPACE)[0]) == 2


def test_an_object_that_was_made_by_an_earlier_attempt_is_taken_for_ours() -> None:
    kube = FakeKube()
    manifest = {"metadata": {"name": "job", "labels": OURS}}
    kube.create(JOBS, manifest, namespace=NAMESPACE)
    made = Made(kube, NAMESPACE, "test")

    assert made.create(JOBS, manifest)["metadata"]["uid"] == "uid-1"
    assert made.remove() == ()
    assert kube.names(JOBS) == []


def test_pods_that_take_their_time_are_named() -> None:
    kube = FakeKube()
    made = Made(kube, NAMESPACE, "test", patience=0.0)
    made.create(JOBS, {"metadata": {"name": "job", "labels": OURS}})
    put(kube, PODS, "slow", OURS, NAMESPACE)
    (remark,) = made.remove()

    assert remark.startswith("these pods still end: slow; see: kubectl --context fake")


def test_whether_pods_are_gone_may_stay_unknown() -> None:
    kube = FakeKube(refusals={("list", "pods"): refused(500, "InternalError", "etcd")})
    made = Made(kube, NAMESPACE, "test")
    made.create(JOBS, {"metadata": {"name": "job", "labels": OURS}})
    (remark,) = made.remove()

    assert remark.startswith("whether its pods are gone could not be seen")
