"""The reports of Jobs that somebody else made: applied by hand, by GitOps, or by a CronJob."""

import time
from collections.abc import Callable, Sequence

from preflight.errors import RefusedError
from preflight.job.collect import collect, has_ended
from preflight.job.reasons import Trouble, why_lost, why_no_pod, why_not_started
from preflight.job.targets import pool_of
from preflight.job.template import APP, APP_LABEL
from preflight.kube import EVENTS, JOBS, NODES, PODS, Kube, Object, items, mapping, text
from preflight.model.fleet import Failure, FailureReason, Network, Place
from preflight.model.report import Report

PAUSE = 1.0
"""Seconds between two looks at Jobs that are waited for."""


def gather(
    kube: Kube,
    namespace: str,
    *,
    jobs: Sequence[str],
    wait: float,
    context: str | None,
    found: Callable[[Place, Report], None],
) -> list[Failure]:
    """Hand the report of every Job to `found`; return those that gave none. Empty names stand for every Job with our label."""
    end = time.monotonic() + wait
    names = tuple(jobs) or _ours(kube, namespace)
    pools = _pools(kube)
    failures: list[Failure] = []
    for name in names:
        job = kube.get(JOBS, name, namespace=namespace)
        pod = _ended_pod(kube, namespace, name, end) if job else None
        place = _place(pod, job, pools, context)
        collected = collect(kube, pod, namespace=namespace) if pod and has_ended(pod) else None
        if collected and collected.report:
            found(place, collected.report)
            continue
        trouble = (collected and collected.trouble) or _trouble(kube, namespace, name, job, pod)
        failures.append(
            Failure(
                context=context,
                node=place.node,
                pool=place.pool,
                network=place.network,
                reason=trouble.reason,
                detail=trouble.detail,
            )
        )
    return failures


def _ours(kube: Kube, namespace: str) -> tuple[str, ...]:
    found = kube.list(JOBS, namespace=namespace, labels=f"{APP_LABEL}={APP}")
    return tuple(sorted(text(job, "metadata", "name") for job in found))


def _pools(kube: Kube) -> dict[str, str | None]:
    """Each node's pool; none where nodes may not be listed."""
    try:
        return {text(node, "metadata", "name"): pool_of(node) for node in kube.list(NODES)}
    except RefusedError:
        return {}


def _ended_pod(kube: Kube, namespace: str, job: str, end: float) -> Object | None:
    """The Job's newest pod, as soon as it has ended or the time is over."""
    while True:
        pods = list(kube.list(PODS, namespace=namespace, labels=f"job-name={job}"))
        newest = max(pods, key=lambda pod: text(pod, "metadata", "creationTimestamp"), default=None)
        if (newest is not None and has_ended(newest)) or time.monotonic() >= end:
            return newest
        time.sleep(PAUSE)


def _place(
    pod: Object | None, job: Object | None, pools: dict[str, str | None], context: str | None
) -> Place:
    spec = mapping(pod, "spec") or mapping(job, "spec", "template", "spec")
    node = text(spec, "nodeName") or None
    return Place(
        context=context,
        pool=pools.get(node) if node else None,
        node=node,
        network=Network.HOST if spec.get("hostNetwork") is True else Network.POD,
    )


def _trouble(
    kube: Kube, namespace: str, name: str, job: Object | None, pod: Object | None
) -> Trouble:
    """Why there is no report."""
    if job is None:
        return _cluster(f"there is no Job {name!r} in namespace {namespace!r}")
    if pod is None:
        failed = any(
            (text(one, "type"), text(one, "status")) == ("Failed", "True")
            for one in items(job, "status", "conditions")
        )
        if failed:
            return why_lost(None, job)
        return why_no_pod(_events(kube, namespace, job)) or _waiting(f"Job {name!r} has no pod yet")
    if text(pod, "status", "phase") == "Running":
        return _waiting(f"Job {name!r} is still running; give --wait SECONDS")
    trouble = why_not_started(pod, _events(kube, namespace, pod))
    return trouble or _waiting(f"the pod of Job {name!r} has not started yet")


def _events(kube: Kube, namespace: str, about: Object) -> list[Object]:
    selector = f"involvedObject.uid={text(about, 'metadata', 'uid')}"
    try:
        return list(kube.list(EVENTS, namespace=namespace, fields=selector))
    except RefusedError:
        return []


def _waiting(words: str) -> Trouble:
    return Trouble(reason=FailureReason.NOT_STARTED, detail=words, patience=0.0)


def _cluster(words: str) -> Trouble:
    return Trouble(reason=FailureReason.CLUSTER, detail=words, patience=0.0)
